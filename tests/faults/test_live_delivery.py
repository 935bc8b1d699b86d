"""From an alert on Kafka to the people it is for, and from a message back to the customer's log."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest_asyncio

from alerts.alert import Alert
from alerts.records import encode
from alerts.redis_board import RedisBoard
from alerts.task import State
from streams.counts import Counts
from streams.log_reader import LogReader
from streams.partitions import partition_of
from streams.settings import Settings, load
from streams.topics import DESK_LOG, OUTCOMES
from streams.writer import Writer
from tests.alerts.channels.receivers import Receiver, receiving
from tests.alerts.desks import an_alert, failed_payment
from tests.faults.live_source import SmallTown
from tests.faults.live_system import TUNING, System

TOLD_WITHIN_S = 40.0
NEVER_QUIET = {"from_hour": 0, "until_hour": 0, "rest_days": []}


def settings_for(kim: Receiver, machine: Receiver) -> Settings:
    return load(
        (),
        None,
        TUNING
        | {
            "intake.ticks": "feed",
            "desk.hold_out.share": 0.0,
            "desk.contact.quiet": NEVER_QUIET,
            "courier.people": {"kim": {"webhook": kim.url}},
            "courier.webhook.secret": "s",
            "courier.automation.url": machine.url,
            "courier.automation.secret": "t",
            "courier.poll_s": 0.05,
        },
    )


@pytest_asyncio.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    system = System(tmp_path, SmallTown())
    try:
        await system.start()
        yield system
    finally:
        await system.close()


async def test_an_alert_reaches_its_manager_and_a_message_comes_back(system: System) -> None:
    async with receiving() as kim, receiving() as machine:
        system.settings = settings_for(kim, machine)
        members = await asyncio.gather(system.member("desk"), system.member("courier"))
        await say(system, an_alert("ada", cause="event"), failed_payment("bob", tier="base"))
        await until(lambda: bool(kim.got and machine.got), members)
        news, message = (msgspec.json.decode(one.got[0][1]) for one in (kim, machine))
        assert (news["to"], news["task"]["customer"]) == ("kim", "ada")
        assert (message["customer"], message["channel"]) == ("bob", "email")
        await sent(system, message["task"], members)
        assert await contacted(system) == ["bob"]
        for member in members:
            await member.stopped()
        assert (len(kim.got), len(machine.got)) == (1, 1)


async def say(system: System, *alerts: Alert) -> None:
    writer = Writer(system.kafka.address, Counts())
    await writer.start()
    n_desks = await writer.partitions(DESK_LOG)
    for alert in alerts:
        key = alert.owner.encode()
        await writer.write(DESK_LOG, partition_of(key, n_desks), [(key, encode(alert), ())])
    await writer.stop()


async def sent(system: System, task_id: str, members: object) -> None:
    """Wait until the desk knows that a message was sent."""
    board = RedisBoard.connect(system.store.address, system.settings.topics.desk_partitions)
    async with asyncio.timeout(TOLD_WITHIN_S):
        while (task := await board.task(task_id)) is None or task.state.live:
            await asyncio.sleep(0.05)
    await board.close()
    assert (task.state, task.outcome) == (State.CLOSED, "sent"), str(members)


async def contacted(system: System) -> list[str]:
    found = []
    async with LogReader(system.kafka.address) as reader:
        for partition in range(await reader.partitions(OUTCOMES)):
            async for record in reader.read(OUTCOMES, partition):
                event = msgspec.json.decode(record.value or b"")
                assert event["type"] == "customer.contacted"
                found.append(event["subject"])
    return found


async def until(condition: Callable[[], bool], members: object) -> None:
    try:
        async with asyncio.timeout(TOLD_WITHIN_S):
            while not condition():
                await asyncio.sleep(0.02)
    except TimeoutError as error:
        raise TimeoutError(str(members)) from error
