"""The world around the toy worker: its topics, its load, its processes, and what came of it."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from streams.counts import Counts
from streams.exits import Exit
from streams.writer import Writer
from tests.faults.toy_worker import EFFECT_EVERY, ROW

N_PARTITIONS = 4
ROOT = Path(__file__).parents[2]


class World:
    """Topics of one test, and everything done with them."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self.bootstrap = bootstrap
        self.prefix = prefix
        self.sent: Counter[bytes] = Counter()
        self.workers: list[Worker] = []
        self.inputs = [f"{prefix}.a", f"{prefix}.b"]
        self._next = 0

    async def make_topics(self, *, n_partitions_of_b: int = N_PARTITIONS) -> None:
        compact = {"cleanup.policy": "compact"}
        topics = [
            NewTopic(f"{self.prefix}.a", N_PARTITIONS, 1),
            NewTopic(f"{self.prefix}.b", n_partitions_of_b, 1),
            NewTopic(f"{self.prefix}.out", N_PARTITIONS, 1),
            NewTopic(f"{self.prefix}-ledger-changelog", N_PARTITIONS, 1, topic_configs=compact),
        ]
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            await admin.create_topics(topics)
        finally:
            await admin.close()

    async def load(self, n: int, *, n_keys: int = 500, seconds: float = 0.0) -> None:
        """Write n records of n_keys customers to both inputs, spread over some seconds."""
        writer = Writer(self.bootstrap, Counts())
        await writer.start()
        n_writes = max(int(seconds * 20), 1)
        began = time.monotonic()
        try:
            for i in range(n_writes):
                await self._write(writer, n // n_writes, n_keys)
                await asyncio.sleep(
                    max(0.0, began + (i + 1) * seconds / n_writes - time.monotonic())
                )
        finally:
            await writer.stop()

    async def _write(self, writer: Writer, n: int, n_keys: int) -> None:
        out: dict[tuple[str, int], list[tuple[bytes, bytes, tuple[()]]]] = {}
        for i in range(self._next, self._next + n):
            number = i * 7919 % n_keys
            key = b"c%d" % number
            self.sent[key] += 1
            place = self.inputs[i // n_keys % 2], number % N_PARTITIONS
            out.setdefault(place, []).append((key, b"%d" % i, ()))
        self._next += n
        await asyncio.gather(*(writer.write(t, p, records) for (t, p), records in out.items()))

    async def worker(self, *, session_timeout_s: float = 6.0, **plan: Any) -> "Worker":
        """Start a worker and wait until it is ready, or has ended."""
        worker = await self.starting_worker(session_timeout_s=session_timeout_s, **plan)
        await worker.ready.wait()
        return worker

    async def starting_worker(self, *, session_timeout_s: float = 6.0, **plan: Any) -> "Worker":
        settings = {
            "bootstrap_servers": self.bootstrap,
            "session_timeout_s": session_timeout_s,
            "heartbeat_interval_s": 1.0,
            "commit_interval_s": 0.3,
            "flush_interval_s": 0.5,
        } | plan.pop("settings", {})
        text = json.dumps({"prefix": self.prefix, "settings": settings} | plan)
        worker = Worker(await start(text))
        self.workers.append(worker)
        return worker

    async def supervise(self, **plan: Any) -> None:
        """Run a worker for ever: where one ended for lack of a broker, start another."""
        while True:
            worker = await self.worker(**plan)
            assert await worker.ended(within_s=60.0) in {Exit.UNEXPECTED, Exit.STALLED}

    async def committed(self) -> int:
        """Give how many records of the inputs the group has committed; 0 if it cannot be said."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        try:
            await admin.start()
            offsets = await admin.list_consumer_group_offsets(self.prefix)
        except KafkaError:
            return 0
        finally:
            await admin.close()
        return sum(at.offset for tp, at in offsets.items() if tp.topic in self.inputs)

    async def all_done(self, within_s: float = 40.0) -> None:
        """Wait until the group has committed all that was sent."""
        ends_at = time.monotonic() + within_s
        while (committed := await self.committed()) < (total := self.sent.total()):
            if time.monotonic() > ends_at:
                logs = [worker.log for worker in self.workers]
                raise TimeoutError(f"{committed} of {total}; {logs}")
            await asyncio.sleep(0.1)

    async def read(self, topic: str) -> list[ConsumerRecord[bytes | None, bytes | None]]:
        """Read a whole topic, each partition in order."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)
        await consumer.start()
        try:
            tps = [TopicPartition(topic, p) for p in range(N_PARTITIONS)]
            consumer.assign(tps)
            await consumer.seek_to_beginning()
            ends = await consumer.end_offsets(tps)
            records = []
            while any([await consumer.position(tp) < ends[tp] for tp in tps]):
                for some in (await consumer.getmany(timeout_ms=500)).values():
                    records += some
            return records
        finally:
            await consumer.stop()

    async def counts(self) -> dict[bytes, int]:
        """Give the counts by key as the changelog has them."""
        rows = await self.read(f"{self.prefix}-ledger-changelog")
        return {row.key: ROW.unpack(row.value)[0] for row in rows if row.key and row.value}

    async def effects(self) -> Counter[bytes]:
        """Give how often each effect was written."""
        return Counter(record.key or b"" for record in await self.read(f"{self.prefix}.out"))

    def effects_due(self) -> set[bytes]:
        """Give the effects that must be there for what was sent."""
        return {
            b"%s/%d" % (key, n)
            for key, total in self.sent.items()
            for n in range(EFFECT_EVERY, total + 1, EFFECT_EVERY)
        }

    async def close(self) -> None:
        """Kill what still runs."""
        for worker in self.workers:
            worker.kill()
            await worker.ended()


class Worker:
    """A running toy worker."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.ready = asyncio.Event()
        self.log: list[dict[str, Any]] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            try:
                entry = json.loads(line)
            except ValueError:
                entry = {"event": line.decode()}
            self.log.append(entry)
            if entry["event"] == "worker_ready":
                self.ready.set()
        self.ready.set()  # or who waits for it would do so for ever

    def events(self, name: str) -> list[dict[str, Any]]:
        return [entry for entry in self.log if entry["event"] == name]

    async def get(self, path: str) -> tuple[int, str]:
        """Ask the worker's web server; gives status and text."""
        (starting,) = self.events("worker_starting")
        url = f"http://127.0.0.1:{starting['health_port']}{path}"
        async with ClientSession() as session, session.get(url) as answer:
            return answer.status, await answer.text()

    def send(self, sign: signal.Signals) -> None:
        self._process.send_signal(sign)

    def kill(self) -> None:
        if self._process.returncode is None:
            self.send(signal.SIGKILL)

    async def ended(self, within_s: float = 20.0) -> int:
        """Wait for the end; gives the exit code."""
        async with asyncio.timeout(within_s):
            code = await self._process.wait()
            await self._reading
        return code

    async def stopped(self) -> float:
        """Stop it cleanly; gives the seconds it took."""
        began = time.monotonic()
        self.send(signal.SIGTERM)
        assert await self.ended() == 0, self.log
        return time.monotonic() - began


async def start(text: str) -> Process:
    program = str(Path(__file__).with_name("toy_worker.py"))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return await asyncio.create_subprocess_exec(
        sys.executable, program, text, stdout=PIPE, env=environment, limit=2**20
    )


def repeats(effects: Iterable[int]) -> int:
    """Give how many effects were written more than once."""
    return sum(times - 1 for times in effects)
