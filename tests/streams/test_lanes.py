import asyncio
from collections.abc import AsyncIterator
from itertools import groupby

import pytest
import pytest_asyncio

from streams.exits import StalledError
from streams.lanes import WAITING_SLICES
from streams.role import Role
from tests.streams.diary import World


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    await world.lanes.open([0])
    world.role.lines.clear()
    yield world
    await world.lanes.stop()


async def test_slices_are_acked_after_the_flush_in_the_order_they_came(world: World) -> None:
    await world.put(0, 9)
    await world.turn()
    await world.put(10, 19)
    await world.turn()
    await world.lanes.drain()
    steps = ["step 0-9", "step 0-9.", "step 10-19", "step 10-19."]
    assert world.role.lines == [*steps, "flush", "flush.", "ack 9", "ack 19"]


async def test_slices_that_waited_together_are_one_step_and_acked_one_by_one(world: World) -> None:
    world.role.gate.clear()
    await world.put(0, 9)
    await world.turn()
    await world.put(10, 14)
    await world.put(15, 19)
    world.role.gate.set()
    await world.lanes.drain()
    assert world.steps == ["step 0-9", "step 10-19"]
    assert [line for line in world.role.lines if "ack" in line] == ["ack 9", "ack 14", "ack 19"]
    assert world.counts.slices["in"] == 3


async def test_packed_slices_are_one_packed_step_without_what_came_again(world: World) -> None:
    world.role.gate.clear()
    await world.put(0, 0)
    await world.turn()
    await world.put(1, 9, packed=True)
    await world.put(5, 12, after=9, packed=True)
    world.role.gate.set()
    await world.lanes.drain()
    assert world.steps == ["step 0-0", "step 1-12 packed"]
    assert world.counts.repeats["in"] == 5


async def test_slices_of_different_topics_keep_their_order_and_their_steps(world: World) -> None:
    await world.put(0, 1)
    await world.put(0, 2, topic="other")
    await world.put(2, 3)
    await world.put(4, 5)
    await world.lanes.drain()
    assert world.steps == ["step 0-1", "step 0-2", "step 2-5"]


async def test_a_step_takes_no_more_records_than_a_poll_may_have(world: World) -> None:
    half = Role.at_once // 2
    await world.put(0, half - 1)
    await world.put(half, 2 * half)
    await world.lanes.drain()
    assert world.steps == [f"step 0-{half - 1}", f"step {half}-{2 * half}"]


async def test_a_poll_of_more_than_a_step_is_flushed_between_its_steps_and_acked_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.role, "at_once", 10)
    world.role.gate.clear()
    await world.put(0, 24)
    await world.turn()
    draining = asyncio.create_task(world.lanes.drain())
    await world.turn()
    world.role.gate.set()
    await draining
    ended = (line for line in world.role.lines if line.endswith("."))
    assert [line for line, _ in groupby(ended)] == [
        "step 0-9.",
        "flush.",
        "step 10-19.",
        "flush.",
        "step 20-24.",
        "flush.",
    ]
    assert [line for line in world.role.lines if "ack" in line] == ["ack 24"]
    place = world.counts.place("in", 0)
    assert (place.taken, place.acked) == (25, 25)


async def test_a_put_waits_while_enough_slices_do(world: World) -> None:
    world.role.gate.clear()
    await world.put(0, 0)
    await world.turn()
    for number in range(1, WAITING_SLICES + 1):
        await world.put(number, number)
    one_too_many = asyncio.create_task(world.put(WAITING_SLICES + 1, WAITING_SLICES + 1))
    await world.turn()
    assert not one_too_many.done()
    world.role.gate.set()
    await world.turn()
    assert one_too_many.done()


async def test_a_put_waits_while_enough_records_do(world: World) -> None:
    world.role.gate.clear()
    await world.put(0, 0)
    await world.turn()
    await world.put(1, Role.at_once)
    one_too_many = asyncio.create_task(world.put(Role.at_once + 1, Role.at_once + 1))
    await world.turn()
    assert not one_too_many.done()
    world.role.gate.set()
    await world.turn()
    assert one_too_many.done()


