"""Reading topics without a group: logs from any offset, compacted topics from the beginning.

For looking back (an intake its own log, an audit, a feed that waits) and for looking up
(customers' names, the latest model). Nothing here commits, and nothing is missed: reading
starts at a given offset and ends where the partition ended when it was asked.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from streams.fetching.batches import packed

Record: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"

FETCH_BYTES = 8 * 1024 * 1024  # a record of the customer log may be as large
# How long the broker may wait for more. A look-up should not: it may have to wait for an answer
# to what was asked before it. Who follows hears of a record at once, however long this is.
LOOK_UP_WAIT_MS, FOLLOW_WAIT_MS = 20, 100
AT_ONCE = 5_000  # records as objects: a fetch may bring a quarter of a million


class LogReader:
    """Consumers without a group, one for each partition read.

    Each is assigned once and only moved afterwards: aiokafka's fetcher swallows a cancellation
    that meets it while it changes partitions, and the consumer then never stops.

    Examples
    --------
    ::

        async with LogReader("127.0.0.1:9092") as reader:
            async for record in reader.read("churn.log.customers", 0):
                ...
    """

    def __init__(self, bootstrap_servers: str) -> None:
        self.servers = bootstrap_servers
        self._asker: AIOKafkaConsumer[bytes, bytes] = self._new()
        self._opened: dict[tuple[TopicPartition, ...], AIOKafkaConsumer[bytes, bytes]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> "LogReader":
        await self._asker.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for consumer in (self._asker, *self._opened.values()):
            await consumer.stop()

    async def partitions(self, topic: str) -> int:
        """Give the number of partitions of a topic, 0 if there is no such topic."""
        cluster = await self._asker._client.fetch_all_metadata()
        return len(cluster.partitions_for_topic(topic) or ())

    async def ends(self, topic: str, partition: int) -> tuple[int, int]:
        """Give the offsets at which a partition begins and ends."""
        place = TopicPartition(topic, partition)
        # Else the first question about a topic fails inside and is asked again after 0.1 s.
        await self._asker._client.add_topic(topic)
        begin = await self._asker.beginning_offsets([place])
        end = await self._asker.end_offsets([place])
        return begin[place], end[place]

    async def read(
        self, topic: str, partition: int, start: int = 0, end: int | None = None
    ) -> AsyncIterator[Record]:
        """Read a partition from `start` up to, not with, `end`; by default to its present end."""
        place = TopicPartition(topic, partition)
        first, last = await self.ends(topic, partition)
        start, end = max(start, first), last if end is None else min(end, last)
        if start >= end:
            return
        async with self._one_at_a_time:
            consumer = await self._consumer((place,))
            consumer.seek(place, start)
            consumer.resume(place)
            try:
                # Compaction leaves gaps: the position says when we are through, not an offset.
                while await consumer.position(place) < end:
                    # In an intake's process all that reads its inputs gets batches.
                    got = await consumer.getmany(place, timeout_ms=1000, max_records=AT_ONCE)
                    fetched = packed(got)
                    for records in fetched.values():
                        for record in records:
                            if record.offset >= end:
                                return
                            yield record
            finally:
                # Or it asks for more at the end of the partition, 50 times a second and for ever.
                consumer.pause(place)

    async def follow(self, topic: str, starts: dict[int, int]) -> AsyncIterator[list[Record]]:
        """Read partitions from their starts on, without end; an empty list when nothing came."""
        places = {TopicPartition(topic, number): start for number, start in starts.items()}
        consumer = await self._consumer(tuple(places), FOLLOW_WAIT_MS)
        for place, start in places.items():
            consumer.seek(place, start)
            consumer.resume(place)
        while True:
            got: dict[Any, list[Record]] = await consumer.getmany(timeout_ms=100)
            yield [record for records in got.values() for record in records]

    async def _consumer(
        self, places: tuple[TopicPartition, ...], wait_ms: int = LOOK_UP_WAIT_MS
    ) -> Any:
        if places not in self._opened:
            consumer = self._new(wait_ms)
            await consumer.start()
            consumer.assign(list(places))
            self._opened[places] = consumer
        return self._opened[places]

    def _new(self, wait_ms: int = LOOK_UP_WAIT_MS) -> Any:
        return AIOKafkaConsumer(
            bootstrap_servers=self.servers,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES,
            fetch_max_wait_ms=wait_ms,
        )
