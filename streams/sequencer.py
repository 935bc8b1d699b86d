"""The pure part of the intake: records of five topics in, one order out, written down once.

One sequencer per partition. It refuses, deduplicates, numbers customers, and decides where in
the order a tick of time or a model stands. It holds no clock: what time it is comes in.
After a crash it goes on from its own log (`streams.tail`), with the same result.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from detectors.arrays import DAY_MS
from detectors.kinds import TOPICS
from detectors.slices import Marks, Model, Slice, Tick
from streams.customer_numbers import NOBODY, Numbers
from streams.events.clock import ClockAdvanced
from streams.events.decode import Headers, decode
from streams.events.envelope import AnyEvent, at_ms
from streams.events.refusals import Refusal, Refused
from streams.log_rows import event_hash
from streams.open_slice import OpenSlice
from streams.recent import Recent

HOUR_MS = DAY_MS // 24


class IntakeSettings(BaseModel):
    """How the intake makes ticks and what it takes for a repetition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # "wall": when events or the clock have passed the boundary. "feed": only when a feed of
    # history says so, so that a replayed history gives the same log whatever its speed.
    ticks: Literal["wall", "feed"] = "wall"
    tick_hours: Literal[1, 2, 3, 4, 6, 8, 12, 24] = 1  # complaint clocks run in hours
    lateness_s: float = Field(300.0, ge=0)  # sources that batch send within five minutes
    grace_s: float = Field(60.0, ge=0)  # quiet topics: how long past the boundary to wait
    ahead_s: float = Field(3600.0, ge=0)  # clocks of sources differ; beyond it is an error
    ids_kept: int = Field(100_000, ge=1)  # per partition: repetitions come soon or never
    slice_events: int = Field(4096, ge=1, le=65_536)  # more gains no speed, and costs latency


class Arrival(NamedTuple):  # there is one for each event, and a frozen dataclass costs twice that
    """One record of a public topic, as Kafka gave it."""

    topic: str
    offset: int
    known_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A record that did not get into the log, and why."""

    arrival: Arrival
    refused: Refused


@dataclass
class Tail:
    """Where a partition's log ends: what a sequencer has to know to go on."""

    marks: Marks = field(default_factory=Marks)
    tick_ms: int = 0
    newest_ms: int = 0
    n_events: int = 0
    model_version: int = 0
    recent: Recent | None = None


@dataclass
class Sequenced:
    """What came of some arrivals: records for the log in their order, and the rest."""

    records: list[Slice | Tick | Model] = field(default_factory=list)
    refusals: list[Dropped] = field(default_factory=list)
    n_events: int = 0
    n_duplicates: int = 0
    n_repeated: int = 0


class Sequencer:
    """Puts everything that may influence a score into one order, for one partition."""

    def __init__(self, settings: IntakeSettings, customers: Numbers, tail: Tail) -> None:
        self.settings = settings
        self.customers = customers
        self._taken, self._clocks = list(tail.marks.taken), list(tail.marks.clocks)
        self._clocks_told = list(self._clocks)
        self._tick_ms, self._newest_ms = tail.tick_ms, tail.newest_ms
        self._n_events, self._model_version = tail.n_events, tail.model_version
        self._recent = tail.recent or Recent(settings.ids_kept)
        self._open = OpenSlice()
        self._ahead_ms = settings.ahead_s * 1000
        self._lateness_ms = int(settings.lateness_s * 1000) if settings.ticks == "wall" else None

    def take(self, topic: str, arrivals: Sequence[Arrival]) -> Sequenced:
        """Take records of one topic in their order."""
        done, place = Sequenced(), TOPICS.index(topic)
        done.records += self._fed_ticks()  # what a crash left between a clock and its ticks
        for arrival in arrivals:
            _, offset, _, key, value, headers = arrival
            if offset <= self._taken[place]:
                done.n_repeated += 1
                continue
            # By the exact type: `isinstance` asks the structs' metaclass, for each event.
            event: Any = decode(topic, key, value, headers)
            if type(event) is Refused:
                done.refusals.append(Dropped(arrival, event))
            elif type(event) is ClockAdvanced:
                self._clocks[place] = max(self._clocks[place], at_ms(event.data.to))
                self._taken[place] = offset
                done.records += self._fed_ticks()
            else:
                self._event(done, arrival, event, place)
            self._taken[place] = offset
            if len(self._open) == self.settings.slice_events:
                done.records.append(self._cut())
        # A clock that made no tick must not be forgotten in a crash: it goes with an empty slice.
        if len(self._open) or self._clocks != self._clocks_told:
            done.records.append(self._cut())
        return done

    def pass_time(self, now_ms: int) -> Sequenced:
        """Make the ticks that the wall clock asks for; a feed of history asks for none."""
        if self.settings.ticks == "feed" or not self._tick_ms:
            return Sequenced()
        return Sequenced(records=self._ticks(now_ms - int(self.settings.grace_s * 1000)))

    def take_model(self, model: Model) -> Sequenced:
        """Put a model into the order, unless the log has it or a newer one."""
        if model.version <= self._model_version:
            return Sequenced()
        self._model_version = model.version
        return Sequenced(records=[model])

    def _event(self, done: Sequenced, arrival: Arrival, event: AnyEvent, topic: int) -> None:
        event_ms, identity = at_ms(event.time), event_hash(event)
        if event_ms - arrival.known_ms > self._ahead_ms:
            ahead_s = (event_ms - arrival.known_ms) / 1000
            refused = Refused(Refusal.AHEAD, f"time is {ahead_s:.0f} s ahead of arrival", "$.time")
            done.refusals.append(Dropped(arrival, refused))
            return
        number = NOBODY if event.subject is None else self.customers.number(event.subject)
        if number is None:
            detail = "the subject belongs to another partition (murmur2 of the key)"
            refused = Refused(Refusal.WRONG_PARTITION, detail, "$.subject")
            done.refusals.append(Dropped(arrival, refused))
            return
        if not self._recent.add(identity):
            done.n_duplicates += 1
            return
        self._newest_ms = max(self._newest_ms, event_ms)
        if self._lateness_ms is not None:
            done.records += self._ticks(self._newest_ms - self._lateness_ms)
        place = (number, topic, event_ms, arrival.known_ms, identity, arrival.offset)
        self._open.add(event, place)
        done.n_events += 1

    def _fed_ticks(self) -> list[Slice | Tick | Model]:
        """Make the ticks that every topic fed has reached, if feeds are to be heard."""
        clocks = [ms for ms in self._clocks if ms]
        return self._ticks(min(clocks)) if clocks and self.settings.ticks == "feed" else []

    def _ticks(self, until_ms: int) -> list[Slice | Tick | Model]:
        """Make every tick due, each after the events before it; a log begins with a tick."""
        step_ms = self.settings.tick_hours * HOUR_MS
        if not self._tick_ms:
            self._tick_ms = until_ms // step_ms * step_ms - step_ms
        records: list[Slice | Tick | Model] = []
        while self._tick_ms + step_ms <= until_ms:
            if len(self._open):
                records.append(self._cut())
            self._tick_ms += step_ms
            records.append(Tick(self._tick_ms, self._marks()))
        return records

    def _cut(self) -> Slice:
        cut = self._open.cut(self._n_events, self._marks())
        self._n_events += len(cut)
        return cut

    def _marks(self) -> Marks:
        self._clocks_told = list(self._clocks)
        return Marks(tuple(self._taken), tuple(self._clocks))
