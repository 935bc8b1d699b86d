"""One rule carried out: the rows of a file become columns of one kind of event, in time order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrays import I32, I64, Mask
from detectors.errors import SettingsError
from streams.events.envelope import Name
from streams.sources.columns.cells import Cells, texts
from streams.sources.columns.combining import NTH, combined, in_order
from streams.sources.columns.tables import ROW
from streams.sources.columns.times import Reading, instants, wanted
from streams.sources.columns.values import checked, filled, text
from streams.sources.columns.where import passing
from streams.sources.plan import RulePlan

LETTERS_MAX = 10_000  # of one rule; more say nothing new, and the tally counts them all


@dataclass(frozen=True)
class DeadLetter:
    """A row of a file that gave no event, and why; `event` is the rule that was tried."""

    file: str
    row: int
    event: str
    reason: str


@dataclass(frozen=True)
class Tally:
    """What became of the rows that a rule saw.

    ``n_rows = n_left_out + n_refused + n_joined + n_events``: left out by a filter, refused
    with a dead letter, made one event with an earlier row by `one_per`, or an event. Of
    profiles every row counts, though only a customer's first is used.
    """

    file: str
    event: str
    n_rows: int
    n_left_out: int
    n_refused: int
    n_joined: int
    n_events: int


@dataclass(frozen=True, eq=False)
class RuleColumns:
    """Events of one rule as columns in time order, and what became of the other rows.

    `table` has ``time``, `ROW`, `NTH` (above 0 where a row was doubled), ``data.<field>`` and,
    where the rule has them, ``customer`` and ``id``. Profiles have no time: all are at 0.
    """

    rule: RulePlan
    table: Any
    tally: Tally
    letters: tuple[DeadLetter, ...]

    @cached_property
    def time_us(self) -> I64:
        """Event times, microseconds since 1970."""
        times: I64 = self.table["time"].cast(pa.int64()).to_numpy()
        return times


def carried_out(rule: RulePlan, table: Any, reading: Reading) -> RuleColumns:
    """Carry out a rule on a table that has all columns it reads.

    Parameters
    ----------
    table : pyarrow table
        With `ROW` in rising order; a number that occurs twice is a row that was doubled.
    """
    row = table[ROW].to_numpy()
    table = table.append_column(NTH, pa.array(_nth(row)))
    with _placed(f"{rule.place}, where"):
        passes, not_compared = passing(table, rule.where, reading)
    taken, cells = _kept(table, passes), dict[str, Cells]()
    if rule.time is not None:
        with _placed(f"{rule.place}, time"):
            times = instants(taken, rule.time, reading)
        inside = wanted(times, reading)
        taken, cells["time"] = _kept(taken, inside), times.filtered(inside)
    cells |= _cells(rule, taken, reading)
    refused = _refused(rule, cells)
    good = in_order(_without(pa.table(_values(cells, taken)), refused))
    events = combined(good, rule)
    spoiled = _spoiled(rule, events)
    kept = _without(events, spoiled)
    letters = [
        *_letters(rule, row, not_compared),
        *_letters(rule, taken[ROW].to_numpy(), refused),
        *_letters(rule, events[ROW].to_numpy(), spoiled),
    ]
    tally = Tally(
        file=rule.file,
        event=_event_of(rule),
        n_rows=len(row),
        n_left_out=len(row) - taken.num_rows - len(not_compared),
        n_refused=len(not_compared) + len(refused) + len(spoiled),
        n_joined=good.num_rows - events.num_rows,
        n_events=kept.num_rows,
    )
    return RuleColumns(rule, kept, tally, tuple(letters[:LETTERS_MAX]))


def _nth(row: I64) -> I32:
    # Which of those with its number each row is.
    if np.all(row[1:] > row[:-1]):
        return np.zeros(len(row), np.int32)
    return (np.arange(len(row)) - np.searchsorted(row, row)).astype(np.int32)


def _cells(rule: RulePlan, table: Any, reading: Reading) -> dict[str, Cells]:
    found: dict[str, Cells] = {}
    for key, spec in (("customer", rule.customer), ("id", rule.id)):
        if spec is not None:
            with _placed(f"{rule.place}, {key}"):
                found[key] = checked(text(table, spec, reading), Name)
    for field in rule.fields:
        key = f"data.{field.target.name}"
        with _placed(f"{rule.place}, {key}"):
            cells = filled(table, field, reading)
        if not field.combined and not field.settled:
            cells = checked(cells, field.target.type)
        found[key] = cells
    for column in rule.one_per:
        found[f"one_per.{column}"] = Cells(texts(table[column].combine_chunks()))
    return found


@contextmanager
def _placed(place: str) -> Iterator[None]:
    # What a whole column cannot be is a mistake in the mapping, and told with its place.
    try:
        yield
    except SettingsError as error:
        raise SettingsError(f"{place}: {error}") from error


def _refused(rule: RulePlan, cells: dict[str, Cells]) -> dict[int, str]:
    # Place -> the first thing wrong with the row.
    optional = {f"data.{field.target.name}" for field in rule.fields if not field.target.required}
    refused: dict[int, str] = {}
    for key, found in cells.items():
        for place, why in found.faults.items():
            refused.setdefault(place, f"{key}: {why}")
        if key not in optional and found.values.null_count:
            empty = pc.is_null(found.values).to_numpy(zero_copy_only=False)
            for nowhere in np.flatnonzero(empty).tolist():
                refused.setdefault(nowhere, f"{key}: empty")
    return refused


def _spoiled(rule: RulePlan, events: Any) -> dict[int, str]:
    # What is wrong only after the rows of an event were put together.
    found = {
        f"data.{field.target.name}": checked(
            Cells(events[f"data.{field.target.name}"].combine_chunks()), field.target.type
        )
        for field in rule.fields
        if field.combined
    }
    return _refused(rule, found)


def _values(cells: dict[str, Cells], table: Any) -> dict[str, Any]:
    values = {key: found.values for key, found in cells.items()}
    if "time" not in values:
        values["time"] = pa.array(np.zeros(table.num_rows, np.int64))
    return values | {name: table[name] for name in (ROW, NTH)}


def _without(table: Any, refused: dict[int, str]) -> Any:
    good = np.ones(table.num_rows, bool)
    good[list(refused)] = False
    return _kept(table, good)


def _kept(table: Any, mask: Mask) -> Any:
    return table if mask.all() else table.filter(pa.array(mask))


def _event_of(rule: RulePlan) -> str:
    return rule.place.rpartition(", ")[2]


def _letters(rule: RulePlan, row: I64, refused: dict[int, str]) -> list[DeadLetter]:
    event = _event_of(rule)
    first = sorted(refused.items())[:LETTERS_MAX]
    return [DeadLetter(rule.file, int(row[place]), event, reason) for place, reason in first]
