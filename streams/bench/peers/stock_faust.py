"""Faust as its manual has it: an agent, and a table with one count for each customer.

One event at a time, the memory store, a changelog, everything else as Faust comes. Values are
raw and decoded by msgspec, the loop is uvloop: what Faust does is measured, not `json`. It is
let off what it has not written yet when the last event is counted.
"""

import asyncio
import time
from typing import Any

import faust
import msgspec
import uvloop

from streams.bench.peers.asked import Asked, Seen, answer, asked, let_begin
from streams.bench.spent import Spent

APP = "bench-stock-faust"


def app_of(of: Asked) -> faust.App:
    """Build the app, in the running loop."""
    return faust.App(
        APP,
        broker=f"kafka://{of.bootstrap_servers}",
        store="memory://",
        datadir=of.folder,
        topic_partitions=of.n_partitions,
        web_enabled=False,
        worker_redirect_stdouts=False,
    )


async def count(of: Asked) -> Spent:
    """Count each customer's events, until so many were read. The clock starts with the first."""
    await let_begin(of, APP)
    app, done, began = app_of(of), asyncio.Event(), list[tuple[float, float]]()
    topic = app.topic(*of.topics, value_type=bytes, value_serializer="raw")
    counts = app.Table("counts", default=int)
    read = msgspec.json.Decoder(Seen).decode
    spent: list[Spent] = []

    async def count_events(stream: Any) -> None:
        n_read = 0
        async for value in stream:
            if not began:
                began.append((time.monotonic(), time.process_time()))
            subject = read(value).subject
            if subject is not None:
                counts[subject] += 1
            n_read += 1
            if n_read == of.n_records:
                (wall, cpu), n_events = began[0], sum(counts.values())
                spent.append(Spent(n_events, time.process_time() - cpu, time.monotonic() - wall))
                done.set()

    app.agent(topic)(count_events)
    await app.start()
    try:
        await done.wait()
    finally:
        await app.stop()
    return spent[0]


def main() -> None:
    """Count, and print what it took."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        answer(runner.run(count(asked())))


if __name__ == "__main__":
    main()
