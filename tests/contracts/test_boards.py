"""One suite over both homes of the board: whatever one can do, the other does alike."""

import asyncio
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import msgspec
import pytest

import alerts
from alerts.board import Board, Kept, Known, Load, MemoryBoard
from alerts.decision import Decision
from alerts.desk import Desk
from alerts.pages import NOTHING_READ, Changes
from alerts.records import DeskRecord
from alerts.redis_board import RedisBoard
from alerts.task import State
from detectors.errors import BoardError
from streams.embedded import StoreServer
from tests.alerts.desks import (
    PLAYBOOKS,
    Played,
    a_breach,
    a_change,
    a_tick,
    acknowledge,
    all_clear,
    an_alert,
    close,
    contacted,
    day,
    reassign,
    settings,
    snooze,
)

DESKS = 2
CHANGE = a_change().id
HOMES = ["memory", "redis"]


@pytest.fixture(params=HOMES)
async def board(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Board]:
    if request.param == "memory":
        yield MemoryBoard()
        return
    # A name of its own, so that tests do not see each other's tasks.
    redis = RedisBoard.connect(redis_url, DESKS, name=request.node.name)
    yield redis
    await redis.close()


async def kept(board: Board, played: Played, desk: int = 0) -> Played:
    """Write all that came of a desk so far, one step after the other."""
    for position, outcome in enumerate(played.outcomes):
        await board.write(desk, position - 1, position, outcome.changes)
    return played


def two_managers() -> Played:
    """Tasks of all sorts: urgent, usual ones of different worth, snoozed, closed, reassigned."""
    played = Played().hear(
        an_alert("usual", value=500),
        an_alert("better", value=900),
        an_alert("later", value=9000),
        an_alert("over", value=700),
        an_alert("urgent", urgent=True, value=100),
        an_alert("poor", value=1),
        an_alert("other", owner="lee"),
        an_alert("given", owner="lee", value=600),
        a_tick(1),
    )
    return played.hear(
        snooze(played.task("later"), 2, until=5),
        close(played.task("over"), 2),
        acknowledge(played.task("usual"), 2),
        reassign(played.task("given"), 2, "kim"),
        a_tick(2),
    )


async def test_a_desk_that_never_wrote_is_empty(board: Board) -> None:
    assert await board.load(0) == Kept(NOTHING_READ, {})
    assert await board.queue("kim", 10) == []
    assert await board.loads() == []
    assert await board.states() == {}
    assert await board.clock() is None
    assert await board.task("nowhere") is None


async def test_what_is_written_is_loaded_with_its_position(board: Board) -> None:
    played = await kept(board, two_managers())
    assert await board.load(0) == Kept(len(played.said) - 1, played.documents)


async def test_a_desk_goes_on_from_the_board(board: Board) -> None:
    played = await kept(board, two_managers())
    found = await board.load(0)
    desk = Desk(settings(), PLAYBOOKS, found.documents, found.position)
    more: tuple[DeskRecord, ...] = all_clear("usual", 2.5), a_tick(3)
    outcomes = [desk.step(found.position + 1 + n, record) for n, record in enumerate(more)]
    assert outcomes == played.hear(*more).outcomes[-2:]


async def test_a_queue_is_urgent_first_then_by_expected_value_and_snoozed_last(
    board: Board,
) -> None:
    await kept(board, two_managers())
    queue = await board.queue("kim", 10)
    assert [task.customer for task in queue] == [
        "urgent",
        "better",
        "given",
        "usual",
        "poor",
        "later",
    ]
    assert await board.queue("kim", 2) == queue[:2]


async def test_broken_promises_come_before_all_else_by_what_may_be_lost(board: Board) -> None:
    much = an_alert("rich", urgent=True, value=1e6)
    little = a_breach("less", value=10.0, stage="decision")
    more = a_breach("more", value=900.0, stage="decision")
    played = await kept(board, Played().hear(much, little, more, a_tick(1)))
    queue = await board.queue("kim", 10)
    assert [task.customer for task in queue] == ["more", "less", "rich"]
    assert await board.loads() == [Load("kim", 3, 3, 0)]
    await kept(board, played.hear(snooze(played.task("more"), 2, until=5)))
    assert [task.customer for task in await board.queue("kim", 9)] == ["less", "rich", "more"]


async def test_desks_count_a_case_together(board: Board) -> None:
    hit: dict[str, Any] = {"because": "change.policy", "cohort": CHANGE}
    for desk, names in enumerate(("a", "bc")):
        alerts = [an_alert(name, **hit) for name in names]
        await kept(board, Played().hear(a_change(0.2), *alerts, a_tick(1)), desk)
    found = await board.progress(CHANGE)
    assert found is not None
    assert (found.n_exposed, found.n_alerts, found.n_customers) == (10, 3, 3)
    assert await board.progress("elsewhere") is None


