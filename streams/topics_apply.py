"""Reads the topics of a cluster, makes them as the table says, and checks them at start.

May be run again and again, and by several at once: what stands is left alone.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)

from streams.topics import TABLE, TopicSettings
from streams.topics_plan import (
    Alter,
    Change,
    Create,
    Existing,
    plan,
    refuse_recut,
    refuse_unready,
    wanted,
)

_SET_ON_TOPIC = 1  # where a config comes from, in Kafka's protocol: the topic itself
_SETTLED_WITHIN_S = 30.0  # brokers know of a change within milliseconds, on a busy machine longer


@asynccontextmanager
async def connected(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Give an admin client of the cluster for the length of a ``with`` block."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="ebbwatch-topics")
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def existing(admin: AIOKafkaAdminClient) -> dict[str, Existing]:
    """Read the topics of our table that exist, by name."""
    ours = {topic.name for topic in TABLE}
    # All topics: asking for one by its name would create it where the broker does so.
    found = {
        topic["topic"]: len(topic["partitions"])
        for topic in await admin.describe_topics()
        if topic["topic"] in ours
    }
    entries = await _configs(admin, sorted(found))
    return {
        name: Existing(
            partitions,
            configs={entry[0]: entry[1] for entry in entries[name]},
            own=frozenset(entry[0] for entry in entries[name] if entry[3] == _SET_ON_TOPIC),
        )
        for name, partitions in found.items()
        if name in entries
    }


async def differences(admin: AIOKafkaAdminClient, settings: TopicSettings) -> list[Change]:
    """Say what `apply` would do, without doing it; empty where all is as it should be."""
    return plan((wanted(topic, settings) for topic in TABLE), await existing(admin))


async def apply(admin: AIOKafkaAdminClient, settings: TopicSettings) -> list[Change]:
    """Create the topics that are missing and set what differs. Gives what was done.

    Configs that the table does not name stay as somebody set them.

    Raises
    ------
    SettingsError
        If a topic has another number of partitions: nothing is changed then, unless another
        one created that topic in the same moment.
    KafkaError
        If the cluster refuses a change, with the topic's name.
    """
    before = await existing(admin)
    changes = plan((wanted(topic, settings) for topic in TABLE), before)
    refuse_recut(changes)
    await _create(admin, [change for change in changes if isinstance(change, Create)])
    await _alter(admin, [change for change in changes if isinstance(change, Alter)], before)
    if changes:
        await _settle(admin, settings)
    return changes


async def check(admin: AIOKafkaAdminClient, settings: TopicSettings) -> None:
    """Refuse to start a worker on topics that are missing, cut otherwise, or not compacted.

    Faust only warns of a missing topic, and finds a wrong partition count when it is too late.

    Raises
    ------
    SettingsError
        Naming each topic, what is wrong with it, and the command that mends it.
    """
    refuse_unready(await differences(admin, settings))


async def _configs(
    admin: AIOKafkaAdminClient, names: Sequence[str]
) -> dict[str, list[tuple[Any, ...]]]:
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    entries = {}
    for response in await admin.describe_configs(asked):
        for code, message, _, name, configs in response.resources:
            if code == UnknownTopicOrPartitionError.errno:
                continue  # deleted since it was listed, or this broker has not heard of it yet
            _raise_for(code, f"{name}: {message}")
            entries[name] = configs
    return entries


async def _create(admin: AIOKafkaAdminClient, changes: Sequence[Create]) -> None:
    if not changes:
        return
    topics = [
        NewTopic(
            change.topic.name,
            change.topic.partitions,
            change.topic.replication,
            topic_configs=dict(change.topic.configs),
        )
        for change in changes
    ]
    response = await admin.create_topics(topics)
    for name, code, message in response.topic_errors:
        if code != TopicAlreadyExistsError.errno:  # another one was faster
            _raise_for(code, f"{name}: {message}")


async def _alter(
    admin: AIOKafkaAdminClient, changes: Sequence[Alter], before: dict[str, Existing]
) -> None:
    if not changes:
        return
    # The client knows only the request that replaces all configs of a topic, so those that
    # somebody set beside ours are sent along.
    asked = [
        ConfigResource(
            ConfigResourceType.TOPIC,
            change.name,
            {key: before[change.name].configs[key] for key in before[change.name].own}
            | {key: value for key, (_, value) in change.configs.items()},
        )
        for change in changes
    ]
    for response in await admin.alter_configs(asked):
        for code, message, _, name in response.resources:
            _raise_for(code, f"{name}: {message}")


async def _settle(admin: AIOKafkaAdminClient, settings: TopicSettings) -> None:
    # A broker learns a moment later than the controller what was decided. Only now is it certain
    # that a topic which another one created meanwhile is cut like ours.
    try:
        async with asyncio.timeout(_SETTLED_WITHIN_S):
            while changes := await differences(admin, settings):
                refuse_recut(changes)
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise KafkaTimeoutError(f"topics not as set after {_SETTLED_WITHIN_S} s") from error


def _raise_for(code: int, what: str) -> None:
    if code:
        kind: type[KafkaError] = for_code(code)
        raise kind(what)
