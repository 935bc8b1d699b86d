"""A worker: one role, one process, driven by Faust.

`run` is all a command needs. It checks the topics, starts the role and Faust, serves the probes,
stops on SIGTERM or SIGINT with everything flushed and committed, and gives the exit code. What
goes wrong in between ends the process at once (`exits.py`).
"""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from time import monotonic
from typing import cast

import structlog
import uvloop
from aiokafka.errors import KafkaConnectionError
from faust.types import TP

from detectors.errors import EbbwatchError, SettingsError
from streams.counts import Counts
from streams.exits import Exit, StalledError, exit_now, guarded
from streams.faust_app import add_agent, add_table, build_app
from streams.faust_ledger import Changelog, LedgerTable
from streams.faust_slices import Consumer
from streams.fetching.batches import take_batches
from streams.health import Health
from streams.lanes import Lanes, ended
from streams.lost_connections import expect_lost_connections
from streams.memory import give_back
from streams.role import Kit, Role
from streams.watchdog import Lease, Watchdog
from streams.worker_settings import WorkerSettings
from streams.writer import Writer

log = structlog.stdlib.get_logger("ebbwatch.worker")

# A slice is some thousand records, which all go again. With the default (700) the collector looks
# through them several times while they are in work: 2.9 instead of 2.4 µs an event.
GC_AFTER = (50_000, 20, 100)

Check = Callable[[], Awaitable[None]]
Metrics = Callable[[Counts], bytes]


def run(
    role: Role,
    settings: WorkerSettings,
    *,
    check: Check | None = None,
    metrics: Metrics = lambda _: b"",
) -> int:
    """Run a role until SIGTERM or SIGINT. Call it in the main thread, once in a process.

    Parameters
    ----------
    role : Role
        What to do with the records.
    settings : WorkerSettings
        How to run it.
    check : async callable, optional
        Called before anything is read: whether topics, partition counts and clean-up policies
        are as they must be. An `EbbwatchError` refuses the start.
    metrics : callable, optional
        Gives the page of `/metrics` from the worker's counts.

    Returns
    -------
    code : int
        An `Exit`: 0 after a signal, 78 if the start was refused, 75 if there was no broker.
        After the start other codes never come back from here: the process ends at once.
    """
    gc.set_threshold(*GC_AFTER)
    expect_lost_connections()

    async def work() -> int:
        return await Worker(role, settings, metrics).run(check)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work())


