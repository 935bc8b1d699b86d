"""The board in Redis or Valkey, shared by desks, couriers and people.

Of each desk, under ``{NAME:DESK}``:

    :position        up to where in the log the rest holds
    :documents       hash: the desk's pages, by key
    :places          hash: task -> state and owner, for finding its index entries again
    :owners          set: who has live tasks
    :queue:OWNER     sorted set: live tasks by their place in the queue
    :state:STATE     set: tasks by state
    :customer:NAME   set: a customer's tasks
    :cases           set: the pages of cases
    :told:TASK       hash: what has to be told about a task, and what came of it
    :outbox          sorted set: TASK/NOTICE by the instant at which it is due

A write is one script, so it is whole or not at all, and every command in it is absolute.
`redis_outbox.py` is what couriers do with the last two.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from redis.asyncio import Redis

from alerts.board import (
    KINDS,
    Kept,
    Known,
    Load,
    added_up,
    as_cases,
    as_tasks,
    behind,
    known,
    load,
    newest,
    place,
)
from alerts.cases import Case, Progress
from alerts.outbox import Told, notices
from alerts.outbox import write as told_bytes
from alerts.pages import NOTHING_READ, Changes, read_as
from alerts.redis_client import Patience, answered, asked, connected
from alerts.redis_scripts import WRITE
from alerts.task import State, Task

# About 5 s in all: a restart of the store takes 1 to 2, loading a desk of 100,000 tasks about 2.
PATIENCE = Patience(retries=9, longest_wait_s=1.0, answer_within_s=10.0)

# Kinds of place are a million millions apart: more than any expected value, and cents are kept.
KIND = 1e12


class RedisBoard:
    """The board of a company.

    Parameters
    ----------
    client : a connection that gives bytes
    desks : how many partitions `churn.log.desk` has
    name : what all keys begin with
    """

    def __init__(self, client: Redis, desks: int, *, name: str = "ebbwatch") -> None:
        self._client, self._board = client, board_at(client)
        self._names = [f"{{{name}:{desk}}}" for desk in range(desks)]
        self._script = client.register_script(WRITE)

    @classmethod
    def connect(cls, url: str, desks: int, *, name: str = "ebbwatch") -> Self:
        """Make a board at a URL. It connects when first asked, and again after a break."""
        return cls(connected(url, PATIENCE), desks, name=name)

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.aclose()

    async def load(self, desk: int) -> Kept:
        """See `Board.load`."""
        name = self._names[desk]
        position, documents = await self._ask(
            [("GET", f"{name}:position"), ("HGETALL", f"{name}:documents")]
        )
        found = {key.decode(): document for key, document in documents.items()}
        return Kept(NOTHING_READ if position is None else int(position), found)

    async def write(self, desk: int, after: int, position: int, changes: Changes) -> bool:
        """See `Board.write`."""
        arguments = [after, position, *_written(changes), *_indexed(changes)]
        with answered(self._board):
            done, held = await self._script(keys=[self._names[desk]], args=arguments)
        if done < 0:
            raise behind(desk, held, after)
        return bool(done)

    async def queue(self, owner: str, limit: int) -> list[Task]:
        """See `Board.queue`."""
        found = await self._ask(
            ("ZRANGE", f"{name}:queue:{owner}", 0, limit - 1) for name in self._names
        )
        tasks = await self._documents(
            (name, task) for name, some in zip(self._names, found, strict=True) for task in some
        )
        # Between the two questions a desk may have closed or moved one.
        still = (task for task in tasks if task.owner == owner and task.state.live)
        return sorted(still, key=place)[:limit]

    async def loads(self) -> list[Load]:
        """See `Board.loads`."""
        found = await self._ask(("SMEMBERS", f"{name}:owners") for name in self._names)
        queues = [
            (owner.decode(), f"{name}:queue:{owner.decode()}")
            for name, owners in zip(self._names, found, strict=True)
            for owner in owners
        ]
        counts = await self._ask(
            ("ZCOUNT", queue, *_span(kind)) for _, queue in queues for kind in KINDS
        )
        by_owner: dict[str, list[int]] = {}
        for at, (owner, _) in enumerate(queues):
            so_far = by_owner.get(owner, [0] * len(KINDS))
            here = counts[at * len(KINDS) : (at + 1) * len(KINDS)]
            by_owner[owner] = [n + more for n, more in zip(so_far, here, strict=True)]
        return [load(owner, by_owner[owner]) for owner in sorted(by_owner)]

    async def task(self, task_id: str) -> Task | None:
        """See `Board.task`."""
        tasks = await self._documents((name, task_id.encode()) for name in self._names)
        return tasks[0] if tasks else None

    async def states(self) -> dict[State, int]:
        """See `Board.states`."""
        asked = [(state, name) for state in State for name in self._names]
        found = await self._ask(("SCARD", f"{name}:state:{state}") for state, name in asked)
        counts: Counter[State] = Counter()
        for (state, _), n in zip(asked, found, strict=True):
            counts[state] += n
        return {state: n for state, n in counts.items() if n}

    async def progress(self, change: str) -> Progress | None:
        """See `Board.progress`."""
        key = f"case/{change}"
        return added_up(await self._ask(("HGET", f"{name}:documents", key) for name in self._names))

    async def clock(self) -> datetime | None:
        """See `Board.clock`."""
        return newest(
            await self._ask(("HGET", f"{name}:documents", "clock") for name in self._names)
        )

    async def customer(self, name: str) -> Known:
        """See `Board.customer`."""
        n_desks = len(self._names)
        found = await self._ask(
            [
                *(("SMEMBERS", f"{desk}:customer:{name}") for desk in self._names),
                *(("HGET", f"{desk}:documents", f"customer/{name}") for desk in self._names),
                *(("HGET", f"{desk}:documents", f"waiting/{name}") for desk in self._names),
            ]
        )
        tasks, pages = found[:n_desks], found[n_desks:]
        places = zip(self._names, tasks, strict=True)
        return known(
            await self._documents((desk, task) for desk, some in places for task in some),
            pages[:n_desks],
            pages[n_desks:],
        )

    async def cases(self) -> list[tuple[Case, Progress]]:
        """See `Board.cases`."""
        keys = await self._ask(("SMEMBERS", f"{name}:cases") for name in self._names)
        places = [(name, key) for name, some in zip(self._names, keys, strict=True) for key in some]
        found = await self._ask(("HGET", f"{name}:documents", key) for name, key in places)
        return as_cases(one for one in found if one is not None)

    async def _documents(self, places: Iterable[tuple[str, bytes]]) -> list[Task]:
        found = await self._ask(
            ("HGET", f"{name}:documents", b"task/" + task) for name, task in places
        )
        return [read_as(Task, one, "task") for one in found if one is not None]

    async def _ask(self, commands: Iterable[tuple[bytes | str | int, ...]]) -> list[Any]:
        return await asked(self._client, commands, self._board)


def board_at(client: Redis) -> str:
    """Name the board that a client asks, for people."""
    at = client.connection_pool.connection_kwargs
    return f"the board at {at.get('host')}:{at.get('port')}"


def _written(changes: Changes) -> list[bytes | str | int]:
    puts = [part for key in sorted(changes.puts) for part in (key, changes.puts[key])]
    return [len(changes.puts), *puts, len(changes.deletes), *sorted(changes.deletes)]


def _indexed(changes: Changes) -> list[bytes | str | int]:
    gone = [key.removeprefix("task/") for key in changes.deletes if key.startswith("task/")]
    tasks = list(as_tasks(changes.puts))
    entries = [
        part
        for task in tasks
        for part in (task.id, task.state.value, task.owner, _score(task), task.customer)
    ]
    return [len(gone), *sorted(gone), len(tasks), *entries, *_outgoing(tasks)]


def _outgoing(tasks: Iterable[Task]) -> list[bytes | str | int]:
    # Of a task that is over nothing waits any more, but for what it is that ended it.
    tasks = list(tasks)
    over = [task.id for task in tasks if not task.state.live]
    told = [
        part
        for task in tasks
        for one in notices(task)
        for part in (task.id, one.id, int(one.urgent), told_bytes(Told(notice=one)))
    ]
    return [len(over), *over, len(told) // 4, *told]


def _score(task: Task) -> str:
    # As text, because the store reads doubles from text without loss.
    kind, worth, _ = place(task)
    return repr(kind * KIND + worth) if task.state.live else ""


def _span(kind: int) -> tuple[str, str]:
    # Expected values may be below zero, so a kind reaches half its width to both sides.
    return repr((kind - 0.5) * KIND), f"({(kind + 0.5) * KIND!r}"
