"""What arrives, as columns: readings and places for compiled code, raw records for the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Literal, NamedTuple

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
from streams.log_rows import note_of
from streams.reading.reading import read_places
from streams.sequencing.texts import NONE, Bytes, Text, Texts, read_only, same

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
    n_declined : int, optional
        How many readings are not taken and not aside, where that is known: else they are looked at.
    """

    columns: Columns
    record: Callable[[int], Arrival]
    aside: Mapping[int, ClockAdvanced | Refused] = field(default_factory=dict)
    n_declined: int | None = None

    def __len__(self) -> int:
        return len(self.columns.readings)

    @cached_property
    def n_name_bytes(self) -> int:
        """Bytes of all subjects and sources of what was read."""
        return int(_n_name_bytes(self.columns.readings))

    def note(self, at: int) -> bytes | None:
        """Give the note of an event whose reading has a place of `data`, or of the note."""
        told = self._text(at, "data")
        reading = self.columns.readings[at]
        return told if reading["data_len"] < 0 else note_of(int(reading["kind"]), told)

    def data(self, at: int) -> bytes | None:
        """Give the `data` of an event as JSON, or None if its reading has no place of it."""
        return self._text(at, "data") if self.columns.readings["data_len"][at] > 0 else None

    def name(self, at: int, attribute: Literal["subject", "source"]) -> bytes:
        """Give an event's subject or source."""
        return self._text(at, attribute)

    def _text(self, at: int, name: str) -> bytes:
        reading = self.columns.readings[at]
        start = reading[f"{name}_at"]
        return self.columns.buffer[start : start + abs(int(reading[f"{name}_len"]))].tobytes()


def arrivals_of(records: Packed) -> Arrivals:
    """Read Kafka's records. What says in its headers that it is no whole event is declined."""
    frames, buffer = records.frames, records.buffer
    lengths = np.maximum(frames["value_len"], 0)
    starts = frames["value_at"].copy()
    for at in np.flatnonzero(frames["n_headers"]).tolist():
        if not _is_plain(records, at):
            # What has no length is declined. Behind each value stands a 0, as behind those read.
            starts[at], lengths[at] = starts[at] + lengths[at], 0
    readings = read_places(records.topic, buffer, starts, lengths)
    return arrived(records, buffer, readings)


def _is_plain(records: Packed, at: int) -> bool:
    headers = records.headers(at)
    return headers == STRUCTURED_HEADERS or is_plain(headers)


def arrived(records: Packed, buffer: Bytes, readings: Readings) -> Arrivals:
    """Put records together with what was read of them, unless a key is not its subject."""
    frames = records.frames
    lengths = read_only(frames["key_len"].astype(np.int32))
    keys = Texts(records.buffer, read_only(frames["key_at"]), lengths)
    decline_strangers(readings, read_only(buffer), keys)
    columns = Columns(
        readings=readings,
        buffer=buffer,
        topics=np.full(len(readings), TOPICS.index(records.topic), np.uint8),
        offsets=frames["offset"],
        known_ms=frames["known_ms"],
    )
    return Arrivals(columns.read_only(), partial(_record, records))


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


def _record(records: Packed, at: int) -> Arrival:
    record = records[at]
    headers = record.headers
    return Arrival(
        records.topic, record.offset, record.timestamp, record.key, record.value, tuple(headers)
    )
