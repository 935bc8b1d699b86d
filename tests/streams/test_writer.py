import asyncio

from aiokafka.admin import NewTopic

from streams import topics_apply
from streams.counts import Counts
from streams.writer import Writer

TOPIC = "many-writes-at-once"


async def test_many_writes_at_once_to_one_partition_all_arrive(broker: str) -> None:
    async with topics_apply.connected(broker) as admin:
        await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    writer = Writer(broker, Counts())
    await writer.start()
    try:
        async with asyncio.timeout(60):
            offsets = await asyncio.gather(
                *(writer.write(TOPIC, 0, [(None, b"%d" % n, ())]) for n in range(1_000))
            )
    finally:
        await writer.stop()
    assert [one for some in offsets for one in some] == list(range(1_000))
