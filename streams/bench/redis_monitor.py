"""When tasks come to the board: what the store says it is doing, as it does it.

The store's MONITOR names every command; those of the board's script name the task. Asking the
board again and again would see a task late by the time between two questions.
"""

import asyncio
import time
from types import TracebackType
from typing import Self

from redis.asyncio import Redis

PLACES, CHANNEL_S = ":places", 0.2


class TaskWatch:
    """Notes the wall clock at which each task first came to the board, while the block runs.

    It is the time at which we heard of it: later than the write, never earlier.

    Parameters
    ----------
    url : str
        Of the store.
    """

    def __init__(self, url: str) -> None:
        self.seen_s: dict[str, float] = {}
        self._client = Redis.from_url(url)
        self._watching: asyncio.Task[None] | None = None
        self._listens = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._watching = asyncio.create_task(self._watch())
        await self._listens.wait()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._watching is not None
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)
        await self._client.aclose()

    def check(self) -> None:
        """Raise what ended the watch, if anything did."""
        if self._watching is not None and self._watching.done():
            self._watching.result()

    async def _watch(self) -> None:
        async with self._client.monitor() as monitor:
            self._listens.set()
            while True:
                command = (await monitor.next_command())["command"]
                now_s = time.time()
                words = command.split(" ", 3)
                if words[0].upper() == "HSET" and words[1].endswith(PLACES):
                    self.seen_s.setdefault(words[2], now_s)
