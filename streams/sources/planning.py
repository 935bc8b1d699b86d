"""A mapping held against the contract of events, before any file is opened.

Event types, their fields and kinds, constants, filters, and attributes that nobody may read:
all are settled here, or refused with the place in the mapping and what is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xxhash import xxh3_64_hexdigest

from detectors.errors import SettingsError
from streams.events import EVENT_TYPES, CompanyEvent
from streams.events.clock import ClockAdvanced
from streams.events.profiles import ProfileUpdated
from streams.sources.denied import refusal
from streams.sources.mapping import EventRule, File, Mapping, ProfileRule, Value
from streams.sources.mapping_file import unknown_name
from streams.sources.plan import Conditions, FieldPlan, FilePlan, Plan, RulePlan
from streams.sources.specs import (
    checked_constant,
    condition,
    field_spec,
    instant,
    known_timezone,
    value,
    when,
)
from streams.sources.targets import Target, data_of, targets


def planned(mapping: Mapping, place: str, paths: dict[str, Path]) -> Plan:
    """Hold a mapping against the contract.

    Parameters
    ----------
    place : str
        Name of the mapping file, for messages.
    paths : dict
        File name in the mapping -> where it lies.

    Raises
    ------
    SettingsError
        If an event type, field, constant, filter or column is wrong or may not be read.
    """
    names = [file.name for file in mapping.file]
    doubled = [name for name in names if names.count(name) > 1]
    if doubled:
        raise SettingsError(f"{place}: two files are called {doubled[0]!r}")
    known_timezone(mapping.timezone, f"{place}, timezone")
    files = tuple(
        _file(file, f"{place}, file {file.name!r}", paths[file.name], names)
        for file in mapping.file
    )
    if not any(file.events for file in files):
        raise SettingsError(f"{place}: no file has an event; write [[file.event]]")
    constants = {
        name: checked_constant(target, raw, f"{place}, profiles, data, {name}")
        for name, raw, target in _filled(
            mapping.profiles.data, targets(ProfileUpdated), f"{place}, profiles, data"
        )
    }
    return Plan(
        name=mapping.name,
        place=place,
        timezone=mapping.timezone,
        since=instant(mapping.since, mapping.timezone, f"{place}, since"),
        until=instant(mapping.until, mapping.timezone, f"{place}, until"),
        preset=dict(_dotted(mapping.settings)),
        managers=_managers(mapping.profiles.dealt_to, f"{place}, profiles, dealt_to"),
        constants=constants,
        files=files,
    )


def _file(file: File, place: str, path: Path, names: list[str]) -> FilePlan:
    if file.timezone is not None:
        known_timezone(file.timezone, f"{place}, timezone")
    for bring in file.bring:
        if bring.source not in names:
            raise SettingsError(f"{place}, bring, from: {unknown_name(bring.source, names)}")
        for column in bring.keys.values():
            _allow(column, f"{place}, bring, by", as_key=True)
    # A column must not become harmless by being brought under another name.
    real_names = {here: there for bring in file.bring for here, there in bring.brought.items()}
    origin = _Origin(path.name, file.name, _conditions(file.where, place))
    events = tuple(
        _event(rule, origin, f"{place}, event {number} ({rule.type})")
        for number, rule in enumerate(file.event, 1)
    )
    profiles = tuple(
        _profile(rule, origin, f"{place}, profile {number}")
        for number, rule in enumerate(file.profile, 1)
    )
    for rule in events + profiles:
        for key, column in rule.columns():
            as_key = key in ("customer", "id", "one_per")
            _allow(real_names.get(column, column), f"{rule.place}, {key}", as_key=as_key)
    return FilePlan(file=file, path=path, place=place, events=events, profiles=profiles)


@dataclass(frozen=True)
class _Origin:
    """The file of a rule: its real name, its name in the mapping, and its own filter."""

    file: str
    table: str
    where: Conditions

    def id_head(self, event: str) -> str:
        whole = f"{self.file}\x1f{self.table}\x1f{event}"
        return xxh3_64_hexdigest(whole.encode())[:8]


def _event(rule: EventRule, origin: _Origin, place: str) -> RulePlan:
    known = EVENT_TYPES.get(rule.type)
    if known is None:
        raise SettingsError(f"{place}, type: {unknown_name(rule.type, list(EVENT_TYPES))}")
    if known.struct is ClockAdvanced:
        raise SettingsError(f"{place}, type: clocks are made by the feed, not by a file")
    of_company = issubclass(known.struct, CompanyEvent)
    if of_company and rule.customer is not None:
        raise SettingsError(f"{place}, customer: {rule.type} is not of one customer")
    if not of_company and rule.customer is None:
        raise SettingsError(f"{place}, customer: missing; whose {rule.type} is it?")
    found = targets(known.struct)
    missing = [name for name, target in found.items() if target.required and name not in rule.data]
    if missing:
        raise SettingsError(f"{place}, data: {rule.type} needs {', '.join(missing)}")
    return RulePlan(
        place=place,
        file=origin.file,
        id_head=origin.id_head(place.rpartition(", ")[2]),
        struct=known.struct,
        data=data_of(known.struct),
        customer=None if rule.customer is None else value(rule.customer, f"{place}, customer"),
        time=when(rule.time, f"{place}, time"),
        id=None if rule.id is None else value(rule.id, f"{place}, id"),
        where=origin.where + _conditions(rule.where, place),
        one_per=tuple(rule.one_per),
        fields=_fields(rule.data, found, place, combining=bool(rule.one_per)),
    )


def _profile(rule: ProfileRule, origin: _Origin, place: str) -> RulePlan:
    return RulePlan(
        place=place,
        file=origin.file,
        id_head=origin.id_head(place.rpartition(", ")[2]),
        struct=ProfileUpdated,
        data=data_of(ProfileUpdated),
        customer=value(rule.customer, f"{place}, customer"),
        time=None,
        id=None,
        where=origin.where + _conditions(rule.where, place),
        one_per=(),
        fields=_fields(rule.data, targets(ProfileUpdated), place, combining=False),
    )


def _fields(
    data: dict[str, Any], known: dict[str, Target], place: str, *, combining: bool
) -> tuple[FieldPlan, ...]:
    found = []
    for name, raw, target in _filled(data, known, f"{place}, data"):
        spec = field_spec(raw, target, f"{place}, data.{name}")
        if isinstance(spec, Value) and spec.combine is not None and not combining:
            raise SettingsError(f"{place}, data.{name}, combine: needs one_per in the event")
        found.append(FieldPlan(target, spec))
    return tuple(found)


def _filled(
    data: dict[str, Any], known: dict[str, Target], place: str
) -> Iterator[tuple[str, Any, Target]]:
    for name, raw in data.items():
        if name not in known:
            raise SettingsError(f"{place}: {unknown_name(name, list(known))}")
        yield name, raw, known[name]


def _conditions(where: dict[str, Any], place: str) -> Conditions:
    return tuple((name, condition(raw, f"{place}, where.{name}")) for name, raw in where.items())


def _allow(column: str, place: str, *, as_key: bool) -> None:
    why = refusal(column, as_key=as_key)
    if why is not None:
        raise SettingsError(f"{place}: column {column!r}: {why}")


def _managers(dealt_to: int | list[str] | None, place: str) -> tuple[str, ...]:
    if isinstance(dealt_to, int):
        if dealt_to < 1:
            raise SettingsError(f"{place}: was {dealt_to}, must be at least 1")
        return tuple(f"Manager {number}" for number in range(1, dealt_to + 1))
    return tuple(dealt_to or ())


def _dotted(settings: dict[str, Any], head: str = "") -> Iterator[tuple[str, object]]:
    for name, raw in settings.items():
        if isinstance(raw, dict):
            yield from _dotted(raw, f"{head}{name}.")
        else:
            yield f"{head}{name}", raw
