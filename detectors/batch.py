"""Events at hand: a part of a slice in which no customer occurs twice, so arrays can take it.

`rounds` cuts a slice into batches: all first events of its customers, then all second ones
... Each customer's events keep their order, and that is all the order a family can see.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import F64, I64, U64, Mask, Rows
from detectors.kinds import Kind
from detectors.on_demand import OnDemand
from detectors.slices import Columns

At = Rows | slice  # places in the block of rows at hand: some of them, or all


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Events of different customers: the n-th event belongs to the n-th row of the block.

    `rows` are the places in the block that these events belong to; after `of` only those of
    the chosen kinds. All other fields have one entry for each event.
    """

    rows: At
    columns: Columns
    position: I64  # place of each event in its slice
    _parts: dict[tuple[Kind, ...], "Batch"] = field(default_factory=dict)  # several families ask

    def __len__(self) -> int:
        return len(self.position)

    def of(self, *kinds: Kind) -> "Batch":
        """Give the events of these kinds only, their `rows` still places in the same block."""
        part = self._parts.get(kinds)
        if part is None:
            part = self._parts[kinds] = self.where(_are(kinds)[self.kind])
        return part

    def where(self, chosen: Mask) -> "Batch":
        """Give the chosen events only; `chosen` has one entry for each event."""
        places = np.flatnonzero(chosen)
        if len(places) == len(chosen):
            return self
        rows = places if isinstance(self.rows, slice) else self.rows[places]
        return Batch(rows, _taken(self.columns, places), self.position[places])

    @property
    def kind(self) -> NDArray[np.uint8]:
        """Kinds, uint8."""
        return self.columns["kind"]

    @property
    def at_ms(self) -> I64:
        """Event times, int64, ms since 1970."""
        return self.columns["at_ms"]

    @property
    def amount(self) -> F64:
        """Money in the customer's currency, float64; 0 where the event carries none."""
        return self.columns["amount"]

    @property
    def lines(self) -> U64:
        """Sets of product lines, uint64, one bit each."""
        return self.columns["lines"]

    @property
    def code(self) -> NDArray[np.int32]:
        """What the kind says: severity, direction ... int32."""
        return self.columns["code"]

    @property
    def reference(self) -> U64:
        """Hash of the complaint, contact or payment that the event belongs to, uint64."""
        return self.columns["reference"]

    @property
    def evidence(self) -> tuple[NDArray[Any], I64]:
        """Where the events stand: topic (place in `kinds.TOPICS`) and offset."""
        return self.columns["topic"], self.columns["offset"]


def rounds(columns: Columns, keep: Mask | None = None) -> Iterator[tuple[Rows, Batch]]:
    """Cut events into batches in which no customer occurs twice, earliest events first.

    Parameters
    ----------
    columns : the slice's columns, each of shape (n,)
    keep : bool, shape (n,), optional
        Events to take; the others are left out.

    Yields
    ------
    rows : intp, shape (m,)
        The customers' numbers, in the order of their events in the slice.
    batch : Batch
        Their events, `batch.rows` being all places 0 .. m - 1.

    Examples
    --------
    >>> columns = {"row": np.array([5, 7, 5], np.int32)}
    >>> [rows.tolist() for rows, _ in rounds(columns)]
    [[5, 7], [5]]
    """
    row = columns["row"]
    position = np.arange(len(row)) if keep is None else np.flatnonzero(keep)
    turn = turns(row[position])
    if not len(turn):
        return
    n_turns = int(turn.max()) + 1
    if n_turns == 1 and len(position) == len(row):
        yield row.astype(np.intp), Batch(slice(None), columns, position)
        return
    in_turns = np.argsort(turn, kind="stable")
    ends = np.cumsum(np.bincount(turn, minlength=n_turns))
    for start, end in zip([0, *ends[:-1]], ends, strict=True):
        at = position[in_turns[start:end]]
        part = _taken(columns, at)
        yield part["row"].astype(np.intp), Batch(slice(None), part, at)


def turns(row: NDArray[np.int32]) -> I64:
    """Count, for each event, the events of the same customer before it.

    Examples
    --------
    >>> turns(np.array([5, 7, 5, 5], np.int32))
    array([0, 0, 1, 2])
    """
    by_row = np.argsort(row, kind="stable")
    ordered = row[by_row]
    is_first = np.ones(len(row), bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    place = np.arange(len(row))
    begins = np.maximum.accumulate(np.where(is_first, place, 0))
    result = np.empty(len(row), np.int64)
    result[by_row] = place - begins
    return result


@cache
def _are(kinds: tuple[Kind, ...]) -> Mask:
    # By kind: whether it is one of these.
    return np.isin(np.arange(256), kinds)


def _taken(columns: Columns, places: Rows) -> Columns:
    # No family looks at all columns of its events, and most look at few events.
    return OnDemand(lambda name: columns[name].take(places))
