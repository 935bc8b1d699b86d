"""Times, values and conditions of a rule: short forms written out, contradictions refused."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from detectors.errors import SettingsError
from streams.sources.mapping import Condition, Value, When
from streams.sources.mapping_file import shaped
from streams.sources.targets import Target

_NUMERIC = ("sum", "min", "max", "count")


def when(raw: str | When, place: str) -> When:
    """Give a time written out; a text alone names its column.

    Raises
    ------
    SettingsError
        If keys contradict each other, or a day, time of day or time zone is none.
    """
    spec = When(column=raw) if isinstance(raw, str) else raw
    if (spec.column is None) == (spec.constant is None):
        raise SettingsError(f"{place}: needs either column or constant")
    if (spec.unit == "days") != (spec.start is not None):
        raise SettingsError(f'{place}: unit = "days" and start belong together')
    if spec.unit is not None and spec.format is not None:
        raise SettingsError(f"{place}: format reads texts, unit reads numbers; give one of them")
    if isinstance(spec.start, When):
        when(spec.start, f"{place}, start")
    elif spec.start is not None:
        _parsed(date.fromisoformat, spec.start, f"{place}, start", "day such as 2013-02-01")
    if spec.at is not None:
        _parsed(time.fromisoformat, spec.at, f"{place}, at", "time of day such as 23:59:59")
    if spec.timezone is not None:
        known_timezone(spec.timezone, f"{place}, timezone")
    return spec


def known_timezone(name: str, place: str) -> None:
    """Refuse a time zone that this machine does not know."""
    if name == "UTC":  # known without any database
        return
    try:
        ZoneInfo(name)
    except (OSError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise SettingsError(f"{place}: no time zone {name!r}") from error
    except KeyError as error:
        raise SettingsError(
            f"{place}: no time zone {name!r} on this machine; if the name is right, install tzdata"
        ) from error


def instant(text: str | None, timezone: str, place: str) -> datetime | None:
    """Give a day or time of the mapping; without an offset it is of `timezone`.

    Raises
    ------
    SettingsError
        If it is neither.
    """
    if text is None:
        return None
    _parsed(datetime.fromisoformat, text, place, "day or time such as 2013-02-01")
    found = datetime.fromisoformat(text)
    zone = UTC if timezone == "UTC" else ZoneInfo(timezone)
    return found.replace(tzinfo=zone) if found.tzinfo is None else found


def value(raw: str | Value, place: str) -> Value:
    """Give a value written out; a text alone names its column.

    Raises
    ------
    SettingsError
        If it comes from nowhere, or from several places.
    """
    spec = Value(column=raw) if isinstance(raw, str) else raw
    if (spec.days_from is None) != (spec.days_to is None):
        raise SettingsError(f"{place}: days_from and days_to belong together")
    origins = (spec.column, spec.template, spec.constant, spec.days_from)
    n_origins = sum(origin is not None for origin in origins)
    if n_origins + (spec.combine == "count") != 1:
        raise SettingsError(
            f"{place}: needs exactly one of column, template, constant, days_from and days_to"
        )
    for key, moment in (("days_from", spec.days_from), ("days_to", spec.days_to)):
        if moment is not None:
            when(moment, f"{place}, {key}")
    if spec.otherwise is not None and spec.values is None:
        raise SettingsError(f"{place}: otherwise needs values")
    return spec


def field_spec(raw: Any, target: Target, place: str) -> Value | When:
    """Give where a field's values come from: a text names a column, a number or list is itself.

    Raises
    ------
    SettingsError
        If that does not fit the field.
    """
    if target.kind == "moment":
        return when(raw if isinstance(raw, str) else shaped(raw, When, place), place)
    if isinstance(raw, bool | int | float):
        spec = Value(constant=raw)
    elif isinstance(raw, list):
        spec = Value(constant=shaped(raw, list[str], place))
    else:
        spec = value(raw if isinstance(raw, str) else shaped(raw, Value, place), place)
    if spec.constant is not None:
        checked_constant(target, spec.constant, place)
    fits = {
        "split": spec.split is None or target.kind == "texts",
        "scale": spec.scale is None or target.kind == "number",
        "days_from": spec.days_from is None or target.kind == "number",
        "combine": spec.combine is None
        or (target.kind == "number" and spec.combine in _NUMERIC)
        or (target.kind == "texts" and spec.combine == "list" and spec.split is None),
    }
    for key, fit in fits.items():
        if not fit:
            raise SettingsError(f"{place}, {key}: does not fit {target.name}, a {target.kind}")
    for filler in (spec.missing, spec.otherwise, *(spec.values or {}).values()):
        if filler is not None:
            checked_constant(target, [filler] if target.kind == "texts" else filler, place)
    return spec


def checked_constant(target: Target, constant: object, place: str) -> object:
    """Give a constant as the contract types it.

    Raises
    ------
    SettingsError
        If the contract refuses it.
    """
    try:
        return msgspec.convert(constant, target.type, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{place}: {constant!r}: {error}") from error


def condition(raw: Any, place: str) -> Condition:
    """Give a filter written out: a value or list means `any_of`.

    Raises
    ------
    SettingsError
        If it is no filter, or an empty one.
    """
    if isinstance(raw, dict):
        spec = shaped(raw, Condition, place)
        if spec == Condition():
            raise SettingsError(f"{place}: an empty condition; write present = true")
        return spec
    values = raw if isinstance(raw, list) else [raw]
    return shaped({"any_of": values}, Condition, place)


def columns_of(spec: Value | When | None) -> Iterator[str]:
    """Give the columns that a time or value reads."""
    if spec is None:
        return
    if spec.column is not None:
        yield spec.column
    if isinstance(spec, When):
        if isinstance(spec.start, When):
            yield from columns_of(spec.start)
        return
    for _, name, _, _ in Formatter().parse(spec.template or ""):
        if name is not None:
            yield name
    for moment in (spec.days_from, spec.days_to):
        yield from columns_of(When(column=moment) if isinstance(moment, str) else moment)


def _parsed(read: Any, text: str, place: str, wanted: str) -> None:
    try:
        read(text)
    except ValueError as error:
        raise SettingsError(f"{place}: {text!r} is no {wanted}") from error
