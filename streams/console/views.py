"""Writing down who is shown whom, before it is shown."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from aiokafka.errors import KafkaError

from alerts.console.access import Seer
from alerts.console.views import View, What
from alerts.records import encode
from streams.console_counts import ConsoleCounts
from streams.exits import StalledError
from streams.partitions import partition_of
from streams.topics import VIEWS
from streams.writer import Outgoing, Writer

Seen = tuple[str, str | None]  # a customer, and the task where it was one


class UnwrittenError(Exception):
    """Kafka did not take the log of views: the page is not shown."""


class ViewLog:
    """The log of views, which Kafka has to take within so many seconds.

    `now` is the clock on the wall: who looked, looked today.
    """

    def __init__(
        self,
        writer: Writer,
        counts: ConsoleCounts,
        within_s: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._writer, self._counts, self._within_s, self._now = writer, counts, within_s, now

    async def write(self, seer: Seer, what: What, why: str, seen: Sequence[Seen]) -> None:
        """Write who is about to see which customers and tasks, and wait until Kafka has it.

        Raises
        ------
        UnwrittenError
            If it has it not; nothing may be shown then.
        """
        at = self._now()
        views = [
            View(
                who=seer.name,
                job=seer.person.job,
                what=what,
                customer=customer,
                task_id=task_id,
                why=why,
                at=at,
            )
            for customer, task_id in seen
        ]
        try:
            async with asyncio.timeout(self._within_s):
                await self._write(views)
        except (KafkaError, StalledError, TimeoutError) as error:
            raise UnwrittenError from error
        self._counts.views[what] += len(views)

    async def _write(self, views: Sequence[View]) -> None:
        if not views:
            return
        n_partitions = await self._writer.partitions(VIEWS)
        by_partition: defaultdict[int, list[Outgoing]] = defaultdict(list)
        for view in views:
            # A case is nobody in particular's: its views are found by the task.
            key = (view.customer or view.task_id or "").encode()
            by_partition[partition_of(key, n_partitions)].append((key, encode(view), ()))
        await asyncio.gather(
            *(self._writer.write(VIEWS, place, some) for place, some in by_partition.items())
        )
