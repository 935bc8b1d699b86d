"""The Faust app of a role: settings, one agent over all inputs, the table."""

import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast

from faust import Stream
from faust.types import StreamT

from detectors.errors import SettingsError
from streams.counts import Counts
from streams.exits import Fatal, guarded
from streams.faust_ledger import EagerTables, LedgerTable
from streams.faust_slices import Hooks, Poll, SliceApp, SliceScheduler, Transport
from streams.lanes import Slice
from streams.role import Role, Table
from streams.worker_settings import WorkerSettings

MIB = 1_048_576


def build_app(role: Role, settings: WorkerSettings, hooks: Hooks) -> SliceApp:
    """Build the app. It knows its topics now and will not learn of others later.

    Must be called in the running event loop, which the app takes as its own.

    Raises
    ------
    SettingsError
        If the role has several inputs and no table: Faust would deal their partitions apart.
    """
    if len(role.topics) > 1 and role.table is None:
        raise SettingsError(f"role {role.name} has several topics and no table")
    app = SliceApp(
        role.name,
        version=1,
        broker=f"kafka://{settings.bootstrap_servers}",
        ConsumerScheduler=SliceScheduler,
        TableManager=EagerTables,
        autodiscover=False,
        datadir=tempfile.gettempdir(),  # nothing is ever written there
        broker_max_poll_records=settings.max_poll_records,
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=settings.heartbeat_interval_s,
        broker_rebalance_timeout=settings.rebalance_timeout_s,
        broker_request_timeout=max(90.0, settings.session_timeout_s),
        broker_commit_interval=settings.commit_interval_s,
        consumer_auto_offset_reset="earliest",  # `latest` would skip events
        consumer_group_instance_id=settings.instance,
        consumer_max_fetch_size=4 * MIB,
        cython_optimizations=True,
        stream_buffer_maxsize=16,  # slices
        stream_wait_empty=True,
        table_standby_replicas=0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
    )
    app.transport = Transport(app.conf.broker_consumer, app)
    app.hooks = hooks
    return app


def add_table(app: SliceApp, table: Table, counts: Counts, fatal: Fatal) -> LedgerTable:
    """Register the role's ledger, so that Faust assigns and recovers its changelog."""
    registered = LedgerTable(app, table, counts, fatal)
    app.tables.add(registered)
    return registered


def add_agent(
    app: SliceApp,
    role: Role,
    put: Callable[[Slice], Awaitable[None]],
    fatal: Fatal,
) -> None:
    """Add the one stream function: it hands slices to their lanes and acks nothing itself."""
    topic = app.topic(
        *role.topics,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
    )

    async def deliver(stream: StreamT[Any]) -> None:
        await guarded("deliver", _deliver(cast(Stream[Any], stream).noack(), put), fatal)

    app.agent(topic, name=role.name, concurrency=1)(deliver)


async def _deliver(stream: StreamT[Any], put: Callable[[Slice], Awaitable[None]]) -> None:
    async for event in stream.events():
        message = event.message
        poll: Poll = event.value
        ack = partial(stream.ack, event)
        await put(Slice(message.topic, message.partition, poll.records, poll.after, ack))
