"""A courier at work between a real store and real servers, for tests."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from redis.asyncio import Redis

from alerts.address_book import CourierSettings
from alerts.channels.sending import channels_of
from alerts.contact import ContactSettings
from alerts.courier import Rules
from alerts.outbox import Told
from alerts.playbooks import shipped
from alerts.redis_board import RedisBoard
from alerts.redis_outbox import RedisOutbox
from alerts.task import Task
from streams.courier import Courier
from tests.alerts.desks import NO_QUIET, Played, day

DESKS = 2
QUICK: dict[str, Any] = {
    "answer_s": 0.5,
    "first_wait_s": 0.01,
    "first_pause_s": 0.05,
    "longest_pause_s": 0.05,
    "poll_s": 0.02,
    "webhook": {"secret": "s"},
    "automation": {"secret": "s"},
}
_numbers = count()


@dataclass
class Ground:
    """A board and an outbox of their own in the common store."""

    board: RedisBoard
    outbox: RedisOutbox
    reported: list[Task] = field(default_factory=list)
    channels: list[Any] = field(default_factory=list)
    _kept: dict[int, int] = field(default_factory=dict)

    async def keep(self, played: Played, desk: int = 0) -> None:
        """Write what a desk did since it was last kept."""
        begin = self._kept.get(desk, 0)
        for position in range(begin, len(played.outcomes)):
            changes = played.outcomes[position].changes
            await self.board.write(desk, position - 1, position, changes)
        self._kept[desk] = len(played.outcomes)

    def courier(
        self,
        report: Callable[[Task], Awaitable[None]] | None = None,
        quiet: dict[str, Any] | None = None,
        **changed: Any,
    ) -> Courier:
        """Give a courier, quick to give up and to come back."""
        settings = CourierSettings(**QUICK | changed)
        rules = Rules(
            settings=settings, contact=ContactSettings(**quiet or NO_QUIET), playbooks=shipped()
        )
        channels = channels_of(settings)
        self.channels.extend(channels.values())
        return Courier(rules, self.outbox, channels, report or self._note, now=lambda: day(0.5))

    async def dead(self) -> list[Told]:
        """Give what was not delivered."""
        return await self.outbox.dead(100)

    async def _note(self, task: Task) -> None:
        self.reported.append(task)


@asynccontextmanager
async def ground(redis_url: str) -> AsyncIterator[Ground]:
    """Give a board and an outbox while the block runs."""
    client, name = Redis.from_url(redis_url), f"courier-test-{next(_numbers)}"
    made = Ground(RedisBoard(client, DESKS, name=name), RedisOutbox(client, DESKS, name=name))
    try:
        yield made
    finally:
        for channel in made.channels:
            await channel.close()
        await client.aclose()


def web(url: str, **more: Any) -> dict[str, Any]:
    """Give an address book in which kim has a webhook."""
    return {"people": {"kim": {"webhook": url, **more}}}
