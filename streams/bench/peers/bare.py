"""The loop to compare with: aiokafka, msgspec and a dict of counts, and nothing else.

What one would write if a count of each customer's events were all there is to know: no order
across topics, no state that survives, no commits, no features, no scores.
"""

import asyncio
import gc
import time
from collections import defaultdict

import msgspec
import uvloop
from aiokafka import AIOKafkaConsumer

from streams.bench.peers.asked import Asked, Seen, answer, asked
from streams.bench.spent import Spent
from streams.worker import GC_AFTER

# As the workers have it, so that the difference is what they do and not how they fetch.
FETCH_BYTES = 4 * 1_048_576
MAX_POLL_RECORDS = 4_000


async def count(of: Asked) -> Spent:
    """Count each customer's events, until so many records were read."""
    consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=of.bootstrap_servers,
        group_id=None,
        enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    await consumer.start()
    try:
        consumer.assign(list(of.offsets))
        for place, offset in of.offsets.items():
            consumer.seek(place, offset)
        counts: defaultdict[str | None, int] = defaultdict(int)
        read = msgspec.json.Decoder(Seen).decode
        wall, cpu, n_read = time.monotonic(), time.process_time(), 0
        while n_read < of.n_records:
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
    gc.set_threshold(*GC_AFTER)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        answer(runner.run(count(asked())))


if __name__ == "__main__":
    main()
