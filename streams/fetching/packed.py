"""Records of one partition as places in a buffer; one becomes an object when it is asked for.

The frames are those of Kafka's record batches of format 2: variable-length whole numbers, zigzag
coded, and texts behind their lengths.
"""

from collections.abc import Sequence
from itertools import accumulate, chain
from typing import NamedTuple, TypeAlias, overload

import numpy as np
from aiokafka import ConsumerRecord
from aiokafka.errors import CorruptRecordException
from numpy.typing import NDArray

from detectors.arrays import I64
from detectors.compiled import inlined, kernel
from streams.reading.loads import PADDING, signed

Record: TypeAlias = ConsumerRecord[bytes | None, bytes | None]
Bytes = NDArray[np.uint8]

NONE = -1  # the length of a key, value or header that is not there
BROKEN = -1

# Where a record lies. `headers_at` is behind the count of the headers, of which the first byte is
# made 0: so every value is followed by one.
FRAME = np.dtype(
    [
        ("offset", np.int64),
        ("known_ms", np.int64),
        ("key_at", np.int64),
        ("value_at", np.int64),
        ("headers_at", np.int64),
        ("headers_end", np.int64),
        ("key_len", np.int64),
        ("value_len", np.int64),
        ("n_headers", np.int64),
    ],
    align=True,
)
PLACES = ("key_at", "value_at", "headers_at", "headers_end")  # in the buffer


class Batch(NamedTuple):
    """A batch of records as it was written, its compression undone.

    `stamp_ms` is when the broker got it, where the topic says so and not the producer; else
    NONE, and each record has a time of its own, counted from `first_ms`.
    """

    data: bytes
    n_records: int
    base_offset: int
    first_ms: int
    stamp_ms: int
    next_offset: int


class Packed(Sequence[Record]):
    """Records of one partition in their order. A part of them shares their buffer.

    Parameters
    ----------
    topic, partition
        Where they come from.
    buffer : uint8, writable
        With `PADDING` bytes behind the last record. Nobody else may change it.
    frames : FRAME, shape (n,)
        Where in the buffer each record lies.
    """

    def __init__(self, topic: str, partition: int, buffer: Bytes, frames: NDArray[np.void]) -> None:
        self.topic, self.partition, self.frames = topic, partition, frames
        self._writable = buffer

    @classmethod
    def of(
        cls, topic: str, partition: int, batches: Sequence[Batch], from_offset: int = 0
    ) -> "Packed":
        """Find the records of batches, as they were fetched.

        Parameters
        ----------
        from_offset : int
            Records before it are left out: a fetch begins with the whole batch that holds its
            offset.

        Raises
        ------
        CorruptRecordException
            If a batch is not what its numbers say.
        """
        data = bytearray().join([*(batch.data for batch in batches), bytes(PADDING)])
        buffer = np.frombuffer(data, np.uint8)
        spans = np.zeros((len(batches), 5), np.int64)
        start = 0
        for at, batch in enumerate(batches):
            end = start + len(batch.data)
            spans[at] = start, end, batch.base_offset, batch.first_ms, batch.stamp_ms
            start = end
        frames = np.zeros(sum(batch.n_records for batch in batches), FRAME)
        n_records = unframed(buffer, spans, from_offset, frames)
        if n_records == BROKEN:
            raise CorruptRecordException(f"{topic}[{partition}]: a batch cannot be read")
        return cls(topic, partition, buffer, frames[:n_records])

    def __len__(self) -> int:
        return len(self.frames)

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> "Packed": ...
    def __getitem__(self, at: int | slice) -> "Record | Packed":
        if isinstance(at, slice):
            return Packed(self.topic, self.partition, self._writable, self.frames[at])
        frame = self.frames[at]
        key = self._text(int(frame["key_at"]), int(frame["key_len"]))
        value = self._text(int(frame["value_at"]), int(frame["value_len"]))
        return ConsumerRecord(
            self.topic,
            self.partition,
            int(frame["offset"]),
            int(frame["known_ms"]),
            0,
            key,
            value,
            None,
            int(frame["key_len"]),
            int(frame["value_len"]),
            self.headers(at),
        )

    @property
    def buffer(self) -> Bytes:
        """The bytes that the frames are places in, read-only, with `PADDING` behind the last."""
        view = self._writable.view()
        view.flags.writeable = False
        return view

    def headers(self, at: int) -> tuple[tuple[str, bytes | None], ...]:
        """Give the headers of a record.

        Raises
        ------
        CorruptRecordException
            If they are not what their lengths say.
        """
        frame = self.frames[at]
        place, end, texts = int(frame["headers_at"]), int(frame["headers_end"]), []
        for _ in range(2 * int(frame["n_headers"])):
            length, place = _whole(self._writable, min(place, end))
            if not NONE <= length <= end - place:
                where = f"{self.topic}[{self.partition}]@{frame['offset']}"
                raise CorruptRecordException(f"{where}: a header cannot be read")
            texts.append(self._text(place, length))
            place += max(length, 0)
        return tuple(
            ((name or b"").decode(errors="replace"), value)
            for name, value in zip(texts[::2], texts[1::2], strict=True)
        )

    def _text(self, start: int, length: int) -> bytes | None:
        return None if length == NONE else self._writable[start : start + length].tobytes()


