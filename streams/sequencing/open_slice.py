"""The slice being filled: events row by row, until it is cut and goes to the log as columns."""

from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import I64
from detectors.compiled import inlined
from detectors.slices import LOGGED, Marks, Slice, columns_of
from streams.sequencing.names import UNKNOWN, Names, Table, add, number_of
from streams.sequencing.texts import Text, Whole, tag_of

FILLED = np.dtype([("n_rows", "<i8"), ("n_noted", "<i8")])


class Rows(NamedTuple):
    """What compiled code sees of `OpenSlice`; good until the next `reserve` of its sources."""

    events: NDArray[Any]  # LOGGED, of which `n_rows` are filled
    filled: NDArray[Any]
    noted: I64  # shape (size, 2): row and place among the arrivals, of rows to be noted
    sources: Table


class OpenSlice:
    """Collects events in the order of the log, at most `size`."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sources = Names()
        self._events = np.empty(size, LOGGED)
        self._filled = np.zeros(1, FILLED)
        self._noted = np.empty((size, 2), np.int64)
        self._notes: list[tuple[int, bytes]] = []

    def __len__(self) -> int:
        return int(self._filled["n_rows"][0])

    @property
    def rows(self) -> Rows:
        """What compiled code works on."""
        return Rows(self._events, self._filled, self._noted, self.sources.table)

    def take_noted(self) -> list[list[int]]:
        """Give the rows to be noted, each with its place among the arrivals, once."""
        n_noted, self._filled["n_noted"] = int(self._filled["n_noted"][0]), 0
        return cast("list[list[int]]", self._noted[:n_noted].tolist())

    def note(self, row: int, note: bytes) -> None:
        """Give a row its note; a later row than any before."""
        self._notes.append((row, note))

    def cut(self, first: int, marks: Marks) -> Slice:
        """Give the events so far as a slice whose first event has number `first`."""
        columns = columns_of(self._events[: len(self)])
        sources = tuple(source.decode() for source in self.sources)
        cut = Slice(first, marks, sources, columns, tuple(self._notes))
        self._filled["n_rows"], self._notes = 0, []
        self.sources.clear()
        return cut


@inlined
def source_of(sources: Table, name: Text) -> Whole:
    """Give the place of a source among the slice's."""
    tag = tag_of(name)
    place = number_of(sources, name, tag)
    if place == UNKNOWN:
        place = sources.counts[0].next
        add(sources, name, tag, place)
    return place
