"""The pure part of the intake: records of five topics in, one order out, written down once.

One sequencer per partition. It refuses, deduplicates, numbers customers, and decides where in
the order a tick of time or a model stands. It holds no clock: what time it is comes in.
After a crash it goes on from its own log (`streams.tail`), with the same result.

Event after event is taken by compiled code (`streams.sequencing.walk`), until one needs what
is here: a refusal, a feed's clock, a tick.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from detectors.arrays import HOUR_MS
from detectors.kinds import TOPICS, Kind
from detectors.slices import Marks, Model, Slice, Tick
from streams.complaints.notes import is_check
from streams.complaints.reader import ComplaintReader, Heard
from streams.events.envelope import AnyEvent, at_ms
from streams.events.event_type import Purpose
from streams.events.refusals import Refusal, Refused
from streams.identity import forwarding
from streams.identity.people import People
from streams.sequencing import walk as walking
from streams.sequencing.arrivals import Arrival, Arrivals, Columns, Readings
from streams.sequencing.customer_numbers import Numbers
from streams.sequencing.decoding import completed
from streams.sequencing.open_slice import OpenSlice
from streams.sequencing.recent import Recent
from streams.sequencing.standing_bits import OF_THE_ID, Asked, asked_by
from streams.sequencing.texts import Bytes, read_only
from streams.sequencing.walk import PROGRESS, Order, walk

SENT_ON = -1  # instead of a kind: the event was another customer's
ROWS_GO = (Kind.CUSTOMER_MERGED, Kind.ROW_MOVED)
_NOWHERE = -1


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
    texts_kept: int = Field(2_000, ge=0)  # complaints a person may still label; 1 kB each
    slice_events: int = Field(4096, ge=1, le=65_536)  # more gains no speed, and costs latency
    # What every customer agreed to before anybody told us, in a contract say. Events that need
    # consent are not processed without it; none is assumed.
    consent_given: tuple[Purpose, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """A record that did not get into the log, and why."""

    arrival: Arrival
    refused: Refused


@dataclass(frozen=True, slots=True)
class Onward:
    """An event that is really another customer's: the record, and the event alone as a reading.

    `subject` is the id that it came under, `to` the customer, `been` the ids it came by before.
    """

    arrival: Arrival
    subject: str
    to: str
    been: tuple[str, ...]
    event: tuple[Readings, Bytes]


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
    """What came of some arrivals: records for the log in their order, and the rest.

    `onward` are events to be sent on, `told` those to be told to others because of what was
    heard; both before the log. `n_withheld` counts what may not be processed.
    """

    records: list[Slice | Tick | Model] = field(default_factory=list)
    refusals: list[Dropped] = field(default_factory=list)
    onward: list[Onward] = field(default_factory=list)
    told: list[AnyEvent] = field(default_factory=list)
    n_events: int = 0
    n_duplicates: int = 0
    n_repeated: int = 0
    n_withheld: int = 0
    heard: Heard = field(default_factory=Heard)


class Sequencer:
    """Puts everything that may influence a score into one order, for one partition."""

    def __init__(
        self,
        settings: IntakeSettings,
        customers: Numbers,
        tail: Tail,
        people: People | None = None,
    ) -> None:
        self.settings = settings
        self.customers = customers
        self.people = people or People()
        self._asked = Asked(*map(read_only, asked_by(settings.consent_given)))
        self._taken, self._clocks = np.array(tail.marks.taken, np.int64), list(tail.marks.clocks)
        self._clocks_told = list(self._clocks)
        self._tick_ms = tail.tick_ms
        self._n_events, self._model_version = tail.n_events, tail.model_version
        self.complaints = ComplaintReader(customers.partition, settings.texts_kept)
        self._recent = tail.recent or Recent(settings.ids_kept)
        self._open = OpenSlice(settings.slice_events)
        self._lateness_ms = int(settings.lateness_s * 1000) if settings.ticks == "wall" else None
        self._progress = np.zeros(1, PROGRESS)
        self._progress["newest_ms"] = tail.newest_ms
        self._progress["ahead_ms"] = settings.ahead_s * 1000

    def take(self, arrivals: Arrivals) -> Sequenced:
        """Take records in their order."""
        done = Sequenced()
        done.records += self._fed_ticks()  # what a crash left between a clock and its ticks
        self._put(done, completed(arrivals, self._taken))
        # A clock that made no tick, and what was heard and sent on, must not be forgotten in a
        # crash: it goes with an empty slice.
        told = self.people.has_changed or done.onward or done.told
        if len(self._open) or told or self._clocks != self._clocks_told:
            done.records.append(self._cut())
        for counted in ("n_events", "n_duplicates", "n_repeated", "n_withheld"):
            setattr(done, counted, int(self._progress[0][counted]))
            self._progress[0][counted] = 0
        done.heard = self.complaints.take_heard()
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

    def _put(self, done: Sequenced, arrivals: Arrivals) -> None:
        at, ticked, alone = 0, _NOWHERE, _NOWHERE
        self._progress["cleared"] = self._progress["checked"] = _NOWHERE
        while at < len(arrivals):
            # An event that has had its ticks goes alone, because it may be due for ever.
            stop = at + self.settings.slice_events - len(self._open)
            stop = at + 1 if at < max(ticked, alone) else stop
            due_ms = walking.ENDLESS_MS if ticked > at else self._due_ms()
            at = self._walk(arrivals, at, min(stop, len(arrivals)), due_ms)
            why = self._progress[0]["why"]
            # A row that goes or comes is joined when its slice ends, so the slice ends with it.
            if len(self._open) == self.settings.slice_events or (len(self._open) and at == alone):
                done.records.append(self._cut())
            if why == walking.DUE:
                done.records += self._ticks_before(arrivals.columns, at)
                ticked = at + 1
            elif why == walking.CONCERNS:
                heard = self._hear(done, arrivals, at)
                alone = at + 1 if heard in ROWS_GO else alone
                at += heard == SENT_ON
            elif why != walking.DONE:
                self._aside(done, arrivals, at)
                at += 1

    def _walk(self, arrivals: Arrivals, start: int, stop: int, due_ms: int) -> int:
        """Take events until something is to be done; give the place of the first not taken."""
        self._progress[0]["due_ms"] = due_ms
        self.customers.names.reserve(stop - start, arrivals.n_name_bytes)
        self._open.sources.reserve(stop - start, arrivals.n_name_bytes)
        self.people.reserve(self.customers.names.next + stop - start)
        order = Order(
            self._progress,
            self._taken,
            self.customers.customers,
            self.people.words,
            self._asked,
            self._recent.generations,
            self._open.rows,
        )
        at = int(walk(order, arrivals.columns, start, stop))
        for row, place in self._open.take_noted():
            note = self.complaints.note(arrivals, place)
            if note is not None:
                self._open.note(row, note)
        return at

    def _hear(self, done: Sequenced, arrivals: Arrivals, at: int) -> int:
        """Hear an event, or send it on. Give its kind, or `SENT_ON`."""
        event, arrival = arrivals.said(at), arrivals.record(at)
        number = self.customers.number(event.subject)
        assert number is not None  # the walk has numbered them
        been, topic = forwarding.been(arrival.headers), TOPICS.index(arrival.topic)
        source, to = arrivals.name(at, "source").decode(), None
        if event.kind not in OF_THE_ID:
            to = self.people.standing(number).really(source, event.at_ms)
        if to is not None and to != event.subject and to not in been:
            renamed = arrivals.renamed(at, to)
            done.onward.append(Onward(arrival, event.subject, to, been, renamed))
            self._taken[topic] = arrival.offset
            return SENT_ON
        done.told += self.people.hear(number, (topic, arrival.offset), event)
        self._progress["cleared"] = at
        if event.kind == Kind.CONTACT_MADE and is_check(arrivals.note(at)):
            self._progress["checked"] = at
        return event.kind

    def _aside(self, done: Sequenced, arrivals: Arrivals, at: int) -> None:
        """Do with one record what compiled code cannot."""
        why, arrival = self._progress[0]["why"], arrivals.record(at)
        topic = TOPICS.index(arrival.topic)
        if why != walking.DECLINED:
            event_ms = int(arrivals.columns.readings["at_ms"][at])
            done.refusals.append(Dropped(arrival, _refused(why, event_ms - arrival.known_ms)))
        elif isinstance(said := arrivals.aside[at], Refused):
            done.refusals.append(Dropped(arrival, said))
        else:
            self._clocks[topic] = max(self._clocks[topic], at_ms(said.data.to))
            self._taken[topic] = arrival.offset
            done.records += self._fed_ticks()
        self._taken[topic] = arrival.offset

    def _due_ms(self) -> int:
        """Give the time of the newest event from which on a tick is due."""
        if self._lateness_ms is None:
            return walking.ENDLESS_MS
        if not self._tick_ms:
            return -walking.ENDLESS_MS  # a log begins with a tick
        due_ms = self._tick_ms + self.settings.tick_hours * HOUR_MS + self._lateness_ms
        return min(due_ms, walking.ENDLESS_MS)

    def _ticks_before(self, columns: Columns, at: int) -> list[Slice | Tick | Model]:
        """Make the ticks that an event makes due."""
        event_ms, progress = int(columns.readings["at_ms"][at]), self._progress[0]
        progress["newest_ms"] = max(int(progress["newest_ms"]), event_ms)
        return self._ticks(int(progress["newest_ms"]) - (self._lateness_ms or 0))

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
        return Marks(tuple(self._taken.tolist()), tuple(self._clocks))


def _refused(why: int, ahead_ms: int) -> Refused:
    if why == walking.EARLY:
        detail = f"time is {ahead_ms / 1000:.0f} s ahead of arrival"
        return Refused(Refusal.AHEAD, detail, "$.time")
    detail = "the subject belongs to another partition (murmur2 of the key)"
    return Refused(Refusal.WRONG_PARTITION, detail, "$.subject")
