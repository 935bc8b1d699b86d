"""Feeding a history through the topics, paced so that it means what it meant then.

Steps come from `sources/pacing.py`. Everything up to a clock is written and acknowledged
before the clock, and where a model is due the feed waits until it stands in every log.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from detectors.reasons import instant
from detectors.slices import Model, Tick
from streams.counts import Counts
from streams.customer_log import incoming, kind_of
from streams.events.clock import Advance as AdvanceData
from streams.events.clock import ClockAdvanced
from streams.events.encode import encode, key_of
from streams.lags import wait_until_done
from streams.log_reader import LogReader
from streams.partitions import partitions_of
from streams.sources.pacing import Advance, Await, Settle, Step, Write
from streams.topics import CUSTOMER_LOG
from streams.writer import Outgoing, Writer

WAIT_S = 0.005  # a model is waited for some fifty times
FULL = 2_000  # events in hand: a batch or two for each partition

Progress = Callable[["Fed"], None]


@dataclass
class Fed:
    """How far a feed has come."""

    n_events: int = 0
    at_ms: int = 0
    model: Model | None = None
    n_models: int = 0


@dataclass
class _Stands:
    """What stands in each partition's log: the latest tick, and the tick of the latest model."""

    tick_ms: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    model_ms: dict[int, int] = field(default_factory=lambda: defaultdict(int))


class Feed:
    """Writes events and clocks, and watches the log for what it has to wait for."""

    def __init__(self, writer: Writer, reader: LogReader, n_partitions: int, source: str) -> None:
        self.fed = Fed()
        self._writer, self._reader, self._servers = writer, reader, reader.servers
        self._n_partitions, self._source = n_partitions, source
        self._in_hand: dict[tuple[str, int], list[Outgoing]] = defaultdict(list)
        self._n_in_hand = 0
        self._stands = _Stands()
        self._versions: set[int] = set()

    async def run(self, steps: Iterable[Step], progress: Progress, speed: float | None) -> None:
        """Take all steps; `speed` is event time to wall time, None for as fast as it goes."""
        watching = asyncio.ensure_future(self._watch())
        began_s, began_ms = time.monotonic(), 0
        try:
            for step in steps:
                match step:
                    case Write():
                        await self._write(step)
                    case Advance():
                        began_ms = began_ms or step.to_ms
                        if speed is not None:
                            await self._flush()  # or what is in hand would be late by days
                            due_s = began_s + (step.to_ms - began_ms) / 1000 / speed
                            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
                        await self._advance(step)
                    case Settle():
                        await self._flush()
                        await wait_until_done(
                            self._servers, lambda: progress(self.fed), ("churn-intake",)
                        )
                    case Await():
                        await self._flush()
                        while not self._reached(step):
                            self._look(watching, progress)
                            await asyncio.sleep(WAIT_S)
                progress(self.fed)
        finally:
            watching.cancel()

    async def _write(self, step: Write) -> None:
        key, value = key_of(step.event), encode(step.event)
        for partition in partitions_of(key, self._n_partitions):
            self._in_hand[step.topic, partition].append((key, value, ()))
            self._n_in_hand += 1
        self.fed.n_events += 1
        if self._n_in_hand >= FULL:
            await self._flush()

    async def _advance(self, step: Advance) -> None:
        to = instant(step.to_ms)
        for topic in step.topics:
            clock = ClockAdvanced(
                specversion="1.0",
                id=f"clock-{topic}-{step.to_ms}",
                source=self._source,
                time=to,
                data=AdvanceData(to=to),
            )
            for partition in range(self._n_partitions):
                self._in_hand[topic, partition].append((key_of(clock), encode(clock), ()))
        self.fed.at_ms = step.to_ms
        self._n_in_hand += len(step.topics) * self._n_partitions

    def _look(self, watching: "asyncio.Future[None]", progress: Progress) -> None:
        if watching.done():
            watching.result()
        progress(self.fed)

    def _reached(self, step: Await) -> bool:
        stands = self._stands
        return all(
            stands.tick_ms[p] >= step.tick_ms
            and (not step.model or stands.model_ms[p] >= step.tick_ms)
            for p in range(self._n_partitions)
        )

    async def _flush(self) -> None:
        in_hand, self._in_hand, self._n_in_hand = self._in_hand, defaultdict(list), 0
        writes = (self._writer.write(*place, records) for place, records in in_hand.items())
        await asyncio.gather(*writes)

    async def _watch(self) -> None:
        starts = dict.fromkeys(range(self._n_partitions), 0)
        async for records in self._reader.follow(CUSTOMER_LOG, starts):
            for record in records:
                if kind_of(record) == b"slice":
                    continue
                match incoming(record):
                    case Tick(at_ms=at_ms):
                        self._stands.tick_ms[record.partition] = at_ms
                    case Model() as model:
                        self._stands.model_ms[record.partition] = model.at_ms
                        self._versions.add(model.version)
                        self.fed.model, self.fed.n_models = model, len(self._versions)


@asynccontextmanager
async def feeding(bootstrap_servers: str, n_partitions: int, source: str) -> AsyncIterator[Feed]:
    """Give a feed, connected for the length of a ``with`` block."""
    writer = Writer(bootstrap_servers, Counts())
    await writer.start()
    try:
        async with LogReader(bootstrap_servers) as reader:
            yield Feed(writer, reader, n_partitions, source)
    finally:
        await writer.stop()