async def test_tasks_of_equal_worth_are_in_the_order_of_their_ids(board: Board) -> None:
    played = await kept(board, Played().hear(*(an_alert(name) for name in "abcdef"), a_tick(1)))
    assert [task.id for task in await board.queue("kim", 10)] == sorted(played.tasks)


async def test_an_account_manager_sees_tasks_of_every_desk(board: Board) -> None:
    await kept(board, two_managers(), desk=0)
    await kept(board, Played().hear(an_alert("far", value=700), a_tick(3)), desk=1)
    queue = await board.queue("kim", 3)
    assert [task.customer for task in queue] == ["urgent", "better", "far"]
    assert await board.clock() == day(3)


async def test_how_busy_everybody_is(board: Board) -> None:
    await kept(board, two_managers(), desk=0)
    await kept(board, Played().hear(an_alert("far"), a_tick(3)), desk=1)
    assert await board.loads() == [Load("kim", 7, 1, 1), Load("lee", 1, 0, 0)]


async def test_one_task_is_found_live_or_finished(board: Board) -> None:
    played = await kept(board, two_managers())
    for customer in ("usual", "over"):
        assert await board.task(played.task(customer).id) == played.task(customer)


async def test_tasks_are_counted_by_state(board: Board) -> None:
    await kept(board, two_managers())
    assert await board.states() == {
        State.OPEN: 5,
        State.ACKNOWLEDGED: 1,
        State.SNOOZED: 1,
        State.CLOSED: 1,
    }


async def test_a_customer_is_known_with_all_tasks_the_newest_first(board: Board) -> None:
    played = Played().hear(an_alert("ada"), an_alert("bob"), a_tick(1))
    first = played.task("ada")
    played.hear(contacted(first, 1.5), close(first, 2), a_breach("ada", 3), a_tick(4))
    played.hear(an_alert("bob", 5, value=1e6, band="critical", owner="lee"))
    await kept(board, played)
    found = await board.customer("ada")
    assert [(task.state, task.customer) for task in found.tasks] == [
        (State.OPEN, "ada"),
        (State.CLOSED, "ada"),
    ]
    assert found.tasks[1].id == first.id
    assert found.contacts == (day(1.5),)
    assert found.cool_until is not None
    assert await board.customer("nobody") == await board.customer("") == Known()


async def test_a_customer_is_known_to_several_desks_and_what_waits_is_told(board: Board) -> None:
    full: dict[str, Any] = {"open_tasks_max": 1}
    await kept(board, Played(**full).hear(an_alert("ada", value=9e3), an_alert("bob"), a_tick(1)))
    await kept(board, Played().hear(an_alert("bob", owner="lee"), a_tick(1)), desk=1)
    found = await board.customer("bob")
    assert [task.owner for task in found.tasks] == ["lee"]
    assert [waiting.decision for waiting in found.waiting] == [Decision.WAITING_FOR_BUDGET]


async def test_all_cases_are_told_with_their_progress_until_they_are_forgotten(
    board: Board,
) -> None:
    for desk in range(DESKS):
        await kept(board, Played().hear(a_change(0.2), a_tick(1)), desk)
    ((case, progress),) = await board.cases()
    assert (case.id, progress) == (CHANGE, await board.progress(CHANGE))
    gone = Changes({}, frozenset({f"case/{CHANGE}"}))
    for desk in range(DESKS):
        held = (await board.load(desk)).position
        await board.write(desk, held, held + 1, gone)
    assert await board.cases() == []


async def test_a_forgotten_task_is_gone_everywhere(board: Board) -> None:
    played = Played(finished_kept_days=1).hear(an_alert(), a_tick(1))
    task = played.task()
    await kept(board, played.hear(close(task, 2), a_tick(4)))
    assert await board.task(task.id) is None
    assert (await board.states(), await board.loads()) == ({}, [])
    assert (await board.customer("ada")).tasks == ()


async def test_a_closed_task_leaves_the_queue_and_an_idle_manager_the_list(board: Board) -> None:
    played = Played().hear(an_alert(), a_tick(1))
    await kept(board, played.hear(close(played.task(), 2)))
    assert (await board.queue("kim", 10), await board.loads()) == ([], [])


async def test_writing_a_step_again_changes_nothing(board: Board) -> None:
    played = await kept(board, two_managers())
    before = await board.load(0)
    for position, outcome in enumerate(played.outcomes):
        assert not await board.write(0, position - 1, position, outcome.changes)
    assert await board.load(0) == before


async def test_many_steps_may_be_written_as_one(board: Board) -> None:
    played = two_managers()
    assert await board.write(0, NOTHING_READ, len(played.said) - 1, played.changes)
    assert await board.load(0) == Kept(len(played.said) - 1, played.documents)
    assert [task.customer for task in await board.queue("lee", 10)] == ["other"]


