"""What a run of the whole system said, so that a disturbed one can be held against another.

What a crash may change is left out: how the log is cut into slices, when an event arrived,
and how often a scorer or a trainer said the same thing. The customer log may repeat nothing.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import msgspec

from alerts.alert import Alert, Cleared, Tick
from alerts.pages import read
from alerts.records import decode_desk
from alerts.redis_board import RedisBoard
from alerts.task import Task
from detectors.engine import Engine
from detectors.outcome import Outcome
from detectors.slices import COLUMNS, Model, Slice
from detectors.text.model_frame import packed_model
from streams import models
from streams.backtest.feeding import feed
from streams.backtest.pipeline import Partition, Pipeline
from streams.customer_log import read_log
from streams.effects import assessments, desk_records, encoded
from streams.embedded import Endpoints
from streams.log_reader import LogReader
from streams.settings import Settings
from streams.sources.source import Source
from streams.tail import LogRecord
from streams.topics import ASSESSMENTS, DEAD_LETTERS, DESK_LOG, MODELS

LOG, SAID, DESK, SPEAKING, TASK = "customer log", "assessments", "desk log", "models", "tasks"
EVENT_COLUMNS = [name for name in COLUMNS if name not in {"known_ms", "source"}]
NOTHING = "nothing"

Stream = tuple[str, int, int]  # what, its partition, and which partition's scorer said it
Streams = dict[Stream, list[object]]


@dataclass
class Told:
    """Everything said, by stream, in its order; the final tasks by their ids."""

    streams: Streams = field(default_factory=lambda: defaultdict(list))

    def all(self, what: str) -> list[object]:
        """Give what was said in all streams of a kind."""
        return [one for key, said in sorted(self.streams.items()) if key[0] == what for one in said]


def differences(one: Told, other: Told) -> list[str]:
    """Say where two runs differ first in each stream; nothing if they are the same."""
    found = []
    for stream in sorted({*one.streams, *other.streams}):
        here, there = one.streams.get(stream, []), other.streams.get(stream, [])
        for at, (mine, yours) in enumerate(zip_longest(here, there, fillvalue=NOTHING)):
            if mine != yours:
                sizes = f"{len(here)} against {len(there)}"
                found.append(f"{stream}, {sizes}: at {at} {mine!r} was not {yours!r}")
                break
    return found


def undisturbed(source: Source, settings: Settings) -> Told:
    """Give what the system says in one process, where nothing can go wrong."""
    pipeline = _Overheard(settings)
    feed(pipeline, source, lambda _: None)
    pipeline.told.streams[SPEAKING, 0, 0] += map(models.model_bytes, pipeline.collected.models)
    pipeline.told.streams[SPEAKING, 0, 1] += map(packed_model, pipeline.collected.text_models)
    final = pipeline.collected.tasks
    pipeline.told.streams[TASK, 0, 0] += [final[key] for key in sorted(final)]
    return pipeline.told


async def live(found: Endpoints, settings: Settings) -> Told:
    """Read what a live system wrote."""
    told = Told()
    async with LogReader(found.bootstrap_servers) as reader:
        for partition in range(settings.topics.partitions):
            n_events = 0
            async for _, record in read_log(reader, partition):
                if isinstance(record, Slice):
                    assert record.first == n_events, f"{partition}: {record.first}, not {n_events}"
                    n_events += len(record)
                told.streams[LOG, partition, 0] += flattened(record)
            said = [(r.key, r.value) async for r in reader.read(ASSESSMENTS, partition)]
            told.streams[SAID, partition, 0] += dict.fromkeys(said)
            assert await reader.ends(DEAD_LETTERS, partition) == (0, 0)
        for desk in range(settings.topics.desk_partitions):
            await _desk(told, reader, desk)
        await _speaking(told, reader)
    board = RedisBoard.connect(found.redis_url, settings.topics.desk_partitions)
    told.streams[TASK, 0, 0] += await tasks(board, settings.topics.desk_partitions)
    await board.close()
    return told


async def _speaking(told: Told, reader: LogReader) -> None:
    risks, texts = dict[object, None](), dict[object, None]()
    async for record in reader.read(MODELS, 0):
        match models.incoming(record):
            case models.Published(model=model):
                risks[models.model_bytes(model)] = None
            case models.PublishedText(model=packed):
                texts[packed] = None
    told.streams[SPEAKING, 0, 0] += risks
    told.streams[SPEAKING, 0, 1] += texts


async def tasks(board: RedisBoard, n_desks: int) -> list[Task]:
    """Give all tasks of a board, live and finished, by their ids."""
    kept = [await board.load(desk) for desk in range(n_desks)]
    pages = [read(key, page) for one in kept for key, page in one.documents.items()]
    return sorted((page for page in pages if isinstance(page, Task)), key=lambda task: task.id)


def flattened(record: LogRecord) -> list[object]:
    """Give a record of the log without its cuts: each event as a row, a tick, a model."""
    if isinstance(record, Model):
        return [("model", models.model_bytes(record))]
    if not isinstance(record, Slice):
        return [("tick", record.at_ms)]
    notes = dict(record.notes)
    rows = zip(*(record.columns[name].tolist() for name in EVENT_COLUMNS), strict=True)
    sources = [record.sources[place] for place in record.columns["source"].tolist()]
    return [
        ("event", source, row, notes.get(at))
        for at, (source, row) in enumerate(zip(sources, rows, strict=True))
    ]


def notes(rows: list[Any]) -> list[dict[str, Any]]:
    """Give the notes of flattened records of a log, in their order."""
    events = [row for row in rows if row[0] == "event" and row[3] is not None]
    return [msgspec.msgpack.decode(row[3]) for row in events]


async def _desk(told: Told, reader: LogReader, desk: int) -> None:
    said: dict[Stream, dict[bytes, None]] = defaultdict(dict)
    async for record in reader.read(DESK_LOG, desk):
        value = record.value or b""
        one = decode_desk(value, f"{DESK_LOG}[{desk}]@{record.offset}")
        assert isinstance(one, Alert | Cleared | Tick)
        said[DESK, desk, one.partition][value] = None
    for stream, values in said.items():
        told.streams[stream] += values


class _Overheard(Pipeline):
    """The backtest's pipeline, with everything said written down."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.told = Told()
        numbers = range(settings.topics.partitions)
        self.partitions = [_Partition(self.told, number, settings) for number in numbers]


class _Partition(Partition):
    def __init__(self, told: Told, number: int, settings: Settings) -> None:
        super().__init__(number, settings)
        self._told, self._topics = told, settings.topics
        self.engine = Engine(number, settings.core)  # what it writes beside alerts counts too

    def step(self, record: LogRecord) -> Outcome:
        outcome, name_of = super().step(record), self.names.__getitem__
        streams, topics = self._told.streams, self._topics
        streams[LOG, self.number, 0] += flattened(record)
        streams[SAID, self.number, 0] += assessments(outcome, name_of)
        said = desk_records(
            outcome, name_of, self.number, topics.partitions, topics.desk_partitions
        )
        for desk, records in said.items():
            streams[DESK, desk, self.number] += [value for _, value in encoded(records)]
        return outcome
