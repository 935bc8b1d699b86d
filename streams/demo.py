"""The demonstration: a year of history through the real system, watched as it goes."""

import asyncio
import time
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec
import numpy as np

from alerts.alert import Alert
from alerts.records import decode_desk
from alerts.redis_board import RedisBoard
from detectors.kinds import Kind
from detectors.slices import Slice
from streams.customer_log import incoming, kind_of
from streams.events.profiles import ProfileUpdated
from streams.feed import Fed, feeding
from streams.lags import wait_until_done
from streams.log_reader import LogReader
from streams.report.comparison import Comparison, compared
from streams.report.listening import listened
from streams.runtime import Running
from streams.scraped import scraped
from streams.sequencing.customer_numbers import NOBODY
from streams.sources.pacing import paced
from streams.sources.source import Source
from streams.sources.truth import known_of
from streams.topics import (
    ASSESSMENTS,
    CUSTOMER_LOG,
    DEAD_LETTERS,
    DESK_LOG,
)
from streams.watch import Watch, bar

# History makes its own time; a day is fine enough unless the source says otherwise.
PRESET: dict[str, object] = {
    "intake.ticks": "feed",
    "intake.tick_hours": 24,
    "worker.flush_interval_s": 0.5,
    "worker.pulse_interval_s": 0.01,
}
READY_POLL_S = 0.1
NEXT = """
All is fed; the system goes on running. In another terminal:
  ebbwatch tasks --owner {owner}
  ebbwatch send complaint --customer {customer} --severity high "The delivery never came"
  ebbwatch audit
Ctrl-C stops."""


@dataclass(frozen=True)
class Report:
    """What a demonstration came to.

    `events` are those of the source that went into the log, `withheld` those of which somebody
    had not agreed to the purpose, `own` what ebbwatch itself wrote for customers. `compared`
    holds what was raised against what happened, where the source knows that.
    """

    fed: int
    events: int
    withheld: int
    own: int
    purchases: int
    customers: int
    assessments: int
    alerts: int
    tasks: dict[str, int]
    owners: int
    examples: int
    model_versions: int
    dead_letters: int
    seconds: float
    compared: Comparison | None = None

    @property
    def complete(self) -> bool:
        """Whether everything fed was processed or withheld: nothing lost, doubled or refused."""
        return self.fed == self.events + self.withheld and self.dead_letters == 0

    def as_json(self) -> str:
        """Give one JSON object on one line."""
        return msgspec.json.encode(self).decode()

    def told(self) -> str:
        """Say it for a person."""
        tasks = ", ".join(f"{n} {state}" for state, n in sorted(self.tasks.items()))
        withheld = f" ({self.withheld:,} withheld, no consent)" if self.withheld else ""
        return (
            f"{self.events:,} of {self.fed:,} events{withheld} of {self.customers:,} customers in "
            f"{self.seconds:.0f} s ({self.events / self.seconds:,.0f}/s); "
            f"{self.alerts:,} alerts; tasks of {self.owners} managers: {tasks}; "
            f"{self.model_versions} models from {self.examples:,} labels."
        )


def told_next(source: Source) -> str:
    """Say what a person may try next, with a customer and an account manager of the source."""
    first = next(event for event in source.profiles() if isinstance(event, ProfileUpdated))
    return NEXT.format(owner=first.data.owner, customer=first.subject)


def show(system: Running, source: Source, speed: float | None) -> Report:
    """Feed a source through a running system, with a progress bar, and count what came of it."""
    return asyncio.run(_show(system, source, speed))


async def _show(system: Running, source: Source, speed: float | None) -> Report:
    await _ready(system)
    began, settings = time.monotonic(), system.settings
    servers, n_partitions = system.endpoints.bootstrap_servers, settings.topics.partitions
    steps = paced(source, settings.intake.tick_hours, settings.churn.horizon_days)
    with bar() as drawn:
        watch = Watch(drawn, source.n_events, system.check)
        async with feeding(servers, n_partitions, source.name) as feed:
            await feed.run(steps, watch.progress, speed)
            watch.finish(feed.fed)
            await wait_until_done(servers, system.check)
            report = await _count(system, feed.fed, time.monotonic() - began)
        return replace(report, compared=await _compared(system, source))


