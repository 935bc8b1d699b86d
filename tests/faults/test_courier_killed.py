"""A courier that is killed while it delivers: the rest is delivered, and nothing is lost."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

from alerts.outbox import notices
from alerts.redis_board import RedisBoard
from alerts.redis_outbox import RedisOutbox
from streams.embedded import Endpoints, StoreServer
from streams.settings import Settings, load, secrets
from tests.alerts.channels.receivers import HANG, Receiver, receiving
from tests.alerts.desks import Played, an_alert
from tests.faults.live_roles import Member

N_TASKS, DONE_WITHIN_S = 60, 60.0
NO_KAFKA = "127.0.0.1:1"  # nothing goes to a customer here, so nobody asks for it


def settings_for(url: str) -> Settings:
    return load(
        (),
        None,
        {
            "courier.people": {"kim": {"webhook": url}},
            "courier.webhook.secret": "s",
            "courier.at_once_max": 4,
            "courier.lease_s": 1.0,
            "courier.poll_s": 0.05,
        },
    )


async def test_a_killed_courier_delivers_the_rest_once_it_is_back(tmp_path: Path) -> None:
    played = Played(open_tasks_max=N_TASKS)
    played.hear(*(an_alert(f"customer-{n}", cause="event") for n in range(N_TASKS)))
    with StoreServer(tmp_path, keep=False) as store:
        await kept(store.address, played)
        # Two answers never come: they are under way when the courier is killed.
        async with receiving(*[204] * 10, HANG, HANG) as kim:
            courier = a_courier(tmp_path, store.address, settings_for(kim.url), 1)
            await until(lambda: len(kim.got) >= 12, courier)
            await courier.killed()
            n_before = len(kim.got)
            again = a_courier(tmp_path, store.address, settings_for(kim.url), 2)
            await until(lambda: set(kim.ids) == ids(played), again)
            await nothing_waits(store.address, again)
            await again.stopped()
        assert n_before < N_TASKS
        assert_only_what_was_under_way_came_twice(kim)


def assert_only_what_was_under_way_came_twice(kim: Receiver) -> None:
    times = Counter(kim.ids)
    assert len(times) == N_TASKS
    twice = [name for name, n in times.items() if n > 1]
    assert 2 <= len(twice) <= 4
    bodies: dict[str, set[bytes]] = {}
    for headers, body in kim.got:
        bodies.setdefault(headers["Idempotency-Key"], set()).add(body)
    assert all(len(some) == 1 for some in bodies.values())


def ids(played: Played) -> set[str]:
    return {one.id for task in played.tasks.values() for one in notices(task)}


def a_courier(folder: Path, store: str, settings: Settings, number: int) -> Member:
    file = folder / f"courier-{number}.json"
    file.write_text(settings.model_dump_json())
    environment = Endpoints(NO_KAFKA, store).environment() | secrets(settings)
    return Member("courier", file, environment)


async def kept(store: str, played: Played) -> None:
    board = RedisBoard.connect(store, 2)
    last = len(played.outcomes) - 1
    await board.write(0, -1, last, played.changes)
    await board.close()


async def until(condition: Any, courier: Member) -> None:
    async with asyncio.timeout(DONE_WITHIN_S):
        while not condition():
            courier.look()
            await asyncio.sleep(0.02)


async def nothing_waits(store: str, courier: Member) -> None:
    outbox = RedisOutbox.connect(store, 2)
    async with asyncio.timeout(DONE_WITHIN_S):
        while (await outbox.backlog()).n_waiting:
            courier.look()
            await asyncio.sleep(0.05)
    await outbox.close()
