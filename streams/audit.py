"""The audit: read the logs again and see whether the same is said, byte for byte.

Every decider read one log and nothing else, so reading it again must give what the live run
wrote: assessments, broken promises, alerts and lessons from the customer log, models from the
training log, tasks from the desk's. What a crash made a worker say twice counts once.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b

from alerts import playbooks
from alerts.alert import Alert, Cleared, CompanyChange, Tick
from alerts.desk import Desk
from alerts.records import decode_desk
from detectors.engine import Engine
from detectors.learning.lessons import Lesson, cut, lesson, pack
from detectors.learning.schedule import teaches
from detectors.learning.text_labels import TextLabel, unpack
from detectors.learning.text_trainer import TextTrainer
from detectors.learning.trainer import Trainer
from detectors.outcome import Outcome
from detectors.score import FEATURES_HASH
from detectors.text.model_frame import packed_model
from streams import models
from streams.course import course
from streams.customer_log import read_log
from streams.customer_names import CustomerNames
from streams.effects import assessments, breaches, desk_records, encoded
from streams.log_reader import LogReader, Record
from streams.partitions import seat_of
from streams.settings import Settings
from streams.topics import (
    ASSESSMENTS,
    BREACHES,
    CUSTOMER_LOG,
    DESK_LOG,
    MODELS,
    TASKS,
    TRAINING_LOG,
)

Stream = tuple[str, int, int]  # topic, its partition, and which partition's scorer said it
Said = dict[Stream, dict[bytes, None]]  # what was said, once each, in order
Step = Callable[[str, int], None]  # told after each record read: log and partition
NOBODY = -1


@dataclass(frozen=True)
class Line:
    """One topic of the audit: how much was said live and in the replay, and their digests."""

    topic: str
    n_live: int
    n_replayed: int
    live: str
    replayed: str

    @property
    def equal(self) -> bool:
        """Whether every byte is the same."""
        return self.live == self.replayed


async def audit(servers: str, settings: Settings, step: Step) -> list[Line]:
    """Replay all logs and compare what follows with what the topics hold.

    Topics that Kafka has compacted since no longer hold everything; the audit then says so by
    a difference, and counts show what is missing.
    """
    async with LogReader(servers) as reader:
        replayed = defaultdict[Stream, dict[bytes, None]](dict)
        for partition in range(await reader.partitions(CUSTOMER_LOG)):
            await _scorer(reader, partition, settings, replayed, step)
        await _trainer(reader, settings, replayed, step)
        for desk in range(await reader.partitions(DESK_LOG)):
            await _desk(reader, desk, settings, replayed, step)
        live = await _live(reader, step)
    return [_line(topic, live, replayed) for topic in _topics(live, replayed)]


async def _scorer(
    reader: LogReader, partition: int, settings: Settings, said: Said, step: Step
) -> None:
    engine, names = Engine(partition, settings.core), CustomerNames(reader, partition)
    await names.read()
    n_partitions = await reader.partitions(CUSTOMER_LOG)
    n_desks = await reader.partitions(DESK_LOG)
    async for offset, record in read_log(reader, partition):
        outcome = engine.step(offset, record)
        for topic, made in ((ASSESSMENTS, assessments), (BREACHES, breaches)):
            for key, value in made(outcome, names.name):
                said[topic, partition, NOBODY][key + value] = None
        told = desk_records(outcome, names.name, partition, n_partitions, n_desks)
        for desk, records in told.items():
            for _, value in encoded(records):
                said[DESK_LOG, desk, partition][value] = None
        for part in _lessons(partition, outcome, settings):
            said[TRAINING_LOG, 0, partition][part] = None
        step(CUSTOMER_LOG, partition)


def _lessons(partition: int, outcome: Outcome, settings: Settings) -> list[bytes]:
    at_ms = outcome.tick_ms
    if at_ms is None or not teaches(at_ms, settings.churn.horizon_days):
        return []
    whole = lesson(partition, at_ms, FEATURES_HASH, outcome.snapshot, outcome.labels)
    return [pack(part) for part in cut(whole)]


async def _trainer(reader: LogReader, settings: Settings, said: Said, step: Step) -> None:
    n_partitions = await reader.partitions(CUSTOMER_LOG)
    trainer = Trainer(course(settings.core, n_partitions), settings.learning)
    texts, models_said = TextTrainer(n_partitions, settings.learning.text), said[MODELS, 0, NOBODY]
    async for record in reader.read(TRAINING_LOG, 0):
        part = unpack(record.value or b"")
        if isinstance(part, TextLabel):
            texts.step(record.offset, part)
        elif due := trainer.step(record.offset, part):
            learned = texts.learn_all()
            models_said |= dict.fromkeys(map(packed_model, learned))
            models_said |= dict.fromkeys(map(models.model_bytes, due))
        step(TRAINING_LOG, 0)


async def _desk(
    reader: LogReader, desk_number: int, settings: Settings, said: Said, step: Step
) -> None:
    seat = seat_of(desk_number, await reader.partitions(DESK_LOG))
    desk = Desk(settings.desk, playbooks.shipped(), seat=seat)
    async for record in reader.read(DESK_LOG, desk_number):
        place = f"{DESK_LOG}[{desk_number}]@{record.offset}"
        outcome = desk.step(record.offset, decode_desk(record.value or b"", place))
        for key, value in outcome.messages():
            said[TASKS, desk_number, NOBODY][key.encode() + value] = None
        step(DESK_LOG, desk_number)


async def _live(reader: LogReader, step: Step) -> Said:
    said = defaultdict[Stream, dict[bytes, None]](dict)
    for topic in (ASSESSMENTS, BREACHES, TASKS, DESK_LOG, TRAINING_LOG, MODELS):
        for partition in range(await reader.partitions(topic)):
            async for by, value in _told(topic, reader.read(topic, partition)):
                said[topic, partition, by][value] = None
                step(topic, partition)
    return said


async def _told(topic: str, records: AsyncIterator[Record]) -> AsyncIterator[tuple[int, bytes]]:
    async for record in records:
        value = record.value or b""
        if topic == TRAINING_LOG:
            # Labels of texts are what people said: they are read, never replayed.
            part = unpack(value)
            if isinstance(part, Lesson):
                yield part.partition, value
        elif topic == MODELS:
            match models.incoming(record):
                case models.Published(model=model):
                    yield NOBODY, models.model_bytes(model)
                case models.PublishedText(model=packed):
                    yield NOBODY, packed
        elif topic == DESK_LOG:
            place = f"{topic}[{record.partition}]@{record.offset}"
            told = decode_desk(value, place)
            # What people did came from nobody's log: it is read, never replayed.
            if isinstance(told, Alert | Cleared | CompanyChange | Tick):
                yield told.partition, value
        else:
            yield NOBODY, (record.key or b"") + value


def _topics(*told: Said) -> list[str]:
    # Of one run or the other: a topic of which only the replay knows anything was lost.
    return sorted({stream[0] for said in told for stream, values in said.items() if values})


def _line(topic: str, live: Said, replayed: Said) -> Line:
    streams = sorted(stream for stream in {*live, *replayed} if stream[0] == topic)
    return Line(
        topic=topic,
        n_live=sum(len(live.get(stream, ())) for stream in streams),
        n_replayed=sum(len(replayed.get(stream, ())) for stream in streams),
        live=_digest(live.get(stream, {}) for stream in streams),
        replayed=_digest(replayed.get(stream, {}) for stream in streams),
    )


def _digest(streams: Iterable[Iterable[bytes]]) -> str:
    digest = blake2b(digest_size=16)
    for stream in streams:
        for value in stream:
            digest.update(len(value).to_bytes(8, "big") + value)
        digest.update(b"end")
    return digest.hexdigest()
