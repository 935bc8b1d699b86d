"""What a peer is asked and answers: JSON on its command line, JSON on its standard output."""

import sys
from datetime import datetime

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.bench.spent import Spent


class Seen(msgspec.Struct, gc=False):
    """As much of an event as a counter needs."""

    type: str
    id: str
    time: datetime
    subject: str | None = None


class Asked(msgspec.Struct, frozen=True):
    """Read so many records, from (topic, partition, offset) on.

    `folder` is for what the peer keeps on disk, `n_partitions` cuts the topics it makes.
    """

    bootstrap_servers: str
    n_records: int
    n_partitions: int
    starts: tuple[tuple[str, int, int], ...]
    folder: str

    @property
    def offsets(self) -> dict[TopicPartition, int]:
        """Give the first offset to read of each partition."""
        return {TopicPartition(topic, number): offset for topic, number, offset in self.starts}

    @property
    def topics(self) -> tuple[str, ...]:
        """Name the topics, each once."""
        return tuple(dict.fromkeys(topic for topic, _, _ in self.starts))


def asked() -> Asked:
    """Give what the command line asks of this process."""
    return msgspec.json.decode(sys.argv[1], type=Asked)


def answer(spent: Spent) -> None:
    """Print what it took; nothing may be printed after it."""
    sys.stdout.write(msgspec.json.encode(spent).decode() + "\n")
    sys.stdout.flush()


async def let_begin(of: Asked, group: str) -> None:
    """Commit for a group that was never there, so that it begins where it is asked to."""
    consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=of.bootstrap_servers, group_id=group, enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign(list(of.offsets))
        await consumer.commit(of.offsets)
    finally:
        await consumer.stop()
