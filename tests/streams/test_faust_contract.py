"""The internals of Faust and aiokafka that the workers stand on.

Each of them is overridden or called below its public interface. Before a new version is pinned
this file has to pass with it, and tests/faults/ on a real Kafka.
"""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, cast

import aiokafka
import faust
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.producer.message_accumulator import BatchBuilder
from faust.app.base import App
from faust.stores.base import Store
from faust.tables.base import Collection
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.transport import consumer as base_consumer
from faust.transport.drivers import aiokafka as driver
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from streams import faust_slices, topics_apply
from streams.counts import Counts
from streams.exits import exit_now
from streams.faust_app import add_agent, add_table, build_app
from streams.faust_ledger import LedgerTable
from streams.faust_slices import (
    Consumer,
    ConsumerThread,
    Poll,
    SliceApp,
    SliceScheduler,
)
from streams.role import Records, Role, Table
from streams.worker_settings import WorkerSettings

IN, OTHER = TP("in", 0), TP("in", 1)
CHANGELOG = TP("contract-ledger-changelog", 0)


class Nothing(Role):
    name = "contract"
    topics = ("in",)

    async def step(self, partition: int, topic: str, records: Records) -> None:
        raise AssertionError


class Rows:
    """A ledger that keeps what it is given."""

    def __init__(self) -> None:
        self.restored: list[tuple[int, int]] = []
        self.dropped: list[int] = []

    def restore(self, partition: int, records: Records) -> None:
        self.restored += [(partition, record.offset) for record in records]

    def drop(self, partition: int) -> None:
        self.dropped.append(partition)


class Calls:
    """Hooks and a thread that write down, in order, what was asked of them."""

    def __init__(self) -> None:
        self.made: list[Any] = []
        self.on_drain: Callable[[], None] = lambda: None

    async def drain(self) -> None:
        self.made.append("drain")
        self.on_drain()

    async def rebalanced(self, assigned: frozenset[TP], generation: int) -> None:
        self.made.append(("rebalanced", assigned, generation))

    def committed(self, offsets: Mapping[TP, int]) -> None:
        self.made.append(("committed", dict(offsets)))

    def member(self, *, alive_at: float | None) -> None:
        assert alive_at is not None

    def assignment(self) -> set[TP]:
        return {IN, OTHER}

    async def commit(self, offsets: Mapping[TP, int]) -> bool:
        self.made.append(("commit", dict(offsets)))
        return True


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest_asyncio.fixture
async def app(calls: Calls) -> SliceApp:
    app = build_app(Nothing(), WorkerSettings(bootstrap_servers="127.0.0.1:1"), calls)
    app.topics.acking_topics.add("in")
    return app


@pytest.fixture
def consumer(app: SliceApp, calls: Calls) -> Consumer:
    consumer = app.consumer
    assert isinstance(consumer, Consumer)
    consumer._thread = calls  # type: ignore[assignment]  # the part that would ask the broker
    return consumer


def a_record(offset: int, topic: str = "in") -> ConsumerRecord[bytes | None, bytes | None]:
    return ConsumerRecord(topic, 0, offset, 1_000, 0, b"k", None, None, 1, -1, (("h", b"1"),))


def a_message(offset: int, value: object = b"") -> ConsumerMessage:
    return ConsumerMessage("in", 0, offset, 1.0, 0, (), None, value, None, tp=IN)  # type: ignore[arg-type]  # a slice


