"""A person's own files as a source: tables and a mapping in, typed events in time order out.

Start with `open_files`. Everything is read and checked before the first event is given, so that
what was refused is known, with its row and reason, before anything is fed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from detectors.errors import SettingsError
from streams.events import EVENT_TYPES, AnyEvent, name_of
from streams.sources.columns.loading import load
from streams.sources.columns.rows import DeadLetter, RuleColumns, Tally, carried_out
from streams.sources.columns.times import DAY_US, Reading
from streams.sources.file_events import events_of, moments, refuse_shared_ids
from streams.sources.file_profiles import Profiles, profiles_of
from streams.sources.file_stretches import stretch_of
from streams.sources.mapping_file import read_mapping
from streams.sources.merging import merged
from streams.sources.plan import Plan
from streams.sources.planning import planned
from streams.sources.stretches import AT_ONCE, Stretch, joined

_AT_ONCE = 16_384  # events that are Python objects at the same time


@dataclass(frozen=True, eq=False)
class FileSource:
    """Events of files. Satisfies `streams.sources.source.Source`, and `InColumns`.

    `n_refused` counts what became no event, `refused` says which and why (the first of each
    rule, should there be very many), `tallies` what became of the rows, rule by rule, and
    `notes` what was invented and must be said where it is shown.
    """

    name: str
    n_events: int
    preset: dict[str, object]
    n_refused: int
    refused: tuple[DeadLetter, ...]
    tallies: tuple[Tally, ...]
    notes: tuple[str, ...]
    rules: tuple[RuleColumns, ...]
    known: Profiles

    @property
    def topics(self) -> tuple[str, ...]:
        """Give the topics of `events`, those of `profiles` left out."""
        told = (rule.rule.struct for rule in self.rules if rule.tally.n_events)
        return tuple(sorted({EVENT_TYPES[name_of(struct)].topics[0] for struct in told}))

    def profiles(self) -> Iterator[AnyEvent]:
        """Give what is known of the customers at the beginning."""
        return self.known.events()

    def events(self) -> Iterator[AnyEvent]:
        """Give what happened, in time order; at the same instant in the order of the mapping."""
        for part in merged([rule.time_us for rule in self.rules], _AT_ONCE):
            spans = zip(self.rules, part.spans, strict=True)
            found = [event for rule, span in spans for event in events_of(rule, span, self.name)]
            yield from (found[place] for place in part.order.tolist())

    def profile_stretches(self) -> Iterator[Stretch]:
        """Give `profiles` as columns."""
        return self.known.stretches()

    def event_stretches(self) -> Iterator[Stretch]:
        """Give `events` as columns."""
        for part in merged([rule.time_us for rule in self.rules], AT_ONCE):
            spans = zip(self.rules, part.spans, strict=True)
            found = [stretch_of(rule, span, self.name) for rule, span in spans if span]
            yield found[0] if len(found) == 1 else joined(found).taken(part.order)


def open_files(mapping: Path, given: Sequence[str] = ()) -> FileSource:
    """Read files by a mapping.

    Parameters
    ----------
    mapping : Path
        The TOML file.
    given : sequence of str
        Where files lie, as ``name=path``, or a path alone if the mapping has one file. A file
        that is not given lies where its `path` in the mapping says, seen from the mapping.

    Raises
    ------
    SettingsError
        If the mapping is wrong, or does not fit the contract or the files.
    """
    shape = read_mapping(mapping)
    names = [file.name for file in shape.file]
    elsewhere = _given(given, names, mapping.name)
    paths = {}
    for file in shape.file:
        place = f"{mapping.name}, file {file.name!r}"
        if file.name not in elsewhere and file.path is None:
            raise SettingsError(f"{place}, path: missing; give --events {file.name}=PATH")
        paths[file.name] = elsewhere.get(file.name) or mapping.parent / str(file.path)
    return carry_out(planned(shape, mapping.name, paths))


def carry_out(plan: Plan) -> FileSource:
    """Read the files of a plan and check every row.

    Raises
    ------
    SettingsError
        If a file cannot be read or lacks a column, or two rules give the same ids.
    """
    loaded = load(plan)
    events: list[RuleColumns] = []
    profiles: list[RuleColumns] = []
    for file, table in zip(plan.files, loaded.tables, strict=True):
        reading = Reading(
            timezone=file.file.timezone or plan.timezone,
            decimal=file.file.decimal,
            since=plan.since,
            until=plan.until,
        )
        events += [carried_out(rule, table, reading) for rule in file.events]
        profiles += [carried_out(rule, table, reading) for rule in file.profiles]
    refuse_shared_ids(events)
    made = profiles_of(plan, profiles, _customers(events), _begin(events))
    done = events + profiles
    return FileSource(
        name=plan.name,
        n_events=len(made) + sum(columns.tally.n_events for columns in events),
        preset=plan.preset,
        n_refused=len(loaded.broken) + sum(columns.tally.n_refused for columns in done),
        refused=loaded.broken + tuple(letter for one in done for letter in one.letters),
        tallies=tuple(columns.tally for columns in done),
        notes=_notes(plan),
        rules=tuple(events),
        known=made,
    )


def _given(given: Sequence[str], names: Sequence[str], place: str) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for text in given:
        name, found, path = text.partition("=")
        if found and name in names:
            paths[name] = Path(path)
        elif len(names) == 1:
            paths[names[0]] = Path(text)
        else:
            raise SettingsError(
                f"{text}: which file of {place} is it? Write NAME=PATH with one of the names "
                f"{', '.join(names)}"
            )
    return paths


def _customers(events: Sequence[RuleColumns]) -> set[str]:
    found: set[str] = set()
    for columns in events:
        if columns.rule.customer is not None:
            found.update(columns.table["customer"].unique().to_pylist())
    return found


def _begin(events: Sequence[RuleColumns]) -> datetime:
    # The day of the first event, so that no event is before what is known of its customer.
    firsts = [int(columns.time_us[0]) for columns in events if columns.tally.n_events]
    return moments(np.array([min(firsts, default=0) // DAY_US * DAY_US]))[0]


def _notes(plan: Plan) -> tuple[str, ...]:
    if not plan.managers:
        return ()
    told = f"{len(plan.managers)} account managers are invented: customers whose file names none"
    return (f"{told} are dealt to them by a hash of the id.",)
