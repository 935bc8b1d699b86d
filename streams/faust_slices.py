"""Faust's consumer, bent to slices: one event per poll and partition, exact commits, safe stops.

Everything here overrides internals of faust-streaming 0.15.3; `tests/streams/
test_faust_contract.py` fails when a new version changes one of them.

* Stock Faust spends 140 µs on each record. Here the records of a poll and partition are one
  event, whose value is the list of records and whose offset is that of the last one.
* Stock Faust works out what it may commit from single acks and gaps between them. Here the lanes
  ack in offset order, so the newest ack stands for all before it.
* Stock Faust waits, on a rebalance and on a stop, until somebody has acked everything. Here we
  do it: finish what is in work, flush, ack, commit; then the partitions may go.
"""

import asyncio
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import Any, NamedTuple, Protocol, cast

import faust
import uvloop
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.consumer.fetcher import Fetcher
from faust.transport.drivers import aiokafka as driver
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP

from streams.fetching.batches import packed

# A fetch in flight does not ask for a partition whose last records were still in work when it
# was sent; that partition waits until the fetch is over. Faust has 1500 ms fixed.
FETCH_WAIT_MS = 100
# A fetch is answered as soon as there is one record, and what an answer costs on its way through
# broker, thread and lane is the same for one as for many: at 1,000 events/s they took all of a
# machine. So the next fetch is sent so long after the last at the soonest; whoever comes alone
# does not wait.
FETCH_EVERY_S = 0.01
NOTHING_TO_FETCH_S = 0.02


class Hooks(Protocol):
    """What the consumer asks of the worker."""

    async def drain(self) -> None:
        """Finish, flush and ack all that was delivered. Nothing more is being delivered."""

    async def rebalanced(self, assigned: frozenset[TP], generation: int) -> None:
        """Let go of what is no longer ours. Called before the recovery of what is new."""

    def committed(self, offsets: Mapping[TP, int]) -> None:
        """Take note of offsets that the broker has confirmed."""

    def member(self, *, alive_at: float | None) -> None:
        """Take note that the group still knew us at this monotonic time, or (None) no longer."""


class SliceApp(faust.App):
    """A Faust app that knows its worker and makes no folders in the working directory."""

    hooks: Hooks

    def _create_directories(self) -> None:
        return


class Poll(NamedTuple):
    """The value of an event: what came of one partition in one poll."""

    records: list[ConsumerRecord[bytes | None, bytes | None]]
    after: int  # offset of the record fetched before these, -1 if there was none


