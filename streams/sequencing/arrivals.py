"""What arrives, as columns: readings and places for compiled code, raw records for the rest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import I64, U8
from detectors.compiled import kernel
from detectors.kinds import TOPICS
from streams.events.clock import ClockAdvanced
from streams.events.decode import Headers, is_plain
from streams.events.encode import STRUCTURED_HEADERS
from streams.events.refusals import Refused
from streams.fetching.packed import Packed
from streams.identity.hearing import Heard
from streams.log_rows import data_of, note_of
from streams.reading.reading import read, read_places
from streams.sequencing.texts import NONE, Bytes, Text, Texts, read_only, same, texts_of

Readings = NDArray[np.void]  # `streams.reading.READING`


class Arrival(NamedTuple):
    """One record of a public topic, as Kafka gave it."""

    topic: str
    offset: int
    known_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class Columns(NamedTuple):
    """Records as compiled code takes them.

    Parameters
    ----------
    readings : READING, shape (n,)
        Those not `taken` are decoded from their raw records.
    buffer : uint8
        What the readings' subjects and sources are places in.
    topics : uint8, shape (n,)
        Places in `TOPICS`.
    offsets, known_ms : int64, shape (n,)
        Places in the topic, ascending, and when Kafka got the records, ms since 1970.
    """

    readings: Readings
    buffer: Bytes
    topics: U8
    offsets: I64
    known_ms: I64

    def read_only(self) -> "Columns":
        """Give the same columns as compiled code wants them."""
        return Columns(*map(read_only, self))


@dataclass(frozen=True)
class Arrivals:
    """Records of one or several topics in their order.

    Parameters
    ----------
    record : callable
        Gives a record as it came, by its place.
    aside : mapping
        Of records that were decoded and are no event for the log: what they are.
    """

    columns: Columns
    record: Callable[[int], Arrival]
    aside: Mapping[int, ClockAdvanced | Refused] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.columns.readings)

    @cached_property
    def n_name_bytes(self) -> int:
        """Bytes of all subjects and sources of what was read."""
        return int(_n_name_bytes(self.columns.readings))

    def note(self, at: int) -> bytes | None:
        """Give the note of an event whose reading has a place of `data`, or of the note."""
        reading = self.columns.readings[at]
        told = self._bytes(reading, "data")
        return told if reading["data_len"] < 0 else note_of(int(reading["kind"]), told)

    def heard(self, at: int) -> Heard:
        """Give what an event says of its customer."""
        reading = self.columns.readings[at]
        kind, has_data = int(reading["kind"]), reading["data_len"] > 0
        return Heard(
            kind=kind,
            subject=self._bytes(reading, "subject").decode(),
            at_ms=int(reading["at_ms"]),
            id_hash=int(reading["id_hash"]),
            data=data_of(kind, self._bytes(reading, "data")) if has_data else None,
        )

    def source(self, at: int) -> str:
        """Give an event's source."""
        return self._bytes(self.columns.readings[at], "source").decode()

    def renamed(self, at: int, subject: str) -> tuple[Readings, Bytes]:
        """Give an event alone, as a reading of shape (1,) and its buffer, of another customer."""
        reading: Readings = self.columns.readings[at : at + 1].copy()
        texts = [subject.encode(), *(self._bytes(reading[0], of) for of in ("source", "data"))]
        ends = np.cumsum([len(text) for text in texts])
        reading["subject_at"], reading["source_at"], reading["data_at"] = 0, ends[0], ends[1]
        reading["subject_len"] = len(texts[0])
        return reading, np.frombuffer(b"".join(texts), np.uint8)

    def _bytes(self, reading: np.void, of: str) -> bytes:
        place, length = int(reading[f"{of}_at"]), abs(int(reading[f"{of}_len"]))
        return self.columns.buffer[place : place + length].tobytes()


