"""Lanes: one per partition, in which slices are done one after another, flushed and acked.

The order in a lane is *step (effects acknowledged) → flush (rows acknowledged) → ack*, and the
acks come in offset order. Between the step of a slice and its ack lies up to one flush interval;
a crash in between repeats the slice. While a flush waits for Kafka the steps go on: those slices
are acked by the next one. Knows neither Faust nor Kafka.
"""

import asyncio
from bisect import bisect_left
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from time import monotonic

from streams.counts import Counts
from streams.exits import Fatal, StalledError, guarded
from streams.fetching.packed import joined
from streams.role import Records, Role

WAITING_SLICES = 4  # of a lane: with one, a lane that waited for acks held up all others


@dataclass(frozen=True, slots=True)
class Slice:
    """Records of one poll and partition, and what tells Faust that they are done.

    Of a poll cut into several, the last one's `ack` stands for all.
    """

    topic: str
    partition: int
    records: Records
    after: int  # offset of the record that was fetched before these, -1 if there was none
    ack: Callable[[], Awaitable[object]] | None


class Lane:
    """The work of one partition. Holds the slices that are done but not yet flushed and acked.

    Slices wait while others are in work, so that the next can be fetched meanwhile. Those of one
    topic that have waited together are one step, with one wait for acks; a slice of more than a
    step is cut, so that flushes come between. One too many makes `put` wait, which stops the
    fetching for all partitions.
    """

    def __init__(self, partition: int, role: Role, counts: Counts) -> None:
        self.partition = partition
        self._role = role
        self._counts = counts
        self._waiting: deque[Slice] = deque()
        self._came, self._went = asyncio.Event(), asyncio.Event()
        self._alone = asyncio.Lock()  # steps and pulses of a partition never overlap
        self._flushing = asyncio.Lock()
        self._done: list[Slice] = []
        self._next: dict[str, int] = {}  # the offset after the last one taken, by topic
        self.in_hand = 0  # slices put and not acked
        self.stepped = asyncio.Event()

    async def put(self, one_slice: Slice) -> None:
        """Hand over a slice; waits while the lane has enough to do."""
        pieces = self._cut(one_slice)
        self.in_hand += len(pieces)
        place = self._counts.place(one_slice.topic, self.partition)
        place.delivered = max(place.delivered, one_slice.records[-1].offset + 1)
        at_once = self._role.at_once
        while len(self._waiting) >= WAITING_SLICES or _n_records(self._waiting) >= at_once:
            self._went.clear()
            await self._went.wait()
        self._waiting += pieces
        self._came.set()

    def _cut(self, whole: Slice) -> list[Slice]:
        at_once, records = self._role.at_once, whole.records
        if len(records) <= at_once:
            return [whole]
        parts = [records[at : at + at_once] for at in range(0, len(records), at_once)]
        afters = [whole.after, *(part[-1].offset for part in parts[:-1])]
        acks = [*(None for _ in parts[:-1]), whole.ack]
        pieces = zip(parts, afters, acks, strict=True)
        return [Slice(whole.topic, whole.partition, *piece) for piece in pieces]

    async def work(self) -> None:
        """Do slices as they come, for ever."""
        while True:
            await self._came.wait()
            if self._flushing.locked() and _n_records(self._done) >= self._role.at_once:
                async with self._flushing:  # not further ahead of it: all is held until its ack
                    pass
            async with self._alone:
                await self._turn()
            self.stepped.set()
            await asyncio.sleep(0)  # a step may not have waited for anything

    async def _turn(self) -> None:
        # Apart from `work`, which would hold these records until the next ones come.
        slices = self._together()
        await self._step(slices)
        self._done += slices

    def _together(self) -> list[Slice]:
        # Takes the slices that wait at the head, as long as they are of one topic and not too many.
        slices = [self._waiting.popleft()]
        n_records = len(slices[0].records)
        while self._waiting and self._waiting[0].topic == slices[0].topic:
            n_records += len(self._waiting[0].records)
            if n_records > self._role.at_once:
                break
            slices.append(self._waiting.popleft())
        if not self._waiting:
            self._came.clear()
        self._went.set()
        return slices

    async def _step(self, slices: Sequence[Slice]) -> None:
        topic = slices[0].topic
        parts = [due for one_slice in slices if (due := self._due(one_slice))]
        if not parts:
            return
        records = joined(parts)
        began = monotonic()
        await self._role.step(self.partition, topic, records)
        self._counts.step_seconds += monotonic() - began
        self._counts.slices[topic] += len(slices)
        self._counts.events[topic] += len(records)
        self._counts.place(topic, self.partition).taken = records[-1].offset + 1

    def _due(self, one_slice: Slice) -> Records:
        # Gives the records that this lane has not had yet, and takes them for had.
        topic, records = one_slice.topic, one_slice.records
        due = self._next.get(topic)
        if due is None:
            due = self._counts.place(topic, self.partition).committed
        first = records[0].offset
        if first > due and one_slice.after >= due:
            # An ack would now stand for records that never came here.
            raise StalledError(f"{topic}[{self.partition}]: fetched from {due}, came from {first}")
        if first < due:
            # They come again to a process that still has them: a commit was refused in a rebalance.
            n_had = bisect_left(records, due, key=attrgetter("offset"))
            self._counts.repeats[topic] += n_had
            records = records[n_had:]
        if records:
            self._next[topic] = records[-1].offset + 1
        return records

    async def pulse(self) -> None:
        """Let the role do what no record causes."""
        async with self._alone:
            await self._role.pulse(self.partition)

    async def flush(self) -> None:
        """Flush the role's rows, then ack what was done before, in offset order."""
        async with self._flushing:
            async with self._alone:
                done, self._done = self._done, []
            began = monotonic()
            await self._role.flush(self.partition, self._alone)
            self._counts.flush_seconds += monotonic() - began
            self._counts.flushes += 1
            for one_slice in done:
                if one_slice.ack is not None:
                    await one_slice.ack()
                    place = self._counts.place(one_slice.topic, self.partition)
                    place.acked = one_slice.records[-1].offset + 1
            self.in_hand -= len(done)