async def test_a_drain_waits_for_the_step_in_work_and_for_the_one_behind_it(world: World) -> None:
    world.role.gate.clear()
    await world.put(0, 9)
    await world.turn()
    await world.put(10, 19)
    waiting = asyncio.create_task(world.put(20, 29))
    draining = asyncio.create_task(world.lanes.drain())
    await world.turn()
    assert world.role.lines == ["step 0-9"]
    world.role.gate.set()
    await draining
    await waiting
    assert [line for line in world.role.lines if "ack" in line] == ["ack 9", "ack 19", "ack 29"]
    assert world.lanes.resting


async def test_a_flush_does_not_begin_within_a_step(world: World) -> None:
    world.role.gate.clear()
    await world.put(0, 9)
    await world.turn()
    draining = asyncio.create_task(world.lanes.drain())
    await world.turn()
    assert world.role.lines == ["step 0-9"]
    world.role.gate.set()
    await draining
    assert world.role.lines == ["step 0-9", "step 0-9.", "flush", "flush.", "ack 9"]


async def test_steps_go_on_while_a_flush_waits_and_are_acked_by_the_next(world: World) -> None:
    await world.put(0, 9)
    await world.turn()
    world.role.flush_gate.clear()
    draining = asyncio.create_task(world.lanes.drain())
    await world.turn()
    await world.put(10, 19)
    await world.turn()
    assert world.role.lines[-3:] == ["flush", "step 10-19", "step 10-19."]
    world.role.flush_gate.set()
    await draining
    after = [line for line in world.role.lines if line.startswith(("flush", "ack"))]
    assert after == ["flush", "flush.", "ack 9", "flush", "flush.", "ack 19"]


async def test_steps_go_no_further_ahead_of_a_flush_than_one_step(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.role, "at_once", 10)
    world.role.flush_gate.clear()
    draining = asyncio.create_task(world.lanes.drain())
    await world.turn()
    for first in (0, 10):
        await world.put(first, first + 9)
        await world.turn()
    assert world.steps == ["step 0-9"]
    world.role.flush_gate.set()
    await draining
    assert world.steps == ["step 0-9", "step 10-19"]


async def test_records_that_come_again_are_left_out_but_acked(world: World) -> None:
    await world.put(0, 9)
    await world.put(5, 12, after=9)
    await world.put(5, 12, after=12)
    await world.lanes.drain()
    assert world.steps == ["step 0-12"]
    assert world.role.lines.count("ack 12") == 2
    assert world.counts.repeats["in"] == 5 + 8
    assert world.counts.events["in"] == 13


async def test_records_that_were_fetched_but_never_came_end_the_process(world: World) -> None:
    await world.put(0, 9)
    await world.put(20, 29, after=19)
    await world.turn()
    (error,) = world.fatal
    assert isinstance(error, StalledError)


async def test_a_gap_left_by_compaction_is_none_of_ours(world: World) -> None:
    await world.put(0, 9)
    await world.put(20, 29, after=9)
    await world.lanes.drain()
    assert not world.fatal
    assert world.role.lines[-1] == "ack 29"


async def test_no_flush_and_no_pulse_while_resting() -> None:
    world = World(flush_interval_s=0.001, pulse_interval_s=0.001)
    await world.lanes.open([0])
    world.lanes.start()
    await asyncio.sleep(0.05)
    assert {"pulse.", "flush."} <= set(world.role.lines)
    await world.lanes.drain()
    world.role.lines.clear()
    await asyncio.sleep(0.02)
    assert world.role.lines == []
    await world.lanes.stop()


async def test_a_partition_that_stays_is_not_assigned_again(world: World) -> None:
    await world.lanes.drain()
    await world.lanes.open([0, 1])
    await world.lanes.close({0})
    assert [line for line in world.role.lines if "." in line] == [
        "flush.",
        "assigned 1.",
        "revoked 0.",
    ]
    assert world.lanes.partitions == {1}


async def test_a_rebalance_while_the_role_loads_lets_it_finish_before_it_is_revoked(
    world: World,
) -> None:
    world.role.gate.clear()
    opening = asyncio.create_task(world.lanes.open([0, 1]))
    await world.turn()
    opening.cancel()
    closing = asyncio.create_task(world.lanes.close({1}))
    await world.turn()
    assert world.role.lines == ["assigned 1"]
    world.role.gate.set()
    await closing
    assert world.role.lines == ["assigned 1", "assigned 1.", "revoked 1", "revoked 1."]
    assert world.lanes.partitions == {0}
