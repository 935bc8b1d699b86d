"""A decoded event as a reading: what the scanner must give, and what it declined to give."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.events.envelope import AnyEvent, at_ms
from streams.log_rows import event_hash, row_of
from streams.reading.reading import READING

_ROW = ("kind", "code", "amount", "quantity", "reference", "lines")


class Decoded(NamedTuple):
    """A reading, shape (1,), the bytes it points into, and what fits in no column.

    The place of `data` is that of the note, so that there is one if and only if there is a note.
    """

    buffer: NDArray[np.uint8]
    reading: NDArray[np.void]
    note: bytes | None


def decoded(event: AnyEvent) -> Decoded:
    """Give an event as a reading."""
    subject, source = (event.subject or "").encode(), event.source.encode()
    *row, note = row_of(event)
    reading = np.zeros(1, READING)
    reading["taken"], reading["at_ms"], reading["id_hash"] = 1, at_ms(event.time), event_hash(event)
    for name, value in zip(_ROW, row, strict=True):
        reading[name] = value
    at = 0
    for name, text in (("subject", subject), ("source", source), ("data", note or b"")):
        reading[f"{name}_at"], reading[f"{name}_len"] = at, len(text)
        at += len(text)
    buffer = np.frombuffer(subject + source + (note or b""), np.uint8)
    return Decoded(buffer, reading, note)
