"""A broker that dies under a client on uvloop, seen in the turn before the client hears of it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvloop
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

from streams.lost_connections import expect_lost_connections

STOCK = AIOKafkaConnection.send


@pytest.fixture
def expected() -> Iterator[None]:
    expect_lost_connections()
    yield
    AIOKafkaConnection.send = STOCK


@asynccontextmanager
async def a_client_that_lost_its_connection(address: str) -> AsyncIterator[AIOKafkaClient]:
    """Give one that has not heard of it yet."""
    client = AIOKafkaClient(bootstrap_servers=address)
    await client.bootstrap()
    try:
        connection = await client._get_conn(1)
        transport = connection._writer.transport
        transport._force_close(ConnectionResetError("by the broker"))
        while "closed=False" in repr(transport):
            await asyncio.sleep(0)
        assert connection.connected()
        yield client
    finally:
        await client.close()


def on_uvloop(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


def test_stock_aiokafka_takes_a_lost_connection_for_a_bug(broker: str) -> None:
    async def work() -> None:
        async with a_client_that_lost_its_connection(broker) as client:
            with pytest.raises(RuntimeError, match="closed"):
                await client.send(1, MetadataRequest([]))

    on_uvloop(work())


@pytest.mark.usefixtures("expected")
def test_a_lost_connection_is_an_error_of_kafka_and_then_another_is_made(broker: str) -> None:
    async def work() -> None:
        async with a_client_that_lost_its_connection(broker) as client:
            with pytest.raises(KafkaConnectionError, match="broken"):
                await client.send(1, MetadataRequest([]))
            assert (await client.send(1, MetadataRequest([]))).brokers

    on_uvloop(work())


@pytest.mark.usefixtures("expected")
def test_what_asks_for_metadata_meanwhile_may_ask_again(broker: str) -> None:
    async def work() -> None:
        async with a_client_that_lost_its_connection(broker) as client:
            assert await client._metadata_update(client.cluster, []) is False
            assert await client.force_metadata_update() is True

    on_uvloop(work())
