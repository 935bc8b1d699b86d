"""The outbox in Redis or Valkey: notices wait on the board, and couriers share them by leases.

A desk's step puts a notice there together with the task (`redis_scripts.WRITE`). A courier takes
it for a while; if it dies, the lease runs out and another one is given it. So each notice is
tried at least once, under the same id.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from redis.asyncio import Redis

from alerts.outbox import Backlog, Claimed, Told, read, write
from alerts.pages import read_as
from alerts.redis_board import PATIENCE, board_at
from alerts.redis_client import Command, answered, asked, connected
from alerts.redis_scripts import AGAIN, CLAIM, POSTPONE, RENEW, SETTLE
from alerts.task import Task


class RedisOutbox:
    """The outbox of a company; the board has the same URL, desks and name.

    Parameters
    ----------
    client : a connection that gives bytes
    desks : how many partitions `churn.log.desk` has
    name : what all keys begin with
    """

    def __init__(self, client: Redis, desks: int, *, name: str = "ebbwatch") -> None:
        self._client, self._board = client, board_at(client)
        self._names = [f"{{{name}:{desk}}}" for desk in range(desks)]
        scripts = (CLAIM, RENEW, SETTLE, POSTPONE, AGAIN)
        self._claim, self._renew, self._settle, self._postpone, self._again = map(
            client.register_script, scripts
        )

    @classmethod
    def connect(cls, url: str, desks: int, *, name: str = "ebbwatch") -> Self:
        """Make an outbox at a URL. It connects when first asked, and again after a break."""
        return cls(connected(url, PATIENCE), desks, name=name)

    @property
    def desks(self) -> range:
        """The desks whose notices these are."""
        return range(len(self._names))

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.aclose()

    async def claim(self, desk: int, limit: int, lease_s: float) -> list[Claimed]:
        """See `Outbox.claim`."""
        with answered(self._board):
            lent = await self._claim(keys=[self._names[desk]], args=[limit, _ms(lease_s)])
        return [Claimed(desk=desk, told=read(one, "outbox")) for one in lent]

    async def renew(self, claimed: Iterable[Claimed], lease_s: float) -> None:
        """See `Outbox.renew`."""
        by_desk: dict[int, list[str]] = {}
        for one in claimed:
            by_desk.setdefault(one.desk, []).append("/".join(_place(one.told)))
        for desk, members in by_desk.items():
            with answered(self._board):
                await self._renew(keys=[self._names[desk]], args=[_ms(lease_s), *members])

    async def look(self, claimed: Claimed) -> tuple[Task | None, Mapping[str, Told]]:
        """See `Outbox.look`."""
        name, task_id = self._names[claimed.desk], claimed.told.notice.task_id
        task, told = await self._ask(
            [
                ("HGET", f"{name}:documents", f"task/{task_id}"),
                ("HGETALL", f"{name}:told:{task_id}"),
            ],
        )
        found = None if task is None else read_as(Task, task, f"task/{task_id}")
        return found, {key.decode(): read(one, "outbox") for key, one in told.items()}

    async def settle(self, claimed: Claimed, told: Told) -> None:
        """See `Outbox.settle`."""
        arguments: list[str | bytes | int] = [*_place(told), write(told), int(told.ending.dead)]
        with answered(self._board):
            await self._settle(keys=[self._names[claimed.desk]], args=arguments)

    async def postpone(self, claimed: Claimed, told: Told, wait_s: float, *, late: bool) -> None:
        """See `Outbox.postpone`."""
        arguments: list[str | bytes | int] = [*_place(told), write(told), _ms(wait_s), int(late)]
        with answered(self._board):
            await self._postpone(keys=[self._names[claimed.desk]], args=arguments)

    async def again(self) -> int:
        """Put everything dead back, to be tried at once. Gives how many."""
        with answered(self._board):
            return sum([int(await self._again(keys=[name], args=[])) for name in self._names])

    async def backlog(self) -> Backlog:
        """Give how many wait, for how long, and how many are dead."""
        asking = [
            command
            for name in self._names
            for command in (
                ("ZCARD", f"{name}:outbox"),
                ("ZCARD", f"{name}:dead"),
                ("ZRANGE", f"{name}:since", 0, 0, "WITHSCORES"),
            )
        ]
        *found, (seconds, micros) = await self._ask([*asking, ("TIME",)])
        now = int(seconds) + int(micros) / 1e6
        oldest = [now - score / 1000 for since in found[2::3] for score in _scores(since)]
        return Backlog(
            n_waiting=sum(found[0::3]),
            oldest_s=max(0.0, *oldest) if oldest else 0.0,
            n_dead=sum(found[1::3]),
        )

    async def waiting(self, limit: int) -> list[Told]:
        """Give what waits, what is due first, first."""
        return await self._listed("outbox", limit)

    async def dead(self, limit: int) -> list[Told]:
        """Give what was not delivered and will not be, the oldest first."""
        return await self._listed("dead", limit)

    async def told_of(self, task_id: str) -> list[Told]:
        """Give what has to be told about a task, and what came of it."""
        found = await self._ask([("HVALS", f"{name}:told:{task_id}") for name in self._names])
        return [read(one, "outbox") for some in found for one in some]

    async def _ask(self, commands: Iterable[Command]) -> list[Any]:
        return await asked(self._client, commands, self._board)

    async def _listed(self, what: str, limit: int) -> list[Told]:
        members = await self._ask(
            [("ZRANGE", f"{name}:{what}", 0, limit - 1) for name in self._names]
        )
        places = [
            (name, *member.decode().split("/"))
            for name, some in zip(self._names, members, strict=True)
            for member in some
        ]
        found = await self._ask(
            [("HGET", f"{name}:told:{task}", one) for name, task, one in places]
        )
        return [read(one, "outbox") for one in found if one is not None][:limit]


def _place(told: Told) -> tuple[str, str]:
    return told.notice.task_id, told.notice.id


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _scores(since: Any) -> Iterator[float]:
    # A member and its score: flat, or as a pair, by the protocol that the client speaks.
    match since:
        case [[_, score]] | [_, score]:
            yield float(score)