def test_the_versions_are_the_ones_we_know() -> None:
    assert version("faust-streaming") == faust.__version__ == "0.15.3"
    assert aiokafka.__version__ == "0.14.0"


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (base_consumer.Consumer, "_add_gap", "self, tp, offset_from, offset_to"),
        (base_consumer.Consumer, "_new_offset", "self, tp"),
        (base_consumer.Consumer, "_wait_next_records", "self, timeout"),
        (base_consumer.Consumer, "_is_changelog_tp", "self, tp"),
        (base_consumer.Consumer, "on_partitions_revoked", "self, revoked"),
        (base_consumer.Consumer, "on_partitions_assigned", "self, assigned, generation_id"),
        (base_consumer.Consumer, "wait_empty", "self"),
        (base_consumer.Consumer, "perform_seek", "self"),
        (base_consumer.Consumer, "maybe_wait_for_commit_to_finish", "self"),
        (base_consumer.Consumer, "verify_all_partitions_active", "self"),
        (base_consumer.ThreadDelegateConsumer, "_commit", "self, offsets"),
        (base_consumer.ThreadDelegateConsumer, "_new_consumer_thread", "self"),
        (driver.AIOKafkaConsumerThread, "_create_worker_consumer", "self, transport"),
        (
            driver.AIOKafkaConsumerThread,
            "_fetch_records",
            "self, consumer, active_partitions, timeout, max_records",
        ),
        (driver.AIOKafkaConsumerThread, "on_start", "self"),
        (driver.AIOKafkaConsumerThread, "seek_to_beginning", "self, partitions"),
        (DefaultSchedulingStrategy, "iterate", "self, records"),
        (App, "_create_directories", "self"),
        (Collection, "_changelog_topic_name", "self"),
        (Collection, "_new_store", "self"),
        (Store, "persisted_offset", "self, tp"),
        (TableManager, "_update_channels", "self"),
        (faust.Stream, "ack", "self, event"),
        (faust.Stream, "noack", "self"),
        (GroupCoordinator, "_do_heartbeat", "self"),
        (Fetcher, "_proc_fetch_request", "self, assignment, node_id, request"),
        (AIOKafkaProducer, "send_batch", "self, batch, topic, partition"),
        (BatchBuilder, "append", "self, timestamp, key, value, headers"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_an_internal_takes_what_it_took(owner: type, name: str, parameters: str) -> None:
    assert ", ".join(inspect.signature(getattr(owner, name)).parameters) == parameters


def in_order(function: Callable[..., Any], *pieces: str) -> bool:
    """Whether the pieces stand in the source of a function one after another."""
    source = inspect.getsource(function)
    places = [source.index(piece) for piece in pieces]
    return places == sorted(places)


@pytest.mark.parametrize("function", [Recovery.on_recovery_completed, Recovery._resume_streams])
def test_lanes_are_opened_before_any_record_can_flow(function: Callable[..., Any]) -> None:
    assert in_order(
        function, "on_rebalance_complete.send()", "consumer.resume_partitions(", "perform_seek()"
    )


def test_what_was_lost_is_dropped_before_the_recovery_asks_for_the_offset() -> None:
    assert in_order(App._on_partitions_assigned, "self.tables.on_rebalance")
    assert in_order(Recovery._add, "persisted_offset(tp)", "offsets[tp] = persisted_offset")


def test_a_stop_empties_the_lanes_while_the_consumer_still_lives() -> None:
    assert in_order(
        App._stop_consumer, "stop_flow()", "flow_control.clear()", "_consumer_wait_empty"
    )


def test_aiokafka_takes_no_partitions_for_all_of_them() -> None:
    fetched_records = inspect.getsource(aiokafka.consumer.fetcher.Fetcher.fetched_records)
    assert "if partitions and tp not in partitions" in fetched_records


async def test_faust_keeps_its_web_server_off_and_makes_no_folders(app: SliceApp) -> None:
    assert not app.boot_strategy._should_enable_web()
    assert type(app)._create_directories is not App._create_directories
    assert not app.conf.topic_allow_declare


async def test_records_of_a_poll_and_partition_become_one_that_knows_what_came_before() -> None:
    scheduler = SliceScheduler()
    first, second = [a_record(5), a_record(9)], [a_record(12)]
    ((tp, one),) = scheduler.iterate({IN: first, OTHER: []})
    assert (tp, one.offset, one.value, one.key) == (IN, 9, Poll(first, after=-1), None)
    ((_, one),) = scheduler.iterate({IN: second})
    assert one.value == Poll(second, after=9)


async def test_a_slice_passes_the_serializers_untouched(app: SliceApp) -> None:
    topic = app.topic(
        "in", key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )
    poll = Poll([a_record(1)], after=-1)
    event = await topic.decode(a_message(1, poll))
    assert event.value is poll


async def test_an_empty_choice_of_partitions_fetches_nothing(app: SliceApp) -> None:
    thread = object.__new__(ConsumerThread)
    assert await thread._fetch_records(None, set(), timeout=1.0, max_records=1) == {}


async def test_a_fetch_is_sent_at_once_but_not_soon_after_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(faust_slices, "FETCH_EVERY_S", every_s := 0.5)
    loop, sent_at = asyncio.get_running_loop(), list[float]()

    class Fetching:
        async def _proc_fetch_request(self, assignment: object, node: int, request: str) -> bool:
            sent_at.append(loop.time())
            return request == "full"

    fetcher, began = Fetching(), loop.time()
    object.__new__(ConsumerThread)._pace(fetcher)  # all that is used
    assert await fetcher._proc_fetch_request(None, 0, "full")
    assert not await fetcher._proc_fetch_request(None, 0, "empty")
    await asyncio.sleep(every_s)
    resumed = loop.time()
    await fetcher._proc_fetch_request(None, 0, "empty")
    assert sent_at[0] - began < every_s / 2
    assert sent_at[1] - sent_at[0] > 0.9 * every_s
    assert sent_at[2] - resumed < every_s / 2


async def test_a_fetcher_closes_while_a_fetch_waits_for_its_time(
    broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faust_slices, "FETCH_EVERY_S", 60.0)
    async with topics_apply.connected(broker) as admin:
        await admin.create_topics([NewTopic("paced", 1, 1)])
    reader = AIOKafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest")
    await reader.start()
    object.__new__(ConsumerThread)._pace(fetcher := reader._fetcher)
    async with AIOKafkaProducer(bootstrap_servers=broker) as writer:
        await writer.send_and_wait("paced", b"first")
        reader.assign([TopicPartition("paced", 0)])
        assert (await reader.getone()).value == b"first"
    assert not await reader.getmany(timeout_ms=100)
    assert fetcher._pending_tasks  # the next fetch waits
    await asyncio.wait_for(reader.stop(), 10.0)


async def test_the_newest_ack_is_committed_whatever_lies_between(
    app: SliceApp, consumer: Consumer, calls: Calls
) -> None:
    await consumer._add_gap(IN, 1, 4_000)
    for offset in (0, 4_000, 7_999):
        message = a_message(offset)
        message.incref()
        assert message.ack(consumer)
    await consumer.commit()
    assert calls.made == [("commit", {IN: 8_000}), ("committed", {IN: 8_000})]
    assert not consumer._gap
    assert not consumer._acked_index[IN]
    await consumer.commit()
    assert len(calls.made) == 2


async def test_a_stream_acks_by_hand_what_it_did_not_ack_itself(
    app: SliceApp, consumer: Consumer
) -> None:
    stream = cast(faust.Stream[Any], app.stream(app.topic("in", value_type=bytes))).noack()
    assert not stream.enable_acks
    message = a_message(41)
    message.incref()
    assert await stream.ack(faust.Event(app, None, b"", {}, message))
    assert consumer._acked[IN] == [41]


async def test_a_revoke_drains_and_commits_while_the_acks_are_still_known(
    app: SliceApp, consumer: Consumer, calls: Calls
) -> None:
    def ack() -> None:
        assert not consumer.flow_active
        assert not app.flow_control.is_active()
        message = a_message(99)
        message.incref()
        message.ack(consumer)

    calls.on_drain = ack

    async def revoked(_: set[TP]) -> None:
        calls.made.append(("faust", IN in consumer._acked))

    consumer._on_partitions_revoked = revoked
    await consumer.on_partitions_revoked({IN, OTHER})
    assert calls.made == [
        "drain",
        ("commit", {IN: 100}),
        ("committed", {IN: 100}),
        ("faust", False),
    ]


async def test_a_stop_waits_for_the_drain_and_commits(consumer: Consumer, calls: Calls) -> None:
    await consumer.wait_empty()
    assert calls.made == ["drain"]
    assert "commit_and_end_transactions" in inspect.getsource(base_consumer.Consumer.wait_empty)


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def table(app: SliceApp, rows: Rows) -> LedgerTable:
    return add_table(app, Table(ledger=rows), Counts(), exit_now)


async def test_a_table_brings_faust_to_assign_and_recover_its_changelog(
    app: SliceApp, table: LedgerTable
) -> None:
    assert app.tables.changelog_topics == {CHANGELOG.topic}
    assert table.data is table.store
    renamed = LedgerTable(app, Table(ledger=Rows(), topic="churn.customers"), Counts(), exit_now)
    assert renamed.changelog_topic_name == "churn.customers"
    assert renamed.changelog_topic.internal
    assert not renamed.changelog_topic.acks


async def test_recovery_goes_on_where_memory_stands(app: SliceApp, table: LedgerTable) -> None:
    recovery = cast(TableManager, app.tables).recovery
    recovery.add_active(table, CHANGELOG)
    assert recovery.active_offsets[CHANGELOG] is None
    table.store.position[0] = 17
    recovery.add_active(table, CHANGELOG)
    assert recovery.active_offsets[CHANGELOG] == 17


async def test_recovery_gives_slices_of_rows_to_the_ledger(
    app: SliceApp, table: LedgerTable, rows: Rows
) -> None:
    poll = Poll([a_record(3, CHANGELOG.topic), a_record(7, CHANGELOG.topic)], after=-1)
    event = await table.changelog_topic.decode(
        ConsumerMessage(*CHANGELOG, 7, 1.0, 0, (), None, poll, None, tp=CHANGELOG)  # type: ignore[arg-type]  # a slice
    )
    recovery = cast(TableManager, app.tables).recovery
    recovery.buffers[table].append(event)
    recovery.flush_buffers()
    assert rows.restored == [(0, 3), (0, 7)]
    assert table.store.persisted_offset(CHANGELOG) == 7


async def test_a_partition_that_went_and_came_back_is_recovered_from_the_start(
    app: SliceApp, table: LedgerTable, rows: Rows
) -> None:
    recovery = cast(TableManager, app.tables).recovery
    table.store.position[0] = 17
    recovery.add_active(table, CHANGELOG)
    table.keep(ours={1}, gone={0, 3})
    assert sorted(rows.dropped) == [0, 3]
    recovery.add_active(table, CHANGELOG)
    assert recovery.active_offsets[CHANGELOG] is None


async def test_nothing_is_written_through_the_table(table: LedgerTable) -> None:
    with pytest.raises(TypeError, match="flush"):
        table.store[b"key"] = b"value"


async def test_the_agent_has_one_actor_over_all_topics(app: SliceApp) -> None:
    async def put(_: object) -> None:
        raise AssertionError

    add_agent(app, Nothing(), put, exit_now)
    (agent,) = app.agents.values()
    assert agent.concurrency == 1
    assert not agent.isolated_partitions
    assert agent.channel.topics == ("in",)