class Raw(NamedTuple):
    """Records of one topic as Kafka gives them, each field on its own."""

    offsets: Sequence[int]
    known_ms: Sequence[int]
    keys: Sequence[bytes | None]
    values: Sequence[bytes | None]
    headers: Sequence[Headers]

    @classmethod
    def of(cls, arrivals: Sequence[Arrival]) -> "Raw":
        """Give the fields of some records, at least one, each on its own."""
        return cls(*list(zip(*arrivals, strict=True))[1:])


def arrivals_of(topic: str, raw: Raw) -> Arrivals:
    """Read Kafka's records. What says in its headers that it is no whole event is declined."""
    values = raw.values
    if any(raw.headers):
        headed = zip(values, raw.headers, strict=True)
        values = [v if h == STRUCTURED_HEADERS or is_plain(h) else None for v, h in headed]
    buffer, readings = read(topic, values)
    return arrived(topic, raw, (buffer, readings))


def arrivals_of_packed(records: Packed) -> Arrivals:
    """Read records that are still as Kafka sent them: what `arrivals_of` gives, with no objects."""
    frames, buffer = records.frames, records.buffer
    lengths = np.maximum(frames["value_len"], 0)
    starts = frames["value_at"].copy()
    for at in np.flatnonzero(frames["n_headers"]).tolist():
        if not _is_plain(records, at):
            # What has no length is declined. Behind each value stands a 0, as behind those read.
            starts[at], lengths[at] = starts[at] + lengths[at], 0
    readings = read_places(records.topic, buffer, starts, lengths)
    keys = Texts(buffer, read_only(frames["key_at"]), read_only(frames["key_len"].astype(np.int32)))
    decline_strangers(readings, buffer, keys)
    columns = Columns(
        readings=readings,
        buffer=buffer,
        topics=np.full(len(readings), TOPICS.index(records.topic), np.uint8),
        offsets=frames["offset"],
        known_ms=frames["known_ms"],
    )
    return Arrivals(columns.read_only(), partial(_record_of, records))


def _is_plain(records: Packed, at: int) -> bool:
    headers = records.headers(at)
    return headers == STRUCTURED_HEADERS or is_plain(headers)


def arrived(topic: str, raw: Raw, read: tuple[Bytes, Readings]) -> Arrivals:
    """Put records together with what was read of them, unless a key is not its subject."""
    buffer, readings = read
    decline_strangers(readings, read_only(buffer), texts_of(raw.keys))
    columns = Columns(
        readings=readings,
        buffer=buffer,
        topics=np.full(len(readings), TOPICS.index(topic), np.uint8),
        offsets=np.array(raw.offsets, np.int64),
        known_ms=np.array(raw.known_ms, np.int64),
    )
    return Arrivals(columns.read_only(), partial(_record, topic, raw))


@kernel
def decline_strangers(readings: Readings, buffer: Bytes, keys: Texts) -> None:
    """Decline in place what came with a key that is not the event's subject."""
    for at in range(len(readings)):
        reading = readings[at]
        key = Text(keys.buffer, keys.starts[at], np.int64(keys.lengths[at]))
        subject = Text(buffer, reading.subject_at, np.int64(reading.subject_len))
        # An event of no customer may have any key, and a record none.
        compared = reading.taken == 1 and subject.length > 0 and key.length != NONE
        if compared and not same(key, subject):
            reading.taken = 0


@kernel
def _n_name_bytes(readings: Readings) -> int:
    n_bytes = 0
    for reading in readings:
        if reading.taken == 1:  # of what was declined nothing else means anything
            n_bytes += reading.subject_len + reading.source_len
    return n_bytes


def _record_of(records: Packed, at: int) -> Arrival:
    record = records[at]
    headers = record.headers
    return Arrival(
        records.topic, record.offset, record.timestamp, record.key, record.value, tuple(headers)
    )


def _record(topic: str, raw: Raw, at: int) -> Arrival:
    key, value, headers = raw.keys[at], raw.values[at], raw.headers[at]
    return Arrival(topic, raw.offsets[at], raw.known_ms[at], key, value, headers)
