"""`ebbwatch bench latency`: from an event that is due to the task on the board.

Real Kafka, a real store, and intake, scorer and desk as processes, at a constant rate of events.
Where on the way the time goes is told by the logs between them (`stages.py`). All of it shares
this machine with Kafka and with the feed; who used how much of it is told as well.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import msgspec
import numpy as np

from alerts.redis_board import RedisBoard
from detectors.errors import EbbwatchError
from streams.bench.children import Member, members
from streams.bench.ground import Place, ground
from streams.bench.proc import cpu_s
from streams.bench.redis_monitor import TaskWatch
from streams.bench.report import Figure, Told
from streams.bench.stages import ends_of_logs, to_customer_log, to_desk_log
from streams.bench.steady import Feed, Pace, Sent, past
from streams.bench.writing import write
from streams.counts import Counts
from streams.lags import wait_until_done
from streams.settings import Settings
from streams.writer import Writer

ROLES = ("intake", "scorer", "desk")
# Every complaint of the feed opens a task: nobody is held out, and no queue is full.
PRESET: dict[str, object] = {"desk.hold_out.share": 0.0, "desk.open_tasks_max": 1_000_000}
RAREST, BOARD = "p99.9", "board"
QUANTILES = {"p50": 0.5, "p99": 0.99, RAREST: 0.999}
SETTLED_WITHIN_S, ARRIVED_WITHIN_S, ASK_S = 600.0, 60.0, 0.2


class Work(msgspec.Struct, frozen=True):
    """What is to be done: rates of events, and for how long each."""

    n_customers: int
    rates: tuple[int, ...]
    tasks_per_s: int
    seconds: float
    warm_up_s: float

    @property
    def paces(self) -> tuple[Pace, ...]:
        """Give what is measured in one run."""
        return tuple(Pace(rate, self.tasks_per_s, self.seconds) for rate in self.rates)

    @property
    def warm_up(self) -> Pace:
        """Give what goes before and is not counted, at the highest rate."""
        return Pace(max(self.rates), self.tasks_per_s, self.warm_up_s)

    def check(self, n_runs: int) -> None:
        """See that there are customers enough: each complains once at most.

        Raises
        ------
        EbbwatchError
            If too few would be left for all other events.
        """
        n_tasks = self.warm_up.n_tasks + n_runs * sum(pace.n_tasks for pace in self.paces)
        if self.n_customers < 2 * n_tasks:
            raise EbbwatchError(f"{n_tasks} tasks need {2 * n_tasks} customers at least")


class AtRate(msgspec.Struct, frozen=True):
    """What was seen at one rate: quantiles of the seconds from due to a place on the way.

    `cores` is how much of a core each process used meanwhile.
    """

    events_per_s: int
    n_tasks: int
    seconds: dict[str, dict[str, float]]
    cores: dict[str, float]


class Run(msgspec.Struct, frozen=True):
    """Each rate once, on a system that goes on running."""

    rates: tuple[AtRate, ...]

    def figures(self) -> tuple[Figure, ...]:
        """Give quantiles in milliseconds, and who used how much of the machine."""
        found: list[Figure] = []
        for one in self.rates:
            at = f"{one.events_per_s:,} events/s"
            found += [
                Figure(f"{at}: to the {to}, {quantile}", 1e3 * seconds, "ms")
                for to, quantiles in one.seconds.items()
                for quantile, seconds in quantiles.items()
                if to == BOARD or quantile != RAREST
            ]
            found += [Figure(f"{at}: {who}", used, "cores") for who, used in one.cores.items()]
        return tuple(found)


@dataclass(frozen=True)
class System:
    """What is measured: where it runs, and a process of each role."""

    place: Place
    running: Sequence[Member]

    def check(self) -> None:
        """See that all roles are alive.

        Raises
        ------
        EmbeddedError
            If one has ended; with its log's last lines.
        """
        for member in self.running:
            if not member.process.alive:
                raise member.process.failure(f"ended with code {member.process.code}")

    def used_s(self) -> dict[str, float]:
        """Give the CPU seconds of every process so far."""
        self.check()
        pids = dict(self.place.pids) | {"feed": os.getpid()}
        pids |= {member.role: member.process.pid for member in self.running}
        return {who: cpu_s(pid) for who, pid in pids.items()}

    async def settled(self) -> None:
        """Wait until all is done: what is left of one rate would count as the next one's delay."""
        groups = [f"churn-{role}" for role in ROLES]
        async with asyncio.timeout(SETTLED_WITHIN_S):
            await wait_until_done(self.place.servers, self.check, groups)


