from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from aiokafka.admin import NewTopic

from detectors.errors import FormatError
from streams import topics_apply
from streams.counts import Counts
from streams.customer_names import CustomerNames
from streams.log_reader import LogReader
from streams.topics import CUSTOMERS
from streams.writer import Writer


@pytest_asyncio.fixture
async def kafka(broker: str) -> AsyncIterator[tuple[Writer, LogReader]]:
    async with topics_apply.connected(broker) as admin:
        await admin.create_topics([NewTopic(CUSTOMERS, 1, 1)])
        writer = Writer(broker, Counts())
        await writer.start()
        async with LogReader(broker) as reader:
            yield writer, reader
        await writer.stop()
        await admin.delete_topics([CUSTOMERS])


async def write(writer: Writer, **numbers: int | None) -> None:
    for name, number in numbers.items():
        value = None if number is None else msgspec.json.encode({"number": number})
        await writer.write(CUSTOMERS, 0, [(name.encode(), value, ())])


async def test_names_are_found_by_number_in_whatever_order_they_were_written(
    kafka: tuple[Writer, LogReader],
) -> None:
    writer, reader = kafka
    names = CustomerNames(reader, 0)
    await write(writer, longest=5, a=2, Žofie=1, gone=None)
    await names.know([1, 2, 5])
    assert [names.name(number) for number in (1, 2, 5)] == ["Žofie", "a", "longest"]
    assert [names.number(name) for name in ("a", "longest", "gone", "")] == [2, 5, None, None]
    for absent in (0, 3, 6):
        with pytest.raises(
            FormatError, match=rf"{CUSTOMERS}\[0\]: no customer has number {absent}"
        ):
            names.name(absent)
    await write(writer, later=7, moved=2)
    await names.know([7])
    assert [names.name(number) for number in (2, 5, 7)] == ["moved", "longest", "later"]
