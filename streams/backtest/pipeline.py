"""The whole system in one process, without Kafka: the same deciders, fed in the same steps.

Sequencers, engines, trainer and desks are those of the live roles. What Kafka does between
them is a list here: records of a partition in their order. Offsets are counted as Kafka counts
them, so evidence names the same places as in a live run of the same feed. `feeding.py` feeds it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import numpy as np

from alerts import playbooks
from alerts.desk import Desk
from alerts.minutes import Outcome as Minutes
from detectors.arrays import U8
from detectors.engine import Engine
from detectors.kinds import TOPICS
from detectors.learning.lessons import cut, lesson
from detectors.learning.schedule import teaches
from detectors.learning.text_labels import TextLabel
from detectors.learning.text_trainer import TextTrainer
from detectors.learning.trainer import Trainer
from detectors.outcome import Outcome
from detectors.reasons import instant
from detectors.score import FEATURES_HASH
from detectors.slices import Model
from streams.backtest.collected import Collected
from streams.course import course
from streams.effects import Said, desk_records, rows_moved
from streams.events.clock import Advance, ClockAdvanced
from streams.events.decode import Headers
from streams.events.envelope import AnyEvent
from streams.identity import forwarding
from streams.partitions import partition_of, seat_of
from streams.reading.reading import READING
from streams.sequencer import Onward, Sequencer, Tail
from streams.sequencing.arrivals import Arrival, Arrivals, Columns, Readings
from streams.sequencing.customer_numbers import Numbers
from streams.sequencing.names import Names
from streams.sequencing.texts import Bytes
from streams.settings import Settings
from streams.sources.stretches import Stretch, read
from streams.tail import LogRecord

HEARD_AT_ONCE = 4096  # records for the desks
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
        self.n_withheld = 0
        self.onward: list[Onward] = []  # what goes to others, until it is delivered
        self.told: list[AnyEvent] = []
        self.labels: list[TextLabel] = []  # of those sequenced last
        self._waiting: list[Arrivals] = []
        self._offsets = np.zeros(len(TOPICS), np.int64)
        self._position = -1

    @property
    def waits(self) -> bool:
        """Whether there is something to be taken."""
        return bool(self._waiting)

    def arrive(self, events: Stretch, been: Sequence[str] = ()) -> None:
        """Put events behind what waits to be taken; `been` are the ids that they came by."""
        columns = self._columns(events.readings, events.topics, events.buffer)
        record = partial(_record, columns, forwarding.headers_of(been))
        self._waiting.append(Arrivals(columns, record, n_declined=0))

    def hear(self, clocks: Mapping[str, ClockAdvanced]) -> None:
        """Put a feed's clocks, by topic, behind what waits to be taken."""
        topics = np.array([TOPICS.index(topic) for topic in clocks], np.uint8)
        columns = self._columns(np.zeros(len(topics), READING), topics, np.zeros(0, np.uint8))
        aside = dict(enumerate(clocks.values()))
        record = partial(_record, columns, ())
        self._waiting.append(Arrivals(columns, record, aside, n_declined=0))

    def sequenced(self) -> list[LogRecord]:
        """Take what waits, in the order in which it came; give the log's records."""
        records: list[LogRecord] = []
        self.labels = []
        for arrivals in self._waiting:
            done = self.sequencer.take(arrivals)
            self.n_refused += len(done.refusals)
            self.n_withheld += done.n_withheld
            self.onward += done.onward
            self.told += done.told
            records += done.records
            self.labels += done.heard.labels
        self._waiting = []
        self.sequencer.people.take_changed()  # nothing is lost here that would be needed again
        self.names += [name for name, _ in self.sequencer.customers.take_new()]
        return records

    def step(self, record: LogRecord) -> Outcome:
        """Take a record of the log."""
        self._position += 1
        return self.engine.step(self._position, record)

    def _columns(self, readings: Readings, topics: U8, buffer: Bytes) -> Columns:
        # Offsets count on in each topic, as Kafka counts them.
        if len(topics) and (topics == topics[0]).all():  # nearly always
            begin = int(self._offsets[topics[0]])
            offsets = np.arange(begin, begin + len(topics))
            self._offsets[topics[0]] += len(topics)
        else:
            offsets = np.empty(len(topics), np.int64)
            counts = np.bincount(topics, minlength=len(TOPICS))
            for topic in np.flatnonzero(counts):
                offsets[topics == topic] = self._offsets[topic] + np.arange(counts[topic])
            self._offsets += counts
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
        self._texts = TextTrainer(n_partitions, settings.learning.text)
        books = playbooks.shipped()
        n_desks = settings.topics.desk_partitions
        self._desks = [
            Desk(settings.desk, books, seat=seat_of(desk, n_desks)) for desk in range(n_desks)
        ]
        self._lessons = 0
        self._heard: list[tuple[int, Said]] = []  # by which desk
        self.n_told = 0  # events that partitions wrote for customers
        self._due: list[Model] = []

    @property
    def n_withheld(self) -> int:
        """Count the events that may not be processed."""
        return sum(partition.n_withheld for partition in self.partitions)

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
        self._exchange()  # what one customer's events say of another comes before the clock
        for partition in self.partitions:
            partition.hear(clocks)
        self.settle()

    def settle(self) -> None:
        """Let everything that waits go through the system, and models come to speak."""
        self._exchange()
        if len(self._heard) >= HEARD_AT_ONCE:
            self.decide()
        self.collected.n_refused = sum(partition.n_refused for partition in self.partitions)
        self._learn_texts()
        for model in self._due:
            for partition in self.partitions:
                for record in partition.sequencer.take_model(model).records:
                    self._score(partition, record)
            self.collected.models.append(model)
        self._due = []

    def decide(self) -> None:
        """Let the desks decide about all that they have heard, in its order.

        Nobody acts in a backtest, so nothing waits for what they decide. Some thousand records at
        a time cost half of what they cost one by one, between kernels that take the caches.
        """
        for desk, record in self._heard:
            self.collected.told(record)
            minutes: Minutes = self._desks[desk].step(self._desks[desk].position + 1, record)
            self.collected.decided(minutes)
        self._heard.clear()

    def _exchange(self) -> None:
        """Let all partitions take what waits, and what they send each other, until all is taken."""
        while any(partition.waits for partition in self.partitions):
            for partition in self.partitions:
                self._take(partition)
            for partition in self.partitions:
                self._deliver(partition)

    def _take(self, partition: Partition) -> None:
        records = partition.sequenced()
        for label in partition.labels:
            self._texts.step(self._lessons, label)
            self._lessons += 1
        for record in records:
            self._score(partition, record)

    def _deliver(self, partition: Partition) -> None:
        for onward in partition.onward:
            readings, buffer = onward.event
            topic = np.array([TOPICS.index(onward.arrival.topic)], np.uint8)
            event = Stretch(readings, topic, np.zeros(1, np.int64), buffer)
            self._partition_of(onward.to).arrive(event, (*onward.been, onward.subject))
        self.n_told += len(partition.told)
        for told in partition.told:
            self._partition_of(told.subject or "").arrive(read([told]))
        partition.onward, partition.told = [], []

    def _partition_of(self, customer: str) -> Partition:
        return self.partitions[partition_of(customer.encode(), len(self.partitions))]

    def _learn_texts(self) -> None:
        """Let a new model of texts read, if models of risks are due."""
        for model in self._texts.learn_all() if self._due else ():
            for partition in self.partitions:
                partition.sequencer.complaints.model = model
            self.collected.text_models.append(model)

    def _score(self, partition: Partition, record: LogRecord) -> None:
        self.collected.logged(partition, record)
        self._follow(partition, partition.step(record))

    def _follow(self, partition: Partition, outcome: Outcome) -> None:
        """Hand on what a scorer's step says, as Kafka would."""
        self.collected.scored(partition, outcome)
        names = partition.names.__getitem__
        partition.told += rows_moved(outcome, names)
        n_partitions, n_desks = len(self.partitions), len(self._desks)
        said = desk_records(outcome, names, partition.number, n_partitions, n_desks)
        self._heard += [(desk, record) for desk, told in said.items() for _, record in told]
        at_ms = outcome.tick_ms
        if at_ms is not None and teaches(at_ms, self.settings.churn.horizon_days):
            whole = lesson(
                partition.number,
                at_ms,
                FEATURES_HASH,
                outcome.snapshot,
                outcome.labels,
                worths=outcome.worths,
            )
            for part in cut(whole):
                self._due += self._trainer.step(self._lessons, part)
                self._lessons += 1


def _record(columns: Columns, headers: Headers, at: int) -> Arrival:
    """Give an event as the record that would have brought it, but for what it said."""
    reading, topic = columns.readings[at], TOPICS[columns.topics[at]]
    key = columns.buffer[reading["subject_at"] :][: reading["subject_len"]].tobytes()
    return Arrival(topic, int(columns.offsets[at]), KNOWN_MS, key or None, None, headers)
