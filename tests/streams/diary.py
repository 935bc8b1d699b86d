"""A role that writes down what is asked of it, and lanes for it to work in."""

import asyncio
from itertools import pairwise
from typing import NoReturn

from aiokafka import ConsumerRecord

from streams.counts import Counts
from streams.fetching.batches import batch_of
from streams.fetching.packed import Packed
from streams.lanes import Lanes, Slice
from streams.role import Records, Role


class Diary(Role):
    """A role that writes down what is asked of it; steps and flushes wait at a gate of theirs."""

    name = "diary"
    topics = ("in",)

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.flush_gate = asyncio.Event()
        self.flush_gate.set()

    async def _write(self, line: str) -> None:
        self.lines.append(line)
        await self.gate.wait()
        self.lines.append(f"{line}.")

    async def assigned(self, partition: int) -> None:
        await self._write(f"assigned {partition}")

    async def step(self, partition: int, topic: str, records: Records) -> None:
        told = " packed" if isinstance(records, Packed) else ""
        assert all(one.offset < other.offset for one, other in pairwise(records))
        await self._write(f"step {records[0].offset}-{records[-1].offset}{told}")

    async def pulse(self, partition: int) -> None:
        await self._write("pulse")

    async def flush(self, partition: int, alone: asyncio.Lock) -> None:
        async with alone:  # what it writes is read between two steps
            self.lines.append("flush")
        await self.flush_gate.wait()
        self.lines.append("flush.")

    async def revoked(self, partition: int) -> None:
        await self._write(f"revoked {partition}")


class World:
    def __init__(self, flush_interval_s: float = 600.0, pulse_interval_s: float = 600.0) -> None:
        self.role = Diary()
        self.counts = Counts()
        self.fatal: list[BaseException] = []
        self.lanes = Lanes(
            self.role,
            self.counts,
            self._fatal,
            flush_interval_s=flush_interval_s,
            pulse_interval_s=pulse_interval_s,
        )

    def _fatal(self, doing: str, error: BaseException) -> NoReturn:
        self.fatal.append(error)
        raise asyncio.CancelledError

    async def put(
        self, first: int, last: int, *, after: int = -1, topic: str = "in", packed: bool = False
    ) -> None:
        records: Records = [
            ConsumerRecord(topic, 0, i, 0, 0, b"", b"", None, 0, 0, ())
            for i in range(first, last + 1)
        ]

        if packed:
            records = Packed.of(topic, 0, [batch_of(record) for record in records])

        async def ack() -> None:
            self.role.lines.append(f"ack {last}")

        await self.lanes.put(Slice(topic, 0, records, after, ack))

    async def turn(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    @property
    def steps(self) -> list[str]:
        """The steps that were begun, in their order."""
        return [line for line in self.role.lines if line.startswith("step") and line[-1] != "."]