async def _ready(system: Running) -> None:
    # Nothing is fed before: a feed that nobody follows for a minute is taken for stuck.
    while not system.ready:
        system.check()
        await asyncio.sleep(READY_POLL_S)


async def _compared(system: Running, source: Source) -> Comparison | None:
    known, found = known_of(source), system.endpoints
    if known is None:
        return None
    board = RedisBoard.connect(found.redis_url, system.settings.topics.desk_partitions)
    async with LogReader(found.bootstrap_servers) as reader:
        heard = await listened(reader, board)
    await board.close()
    return compared(known, heard, system.settings.intake.tick_hours)


async def _count(system: Running, fed: Fed, seconds: float) -> Report:
    servers = system.endpoints.bootstrap_servers
    board = RedisBoard.connect(system.endpoints.redis_url, system.settings.topics.desk_partitions)
    intake = scraped(system.roles["intake"])
    async with LogReader(servers) as reader:
        logged = [await _logged(reader, p) for p in await _places(reader, CUSTOMER_LOG)]
        alerts = [await _alerts(reader, p) for p in await _places(reader, DESK_LOG)]
        own = int(intake["ebbwatch_intake_told_total"]) + sum(one.moved for one in logged)
        report = Report(
            fed=fed.n_events,
            events=sum(one.events for one in logged) - own,
            withheld=int(intake["ebbwatch_intake_withheld_total"]),
            own=own,
            purchases=sum(one.purchases for one in logged),
            customers=sum(one.customers for one in logged),
            assessments=await _ends(reader, ASSESSMENTS),
            alerts=sum(alerts),
            tasks={state.value: n for state, n in (await board.states()).items()},
            owners=len(await board.loads()),
            examples=fed.model.n_labels if fed.model else 0,
            model_versions=fed.n_models,
            dead_letters=await _ends(reader, DEAD_LETTERS),
            seconds=round(seconds, 1),
        )
    await board.close()
    return report


async def _places(reader: LogReader, topic: str) -> range:
    return range(await reader.partitions(topic))


async def _ends(reader: LogReader, topic: str) -> int:
    ends = [await reader.ends(topic, place) for place in await _places(reader, topic)]
    return sum(end - begin for begin, end in ends)


class _Logged(NamedTuple):
    events: int
    moved: int  # rows that a scorer sent from one customer to another
    purchases: int
    customers: int


async def _logged(reader: LogReader, partition: int) -> _Logged:
    """Count the events in a partition's log, some kinds among them, and their customers.

    The company's own events stand in every log: they are counted in the first.
    """
    n_events = n_moved = n_purchases = 0
    customers = set[int]()
    async for record in reader.read(CUSTOMER_LOG, partition):
        if kind_of(record) == b"slice" and isinstance(found := incoming(record), Slice):
            of_customers = found.columns["row"] != NOBODY
            n_events += int(of_customers.sum()) if partition else len(found)
            n_moved += int((found.columns["kind"] == Kind.ROW_MOVED).sum())
            n_purchases += int((found.columns["kind"] == Kind.PURCHASE_MADE).sum())
            customers.update(np.unique(found.columns["row"][of_customers]).tolist())
    return _Logged(n_events, n_moved, n_purchases, len(customers))


async def _alerts(reader: LogReader, desk: int) -> int:
    n_alerts = 0
    async for record in reader.read(DESK_LOG, desk):
        place = f"{DESK_LOG}[{desk}]@{record.offset}"
        n_alerts += isinstance(decode_desk(record.value or b"", place), Alert)
    return n_alerts