def _n_records(slices: Iterable[Slice]) -> int:
    return sum(len(one_slice.records) for one_slice in slices)


class Lanes:
    """All lanes of a worker, and the tasks that drive them.

    Parameters
    ----------
    role : Role
        Gets the calls.
    counts : Counts
        Gets the numbers.
    fatal : callable
        Ends the process. Called with what was being done, and the exception.
    flush_interval_s : float
        Time from flush to flush. Raising it writes a busy row less often and repeats more work
        after a crash.
    pulse_interval_s : float
        Time from pulse to pulse.
    """

    def __init__(
        self,
        role: Role,
        counts: Counts,
        fatal: Fatal,
        *,
        flush_interval_s: float,
        pulse_interval_s: float,
    ) -> None:
        self._role = role
        self._counts = counts
        self._fatal = fatal
        self._flush_interval_s = flush_interval_s
        self._pulse_interval_s = pulse_interval_s
        self._lanes: dict[int, Lane] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._opening: dict[int, asyncio.Task[None]] = {}
        self._timers: list[asyncio.Task[None]] = []
        self.resting = True  # no flush or pulse of its own: starting, in a rebalance, or stopping

    @property
    def partitions(self) -> frozenset[int]:
        """The partitions that are assigned here and open for work."""
        return frozenset(self._lanes)

    @property
    def known(self) -> frozenset[int]:
        """The partitions that the role was told of: open, or about to be."""
        return frozenset(self._lanes) | frozenset(self._opening)

    def start(self) -> None:
        """Start the flush and the pulse, each a task of its own."""
        every = ((self._flush_interval_s, Lane.flush), (self._pulse_interval_s, Lane.pulse))
        for interval_s, do in every:
            timer = guarded(do.__name__, self._every(interval_s, do), self._fatal)
            self._timers.append(asyncio.create_task(timer))

    async def _every(self, interval_s: float, do: Callable[[Lane], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(interval_s)
            for lane in list(self._lanes.values()):
                if not self.resting and lane.partition in self._lanes:
                    await do(lane)

    async def put(self, one_slice: Slice) -> None:
        """Hand a slice to its lane. A slice of a partition that is not open is a broken promise."""
        await self._lanes[one_slice.partition].put(one_slice)

    async def drain(self) -> None:
        """Finish, flush and ack all slices in hand, and rest. The flow must have been stopped."""
        self.resting = True
        for lane in list(self._lanes.values()):
            lane.stepped.clear()
            await lane.flush()
            while lane.in_hand:
                await lane.stepped.wait()
                lane.stepped.clear()
                await lane.flush()

    async def open(self, partitions: Iterable[int]) -> None:
        """Open the lanes of partitions that came, once the role is ready for them, and work."""
        for partition in sorted(set(partitions) - set(self._lanes)):
            if partition not in self._opening:
                opening = guarded("assigned", self._role.assigned(partition), self._fatal)
                self._opening[partition] = asyncio.create_task(opening)
            # Another rebalance cancels us, but not what the role has begun: it is awaited by
            # the next `open`, or by `close` if the partition has gone meanwhile.
            await asyncio.shield(self._opening[partition])
            del self._opening[partition]
            lane = Lane(partition, self._role, self._counts)
            self._lanes[partition] = lane
            self._tasks[partition] = asyncio.create_task(guarded("step", lane.work(), self._fatal))
        self.resting = False

    async def close(self, partitions: Iterable[int]) -> None:
        """Close the lanes of partitions that went to another worker. They must be drained."""
        for partition in partitions:
            opening = self._opening.pop(partition, None)
            if opening is not None:
                await opening
            elif partition not in self._lanes:
                continue
            else:
                lane = self._lanes.pop(partition)
                if lane.in_hand:
                    raise RuntimeError(f"partition {partition} went with {lane.in_hand} slices")
                await ended(self._tasks.pop(partition))
            await self._role.revoked(partition)
            self._counts.forget(partition)

    async def stop(self) -> None:
        """End all tasks. Drain first."""
        self.resting = True
        for task in (*self._timers, *self._tasks.values()):
            await ended(task)


async def ended(task: "asyncio.Task[None]") -> None:
    """Cancel a task of ours and wait for its end."""
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        # If it is the caller who is being cancelled, that must not be lost.
        if (current := asyncio.current_task()) is not None and current.cancelling():
            raise
