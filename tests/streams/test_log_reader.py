import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import count
from typing import Any, cast

import pytest
import pytest_asyncio
from aiokafka.admin import NewTopic
from aiokafka.conn import AIOKafkaConnection

from streams import topics_apply
from streams.counts import Counts
from streams.log_reader import LogReader, Record
from streams.writer import Writer

_numbers = count()


class Log:
    """A topic of one partition, a writer and a reader of it."""

    def __init__(self, topic: str, writer: Writer, reader: LogReader) -> None:
        self.topic, self._writer, self.reader = topic, writer, reader

    async def write(self, n_records: int) -> None:
        await self._writer.write(self.topic, 0, [(None, b"value", ())] * n_records)

    async def read(self, start: int, end: int | None = None) -> list[int]:
        return [record.offset async for record in self.reader.read(self.topic, 0, start, end)]


@pytest_asyncio.fixture
async def log(broker: str) -> AsyncIterator[Log]:
    topic = f"looked-up-{next(_numbers)}"
    async with topics_apply.connected(broker) as admin:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    writer = Writer(broker, Counts())
    await writer.start()
    async with LogReader(broker) as reader:
        yield Log(topic, writer, reader)
    await writer.stop()


async def n_asked(monkeypatch: pytest.MonkeyPatch, seconds: float) -> int:
    """Count the fetches that anybody in this process sends."""
    asked, send = list[str](), AIOKafkaConnection.send

    def noted(self: Any, request: Any, *others: Any, **more: Any) -> Any:
        asked.append(type(request).__name__)
        return send(self, request, *others, **more)

    with monkeypatch.context() as patch:
        patch.setattr(AIOKafkaConnection, "send", noted)
        await asyncio.sleep(seconds)
    return asked.count("FetchRequest")


async def test_what_comes_later_is_read_later(log: Log) -> None:
    await log.write(3)
    assert await log.read(0) == [0, 1, 2]
    await log.write(2)
    assert await log.read(3) == [3, 4]
    assert await log.read(1, end=4) == [1, 2, 3]
    assert await log.read(0) == [0, 1, 2, 3, 4]


async def test_a_reader_that_is_through_asks_for_nothing(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.write(3)
    await log.read(0)
    await asyncio.sleep(0.2)  # what was asked before the last record came
    assert await n_asked(monkeypatch, 0.3) == 0


async def test_one_who_follows_hears_what_comes_after_what_was_read(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.write(1)
    await log.read(0)
    following = cast("Any", log.reader.follow(log.topic, {0: 1}))
    heard: list[Record] = []
    async with asyncio.timeout(30), aclosing(following) as polls:
        await log.write(2)
        async for records in polls:
            heard += records
            if len(heard) == 2:
                break
    assert [record.offset for record in heard] == [1, 2]
    assert await n_asked(monkeypatch, 0.3) > 0  # it would hear of more: the count can fail
