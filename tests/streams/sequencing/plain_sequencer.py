"""The sequencer as one would say it: one record after the other, dicts, sets and lists.

The oracle of `streams.sequencer`: it shares none of its code, and never becomes fast.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detectors.kinds import TOPICS
from detectors.slices import COLUMNS, Marks, Slice, Tick
from detectors.text.reading import read_text
from streams.complaints.notes import note_with_text
from streams.events.clock import ClockAdvanced
from streams.events.complaints import ComplaintOpened
from streams.events.decode import decode
from streams.events.envelope import AnyEvent, at_ms
from streams.events.refusals import Refused
from streams.log_rows import event_hash, row_of
from streams.partitions import partition_of
from streams.sequencer import IntakeSettings
from streams.sequencing.arrivals import Arrival

HOUR_MS = 3_600_000
AFTER_ROW = ("topic", "at_ms", "known_ms", "id_hash", "offset")
OF_EVENT = ("kind", "code", "amount", "quantity", "reference", "lines")


@dataclass
class PlainSequencer:
    """Does what `Sequencer` does; what it made is in its lists."""

    settings: IntakeSettings
    partition: int
    n_partitions: int
    records: list[Slice | Tick] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    n_events: int = 0
    n_duplicates: int = 0
    n_repeated: int = 0

    def __post_init__(self) -> None:
        self.taken, self.clocks = [-1] * len(TOPICS), [0] * len(TOPICS)
        self.clocks_told = list(self.clocks)
        self.tick_ms = self.newest_ms = self.n_logged = 0
        self.ids: tuple[set[int], set[int]] = (set(), set())  # young, old
        self.waiting: list[dict[str, Any]] = []

    def take(self, arrivals: list[Arrival]) -> None:
        """Take records of one topic in their order."""
        self.fed()
        for one in arrivals:
            topic = TOPICS.index(one.topic)
            if one.offset <= self.taken[topic]:
                self.n_repeated += 1
                continue
            event = decode(one.topic, one.key, one.value, one.headers)
            if isinstance(event, Refused):
                self.refused.append((one.offset, event.reason.value))
            elif isinstance(event, ClockAdvanced):
                self.clocks[topic] = max(self.clocks[topic], at_ms(event.data.to))
                self.taken[topic] = one.offset
                self.fed()
            else:
                self.event(one, event, topic)
            self.taken[topic] = one.offset
            if len(self.waiting) == self.settings.slice_events:
                self.cut()
        if self.waiting or self.clocks != self.clocks_told:
            self.cut()

    def event(self, one: Arrival, event: AnyEvent, topic: int) -> None:
        """Take one event, unless it is refused or was here before."""
        time_ms, identity, number = at_ms(event.time), event_hash(event), -1
        if time_ms - one.known_ms > self.settings.ahead_s * 1000:
            self.refused.append((one.offset, "ahead"))
            return
        if event.subject is not None:
            if partition_of(event.subject.encode(), self.n_partitions) != self.partition:
                self.refused.append((one.offset, "wrong_partition"))
                return
            number = self.numbers.setdefault(event.subject, len(self.numbers))
        young, old = self.ids
        if identity in young or identity in old:
            self.n_duplicates += 1
            return
        if len(young) == self.settings.ids_kept:
            self.ids = (set(), young)
        self.ids[0].add(identity)
        self.newest_ms = max(self.newest_ms, time_ms)
        if self.settings.ticks == "wall":
            self.tick_until(self.newest_ms - int(self.settings.lateness_s * 1000))
        *row, note = row_of(event)
        if isinstance(event, ComplaintOpened) and event.data.text:
            found = read_text(event.data.text, event.data.language)
            note = note_with_text(event.data, found, 0)
        self.n_events += 1
        self.waiting.append(
            {"row": number, "source": event.source, "note": note}
            | dict(zip(OF_EVENT, row, strict=True))
            | dict(
                zip(AFTER_ROW, (topic, time_ms, one.known_ms, identity, one.offset), strict=True)
            )
        )

    def fed(self) -> None:
        """Make the ticks that every topic fed has reached."""
        clocks = [clock for clock in self.clocks if clock]
        if clocks and self.settings.ticks == "feed":
            self.tick_until(min(clocks))

    def tick_until(self, until_ms: int) -> None:
        """Make every tick due."""
        step_ms = self.settings.tick_hours * HOUR_MS
        if not self.tick_ms:
            self.tick_ms = until_ms // step_ms * step_ms - step_ms
        while self.tick_ms + step_ms <= until_ms:
            if self.waiting:
                self.cut()
            self.tick_ms += step_ms
            self.records.append(Tick(self.tick_ms, self.marks()))

    def cut(self) -> None:
        """Put what waits into the log as a slice."""
        sources = list(dict.fromkeys(event["source"] for event in self.waiting))
        values = [event | {"source": sources.index(event["source"])} for event in self.waiting]
        columns = {
            name: np.array([event[name] for event in values], of) for name, of in COLUMNS.items()
        }
        notes = tuple((n, e["note"]) for n, e in enumerate(values) if e["note"] is not None)
        self.records.append(Slice(self.n_logged, self.marks(), tuple(sources), columns, notes))
        self.n_logged += len(self.waiting)
        self.waiting = []

    def marks(self) -> Marks:
        """Say how far all topics are."""
        self.clocks_told = list(self.clocks)
        return Marks(tuple(self.taken), tuple(self.clocks))
