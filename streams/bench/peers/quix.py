"""Quix Streams as its manual has it: a dataframe, and a count in the state of each customer.

Its own store on disk and its own changelog; values are bytes and decoded by msgspec, so that
what Quix does is measured and not `json`. It is let off what it has not flushed yet when the
last event is counted. Needs the package `quixstreams`.
"""

import asyncio
import time
from typing import Any

import msgspec

from streams.bench.peers.asked import Asked, Seen, answer, asked, let_begin
from streams.bench.spent import Spent

GROUP = "bench-quix"


class Counting:
    """Counts in a state; the clock starts with the first event and ends with the last."""

    def __init__(self, n_records: int) -> None:
        self.spent: Spent | None = None
        self._read = msgspec.json.Decoder(Seen).decode
        self._n_records = n_records
        self._n_read = self._n_events = 0
        self._wall = self._cpu = 0.0

    def take(self, value: bytes, state: Any) -> None:
        """Count an event under its key."""
        if not self._n_read:
            self._wall, self._cpu = time.monotonic(), time.process_time()
        if self._read(value).subject is not None:
            state.set("n", state.get("n", 0) + 1)
            self._n_events += 1
        self._n_read += 1
        if self._n_read == self._n_records:
            cpu_s, wall_s = time.process_time() - self._cpu, time.monotonic() - self._wall
            self.spent = Spent(self._n_events, cpu_s, wall_s)


def count(of: Asked) -> Spent:
    """Count each customer's events, until so many were read."""
    from quixstreams import Application  # looking for examples in every module must not fail

    asyncio.run(let_begin(of, GROUP))
    app = Application(
        broker_address=of.bootstrap_servers,
        consumer_group=GROUP,
        state_dir=of.folder,
        loglevel="WARNING",
    )
    counting = Counting(of.n_records)
    for name in of.topics:
        topic = app.topic(name, key_deserializer="bytes", value_deserializer="bytes")
        app.dataframe(topic).update(counting.take, stateful=True)
    app.run(count=of.n_records)
    assert counting.spent is not None, "it ended before all was read"
    return counting.spent


def main() -> None:
    """Count, and print what it took."""
    answer(count(asked()))


if __name__ == "__main__":
    main()
