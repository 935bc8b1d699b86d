"""Listening to a live system as an outsider: from its topics and its board, and nowhere else."""

from collections.abc import AsyncIterator

import msgspec

from alerts.promise import BrokenPromise
from alerts.records import decode_desk, decode_task
from alerts.redis_board import RedisBoard
from streams.log_reader import LogReader, Record
from streams.report.heard import Heard
from streams.topics import BREACHES, DESK_LOG, TASKS

_promises = msgspec.json.Decoder(BrokenPromise)


async def listened(reader: LogReader, board: RedisBoard) -> Heard:
    """Hear all that was raised up to now.

    A compacted topic may have lost what a task once said; the last of each is always there.
    """
    heard = Heard()
    async for record in _all(reader, BREACHES):
        heard.promise(_promises.decode(record.value or b""))
    async for record in _all(reader, DESK_LOG):
        heard.alert(decode_desk(record.value or b"", _place(record)))
    async for record in _all(reader, TASKS):
        heard.record(decode_task(record.value or b"", _place(record)))
    heard.on_board = {load.owner: load.n_live for load in await board.loads() if load.n_live}
    return heard


async def _all(reader: LogReader, topic: str) -> AsyncIterator[Record]:
    for partition in range(await reader.partitions(topic)):
        async for record in reader.read(topic, partition):
            yield record


def _place(record: Record) -> str:
    return f"{record.topic}[{record.partition}]@{record.offset}"
