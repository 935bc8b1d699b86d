"""All files of a plan as tables: each with the columns its rules read, its own and brought."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from detectors.errors import SettingsError
from streams.sources.columns.bringing import brought
from streams.sources.columns.rows import DeadLetter
from streams.sources.columns.tables import FileTable, read, schema
from streams.sources.mapping_file import unknown_name
from streams.sources.plan import FilePlan, Plan


@dataclass(frozen=True, eq=False)
class Loaded:
    """A table for each file of a plan, in its order, and the rows that were no rows."""

    tables: tuple[Any, ...]
    broken: tuple[DeadLetter, ...]


def load(plan: Plan) -> Loaded:
    """Read the files of a plan, each once and only the columns that are used.

    Raises
    ------
    SettingsError
        If a file cannot be read or lacks a column.
    """
    wanted = _wanted(plan)
    own = {file.file.name: read(file, wanted[file.file.name]) for file in plan.files}
    return Loaded(
        tables=tuple(_with_brought(file, own) for file in plan.files),
        broken=tuple(
            DeadLetter(file.path.name, row.row, "any event", row.reason)
            for file in plan.files
            for row in own[file.file.name].broken
        ),
    )


def _wanted(plan: Plan) -> dict[str, set[str]]:
    # File -> columns, each looked up in the file so that a wrong name is told with its place.
    has = {file.file.name: schema(file) for file in plan.files}
    paths = {file.file.name: file.path.name for file in plan.files}
    wanted: dict[str, set[str]] = {file.file.name: set() for file in plan.files}
    for file in plan.files:
        _refuse_taken_names(file, has[file.file.name])
        for name, column, place in _asked(file):
            if column not in has[name]:
                raise SettingsError(
                    f"{place}: no such column in {paths[name]}: {unknown_name(column, has[name])}"
                )
            wanted[name].add(column)
    return wanted


def _asked(file: FilePlan) -> Iterator[tuple[str, str, str]]:
    # File, column, and the place in the mapping that asks for it.
    here: set[str] = set()
    for bring in file.file.bring:
        place = f"{file.place}, bring from {bring.source!r}"
        for column, there in bring.keys.items():
            if column not in here:
                yield file.file.name, column, f"{place}, by"
            yield bring.source, there, f"{place}, by"
        for there in bring.brought.values():
            yield bring.source, there, f"{place}, columns"
        here.update(bring.brought)
    for rule in file.events + file.profiles:
        for key, column in rule.columns():
            if column not in here:
                yield file.file.name, column, f"{rule.place}, {key}"


def _refuse_taken_names(file: FilePlan, has: list[str]) -> None:
    # A brought column would hide the file's own without a word.
    taken = set(has)
    for bring in file.file.bring:
        for column in bring.brought:
            if column in taken:
                raise SettingsError(
                    f"{file.place}, bring from {bring.source!r}, columns: {column!r} is there "
                    f'already; bring it under another name: columns = {{ new = "{column}" }}'
                )
            taken.add(column)


def _with_brought(file: FilePlan, own: dict[str, FileTable]) -> Any:
    table = own[file.file.name].columns
    for bring in file.file.bring:
        place = f"{file.place}, bring from {bring.source!r}"
        table = brought(table, bring, own[bring.source].columns, place)
    return table
