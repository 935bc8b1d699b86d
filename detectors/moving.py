"""Rows that go to another customer and come from one: what a merge does to the ledger.

The absorbed customer's row leaves its partition as plain numbers by column name, so that it can
be read by whoever knows other columns, and comes as an event of the survivor. Both happen when
the slice ends, because the intake ends a slice with such an event.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.arrays import NEVER
from detectors.joining import NAMED, joined
from detectors.kinds import Kind, Merge
from detectors.ledger import Ledger
from detectors.rows import Layout, Table
from detectors.slices import Slice

MOVING = (Kind.CUSTOMER_MERGED, Kind.CUSTOMER_UNMERGED, Kind.ROW_MOVED)
IS_MOVING = np.isin(np.arange(256), MOVING)  # by kind
# Where alerts stand is the absorbed id's own: its band falls, and its tasks are closed by that.
# The intake tells the survivor itself what was withdrawn under the other id.
_STAY = frozenset(
    {
        "ledger.position",
        "ledger.reported_risk",
        "ledger.absorbed_ms",
        "account.consent_s",
        "account.withdrawn",
    }
)
_PARTS_STAY = frozenset({"bands", "stages"})
_PARTS_KEPT = _PARTS_STAY | {"ledger", "account"}


@dataclass(frozen=True)
class Moved:
    """What was counted of a customer until they were absorbed.

    `columns` are the numbers of each column that is not empty (one, or those of its places),
    `names` the columns that are names. `id_hash` is that of the merge, at `at_ms`.
    """

    number: int
    at_ms: int
    id_hash: int
    columns: tuple[tuple[str, tuple[int | float, ...]], ...]
    names: tuple[tuple[str, str], ...]


class Due(NamedTuple):
    """An event of a slice that moves a row, still to be taken."""

    at: int
    number: int
    kind: int


class _Column(msgspec.Struct):
    column: str
    numbers: list[int | float]


class _Name(msgspec.Struct):
    column: str
    text: str


class _Note(msgspec.Struct):
    columns: list[_Column] = []
    names: list[_Name] = []


_notes = msgspec.msgpack.Decoder(_Note)


def due(ledger: Ledger, position: int, record: Slice) -> list[Due]:
    """Give the events that move rows; before the slice is taken, because then all seem old."""
    columns = record.columns
    places = np.flatnonzero(IS_MOVING[columns["kind"]])
    found = []
    for at in places.tolist():
        number, kind = int(columns["row"][at]), int(columns["kind"][at])
        is_new = columns["offset"][at] > ledger.taken[columns["topic"][at]]
        absorbs = kind == Kind.ROW_MOVED or columns["code"][at] == Merge.ABSORBED
        if is_new and absorbs and ledger.rows["ledger"]["position"][number] < position:
            found.append(Due(at, number, kind))
    return found


def move(ledger: Ledger, record: Slice, moves: list[Due], *, by_silence: bool) -> tuple[Moved, ...]:
    """Do to the ledger what events ask for; give the rows that go to other customers.

    `by_silence` says whether silence is churn: else the absorbed id's own leaving, which it
    remembers week by week, is none of the survivor's.
    """
    gone = []
    for one in moves:
        at_ms = int(record.columns["at_ms"][one.at])
        own = ledger.rows["ledger"][one.number : one.number + 1]
        if one.kind == Kind.ROW_MOVED:
            _take_in(ledger, record, one, by_silence=by_silence)
        elif one.kind == Kind.CUSTOMER_UNMERGED:
            own["absorbed_ms"] = np.where(own["absorbed_ms"] <= at_ms, NEVER, own["absorbed_ms"])
        else:
            gone.append(_leaving(ledger, one.number, record, one.at))
            _empty(ledger, one.number)
            own["absorbed_ms"] = max(int(own["absorbed_ms"][0]), at_ms)
    return tuple(one for one in gone if one.columns)


def _empty(ledger: Ledger, number: int) -> None:
    layout, numbers = ledger.layout, np.array([number])
    table = ledger.whole(numbers)
    row, blank = table.view(layout.nested), layout.blank.view(layout.nested)
    for part in set(layout.nested.names or ()) - _PARTS_KEPT:
        row[part] = blank[part]
    ledger.put(numbers, table)


def _leaving(ledger: Ledger, number: int, record: Slice, at: int) -> Moved:
    row = ledger.whole(np.array([number]))
    columns, names = [], []
    for name, is_name in _travelling(ledger.layout):
        value = row[name][0]
        if np.array_equal(value, ledger.layout.blank[name][0]):
            continue
        if is_name:
            names.append((name, ledger.names[int(value)]))
        else:
            columns.append((name, tuple(np.atleast_1d(value).tolist())))
    of = record.columns
    return Moved(number, int(of["at_ms"][at]), int(of["id_hash"][at]), tuple(columns), tuple(names))


def _take_in(ledger: Ledger, record: Slice, one: Due, *, by_silence: bool) -> None:
    layout, numbers = ledger.layout, np.array([one.number])
    other = _read(ledger, dict(record.notes).get(one.at, b"\x80"))
    _show(other, record.columns, one.at)
    if not by_silence:
        other["churn.seen_weeks"] = layout.blank["churn.seen_weeks"]
    own = ledger.whole(numbers)
    row = joined(layout, own, other)
    for column, _ in _travelling(layout):
        # Of the account the survivor's own stays, and the other's fills what is not known.
        if column.startswith("account.") and own[column][0] == layout.blank[column][0]:
            row[column] = other[column]
    row["ledger.joined_ms"] = max(row["ledger.joined_ms"][0], record.columns["at_ms"][one.at])
    ledger.put(numbers, row)


def _read(ledger: Ledger, note: bytes) -> Table:
    said, row = _notes.decode(note), ledger.layout.blanks(1)
    known = dict(_travelling(ledger.layout))
    for name in said.names:
        if known.get(name.column):
            row[name.column] = ledger.code(name.text)
    for column in said.columns:
        if known.get(column.column) is False and _fits(row, column):
            row[column.column][0] = column.numbers if len(column.numbers) > 1 else column.numbers[0]
    return row


def _fits(row: Table, column: _Column) -> bool:
    shape = row.dtype[column.column].shape
    return len(column.numbers) == (shape[0] if shape else 1)


def _show(row: Table, columns: dict[str, NDArray[Any]], at: int) -> None:
    # The records that showed it are another partition's: this one brought what they said.
    for name in row.dtype.names or ():
        part, _, column = name.partition(".")
        if column == "evidence_offset" and row[f"{part}.evidence_ms"][0] != NEVER:
            row[name] = columns["offset"][at]
            row[f"{part}.evidence_topic"] = columns["topic"][at]


def _travelling(layout: Layout) -> Iterator[tuple[str, bool]]:
    """Give the columns that go along, and whether each is a name of the ledger's."""
    for part, columns in layout.parts:
        for column in columns:
            name = f"{part}.{column.name}"
            foreign = column.unit.startswith("place in the ledger") and column.unit != NAMED
            evidence = column.name in ("evidence_offset", "evidence_topic")
            if part not in _PARTS_STAY and name not in _STAY and not foreign and not evidence:
                yield name, column.unit == NAMED
