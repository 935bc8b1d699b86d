"""The demonstration: a year of history through the real system, watched as it goes."""

import asyncio
import time
from dataclasses import dataclass

import msgspec

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
from streams.runtime import Running
from streams.sequencing.customer_numbers import NOBODY
from streams.sources.pacing import paced
from streams.sources.source import Source
from streams.topics import (
    ASSESSMENTS,
    CUSTOMER_LOG,
    CUSTOMERS,
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
NEXT = """
All is fed; the system goes on running. In another terminal:
  ebbwatch tasks --owner {owner}
  ebbwatch send complaint --customer {customer} --severity high "The delivery never came"
  ebbwatch audit
Ctrl-C stops."""


@dataclass(frozen=True)
class Report:
    """What a demonstration came to."""

    fed: int
    events: int
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

    @property
    def complete(self) -> bool:
        """Whether everything fed was processed: nothing lost, doubled or refused."""
        return self.fed == self.events and self.dead_letters == 0

    def as_json(self) -> str:
        """Give one JSON object on one line."""
        return msgspec.json.encode(self).decode()

    def told(self) -> str:
        """Say it for a person."""
        tasks = ", ".join(f"{n} {state}" for state, n in sorted(self.tasks.items()))
        return (
            f"{self.events:,} of {self.fed:,} events of {self.customers:,} customers in "
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
    began, settings = time.monotonic(), system.settings
    servers, n_partitions = system.endpoints.bootstrap_servers, settings.topics.partitions
    steps = paced(source, settings.intake.tick_hours, settings.churn.horizon_days)
    with bar() as drawn:
        watch = Watch(drawn, source.n_events, system.check)
        async with feeding(servers, n_partitions, source.name) as feed:
            await feed.run(steps, watch.progress, speed)
            watch.finish(feed.fed)
            await wait_until_done(servers, system.check)
            return await _count(system, feed.fed, time.monotonic() - began)


async def _count(system: Running, fed: Fed, seconds: float) -> Report:
    servers = system.endpoints.bootstrap_servers
    board = RedisBoard.connect(system.endpoints.redis_url, system.settings.topics.desk_partitions)
    async with LogReader(servers) as reader:
        logged = [await _logged(reader, p) for p in await _places(reader, CUSTOMER_LOG)]
        alerts = [await _alerts(reader, p) for p in await _places(reader, DESK_LOG)]
        report = Report(
            fed=fed.n_events,
            events=sum(n_events for n_events, _ in logged),
            purchases=sum(n_purchases for _, n_purchases in logged),
            customers=await _ends(reader, CUSTOMERS),
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


async def _logged(reader: LogReader, partition: int) -> tuple[int, int]:
    """Count the events in a partition's log, and the purchases among them.

    The company's own events stand in every log: they are counted in the first.
    """
    n_events = n_purchases = 0
    async for record in reader.read(CUSTOMER_LOG, partition):
        if kind_of(record) == b"slice" and isinstance(found := incoming(record), Slice):
            of_customers = found.columns["row"] != NOBODY
            n_events += int(of_customers.sum()) if partition else len(found)
            n_purchases += int((found.columns["kind"] == Kind.PURCHASE_MADE).sum())
    return n_events, n_purchases


async def _alerts(reader: LogReader, desk: int) -> int:
    n_alerts = 0
    async for record in reader.read(DESK_LOG, desk):
        place = f"{DESK_LOG}[{desk}]@{record.offset}"
        n_alerts += isinstance(decode_desk(record.value or b"", place), Alert)
    return n_alerts