def latency(work: Work, settings: Settings, *, n_runs: int, told: Told) -> list[Run]:
    """Measure each rate `n_runs` times, on servers of its own.

    Raises
    ------
    EbbwatchError
        If a complaint never became a task: then the quantiles of the others mean nothing.
    EmbeddedError
        If a role ended; with its log's last lines.
    """
    work.check(n_runs)
    with ExitStack() as stack:
        place = stack.enter_context(ground(settings, with_store=True))
        running = [stack.enter_context(members(role, place))[0] for role in ROLES]
        return asyncio.run(_measured(work, System(place, running), n_runs=n_runs, told=told))


async def _measured(work: Work, system: System, *, n_runs: int, told: Told) -> list[Run]:
    told(f"{work.n_customers:,} customers and their past")
    place = system.place
    await write(place.servers, place.n_partitions, past(work.n_customers, time.time()))
    await system.settled()
    writer, runs = Writer(place.servers, Counts()), list[Run]()
    await writer.start()
    try:
        feed = Feed(writer, place.n_partitions, work.n_customers)
        told("warming up")
        await _at_rate(work.warm_up, system, feed)
        for number in range(n_runs):
            found: list[AtRate] = []
            for pace in work.paces:
                told(f"run {number + 1} of {n_runs}: {pace.events_per_s:,} events/s")
                await system.settled()
                found.append(await _at_rate(pace, system, feed))
            runs.append(Run(tuple(found)))
    finally:
        await writer.stop()
    return runs


async def _at_rate(pace: Pace, system: System, feed: Feed) -> AtRate:
    place = system.place
    async with TaskWatch(place.endpoints.redis_url) as watch:
        starts = await ends_of_logs(place)
        before_s, began = system.used_s(), time.monotonic()
        sent = await feed.run(pace)
        wall_s = time.monotonic() - began
        used_s = {who: s - before_s[who] for who, s in system.used_s().items()}
        seen_s = await _by_customer(watch, system, sent)
    due_s = sent.due_s
    seconds = {
        BOARD: [seen_s[customer] - due for customer, due in due_s.items()],
        "desk's log": await to_desk_log(place, starts, due_s),
        "customer log": await to_customer_log(place, starts),
        "feed's writer": [sent.sent_s[customer] - due for customer, due in due_s.items()],
    }
    return AtRate(
        events_per_s=pace.events_per_s,
        n_tasks=len(due_s),
        seconds={to: _quantiles(values) for to, values in seconds.items()},
        cores={who: round(s / wall_s, 3) for who, s in used_s.items()},
    )


async def _by_customer(watch: TaskWatch, system: System, sent: Sent) -> dict[str, float]:
    # The store names tasks; whose they are stands on the board, for which there is time now.
    seen_s: dict[str, float] = {}
    known: set[str] = set()
    place = system.place
    board = RedisBoard.connect(place.endpoints.redis_url, place.settings.topics.desk_partitions)
    give_up_at = time.monotonic() + ARRIVED_WITHIN_S
    try:
        while sent.due_s.keys() - seen_s.keys():
            watch.check()
            system.check()
            for task_id in watch.seen_s.keys() - known:
                task = await board.task(task_id)
                known.add(task_id)
                if task is not None:
                    seen_s.setdefault(task.customer, watch.seen_s[task_id])
            if time.monotonic() > give_up_at:
                n_missing = len(sent.due_s.keys() - seen_s.keys())
                raise EbbwatchError(f"{n_missing} of {len(sent.due_s)} tasks never came")
            await asyncio.sleep(ASK_S)
    finally:
        await board.close()
    return seen_s


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    found = np.quantile(np.array(values), list(QUANTILES.values()))
    return dict(zip(QUANTILES, found.round(6).tolist(), strict=True))
