"""The slice being filled: events row by row, until it is cut and goes to the log as columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from detectors.slices import COLUMNS, Marks, Slice
from streams.events.envelope import AnyEvent
from streams.log_rows import Row, row_of

# What is not the event's own to say, in this order; its other columns come from its `Row`.
Place = tuple[int, int, int, int, int, int]
PLACE = ("row", "topic", "at_ms", "known_ms", "id_hash", "offset")
ROW = ("kind", "code", "amount", "quantity", "reference", "lines", "note")


class OpenSlice:
    """Collects events in the order of the log."""

    def __init__(self) -> None:
        self._clear()

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, event: AnyEvent, place: Place) -> None:
        """Add an event."""
        self._places.append(place)
        self._rows.append(row_of(event))
        self._sources.append(self._source_of.setdefault(event.source, len(self._source_of)))

    def cut(self, first: int, marks: Marks) -> Slice:
        """Give the events so far as a slice whose first event has number `first`."""
        values: dict[str, Sequence[Any]] = dict.fromkeys((*PLACE, *ROW), ())
        values["source"] = self._sources
        if self._rows:
            values |= zip(PLACE, zip(*self._places, strict=True), strict=True)
            values |= zip(ROW, zip(*self._rows, strict=True), strict=True)
        columns = {name: np.array(values[name], dtype) for name, dtype in COLUMNS.items()}
        notes = tuple((at, note) for at, note in enumerate(values["note"]) if note is not None)
        cut = Slice(first, marks, tuple(self._source_of), columns, notes)
        self._clear()
        return cut

    def _clear(self) -> None:
        self._places: list[Place] = []
        self._rows: list[Row] = []
        self._sources: list[int] = []
        self._source_of: dict[str, int] = {}
