"""How far the workers are behind: what their groups have committed, and where topics end."""

import asyncio
from collections.abc import Callable, Iterable

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError
from aiokafka.structs import OffsetAndMetadata

from streams import topics_apply
from streams.log_reader import LogReader
from streams.topics import CUSTOMER_LOG, DESK_LOG, INPUTS, TRAINING_LOG

GROUPS: dict[str, tuple[str, ...]] = {
    "churn-intake": INPUTS,
    "churn-scorer": (CUSTOMER_LOG,),
    "churn-trainer": (TRAINING_LOG,),
    "churn-desk": (DESK_LOG,),
}
ASK_S = 0.1


async def lags(bootstrap_servers: str) -> dict[str, int]:
    """Give, for each role's group, the records written but not yet committed."""
    async with (
        topics_apply.connected(bootstrap_servers) as admin,
        LogReader(bootstrap_servers) as reader,
    ):
        behind: dict[str, int] = {}
        for group, topics in GROUPS.items():
            committed = await _committed(admin, group)
            behind[group] = 0
            for topic in topics:
                for partition in range(await reader.partitions(topic)):
                    _, end = await reader.ends(topic, partition)
                    at = committed.get(TopicPartition(topic, partition))
                    behind[group] += end - (at.offset if at is not None else 0)
        return behind


async def _committed(
    admin: AIOKafkaAdminClient, group: str
) -> dict[TopicPartition, OffsetAndMetadata]:
    try:
        found: dict[TopicPartition, OffsetAndMetadata] = await admin.list_consumer_group_offsets(
            group
        )
        return found
    except GroupCoordinatorNotAvailableError:
        return {}  # a fresh broker: nobody has committed anything yet


async def wait_until_done(
    bootstrap_servers: str, check: Callable[[], None], groups: Iterable[str] = tuple(GROUPS)
) -> None:
    """Wait until these roles have committed all there is; `check` is called in between.

    A broker that is away is asked again: whoever waits for it decides how long, in `check`.
    """
    while await _behind(bootstrap_servers, tuple(groups)):
        check()
        await asyncio.sleep(ASK_S)


async def _behind(bootstrap_servers: str, groups: tuple[str, ...]) -> bool:
    try:
        found = await lags(bootstrap_servers)
    except KafkaError:
        return True
    return any(found[group] for group in groups)
