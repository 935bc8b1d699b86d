"""The real system under load loses workers and servers, and says what it would have said.

Every test feeds the same history and compares all that was said with an undisturbed run:
the log event by event, assessments, alerts, models, and every task as it stands at the end.
`tests/parity/test_live_parity.py` shows that this run is what an undisturbed live system says.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from alerts.task import State, Task
from tests.faults.live_source import SmallTown
from tests.faults.live_system import NEVER, System, settings_of
from tests.faults.live_told import (
    DESK,
    LOG,
    SAID,
    SPEAKING,
    TASK,
    Told,
    differences,
    live,
    undisturbed,
)

SECONDS = 10.0  # a week of history in each: kills meet work, not a feed that is over
UNNAMED = None


@pytest.fixture(scope="module")
def expected() -> Told:
    source = SmallTown()
    told = undisturbed(source, settings_of(source))
    assert [len(told.all(what)) > 40 for what in (SAID, DESK, TASK)] == [True] * 3
    return told


@pytest_asyncio.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    system = System(tmp_path, SmallTown())
    try:
        await system.start()
        yield system
    finally:
        await system.close()


async def test_intake_and_scorer_killed_at_random_under_load_change_nothing(
    system: System, expected: Told
) -> None:
    chance = random.Random(6)
    members = await system.all_roles(instance="one")
    feeding = asyncio.create_task(system.fed(SECONDS))
    # With its name a role has its partitions back at once, a nameless one waits for the session.
    names = ("one", "one", "one", "one", UNNAMED, UNNAMED)
    for nth, (role, name) in enumerate(zip(("intake", "scorer") * 3, names, strict=True)):
        await system.under_load(feeding, 0.1 + 0.14 * nth)
        await asyncio.sleep(chance.uniform(0.0, 0.5))
        await members[role].killed()
        members[role] = system.starting(role, name)
    system.pause_at = NEVER
    await feeding
    assert differences(await live(system.endpoints, system.settings), expected) == []
    assert system.ends() == set()


async def test_workers_that_join_and_leave_under_load_change_nothing(
    system: System, expected: Told
) -> None:
    first = await system.all_roles()
    feeding = asyncio.create_task(system.fed(SECONDS))
    for role, joins_at, leaves_at in (("intake", 0.1, 0.25), ("scorer", 0.4, 0.55)):
        await system.under_load(feeding, joins_at)
        second = await system.member(role)
        await system.under_load(feeding, leaves_at)
        await first[role].stopped()
        third = await system.member(role)
        await system.under_load(feeding, leaves_at + 0.1)
        await second.stopped()
        third.look()
    system.pause_at = NEVER
    await feeding
    assert differences(await live(system.endpoints, system.settings), expected) == []
    assert system.ends() == set()


async def test_a_broker_and_a_store_killed_under_load_cost_nothing_but_time(
    system: System, expected: Told
) -> None:
    await system.all_roles()
    feeding = asyncio.create_task(system.fed(SECONDS))
    for server, part in ((system.store, 0.2), (system.kafka, 0.45), (system.store, 0.75)):
        await system.under_load(feeding, part)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(1.0)
        await asyncio.to_thread(server.start)
    system.pause_at = NEVER
    await feeding
    assert differences(await live(system.endpoints, system.settings), expected) == []


@pytest.mark.parametrize("what", [LOG, SAID, DESK, SPEAKING, TASK])
@pytest.mark.parametrize("spoil", ["lost", "doubled", "swapped"])
def test_a_comparison_sees_what_is_lost_doubled_or_out_of_order(
    expected: Told, what: str, spoil: str
) -> None:
    spoilt = Told(deepcopy(expected.streams))
    stream = max(
        (key for key in spoilt.streams if key[0] == what), key=lambda key: len(spoilt.streams[key])
    )
    said = spoilt.streams[stream]
    middle = len(said) // 2
    match spoil:
        case "lost":
            del said[middle]
        case "doubled":
            said.insert(middle, said[middle])
        case _:
            said[middle - 1 : middle + 1] = reversed(said[middle - 1 : middle + 1])
    (difference,) = differences(spoilt, expected)
    assert difference.startswith(str(stream))


def test_a_comparison_sees_a_task_in_another_state(expected: Told) -> None:
    spoilt = Told(deepcopy(expected.streams))
    last = spoilt.streams[TASK, 0, 0].pop()
    assert isinstance(last, Task)
    assert last.state is not State.CLOSED
    spoilt.streams[TASK, 0, 0].append(msgspec.structs.replace(last, state=State.CLOSED))
    (difference,) = differences(spoilt, expected)
    assert last.id in difference
