"""A worker that counts records by key, to try the plumbing on: `python toy_worker.py JSON`.

A row is a customer's count and the offsets applied last, by topic. Every tenth record of a key
has an effect, whose id is the key and the count.
"""

import asyncio
import json
import os
import signal
import struct
import sys
from collections import defaultdict
from dataclasses import dataclass

import structlog

from streams.library_logs import take_library_logs
from streams.role import Kit, Records, Role, Table
from streams.worker import run
from streams.worker_settings import WorkerSettings

ROW = struct.Struct("<qqq")
EFFECT_EVERY = 10


@dataclass(frozen=True)
class Plan:
    """What the toy has to do, and where it has to go wrong."""

    prefix: str
    settings: dict[str, object]
    die: str = ""  # effects | half_flush | flush | ack: kill -9 right after it, the third time
    raise_at: int = -1  # offset at which the step raises
    hold_acks: bool = False  # a flush that never ends
    echo: bool = False  # write every record to the output as it came
    table: bool = True


class Toy(Role):
    """Counts records by key."""

    def __init__(self, plan: Plan) -> None:
        self.name = plan.prefix  # type: ignore[misc]  # one class, a group for each test
        self.topics = (f"{plan.prefix}.a", f"{plan.prefix}.b")  # type: ignore[misc]  # likewise
        if plan.table:
            self.table = Table(ledger=self)
        else:
            self.topics = self.topics[:1]  # type: ignore[misc]  # likewise
        self.plan = plan
        self.rows: dict[int, dict[bytes, list[int]]] = defaultdict(dict)
        self.dirty: dict[int, set[bytes]] = defaultdict(set)
        self.ready: set[int] = set()
        self.died = 0

    def restore(self, partition: int, records: Records) -> None:
        for record in records:
            assert record.key is not None
            assert record.value is not None
            self.rows[partition][record.key] = list(ROW.unpack(record.value))

    def drop(self, partition: int) -> None:
        self.rows.pop(partition, None)
        self.dirty.pop(partition, None)

    async def started(self, kit: Kit) -> None:
        await super().started(kit)
        await kit.writer.partitions(f"{self.name}.out")

    async def assigned(self, partition: int) -> None:
        await asyncio.sleep(0.01)  # time for a record that comes too early
        assert partition not in self.ready
        self.ready.add(partition)

    async def revoked(self, partition: int) -> None:
        assert not self.dirty[partition]
        self.ready.remove(partition)

    async def step(self, partition: int, topic: str, records: Records) -> None:
        assert partition in self.ready
        if self.plan.echo:
            out = [(r.key, r.value, r.headers) for r in records]
            await self.kit.writer.write(f"{self.name}.out", partition, out)
            return
        effects = [effect for record in records if (effect := self.count(topic, record))]
        out = [(effect, b"%d" % os.getpid(), ()) for effect in effects]
        await self.kit.writer.write(f"{self.name}.out", partition, out)
        self.die_after("effects")

    def count(self, topic: str, record) -> bytes | None:  # type: ignore[no-untyped-def]  # aiokafka
        if record.offset == self.plan.raise_at:
            raise ValueError("on purpose")
        row = self.rows[record.partition].setdefault(record.key, [0, -1, -1])
        place = 1 + self.topics.index(topic)
        if record.offset <= row[place]:
            return None
        row[0] += 1
        row[place] = record.offset
        self.dirty[record.partition].add(record.key)
        return b"%s/%d" % (record.key, row[0]) if row[0] % EFFECT_EVERY == 0 else None

    async def flush(self, partition: int, alone: asyncio.Lock) -> None:
        if self.plan.hold_acks:
            await asyncio.Event().wait()
        async with alone:
            dirty, self.dirty[partition] = sorted(self.dirty[partition]), set()
            rows = [(key, ROW.pack(*self.rows[partition][key])) for key in dirty]
        if not dirty:
            if self.rows[partition]:
                self.die_after("ack")
            return
        assert self.kit.rows is not None
        half = len(rows) // 2 if self.plan.die == "half_flush" else 0
        await self.kit.rows.write(partition, rows[:half])
        self.die_after("half_flush")
        await self.kit.rows.write(partition, rows[half:])
        self.die_after("flush")

    def die_after(self, doing: str) -> None:
        if self.plan.die == doing:
            self.died += 1
            if self.died == 3:
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    structlog.configure(
        processors=[
            structlog.processors.ExceptionRenderer(tracebacks),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
    )
    take_library_logs()
    plan = Plan(**json.loads(sys.argv[1]))
    counts = lambda counts: repr(counts).encode()  # noqa: E731
    sys.exit(run(Toy(plan), WorkerSettings.model_validate(plan.settings), metrics=counts))