class SliceScheduler(DefaultSchedulingStrategy):
    """Hands on the records of a poll and partition as one: value a `Poll`, offset the last."""

    def __init__(self) -> None:
        self._fetched: dict[TP, int] = {}

    def iterate(self, records: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, Any]]:
        """Give one record for each partition."""
        return super().iterate({tp: [self._as_one(tp, rs)] for tp, rs in records.items() if rs})

    def _as_one(self, tp: TP, records: list[Any]) -> Any:
        last = records[-1]
        poll = Poll(records, self._fetched.get(tp, -1))
        self._fetched[tp] = last.offset
        return ConsumerRecord(
            last.topic,
            last.partition,
            last.offset,
            last.timestamp,
            last.timestamp_type,
            key=None,
            value=poll,
            checksum=None,
            serialized_key_size=0,
            serialized_value_size=0,
            headers=(),
        )


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that talks to the broker, on uvloop."""

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        return consumer

    async def on_start(self) -> None:
        """Connect, and listen to the heartbeats from then on."""
        await super().on_start()
        coordinator = self._ensure_consumer()._coordinator
        beat = coordinator._do_heartbeat
        hooks = cast(SliceApp, self.app).hooks

        async def heartbeat() -> bool:
            sent_at = monotonic()
            known: bool = await beat()
            if known:
                hooks.member(alive_at=sent_at)
            elif coordinator.generation < 0:  # the group has thrown us out
                hooks.member(alive_at=None)
            return known

        coordinator._do_heartbeat = heartbeat
        self._pace(self._ensure_consumer()._fetcher)

    def _pace(self, fetcher: Fetcher) -> None:
        fetch, sent_at = fetcher._proc_fetch_request, dict[int, float]()

        async def paced(assignment: object, node: int, request: object) -> bool:
            try:
                await asyncio.sleep(sent_at.get(node, 0.0) + FETCH_EVERY_S - monotonic())
                sent_at[node] = monotonic()
                found: bool = await fetch(assignment, node, request)
            except asyncio.CancelledError:
                # The fetcher closes, or the partition is gone. aiokafka awaits what it cancelled
                # here and expects an answer: the thread's stop would break off with the error.
                return False
            return found

        fetcher._proc_fetch_request = paced

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP],
        *args: Any,
        **limits: Any,
    ) -> Mapping[TP, list[Any]]:
        # Faust hands over a set that it changes while the fetch waits. Once a recovery ends it is
        # empty, which aiokafka takes for "all": records of inputs came, and were thrown away.
        if not active_partitions:
            return {}
        found = await super()._fetch_records(consumer, set(active_partitions), *args, **limits)
        return packed(found)


class Consumer(driver.Consumer):
    """Commits what the lanes have acked, and lets nothing go before it is flushed."""

    app: SliceApp

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(
            self, loop=self.loop, beacon=self.beacon, thread_loop=uvloop.new_event_loop()
        )

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Do not note what lies between two slices: the ack of the later one stands for it."""

    def _new_offset(self, tp: TP) -> int | None:
        acked = self._acked[tp]
        if not acked:
            return None
        newest = max(acked)
        acked.clear()
        self._acked_index[tp].clear()
        return newest + 1

    async def verify_all_partitions_active(self) -> None:
        """Do not look for stalls: that is the watchdog's work, which does something about it."""

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish what is in work while its book-keeping is still there, then let go.

        Faust drops its acked offsets first and stops the flow afterwards, which repeats work.
        """
        assignment = self.assignment()
        self.stop_flow()
        self.app.flow_control.suspend()
        self.pause_partitions(assignment)
        self.app.flow_control.clear()
        await self.wait_empty()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Have what was lost dropped, before the recovery looks at what is there."""
        self.app.hooks.member(alive_at=monotonic())
        await self.app.hooks.rebalanced(frozenset(assigned), generation_id)
        await super().on_partitions_assigned(assigned, generation_id)

    async def wait_empty(self) -> None:
        """Empty the lanes and commit: in a rebalance and in a stop, the flow standing still."""
        await self.app.hooks.drain()
        self._unacked_messages.clear()  # what is left was taken back before any lane had it
        await self.maybe_wait_for_commit_to_finish()  # it may have begun before the last acks
        await self.commit()

    def last_answer(self, topics: tuple[str, ...]) -> object:
        """Give a value that changes whenever the broker answers a fetch of one of the topics."""
        subscription = self._thread._ensure_consumer()._subscription.subscription
        if subscription is None or (assignment := subscription.assignment) is None:
            return monotonic()
        inputs = [tp for tp in assignment.tps if tp.topic in topics]
        answers = [assignment.state_value(tp).timestamp or 0 for tp in inputs]
        return max(answers, default=monotonic())  # with no inputs, nothing can fail to come

    async def perform_seek(self) -> None:
        """Go back to what the broker has as committed, and to the start where it has nothing.

        Faust leaves the latter where they are, behind records that nobody got.
        """
        await super().perform_seek()
        offsets = {tp: self._committed_offset[tp] for tp in self.assignment()}
        self.app.hooks.committed({tp: at for tp, at in offsets.items() if at})
        fresh = driver.ensure_aiokafka_TPset(
            tp for tp, at in offsets.items() if not at and not self._is_changelog_tp(tp)
        )
        if fresh:
            await self._thread.seek_to_beginning(*fresh)

    async def _wait_next_records(self, *limits: Any) -> Any:
        # Faust sleeps a whole second when it finds no partition to fetch from, as it does for a
        # moment at the end of each rebalance.
        while self.flow_active and not self._get_active_partitions() and not self.should_stop:
            await asyncio.sleep(NOTHING_TO_FETCH_S)
        return await super()._wait_next_records(*limits)

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        confirmed = await super()._commit(offsets)
        if confirmed:
            self.app.hooks.committed(offsets)
        return confirmed


class Transport(driver.Transport):
    """Faust's way to Kafka with our consumer."""

    Consumer = Consumer
