"""Many records of a topic, read in one call into one array: stage one of the intake."""

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import I64, U8
from detectors.compiled import array_kernel, inlined
from streams.events.decode import LIMIT_BYTES
from streams.reading.events import HEAD, identity, read_event
from streams.reading.loads import PADDING, Record
from streams.reading.tables import Tables, tables_of

# What is known of a record. Where `taken` is 0 it was declined and nothing else means anything.
READING = np.dtype(
    [
        ("taken", "u1"),
        ("kind", "u1"),
        ("code", "i4"),
        ("at_ms", "i8"),
        ("id_hash", "u8"),
        ("amount", "f8"),
        ("quantity", "f4"),
        ("reference", "u8"),
        ("lines", "u8"),
        # Places and lengths in the buffer, in bytes, of plain ASCII. A company's event has no
        # subject: length 0.
        ("subject_at", "i8"),
        ("subject_len", "i4"),
        ("source_at", "i8"),
        ("source_len", "i4"),
        # `data` as JSON, for `streams.log_rows.note_of`. Length 0: the row has no note; below 0
        # it is that of the note itself, less its sign.
        ("data_at", "i8"),
        ("data_len", "i4"),
    ],
    align=True,
)

_MOST_IDENTITY = 1_024  # bytes of source and id together; the contract allows 400 characters


def read_places(topic: str, buffer: U8, starts: I64, lengths: I64) -> NDArray[np.void]:
    """Read the values of a topic's records, in structured mode, as far as they are usual.

    A value that is taken gives what `decode`, `row_of`, `event_hash` and `at_ms` give for it.
    One that is declined says nothing: ask `decode`. Headers and keys are the caller's.

    Parameters
    ----------
    topic : str
        One of `streams.topics.INPUTS`.
    buffer : uint8, shape (n_bytes,), read-only
        Has a byte 0 behind each value, and `loads.PADDING` bytes behind the last.
    starts, lengths : int64, shape (n,)
        Where each value begins, and its bytes. More values at once cost less each; an empty one
        is declined.

    Returns
    -------
    readings : READING, shape (n,)
        Their places point into `buffer`.

    Raises
    ------
    KeyError
        If `topic` is no public input topic.

    Examples
    --------
    >>> value = b'{"specversion":"1.0","type":"login.made","id":"7","source":"/app",'
    >>> value += b'"time":"1970-01-02T00:00:00Z","subject":"718","data":{}}'
    >>> buffer = np.frombuffer(value + bytes(1 + PADDING), np.uint8)
    >>> readings = read_places(
    ...     "customer.interactions", buffer, np.array([0, 1]), np.array([len(value), 7])
    ... )
    >>> readings[["taken", "kind", "at_ms", "subject_len"]].tolist()
    [(1, 5, 86400000, 3), (0, 0, 0, 0)]
    """
    readings = np.zeros(len(starts), READING)
    _read_each(tables_of(topic), buffer, (starts, lengths), readings)
    return readings


@array_kernel
def _read_each(
    tables: Tables, buffer: U8, spans: tuple[I64, I64], readings: NDArray[np.void]
) -> None:
    scratch = np.zeros(1, HEAD), np.zeros(_MOST_IDENTITY + PADDING, np.uint8)
    for at in range(len(readings)):
        if spans[1][at] <= LIMIT_BYTES:
            span = spans[0][at], spans[0][at] + spans[1][at]
            _read_one(tables, buffer, span, (scratch, readings[at]))


@inlined
def _read_one(tables: Tables, buffer: U8, span: tuple[int, int], records: Record) -> None:
    scratch, reading = records
    head = scratch[0][0]
    head.seen, head.type, head.data_at = 0, 0, 0
    if not read_event(tables, buffer, span, (head, reading)):
        return
    if reading.source_len + head.id_len < _MOST_IDENTITY:
        reading.id_hash = identity(buffer, scratch[1], (head, reading))
        reading.taken = 1
