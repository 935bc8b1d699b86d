"""The slice being filled: events row by row, until it is cut and goes to the log as columns."""

from typing import TYPE_CHECKING

import numpy as np

from detectors.kinds import TOPICS
from detectors.slices import COLUMNS, Marks, Slice
from streams.events.envelope import AnyEvent, at_ms
from streams.log_rows import row_of

if TYPE_CHECKING:
    from streams.sequencer import Arrival


class OpenSlice:
    """Collects events in the order of the log."""

    def __init__(self) -> None:
        self._clear()

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, number: int, event: AnyEvent, arrival: "Arrival", id_hash: int) -> None:
        """Add an event of customer `number`."""
        kind, code, amount, quantity, reference, lines, note = row_of(event)
        source = self._sources.setdefault(event.source, len(self._sources))
        topic = TOPICS.index(arrival.topic)
        if note is not None:
            self._notes.append((len(self._rows), note))
        # In the order of detectors.slices.COLUMNS.
        self._rows.append(
            (number, kind, topic, source, code, at_ms(event.time), arrival.known_ms, id_hash,
             arrival.offset, amount, quantity, reference, lines)
        )  # fmt: skip

    def cut(self, first: int, marks: Marks) -> Slice:
        """Give the events so far as a slice whose first event has number `first`."""
        values = zip(*self._rows, strict=True) if self._rows else ((),) * len(COLUMNS)
        columns = {
            name: np.array(column, dtype)
            for (name, dtype), column in zip(COLUMNS.items(), values, strict=True)
        }
        cut = Slice(first, marks, tuple(self._sources), columns, tuple(self._notes))
        self._clear()
        return cut

    def _clear(self) -> None:
        self._rows: list[tuple[float, ...]] = []
        self._sources: dict[str, int] = {}
        self._notes: list[tuple[int, bytes]] = []
