"""Reading a mapping file: what it does not know it refuses, with the place and what is known."""

import re
import tomllib
from collections.abc import Collection
from datetime import date, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from detectors.errors import SettingsError
from streams.sources.mapping import (
    Bring,
    EventRule,
    File,
    Mapping,
    ProfileRule,
    Profiles,
    Value,
    When,
)

T = TypeVar("T")

# Which table of the file is which, so that an error can say what is known there.
_TABLES: tuple[tuple[str, type[Struct]], ...] = (
    (r"\$", Mapping),
    (r"\$\.profiles", Profiles),
    (r"\$\.file\[\d+\]", File),
    (r"\$\.file\[\d+\]\.bring\[\d+\]", Bring),
    (r"\$\.file\[\d+\]\.event\[\d+\]", EventRule),
    (r"\$\.file\[\d+\]\.profile\[\d+\]", ProfileRule),
    (r".*\.(customer|id)", Value),
    (r".*\.(time|start|days_from|days_to)", When),
)
_FAULT = re.compile(r"(.*?)(?: - at `(.*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.+)`", re.DOTALL)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    SettingsError
        If it cannot be read, is no TOML, or has a key or value that is not known; the message
        names the file, the table and the key.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise SettingsError(f"{path.name}: no TOML: {error}") from error
    raw = _texts(raw)
    return shaped(_written_out(raw, raw.get("values", {}), path.name), Mapping, path.name)


def shaped(raw: object, table: type[T], place: str) -> T:
    """Give plain values as a table of the mapping, or say what is wrong in `place`."""
    try:
        return msgspec.convert(raw, table)
    except msgspec.ValidationError as error:
        what, at = _split(str(error))
        where = _in_words(raw, at)
        unknown = _UNKNOWN.fullmatch(what)
        if unknown:
            what = unknown_name(unknown[1], _known(at, table))
        raise SettingsError(f"{place}{where}: {what}") from error


def unknown_name(name: str, known: Collection[str]) -> str:
    """Say that a name is not known, what was probably meant, and what is known.

    Examples
    --------
    >>> unknown_name("amuont", ["amount", "line"])
    "unknown 'amuont'; did you mean 'amount'? Known: amount, line"
    """
    near = get_close_matches(name, known, n=1)
    hint = f" did you mean {near[0]!r}?" if near else ""
    return f"unknown {name!r};{hint} Known: {', '.join(known) or 'nothing'}"


def _texts(raw: Any) -> Any:
    # TOML has dates and times of its own; the tables take them as texts.
    match raw:
        case dict():
            return {name: _texts(value) for name, value in raw.items()}
        case list():
            return [_texts(value) for value in raw]
        case date() | time():
            return raw.isoformat()
    return raw


def _written_out(raw: Any, tables: Any, place: str) -> Any:
    # `values = "starts"` stands for the table `[values.starts]`.
    if isinstance(raw, list):
        return [_written_out(value, tables, place) for value in raw]
    if not isinstance(raw, dict):
        return raw
    found = {}
    for name, value in raw.items():
        if name == "values" and isinstance(value, str):
            if value not in tables:
                raise SettingsError(f"{place}, values: {unknown_name(value, list(tables))}")
            found[name] = tables[value]
        else:
            found[name] = _written_out(value, tables, place)
    return found


def _split(message: str) -> tuple[str, str]:
    found = _FAULT.fullmatch(message)
    return (found[1], found[2] or "$") if found else (message, "$")


def _known(at: str, table: type[Any]) -> list[str]:
    if at != "$":
        table = next((known for path, known in reversed(_TABLES) if re.fullmatch(path, at)), table)
    return [item.encode_name for item in msgspec.structs.fields(table)]


def _in_words(raw: Any, at: str) -> str:
    # `$.file[1].event[0].time` becomes ", file 'submissions', event 1, time".
    words = ""
    for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", at):
        if name:
            raw = raw.get(name) if isinstance(raw, dict) else None
            words += f", {name}"
        else:
            raw = raw[int(number)] if isinstance(raw, list) else None
            own = raw.get("name") if isinstance(raw, dict) else None
            words += f" {own!r}" if own else f" {int(number) + 1}"
    return words
