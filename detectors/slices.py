"""The customer log's records: a slice of events, a tick of time, a model. Packed and unpacked.

One Kafka record is one step. A slice carries its events as little-endian columns in a
msgpack frame, so that unpacking is a view on the record's bytes, with no loop over events.
A format once written stays readable; an unknown one refuses, because a guess would be worse.
"""

from typing import Any, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.arrays import F64
from detectors.errors import FormatError
from detectors.kinds import TOPICS
from detectors.tier_lines import TierLines

FORMAT = 1

# The columns of a slice, in the order they are written; all little-endian.
COLUMNS: dict[str, str] = {
    "row": "<i4",  # the customer's number
    "kind": "u1",
    "topic": "u1",  # place in TOPICS
    "source": "<u2",  # place in the slice's `sources`: who sent it
    "code": "<i4",  # severity, direction ... as the kind says
    "at_ms": "<i8",  # event time
    "known_ms": "<i8",  # when it reached Kafka
    "id_hash": "<u8",
    "offset": "<i8",  # in the topic, for evidence
    "amount": "<f8",
    "quantity": "<f4",
    "reference": "<u8",  # hash of the complaint, contact, payment ... it belongs to
    "lines": "<u8",  # set of product lines, one bit each (hash modulo 64)
}
LOGGED = np.dtype(list(COLUMNS.items()))
BYTES_PER_EVENT = LOGGED.itemsize

Columns = dict[str, NDArray[Any]]


class Marks(msgspec.Struct, frozen=True, array_like=True):
    """How far the intake had come, for each of `TOPICS`: where it goes on after a crash.

    `taken` is the last source offset in the log (-1 before any): the scorer skips what it has
    had. `clocks` is how far feeds of history say they have come, ms (0: no such feed).
    """

    taken: tuple[int, ...] = (-1,) * len(TOPICS)
    clocks: tuple[int, ...] = (0,) * len(TOPICS)


class Slice(msgspec.Struct, frozen=True, eq=False):
    """Events of one partition in their order: up to some thousands, as columns.

    `first` numbers the events of the partition, from 0. `notes` are the payloads of the few
    events that need text or lists: (position in the slice, msgpack).
    """

    first: int
    marks: Marks
    sources: tuple[str, ...]
    columns: Columns
    notes: tuple[tuple[int, bytes], ...] = ()

    def __len__(self) -> int:
        return len(self.columns["row"])


class Tick(msgspec.Struct, frozen=True, tag_field="kind", tag="tick"):
    """Time has come to `at_ms` for every customer of the partition."""

    at_ms: int
    marks: Marks = Marks()


class Model(msgspec.Struct, frozen=True, tag_field="kind", tag="model", eq=False):
    """Folded weights of the model that speaks from here on: ``logit = x . weights + intercept``.

    `usual` is the population's mean of each feature, for reasons. `features_hash` names the
    feature list that the weights belong to. `tiers` says what a customer has to bring in a year to
    be in which tier.
    """

    version: int
    at_ms: int
    basis: str
    n_labels: int
    n_positives: int
    features_hash: str
    weights: tuple[float, ...]
    intercept: float
    usual: tuple[float, ...]
    measures: dict[str, float] = {}
    tiers: TierLines | None = None

    def arrays(self) -> tuple[F64, F64]:
        """Give weights and usual values as float64 arrays, shape (n_features,)."""
        return np.array(self.weights, np.float64), np.array(self.usual, np.float64)


class _Packed(msgspec.Struct, frozen=True, tag_field="kind", tag="slice"):
    first: int
    marks: Marks
    sources: tuple[str, ...]
    notes: tuple[tuple[int, bytes], ...]
    columns: bytes


class _Frame(msgspec.Struct, frozen=True, array_like=True):
    format: int
    record: msgspec.Raw


_encoder = msgspec.msgpack.Encoder()
_frames = msgspec.msgpack.Decoder(_Frame)
_records: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(_Packed | Tick | Model)


def pack(record: Slice | Tick | Model) -> bytes:
    """Give the log's bytes of a record. The same record gives the same bytes.

    Examples
    --------
    >>> unpack(pack(Tick(86_400_000))).at_ms
    86400000
    """
    body: _Packed | Tick | Model
    if isinstance(record, Slice):
        columns = b"".join(
            [np.ascontiguousarray(record.columns[name], of).data for name, of in COLUMNS.items()]
        )
        body = _Packed(record.first, record.marks, record.sources, record.notes, columns)
    else:
        body = record
    return _encoder.encode(_Frame(FORMAT, msgspec.Raw(_encoder.encode(body))))


def columns_of(events: NDArray[Any]) -> Columns:
    """Give the columns of events, `LOGGED` of shape (n,), copied.

    Examples
    --------
    >>> columns_of(np.zeros(2, LOGGED))["row"]
    array([0, 0], dtype=int32)
    """
    return {name: events[name].copy() for name in COLUMNS}


def unpack(data: bytes) -> Slice | Tick | Model:
    """Read a record of the log; a slice's columns are read-only views on `data`.

    Raises
    ------
    FormatError
        If the format is not known or the bytes are not such a record.
    """
    try:
        frame = _frames.decode(data)
        if frame.format != FORMAT:
            raise FormatError(f"log record of format {frame.format}; this version reads {FORMAT}")
        record = _records.decode(frame.record)
    except msgspec.MsgspecError as error:
        raise FormatError(f"log record cannot be read: {error}") from error
    if not isinstance(record, _Packed):
        return cast("Tick | Model", record)
    columns = _views(record.columns)
    return Slice(record.first, record.marks, record.sources, columns, record.notes)


def _views(data: bytes) -> Columns:
    n_events, rest = divmod(len(data), BYTES_PER_EVENT)
    if rest:
        raise FormatError(f"slice of {len(data)} bytes is no multiple of {BYTES_PER_EVENT}")
    columns: Columns = {}
    start = 0
    for name, dtype in COLUMNS.items():
        columns[name] = np.frombuffer(data, dtype, n_events, start)
        start += n_events * np.dtype(dtype).itemsize
    return columns
