"""The whole system in one process, without Kafka: the same deciders, fed in the same steps.

Sequencers, engines, trainer and desks are those of the live roles. What Kafka does between
them is a list here: records of a partition in their order. Offsets are counted as Kafka counts
them, so evidence names the same places as in a live run of the same feed. `feeding.py` feeds it.
"""

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np

from alerts import playbooks
from alerts.alert import Alert, Cleared, Tick
from alerts.desk import Desk
from alerts.minutes import Outcome as Minutes
from detectors.arrays import U8
from detectors.engine import Engine
from detectors.kinds import TOPICS
from detectors.learning.lessons import cut, lesson
from detectors.learning.schedule import teaches
from detectors.learning.trainer import Trainer
from detectors.outcome import Outcome
from detectors.reasons import instant
from detectors.score import FEATURES_HASH
from detectors.slices import Model
from streams.backtest.collected import Collected
from streams.course import course
from streams.effects import desk_records
from streams.events.clock import Advance, ClockAdvanced
from streams.reading.reading import READING
from streams.sequencer import Sequencer, Tail
from streams.sequencing.arrivals import Arrival, Arrivals, Columns, Readings
from streams.sequencing.customer_numbers import Numbers
from streams.sequencing.names import Names
from streams.sequencing.texts import Bytes
from streams.settings import Settings
from streams.sources.stretches import Stretch
from streams.tail import LogRecord

KNOWN_MS = 2**42  # arrival: after all of history, so that no event is ahead of it


class Partition:
    """One partition: what its intake and its scorer hold."""

    def __init__(self, number: int, settings: Settings) -> None:
        self.number = number
        numbers = Numbers(number, settings.topics.partitions, Names())
        self.sequencer = Sequencer(settings.intake, numbers, Tail())
        self.engine = Engine(number, settings.core, only_lines=True)
        self.names: list[str] = []
        self.n_refused = 0
        self._waiting: list[Arrivals] = []
        self._offsets = np.zeros(len(TOPICS), np.int64)
        self._position = -1

    def arrive(self, events: Stretch) -> None:
        """Put events behind what waits to be taken."""
        columns = self._columns(events.readings, events.topics, events.buffer)
        self._waiting.append(Arrivals(columns, partial(_record, columns)))

    def hear(self, clocks: Mapping[str, ClockAdvanced]) -> None:
        """Put a feed's clocks, by topic, behind what waits to be taken."""
        topics = np.array([TOPICS.index(topic) for topic in clocks], np.uint8)
        columns = self._columns(np.zeros(len(topics), READING), topics, np.zeros(0, np.uint8))
        aside = dict(enumerate(clocks.values()))
        self._waiting.append(Arrivals(columns, partial(_record, columns), aside))

    def sequenced(self) -> list[LogRecord]:
        """Take what waits, in the order in which it came; give the log's records."""
        records: list[LogRecord] = []
        for arrivals in self._waiting:
            done = self.sequencer.take(arrivals)
            self.n_refused += len(done.refusals)
            records += done.records
        self._waiting = []
        self.names += [name for name, _ in self.sequencer.customers.take_new()]
        return records

    def step(self, record: LogRecord) -> Outcome:
        """Take a record of the log."""
        self._position += 1
        return self.engine.step(self._position, record)

    def _columns(self, readings: Readings, topics: U8, buffer: Bytes) -> Columns:
        # Offsets count on in each topic, as Kafka counts them.
        offsets = np.empty(len(topics), np.int64)
        for topic in np.unique(topics):
            mine = topics == topic
            n_mine = np.count_nonzero(mine)
            offsets[mine] = np.arange(self._offsets[topic], self._offsets[topic] + n_mine)
            self._offsets[topic] += n_mine
        known_ms = np.full(len(topics), KNOWN_MS, np.int64)
        return Columns(readings, buffer, topics, offsets, known_ms).read_only()


class Pipeline:
    """Takes what is fed; what came of it is in `collected`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.collected = Collected(settings.churn)
        n_partitions = settings.topics.partitions
        self.partitions = [Partition(number, settings) for number in range(n_partitions)]
        self._trainer = Trainer(course(settings.core, n_partitions), settings.learning)
        books = playbooks.shipped()
        self._desks = [Desk(settings.desk, books) for _ in range(settings.topics.desk_partitions)]
        self._lessons = 0
        self._due: list[Model] = []

    def write(self, partition: int, events: Stretch) -> None:
        """Put events of one partition behind those before."""
        self.partitions[partition].arrive(events)

    def advance(self, topics: Iterable[str], to_ms: int) -> None:
        """Tell every partition of these topics that all events up to `to_ms` are written."""
        to = instant(to_ms)
        clocks = {
            topic: ClockAdvanced(
                specversion="1.0",
                id=f"clock-{topic}-{to_ms}",
                source="feed",
                time=to,
                data=Advance(to=to),
            )
            for topic in topics
        }
        for partition in self.partitions:
            partition.hear(clocks)
        self.settle()

    def settle(self) -> None:
        """Let everything that waits go through the system, and models come to speak."""
        for partition in self.partitions:
            for record in partition.sequenced():
                self._follow(partition, partition.step(record))
        self.collected.n_refused = sum(partition.n_refused for partition in self.partitions)
        for model in self._due:
            for partition in self.partitions:
                for record in partition.sequencer.take_model(model).records:
                    self._follow(partition, partition.step(record))
            self.collected.models.append(model)
        self._due = []

    def _follow(self, partition: Partition, outcome: Outcome) -> None:
        """Hand on what a scorer's step says, as Kafka would."""
        self.collected.scored(partition, outcome)
        names = partition.names.__getitem__
        n_partitions, n_desks = len(self.partitions), len(self._desks)
        said = desk_records(outcome, names, partition.number, n_partitions, n_desks)
        for desk, records in said.items():
            self._decide(desk, [record for _, record in records])
        at_ms = outcome.tick_ms
        if at_ms is not None and teaches(at_ms, self.settings.churn.horizon_days):
            whole = lesson(partition.number, at_ms, FEATURES_HASH, outcome.snapshot, outcome.labels)
            for part in cut(whole):
                self._due += self._trainer.step(self._lessons, part)
                self._lessons += 1

    def _decide(self, place: int, records: Iterable[Alert | Cleared | Tick]) -> None:
        desk = self._desks[place]
        for record in records:
            if isinstance(record, Alert):
                self.collected.alerts.append(record)
            minutes: Minutes = desk.step(desk.position + 1, record)
            self.collected.decided(minutes)


def _record(columns: Columns, at: int) -> Arrival:
    """Give an event as the record that would have brought it, but for what it said."""
    reading, topic = columns.readings[at], TOPICS[columns.topics[at]]
    key = columns.buffer[reading["subject_at"] :][: reading["subject_len"]].tobytes()
    return Arrival(topic, int(columns.offsets[at]), KNOWN_MS, key or None, None)
