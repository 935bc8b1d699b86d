"""A customer log replayed: what `ebbwatch replay` does of each record, without Kafka."""

import time

from alerts.records import encode
from detectors.engine import Engine
from detectors.slices import pack, unpack
from streams.backtest.collected import Collected
from streams.backtest.feeding import feed
from streams.backtest.pipeline import Partition, Pipeline
from streams.bench.spent import Spent
from streams.replay import said
from streams.settings import Settings
from streams.sources.source import Source
from streams.tail import LogRecord


class Log(Collected):
    """Keeps the records of each partition's log as Kafka would, and nothing else."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.churn)
        self.records: list[list[bytes]] = [[] for _ in range(settings.topics.partitions)]
        self.names: dict[int, list[str]] = {}

    def logged(self, partition: Partition, record: LogRecord) -> None:
        """Take a record of a partition's log."""
        self.records[partition.number].append(pack(record))
        self.names[partition.number] = partition.names


def log_of(source: Source, settings: Settings) -> Log:
    """Give the log that a source's history leaves."""
    pipeline, log = Pipeline(settings), Log(settings)
    pipeline.collected = log
    feed(pipeline, source, lambda _: None)
    return log


def replay(log: Log, settings: Settings) -> Spent:
    """Read a log through new engines, and write what they say to the desks."""
    wall, cpu, n_events = time.monotonic(), time.process_time(), 0
    for number, records in enumerate(log.records):
        engine = Engine(number, settings.core, only_lines=True)
        name_of = log.names.get(number, []).__getitem__
        for position, record in enumerate(records):
            outcome = engine.step(position, unpack(record))
            n_events += outcome.n_events
            for one in said(outcome, number, name_of):
                encode(one)
    return Spent(n_events, time.process_time() - cpu, time.monotonic() - wall)