async def test_a_write_that_another_has_done_in_part_is_done_in_full(board: Board) -> None:
    played = two_managers()
    await board.write(0, NOTHING_READ, 0, played.outcomes[0].changes)
    assert await board.write(0, NOTHING_READ, len(played.said) - 1, played.changes)
    assert await board.load(0) == Kept(len(played.said) - 1, played.documents)


async def test_a_board_that_has_lost_writes_says_so_and_stays_as_it_is(board: Board) -> None:
    played = two_managers()
    await board.write(0, NOTHING_READ, 0, played.outcomes[0].changes)
    before = await board.load(0)
    with pytest.raises(BoardError, match="holds desk 0 up to position 0"):
        await board.write(0, 5, 6, played.outcomes[6].changes)
    assert await board.load(0) == before


async def test_desks_do_not_touch_each_other(board: Board) -> None:
    await kept(board, two_managers(), desk=0)
    before = await board.load(0)
    await kept(board, two_managers(), desk=1)
    assert await board.load(0) == before


@pytest.mark.parametrize("owner", ["", "lee wu", "李经理", "a:b{c}", "x" * 300])
async def test_account_managers_may_have_any_name(board: Board, owner: str) -> None:
    played = Played().hear(an_alert("a", owner=owner), an_alert("b", owner=owner), a_tick(1))
    await kept(board, played.hear(close(played.task("a"), 2)))
    assert [task.customer for task in await board.queue(owner, 10)] == ["b"]
    assert await board.loads() == [Load(owner, 1, 0, 0)]


@pytest.mark.parametrize("worth", [-1e9, -0.01, 0.0, 0.01, 1e10])
async def test_worth_may_be_anything_and_keeps_its_cents(board: Board, worth: float) -> None:
    played = Played().hear(an_alert("a"), an_alert("b"), a_tick(1))
    lower, higher = (
        msgspec.structs.replace(played.task(name), expected_value=value)
        for name, value in [("a", worth), ("b", worth + 0.01)]
    )
    pages = {f"task/{task.id}": msgspec.json.encode(task) for task in (lower, higher)}
    await board.write(0, NOTHING_READ, 0, Changes(pages, frozenset()))
    assert [task.customer for task in await board.queue("kim", 1)] == ["b"]
    assert await board.loads() == [Load("kim", 2, 0, 0)]


async def test_readers_never_see_half_a_step(board: Board) -> None:
    played = Played().hear(*(an_alert(f"{n}") for n in range(20)), a_tick(1))

    async def look() -> list[Any]:
        return [(len((await board.load(0)).documents), await board.states()) for _ in range(30)]

    looks, _ = await asyncio.gather(look(), kept(board, played))
    # The round writes twenty tasks at once.
    assert {states.get(State.OPEN, 0) for _, states in looks} <= {0, 20}


class TestRedis:
    """What only a store of its own can do: fail, and come back."""

    async def test_a_restart_of_the_store_is_waited_for(self, tmp_path: Path) -> None:
        with StoreServer(tmp_path, keep=False) as server:
            board = RedisBoard.connect(server.address, DESKS)
            played = two_managers()
            await board.write(0, NOTHING_READ, 0, played.outcomes[0].changes)
            await asyncio.to_thread(server.kill)
            writing = asyncio.create_task(board.write(0, 0, 1, played.outcomes[1].changes))
            await asyncio.to_thread(server.start)
            assert await writing
            assert (await board.load(0)).position == 1
            await board.close()

    async def test_a_store_that_stays_away_is_an_error_that_names_it(self, tmp_path: Path) -> None:
        with StoreServer(tmp_path, keep=False) as server:
            board = RedisBoard.connect(server.address, DESKS)
            await asyncio.to_thread(server.kill)
            with pytest.raises(BoardError, match=r"the board at 127\.0\.0\.1:\d+ did not answer"):
                await board.load(0)
            await board.close()

    async def test_a_store_that_lost_everything_is_noticed(self, tmp_path: Path) -> None:
        with StoreServer(tmp_path, keep=False, append_only=False) as server:
            board = RedisBoard.connect(server.address, DESKS)
            played = two_managers()
            await board.write(0, NOTHING_READ, 0, played.outcomes[0].changes)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            with pytest.raises(BoardError, match="lost what was between"):
                await board.write(0, 0, 1, played.outcomes[1].changes)
            await board.close()


def test_every_home_is_in_the_suite() -> None:
    modules = [import_module(f"alerts.{found.name}") for found in iter_modules(alerts.__path__)]
    homes = {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and one is not Board and hasattr(one, "queue")
    }
    assert homes == {MemoryBoard, RedisBoard}
