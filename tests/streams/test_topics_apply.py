"""Tests of the topics on a real Kafka."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from detectors.errors import SettingsError
from streams.embedded import kafka
from streams.events import encode, key_of
from streams.events.clock import Advance, ClockAdvanced
from streams.topics import (
    CUSTOMER_LOG,
    INPUTS,
    INTERACTIONS,
    LEDGER_CHANGELOG,
    MODELS,
    PROFILES,
    TABLE,
    TopicSettings,
)
from streams.topics_apply import apply, check, connected, differences, existing
from streams.topics_plan import Alter, Create, wanted

SETTINGS = TopicSettings()
LONG_AGO = datetime(2017, 3, 4, tzinfo=UTC)
NAMES = [topic.name for topic in TABLE]
R = TypeVar("R")
Run = Callable[[Callable[[AIOKafkaAdminClient], Awaitable[R]]], R]


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # A server of its own: these tests need all topics by their own names, and none of them.
    with kafka(tmp_path_factory.mktemp("kafka"), keep=False) as servers:
        yield servers


@pytest.fixture
def run(bootstrap: str) -> Iterator[Run[object]]:
    """Give a function that runs a coroutine function with an admin client; topics go after it."""

    async def with_admin(work: Callable[[AIOKafkaAdminClient], Awaitable[R]]) -> R:
        async with connected(bootstrap) as admin:
            return await work(admin)

    async def remove(admin: AIOKafkaAdminClient) -> None:
        await admin.delete_topics(list(await existing(admin)))
        while await existing(admin):
            await asyncio.sleep(0.05)

    yield lambda work: asyncio.run(with_admin(work))
    asyncio.run(with_admin(remove))


async def until(admin: AIOKafkaAdminClient, name: str, key: str, value: str) -> None:
    """Wait until the broker knows what the controller was told."""
    while (found := (await existing(admin)).get(name)) is None or found.configs[key] != value:
        await asyncio.sleep(0.05)


def test_topics_are_made_as_the_table_says_and_then_left_alone(run: Run[object]) -> None:
    async def work(admin: AIOKafkaAdminClient) -> None:
        done = await apply(admin, SETTINGS)
        assert [change.topic.name for change in done if isinstance(change, Create)] == NAMES
        found = await existing(admin)
        for topic in TABLE:
            cut = wanted(topic, SETTINGS)
            assert found[topic.name].partitions == cut.partitions
            assert cut.configs.items() <= found[topic.name].configs.items()
        await check(admin, SETTINGS)
        assert await apply(admin, SETTINGS) == []

    run(work)


def test_two_who_apply_at_once_do_not_disturb_each_other(bootstrap: str, run: Run[object]) -> None:
    async def work(admin: AIOKafkaAdminClient) -> None:
        async with connected(bootstrap) as other:
            await asyncio.gather(apply(admin, SETTINGS), apply(other, SETTINGS))
        await check(admin, SETTINGS)

    run(work)


def test_what_differs_is_set_and_what_somebody_else_set_stays(run: Run[object]) -> None:
    async def work(admin: AIOKafkaAdminClient) -> None:
        await apply(admin, SETTINGS)
        theirs = {"retention.ms": "1000000", "flush.ms": "777", "cleanup.policy": "compact"}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, INTERACTIONS, theirs)])
        await until(admin, INTERACTIONS, "flush.ms", "777")
        with pytest.raises(SettingsError, match="from compact to delete"):
            await check(admin, SETTINGS)

        done = await apply(admin, SETTINGS)

        assert [change.name for change in done if isinstance(change, Alter)] == [INTERACTIONS]
        configs = (await existing(admin))[INTERACTIONS].configs
        assert (configs["flush.ms"], configs["retention.ms"]) == ("777", "2592000000")
        await check(admin, SETTINGS)

    run(work)


@pytest.mark.parametrize("partitions", [2, 8], ids=["fewer", "more"])
def test_a_topic_cut_otherwise_is_refused_and_nothing_is_changed(
    run: Run[object], partitions: int
) -> None:
    async def work(admin: AIOKafkaAdminClient) -> None:
        await admin.create_topics([NewTopic(CUSTOMER_LOG, partitions, 1)])
        await until(admin, CUSTOMER_LOG, "cleanup.policy", "delete")
        with pytest.raises(SettingsError, match=f"{CUSTOMER_LOG}: has {partitions} partitions"):
            await apply(admin, SETTINGS)
        assert list(await existing(admin)) == [CUSTOMER_LOG]

    run(work)


def test_a_topic_that_another_one_cuts_otherwise_meanwhile_is_found(
    bootstrap: str, run: Run[object]
) -> None:
    async def work(admin: AIOKafkaAdminClient) -> None:
        async with connected(bootstrap) as other:
            wider = TopicSettings(partitions=6)
            results = await asyncio.gather(
                apply(admin, SETTINGS), apply(other, wider), return_exceptions=True
            )
        assert sum(isinstance(result, SettingsError) for result in results) >= 1

    run(work)


def test_a_worker_is_told_which_topics_are_missing(run: Run[object]) -> None:
    async def work(admin: AIOKafkaAdminClient) -> None:
        with pytest.raises(SettingsError, match=f"{INTERACTIONS}: create.*topics apply"):
            await check(admin, SETTINGS)

    run(work)


def test_asking_what_differs_changes_nothing(run: Run[object]) -> None:
    async def work(admin: AIOKafkaAdminClient) -> None:
        assert len(await differences(admin, SETTINGS)) == len(TABLE)
        assert await existing(admin) == {}

    run(work)


def test_a_changelog_is_kept_tidy_by_the_broker(run: Run[object]) -> None:
    async def work(admin: AIOKafkaAdminClient) -> None:
        await apply(admin, SETTINGS)
        found = await existing(admin)
        assert found[LEDGER_CHANGELOG].configs["segment.ms"] == "3600000"
        assert {"cleanup.policy", "segment.ms"} <= found[LEDGER_CHANGELOG].own
        assert found[MODELS].partitions == 1

    run(work)


def test_a_clock_has_a_key_because_a_compacted_topic_takes_nothing_without(
    bootstrap: str, run: Run[object]
) -> None:
    clock = ClockAdvanced(
        specversion="1.0", id="7", source="/feed", time=LONG_AGO, data=Advance(to=LONG_AGO)
    )

    async def work(admin: AIOKafkaAdminClient) -> None:
        await apply(admin, SETTINGS)
        async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            for name in INPUTS:
                await producer.send_and_wait(name, encode(clock), key=key_of(clock), partition=3)
            with pytest.raises(KafkaError):
                await producer.send_and_wait(PROFILES, encode(clock), partition=3)

    run(work)


@pytest.mark.parametrize("name", INPUTS)
def test_an_event_of_long_ago_became_known_when_the_broker_got_it(
    bootstrap: str, run: Run[object], name: str
) -> None:
    async def work(admin: AIOKafkaAdminClient) -> None:
        await apply(admin, SETTINGS)
        before_ms = int(time.time() * 1000)
        async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            sent = await producer.send_and_wait(name, b"{}", key=b"718", timestamp_ms=1_488_648_129)
        assert before_ms <= sent.timestamp <= int(time.time() * 1000)

    run(work)