def joined(parts: Sequence[Sequence[Record]]) -> Sequence[Record]:
    """Give records of a partition that came in parts, at least one, as one; packed if all are."""
    if len(parts) == 1:
        return parts[0]
    packed = [part for part in parts if isinstance(part, Packed)]
    if len(packed) < len(parts):
        return list(chain.from_iterable(parts))
    frames, start = np.concatenate([part.frames for part in packed]), 0
    for part, end in zip(packed, accumulate(map(len, packed)), strict=True):
        for place in PLACES:
            frames[place][end - len(part) :] += start
        start = len(part.buffer)
    buffer = np.concatenate([part.buffer for part in packed])
    return Packed(packed[0].topic, packed[0].partition, buffer, frames)


@kernel
def unframed(buffer: Bytes, spans: I64, from_offset: int, frames: NDArray[np.void]) -> int:
    """Find the records of batches; gives how many, or `BROKEN`.

    Parameters
    ----------
    buffer : uint8, with `PADDING` bytes behind the last batch
    spans : int64, shape (n_batches, 5)
        Start and end in the buffer, base offset, first time and stamp of each.
    frames : FRAME, filled from 0 on
    """
    n_found = 0
    for number in range(len(spans)):
        place, end, base_offset, first_ms, stamp_ms = spans[number]
        while place < end:
            if n_found == len(frames):
                return BROKEN
            length, place = _whole(buffer, place)
            if length < 0 or length > end - place:
                return BROKEN
            frame, until = frames[n_found], place + length
            passed_ms, place = _whole(buffer, place + 1)  # behind the attributes
            further, place = _whole(buffer, place)
            frame.offset = base_offset + further
            frame.known_ms = first_ms + passed_ms if stamp_ms == NONE else stamp_ms
            if not _contents(buffer, place, until, frame):
                return BROKEN
            place = until
            n_found += frame.offset >= from_offset
    return n_found


@inlined
def _contents(buffer: Bytes, place: int, until: int, frame: np.record) -> bool:
    # Nothing is read or written before it is known to lie within: `PADDING` covers a number.
    frame.key_len, frame.key_at = _whole(buffer, place)
    if frame.key_len < NONE or max(frame.key_len, 0) > until - frame.key_at:
        return False
    frame.value_len, frame.value_at = _whole(buffer, frame.key_at + max(frame.key_len, 0))
    if frame.value_len < NONE or max(frame.value_len, 0) >= until - frame.value_at:
        return False
    counted = frame.value_at + max(frame.value_len, 0)
    frame.n_headers, frame.headers_at = _whole(buffer, counted)
    frame.headers_end = until
    buffer[counted] = 0
    return frame.headers_at <= until and 0 <= frame.n_headers <= until - frame.headers_at


@inlined
def _whole(buffer: Bytes, place: int) -> tuple[int, int]:
    # A zigzag number of at most ten bytes, and the place behind it.
    number, shift = np.uint64(0), np.uint64(0)
    for _ in range(10):
        byte = np.uint64(buffer[place])
        place += 1
        number |= (byte & np.uint64(0x7F)) << shift
        if byte < np.uint64(0x80):
            break
        shift += np.uint64(7)
    half, negative = signed(number >> np.uint64(1)), signed(number & np.uint64(1))
    return half ^ -negative, place
