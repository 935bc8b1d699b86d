"""The loop to compare with: aiokafka, msgspec and a dict of counts, and nothing else.

What one would write if a count of each customer's events were all there is to know: no order
across topics, no state that survives, no commits, no features, no scores. A process of its own:
``python -m streams.bench.bare HOST:PORT N_RECORDS OFFSETS TOPIC ...`` prints one JSON object.
"""

import asyncio
import gc
import sys
import time
from collections import defaultdict
from datetime import datetime

import msgspec
import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.bench.spent import Spent
from streams.worker import GC_AFTER

# As the workers have it, so that the difference is what they do and not how they fetch.
FETCH_BYTES = 4 * 1_048_576
MAX_POLL_RECORDS = 4_000


class Seen(msgspec.Struct, gc=False):
    """As much of an event as a counter needs."""

    type: str
    id: str
    time: datetime
    subject: str | None = None


Starts = dict[TopicPartition, int]


async def count(bootstrap_servers: str, starts: Starts, n_records: int) -> Spent:
    """Count each customer's events, from some offsets on, until so many records were read."""
    consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        group_id=None,
        enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    await consumer.start()
    try:
        consumer.assign(list(starts))
        for place, offset in starts.items():
            consumer.seek(place, offset)
        counts: defaultdict[str | None, int] = defaultdict(int)
        read = msgspec.json.Decoder(Seen).decode
        wall, cpu, n_read = time.monotonic(), time.process_time(), 0
        while n_read < n_records:
            got = await consumer.getmany(timeout_ms=1000, max_records=MAX_POLL_RECORDS)
            for records in got.values():
                for record in records:
                    counts[read(record.value).subject] += 1
                n_read += len(records)
        return Spent(
            n_events=sum(n for subject, n in counts.items() if subject is not None),
            cpu_s=time.process_time() - cpu,
            wall_s=time.monotonic() - wall,
        )
    finally:
        await consumer.stop()


def main() -> None:
    """Count, and print what it took."""
    bootstrap_servers, n_records, starts_json = sys.argv[1:]
    offsets = msgspec.json.decode(starts_json, type=list[tuple[str, int, int]])
    starts = {TopicPartition(topic, partition): offset for topic, partition, offset in offsets}
    gc.set_threshold(*GC_AFTER)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        spent = runner.run(count(bootstrap_servers, starts, int(n_records)))
    sys.stdout.write(msgspec.json.encode(spent).decode() + "\n")


if __name__ == "__main__":
    main()
