"""The courier at work: it takes notices from the outbox, delivers them, and keeps what came of it.

What is delivered to whom is decided in `alerts/courier.py`. A delivery that ended is kept only
after the other side has said yes, and what was sent to a customer only after the desk's log has
it: a courier that dies in between does it again, under the same id.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from time import monotonic

import structlog
from msgspec.structs import replace

from alerts.channels.channel import Channel
from alerts.channels.sending import Sent, send
from alerts.courier import Later, Post, Rules, Stop, decide
from alerts.outbox import Audience, Claimed, Ending, Told
from alerts.redis_outbox import RedisOutbox
from alerts.task import Task
from streams.courier_counts import CourierCounts

log = structlog.stdlib.get_logger("ebbwatch.courier")

NOBODY = "none"  # the channel of what was brought to nobody

# Says on the desk's log that a customer was sent the text of a task.
Report = Callable[[Task], Awaitable[None]]


class Courier:
    """Delivers until it is told to stop.

    Parameters
    ----------
    channels : by name
    report : called for each message that reached the customer's side; None where none is sent
    now : the time it is; tests have another
    """

    name = "churn-courier"

    def __init__(
        self,
        rules: Rules,
        outbox: RedisOutbox,
        channels: Mapping[str, Channel],
        report: Report | None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._rules, self._outbox, self._channels = rules, outbox, channels
        self._report, self._now = report, now
        self.done = CourierCounts()
        self._under_way: dict[asyncio.Task[None], Claimed] = {}
        self._named: set[tuple[str, Ending]] = set()
        self._moved_s = monotonic()

    @property
    def on(self) -> bool:
        """Whether there is anybody to be reached."""
        return self._rules.settings.on

    def alive(self, within_s: float = 300.0) -> bool:
        """Say whether it has looked for work lately."""
        return monotonic() - self._moved_s < within_s

    async def work(self, stop: asyncio.Event) -> None:
        """Deliver until `stop`; then what is under way is finished."""
        async with self._leased():
            while not stop.is_set():
                taken = await self._take()
                self._moved_s = monotonic()
                if not taken:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), self._rules.settings.poll_s)
            await asyncio.gather(*self._under_way)

    async def once(self) -> int:
        """Deliver all that is due, and wait until it is done. Gives how many there were."""
        total = 0
        async with self._leased():
            while taken := await self._take():
                total += taken
                await asyncio.gather(*self._under_way)
        await self._look()
        return total

    @asynccontextmanager
    async def _leased(self) -> AsyncIterator[None]:
        # A lease is short, so that what a killed courier had taken does not wait for long.
        await self._look()
        renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            for task in (renewing, *self._under_way):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await renewing

    async def _renew(self) -> None:
        lease_s = self._rules.settings.lease_s
        while True:
            await asyncio.sleep(lease_s / 3)
            held = [claimed for task, claimed in self._under_way.items() if not task.done()]
            await self._outbox.renew(held, lease_s)
            await self._look()

    async def _take(self) -> int:
        settings, taken = self._rules.settings, 0
        if not self.on:
            return 0
        for desk in self._outbox.desks:
            await self._room()
            free = settings.at_once_max - len(self._under_way)
            for claimed in await self._outbox.claim(desk, free, settings.lease_s):
                taken += 1
                self._under_way[asyncio.create_task(self._deliver(claimed))] = claimed
        return taken

    async def _room(self) -> None:
        # A failure in a delivery is one of the store or of ours: it ends the courier.
        while True:
            for task in [task for task in self._under_way if task.done()]:
                del self._under_way[task]
                task.result()
            if len(self._under_way) < self._rules.settings.at_once_max:
                return
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def _look(self) -> None:
        if self.on:  # else nobody asked for delivery, and nothing is late
            self.done.backlog = await self._outbox.backlog()

    async def _deliver(self, claimed: Claimed) -> None:
        notice = claimed.told.notice
        task, told = await self._outbox.look(claimed)
        found = decide(notice, task, told, self._now(), self._rules)
        match found:
            case Stop():
                await self._end(claimed, found.ending, person=found.person, cause=found.cause)
            case Later():
                wait_s = (found.at - self._now()).total_seconds()
                await self._outbox.postpone(claimed, claimed.told, wait_s, late=False)
            case Post():
                settings, count = self._rules.settings, self.done.tries
                sent = await send(
                    found, self._channels, settings, self._now, lambda name: count.update([name])
                )
                await self._sent(claimed, found, sent, task)

    async def _sent(self, claimed: Claimed, post: Post, sent: Sent, task: Task | None) -> None:
        if sent.delivered:
            if claimed.told.notice.audience is Audience.CUSTOMER and task is not None:
                assert self._report is not None
                await self._report(task)
            await self._end(claimed, Ending.DELIVERED, person=post.person, channel=sent.channel)
            return
        settings = self._rules.settings
        fresh = claimed.told.ending is Ending.WAITING
        rounds = claimed.told.rounds + 1 if fresh else 1  # the dead were put back to begin anew
        if not sent.again or rounds >= settings.rounds_max:
            ending = Ending.GAVE_UP if sent.again else Ending.REFUSED
            how = {"channel": sent.channel, "cause": sent.cause}
            await self._end(claimed, ending, person=post.person, **how)
            return
        told = Told(
            notice=claimed.told.notice,
            person=post.person,
            channel=sent.channel,
            cause=sent.cause,
            rounds=rounds,
            at=self._now(),
        )
        self.done.put_off[sent.channel] += 1
        if rounds == 1:
            self._say("delivery_put_off", told)
        await self._outbox.postpone(claimed, told, settings.pause_s(rounds), late=True)

    async def _end(
        self, claimed: Claimed, ending: Ending, *, person: str, channel: str = "", cause: str = ""
    ) -> None:
        told = replace(
            claimed.told,
            ending=ending, person=person, channel=channel, cause=cause, at=self._now(),
        )  # fmt: skip
        await self._outbox.settle(claimed, told)
        self.done.endings[channel or NOBODY, ending.value] += 1
        if ending is Ending.NO_ADDRESS:
            self.done.unreached.add(person)
        if ending.dead and (person, ending) not in self._named:
            # The same failure again: counted each time, said once.
            self._named.add((person, ending))
            self._say("delivery_dead", told)

    def _say(self, event: str, told: Told) -> None:
        log.warning(
            event,
            ending=told.ending.value,
            person=told.person,
            channel=told.channel or NOBODY,
            cause=told.cause,
            delivery=told.notice.id,
            task=told.notice.task_id,
        )