class Worker:
    """Everything of a worker, put together; also what the consumer asks for (`Hooks`).

    Must be built in the running event loop.
    """

    def __init__(self, role: Role, settings: WorkerSettings, metrics: Metrics) -> None:
        self._role = role
        self._settings = settings
        self._metrics = metrics
        self.counts = Counts()
        self._lease = Lease(settings.session_timeout_s)
        self._writer = Writer(
            settings.bootstrap_servers,
            self.counts,
            timeout_s=settings.write_timeout_s,
            still_ours=self._lease.check,
        )
        self._lanes = Lanes(
            role,
            self.counts,
            exit_now,
            flush_interval_s=settings.flush_interval_s,
            pulse_interval_s=settings.pulse_interval_s,
        )
        self._watchdog = Watchdog(self.counts, self._moving, after_s=settings.stall_s)
        self._health = Health(
            live=lambda: self._watchdog.alive,
            ready=lambda: not self._lanes.resting and bool(self._lanes.partitions),
            metrics=self._page,
        )
        self._table: LedgerTable | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._assigned_at = monotonic()
        self._generation = -1

    async def run(self, check: Check | None) -> int:
        """Check, start, work until a signal, stop. Gives the exit code."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        try:
            if check is not None:
                await check()
            await self._writer.start()
        except EbbwatchError as error:
            log.error("worker_refused", role=self._role.name, reason=str(error))
            return Exit.REFUSED
        except KafkaConnectionError as error:
            log.error("broker_not_reached", role=self._role.name, reason=str(error))
            await self._writer.stop()
            return Exit.STALLED
        await guarded("run", self._work_until(stop), exit_now)
        return Exit.CLEAN

    async def _work_until(self, stop: asyncio.Event) -> None:
        settings, role = self._settings, self._role
        if role.batches:
            take_batches(role.batches)
        self._app = app = build_app(role, settings, hooks=self)
        rows = None
        self._together = set(role.topics)
        if role.table is not None:
            self._table = table = add_table(app, role.table, self.counts, exit_now)
            rows = Changelog(table.changelog_topic_name, table.store, self._writer)
            self._together.add(rows.topic)
        add_agent(app, role, self._lanes.put, exit_now)
        app.on_rebalance_complete.connect(self._open, weak=False)
        kit = Kit(writer=self._writer, rows=rows, counts=self.counts, spawn=self._spawn)
        await role.started(kit)
        port = await self._health.start(settings.health_host, settings.health_port)
        log.info("worker_starting", role=role.name, health_port=port)
        self._spawn("watch", self._watchdog.watch())
        self._spawn("faust", self._crashes())
        self._spawn("give_back", give_back())
        self._spawn("start", app.start())
        self._lanes.start()
        await stop.wait()
        log.info("worker_stopping", role=role.name)
        try:
            async with asyncio.timeout(settings.stop_timeout_s):
                await self._stop()
        except TimeoutError as error:
            raise StalledError("the stop took too long; un-acked work will be repeated") from error
        log.info("worker_stopped", role=role.name)

    async def _stop(self) -> None:
        await self._app.stop()  # drains the lanes and commits
        await self._lanes.stop()
        for task in self._tasks:
            await ended(task)
        await self._role.stopped()
        await self._writer.stop()
        await self._health.stop()

    async def _open(self, *_: object, **__: object) -> None:
        # Faust has recovered the tables and is about to let the records of all partitions flow.
        assignment = self._app.consumer.assignment()
        partitions = sorted({tp.partition for tp in assignment if tp.topic in self._role.topics})
        for partition in partitions:
            here = {tp.topic for tp in assignment if tp.partition == partition}
            if apart := self._together - here:
                message = f"partition {partition} came without that of {', '.join(sorted(apart))}"
                exit_now("assigned", SettingsError(f"{message}: partition counts must be equal"))
        await self._lanes.open(partitions)
        # Faust lets the inputs go, seeks, and only then resumes the flow, which empties its queues:
        # what was fetched in between would be skipped.
        self._app.consumer.stop_flow()
        self.counts.recovery_seconds = monotonic() - self._assigned_at
        gc.freeze()  # the state lives as long as the process: keep the collector from walking it
        log.info(
            "worker_ready",
            role=self._role.name,
            partitions=partitions,
            recovery_s=round(self.counts.recovery_seconds, 3),
        )

    async def drain(self) -> None:
        """Finish, flush and ack all that was delivered (`Hooks`)."""
        await guarded("drain", self._drain(), exit_now)

    async def _drain(self) -> None:
        self._lease.check()  # whom the group has dropped must not flush, nor go on with old state
        await self._lanes.drain()

    async def rebalanced(self, assigned: frozenset[TP], generation: int) -> None:
        """Let go of what is no longer ours (`Hooks`)."""
        self._assigned_at = monotonic()
        self.counts.rebalances += 1
        # If the group went through a generation without us, others had our partitions meanwhile.
        in_sequence = generation == self._generation + 1
        self._generation = generation
        ours = {tp.partition for tp in assigned if tp.topic in self._role.topics}
        await guarded("revoked", self._keep(ours if in_sequence else set()), exit_now)

    async def _keep(self, ours: set[int]) -> None:
        gone = self._lanes.known - ours
        await self._lanes.close(gone)
        if self._table is not None:
            self._table.keep(ours, gone)

    def committed(self, offsets: Mapping[TP, int]) -> None:
        """Take note of offsets that the broker has confirmed (`Hooks`)."""
        for tp, offset in offsets.items():
            if tp.topic in self._role.topics:
                place = self.counts.place(tp.topic, tp.partition)
                place.committed = offset
                place.delivered = max(place.delivered, offset)

    def member(self, *, alive_at: float | None) -> None:
        """Take note of the group's answer to a heartbeat (`Hooks`)."""
        self._lease.member(alive_at=alive_at)

    def _spawn(self, doing: str, work: Coroutine[None, None, None]) -> None:
        self._tasks.append(asyncio.create_task(guarded(doing, work, exit_now)))

    async def _crashes(self) -> None:
        # Faust notes that a service crashed, from whatever thread, and then goes on stopping.
        while not self._app.crashed:
            await asyncio.sleep(0.1)
        raise self._app.crash_reason or RuntimeError("Faust crashed and gave no reason")

    def _moving(self) -> object:
        if self._lanes.resting:
            return self.counts.rebalances, self.counts.restored
        return cast(Consumer, self._app.consumer).last_answer(self._role.topics)

    def _page(self) -> bytes:
        for (topic, partition), place in self.counts.positions.items():
            place.end = self._app.consumer.highwater(TP(topic, partition)) or place.end
        return self._metrics(self.counts)
