"""The customer log on Kafka: records written with what a reader may want to know at a glance."""

from collections.abc import AsyncIterator

from detectors.errors import FormatError
from detectors.slices import Model, Slice, Tick, pack, unpack
from streams.log_reader import LogReader, Record
from streams.tail import LogRecord, reaches
from streams.topics import CUSTOMER_LOG
from streams.writer import Outgoing

TAIL_FIRST = 64  # records looked at first from the end; doubled until they say enough


def outgoing(record: LogRecord) -> Outgoing:
    """Give a record for Kafka, its kind in a header so that ticks are found without unpacking."""
    return None, pack(record), (("kind", type(record).__name__.lower().encode()),)


def kind_of(record: Record) -> bytes:
    """Give the kind of a record of the log: slice, tick or model."""
    headers: dict[str, bytes] = dict(record.headers)
    return headers.get("kind", b"")


def incoming(record: Record) -> LogRecord:
    """Read a record of the log.

    Raises
    ------
    FormatError
        If it is of an unknown format; names partition and offset.
    """
    place = f"{record.topic}[{record.partition}]@{record.offset}"
    if record.value is None:
        raise FormatError(f"{place}: record without a value")
    try:
        return unpack(record.value)
    except FormatError as error:
        raise FormatError(f"{place}: {error}") from error


async def read_tail(reader: LogReader, partition: int, ids_kept: int) -> list[LogRecord]:
    """Read the end of a partition's log, far enough back for an intake to go on from it."""
    begin, end = await reader.ends(CUSTOMER_LOG, partition)
    n_records = TAIL_FIRST
    while True:
        start = max(begin, end - n_records)
        tail = [incoming(r) async for r in reader.read(CUSTOMER_LOG, partition, start, end)]
        if start == begin or reaches(tail, ids_kept):
            return tail
        n_records *= 2


async def read_log(
    reader: LogReader, partition: int, start: int = 0, end: int | None = None
) -> AsyncIterator[tuple[int, Slice | Tick | Model]]:
    """Read a partition's log: offset and record."""
    async for record in reader.read(CUSTOMER_LOG, partition, start, end):
        yield record.offset, incoming(record)
