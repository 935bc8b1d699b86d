"""Stretches of a history: events in their order as columns, as the sequencer takes them.

A source of files has its events as columns anyhow; one that makes them as objects is read into
columns here, so that whoever runs a history sees no difference.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from detectors.arrays import I64, U8
from detectors.kinds import TOPICS
from streams.events.envelope import AnyEvent
from streams.reading.reading import READING
from streams.sequencing.arrivals import Readings
from streams.sequencing.decoding import decoded
from streams.sequencing.texts import Bytes
from streams.sources.late import Late, known
from streams.sources.pacing import topic_of
from streams.sources.source import Source

AT_ONCE = 65_536  # events of a stretch, or somewhat more: a tenth of a second's work
_TEXTS = ("subject", "source", "data")
_WHOLE = np.dtype((np.void, READING.itemsize))  # a reading as bytes: else each field is copied


class Stretch(NamedTuple):
    """Some of a history's events, in the order in which they became known.

    Parameters
    ----------
    readings : READING, shape (n,)
        All taken.
    topics : uint8, shape (n,)
        Places in `detectors.kinds.TOPICS`.
    known_ms : int64, shape (n,)
        When they became known, ms since 1970: mostly when they happened.
    buffer : uint8
        What the readings' names, and their notes or `data`, are places in.
    """

    readings: Readings
    topics: U8
    known_ms: I64
    buffer: Bytes

    @property
    def n_events(self) -> int:
        """Count the events."""
        return len(self.readings)

    def taken(self, places: I64) -> "Stretch":
        """Give the events at some places, in that order."""
        # `take` copies whole records; an index in brackets copies each field by itself.
        return Stretch(
            self.readings.take(places),
            self.topics.take(places),
            self.known_ms.take(places),
            self.buffer,
        )

    def part(self, begin: int, end: int) -> "Stretch":
        """Give the events from one place up to another."""
        some = slice(begin, end)
        return Stretch(self.readings[some], self.topics[some], self.known_ms[some], self.buffer)

    def alone(self) -> "Stretch":
        """Give the same events with a buffer that holds no texts but theirs."""
        readings = self.readings.view(_WHOLE).copy().view(READING)
        texts, end = list[Bytes](), 0
        for name in _TEXTS:
            lengths = np.abs(readings[f"{name}_len"]).astype(np.int64)
            begins = np.cumsum(lengths) - lengths
            each = np.repeat(readings[f"{name}_at"] - begins, lengths)
            texts.append(self.buffer[each + np.arange(len(each))])
            readings[f"{name}_at"] = begins + end
            end += len(each)
        return self._replace(readings=readings, buffer=np.concatenate(texts))


@runtime_checkable
class InColumns(Protocol):
    """What a source has beside, if it needs no objects to say what happened."""

    def profile_stretches(self) -> Iterator[Stretch]:
        """Give `profiles` as columns."""

    def event_stretches(self) -> Iterator[Stretch]:
        """Give `events` as columns."""


def profile_stretches(source: Source) -> Iterator[Stretch]:
    """Give what is known of a source's customers at the beginning."""
    if isinstance(source, InColumns):
        return source.profile_stretches()
    return in_stretches(source.profiles())


def event_stretches(source: Source) -> Iterator[Stretch]:
    """Give what happened, in the order in which it became known."""
    if isinstance(source, InColumns):
        return source.event_stretches()
    return in_stretches(source.events())


def in_stretches(events: Iterable[AnyEvent | Late]) -> Iterator[Stretch]:
    """Read events into stretches, in their order."""
    left = iter(events)
    while some := list(islice(left, AT_ONCE)):
        yield read(some)


def read(events: Sequence[AnyEvent | Late]) -> Stretch:
    """Read events into a stretch."""
    found: list[tuple[Any, ...]] = []
    topics, known_ms = np.empty(len(events), np.uint8), np.empty(len(events), np.int64)
    texts: list[bytes] = []
    end = 0
    for at, (event, known_ms[at]) in enumerate(map(known, events)):
        reading, text = decoded(event, end)
        found.append(reading)
        texts.append(text)
        end += len(text)
        topics[at] = TOPICS.index(topic_of(event))
    buffer = np.frombuffer(b"".join(texts), np.uint8)
    return Stretch(np.array(found, READING), topics, known_ms, buffer)


def joined(parts: Sequence[Stretch]) -> Stretch:
    """Put stretches one behind the other; at least one."""
    if len(parts) == 1:
        return parts[0]
    readings = np.concatenate([part.readings.view(_WHOLE) for part in parts]).view(READING)
    starts = np.cumsum([0, *(len(part.buffer) for part in parts[:-1])])
    moved = np.repeat(starts, [len(part.readings) for part in parts])
    for name in _TEXTS:
        readings[f"{name}_at"] += moved
    return Stretch(
        readings,
        np.concatenate([part.topics for part in parts]),
        np.concatenate([part.known_ms for part in parts]),
        np.concatenate([part.buffer for part in parts]),
    )
