"""The whole system in one process, without Kafka: the same deciders, fed in the same steps.

Sequencers, engines, trainer and desks are those of the live roles. What Kafka does between
them is a list here: records of a partition in their order. Offsets are counted as Kafka counts
them, so evidence names the same places as in a live run of the same feed.
"""

from collections import defaultdict
from collections.abc import Iterable

from alerts import playbooks
from alerts.alert import Alert, Cleared, Tick
from alerts.desk import Desk
from alerts.minutes import Outcome as Minutes
from detectors.engine import Engine
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
from streams.events.clock import Advance as AdvanceData
from streams.events.clock import ClockAdvanced
from streams.events.encode import encode, key_of
from streams.events.envelope import AnyEvent
from streams.partitions import partitions_of
from streams.sequencer import Sequencer, Tail
from streams.sequencing.arrivals import Arrival, Raw, arrivals_of
from streams.sequencing.customer_numbers import Numbers
from streams.sequencing.names import Names
from streams.settings import Settings
from streams.sources.pacing import Advance, Settle, Step, Write
from streams.tail import LogRecord

KNOWN_MS = 2**42  # arrival: after all of history, so that no event is ahead of it


class Partition:
    """One partition: what its intake and its scorer hold."""

    def __init__(self, number: int, settings: Settings) -> None:
        self.number = number
        numbers = Numbers(number, settings.topics.partitions, Names())
        self.sequencer = Sequencer(settings.intake, numbers, Tail())
        self.engine = Engine(number, settings.core)
        self.names: list[str] = []
        self.waiting: list[Arrival] = []
        self.n_refused = 0
        self._offsets: dict[str, int] = defaultdict(int)
        self._position = -1

    def arrive(self, topic: str, event: AnyEvent) -> None:
        """Put an event behind what waits to be taken."""
        offset = self._offsets[topic]
        self._offsets[topic] = offset + 1
        self.waiting.append(Arrival(topic, offset, KNOWN_MS, key_of(event), encode(event)))

    def sequenced(self) -> list[LogRecord]:
        """Take what waits, topic after topic as they came; give the log's records."""
        records: list[LogRecord] = []
        for topic, arrivals in _runs(self.waiting):
            done = self.sequencer.take(arrivals_of(topic, Raw.of(arrivals)))
            self.n_refused += len(done.refusals)
            records += done.records
        self.waiting = []
        self.names += [name for name, _ in self.sequencer.customers.take_new()]
        return records

    def step(self, record: LogRecord) -> Outcome:
        """Take a record of the log."""
        self._position += 1
        return self.engine.step(self._position, record)


class Pipeline:
    """Takes the steps of a feed; what came of them is in `collected`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.collected = Collected(settings.churn)
        n_partitions = settings.topics.partitions
        self._partitions = [Partition(number, settings) for number in range(n_partitions)]
        self._trainer = Trainer(course(settings.core, n_partitions), settings.learning)
        books = playbooks.shipped()
        self._desks = [Desk(settings.desk, books) for _ in range(settings.topics.desk_partitions)]
        self._lessons = 0
        self._due: list[Model] = []

    def take(self, step: Step) -> None:
        """Take one step of a feed. An `Await` asks for nothing: everything is done at once."""
        match step:
            case Write():
                for place in partitions_of(key_of(step.event), len(self._partitions)):
                    self._partitions[place].arrive(step.topic, step.event)
            case Settle():
                self._run()
            case Advance():
                self._advance(step)

    def _advance(self, step: Advance) -> None:
        to = instant(step.to_ms)
        for partition in self._partitions:
            for topic in step.topics:
                clock = ClockAdvanced(
                    specversion="1.0",
                    id=f"clock-{topic}-{step.to_ms}",
                    source="feed",
                    time=to,
                    data=AdvanceData(to=to),
                )
                partition.arrive(topic, clock)
        self._run()

    def _run(self) -> None:
        """Let everything that waits go through the system, and models come to speak."""
        for partition in self._partitions:
            for record in partition.sequenced():
                self._follow(partition, partition.step(record))
        self.collected.n_refused = sum(partition.n_refused for partition in self._partitions)
        for model in self._due:
            for partition in self._partitions:
                for record in partition.sequencer.take_model(model).records:
                    self._follow(partition, partition.step(record))
            self.collected.models.append(model)
        self._due = []

    def _follow(self, partition: Partition, outcome: Outcome) -> None:
        """Hand on what a scorer's step says, as Kafka would."""
        self.collected.scored(partition, outcome)
        names = partition.names.__getitem__
        n_partitions, n_desks = len(self._partitions), len(self._desks)
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


def _runs(arrivals: list[Arrival]) -> list[tuple[str, list[Arrival]]]:
    """Cut arrivals wherever the topic changes."""
    runs: list[tuple[str, list[Arrival]]] = []
    for arrival in arrivals:
        if not runs or runs[-1][0] != arrival.topic:
            runs.append((arrival.topic, []))
        runs[-1][1].append(arrival)
    return runs
