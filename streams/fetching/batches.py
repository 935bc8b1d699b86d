"""Batches as Kafka sent them, in place of aiokafka's records, for the topics of one's choice.

Overrides internals of aiokafka 0.14.0, two names of its fetcher; `tests/streams/fetching` fails
when a new version changes them.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import Any

from aiokafka import TopicPartition
from aiokafka.codec import gzip_decode, lz4_decode, snappy_decode, zstd_decode
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

from streams.fetching.packed import NONE, Batch, Packed, Record

# Base offset, length, leader epoch, format, checksum; attributes, last offset after the base,
# first and greatest time, producer's id, epoch and sequence, number of records.
_HEAD = struct.Struct(">qiibIhiqqqhii")
_LENGTH_END = 12  # the length counts what is behind it
_CHECKED_FROM = 21
_FORMAT = 2
_CODEC, _STAMPED, _CONTROL = 0x07, 0x08, 0x20
_DECODE = {
    0: bytes,
    1: gzip_decode,
    2: snappy_decode,
    3: lz4_decode,
    4: zstd_decode,
}

_StockRecords = fetcher.PartitionRecords


def take_batches(topics: frozenset[str]) -> None:
    """Have all consumers of this process give the batches of some topics, not their records."""

    def partition_records(
        tp: TopicPartition, records: "_Fetched", aborted: object, offset: int, *rest: object
    ) -> object:
        if tp.topic in topics and records.all_new:
            return _Batches(tp, records.data, offset)
        stock = _StockRecords(tp, records.parsed, aborted, offset, *rest)
        return _Old(stock) if tp.topic in topics else stock

    fetcher.MemoryRecords = _Fetched
    fetcher.PartitionRecords = partition_records


def packed(fetched: Mapping[Any, list[Any]]) -> dict[Any, Any]:
    """Turn what a fetch gave into `Packed`, where it gave batches."""
    return {tp: _packed(tp, found) for tp, found in fetched.items()}


def _packed(tp: TopicPartition, found: list[Any]) -> Any:
    if not found or not isinstance(found[0], tuple):
        return found
    batches = [batch for batch, _ in found]
    return Packed.of(tp.topic, tp.partition, batches, from_offset=found[0][1])


def batch_of(record: Record) -> Batch:
    """Write a record as a batch of its own; one without a time is known from now on."""
    builder = DefaultRecordBatchBuilder(_FORMAT, 0, 0, NONE, NONE, NONE, 0)  # the first always fits
    builder.append(0, record.timestamp, record.key, record.value, list(record.headers or ()))
    batch = _read(memoryview(builder.build()), "")
    return batch._replace(base_offset=record.offset, next_offset=record.offset + 1)


class _Fetched:
    """The bytes that a fetch gave for a partition, in place of aiokafka's `MemoryRecords`."""

    def __init__(self, data: bytes) -> None:
        self.data, self.parsed = data, MemoryRecords(data)

    @property
    def all_new(self) -> bool:
        """Whether the batches are of the format that is read here; topics keep one of old."""
        return len(self.data) > _HEAD.size and self.data[_CHECKED_FROM - 5] == _FORMAT

    def has_next(self) -> bool:
        return bool(self.parsed.has_next())

    def size_in_bytes(self) -> int:
        return int(self.parsed.size_in_bytes())


class _Batches:
    """Gives batches, each with the offset to begin at, where aiokafka would give records."""

    def __init__(self, tp: TopicPartition, data: bytes, offset: int) -> None:
        self.next_fetch_offset = offset
        self._tp, self._data = tp, memoryview(data)
        self._found = self._each()

    def __iter__(self) -> Iterator[tuple[Batch, int]]:
        return self

    def __next__(self) -> tuple[Batch, int]:
        return next(self._found)

    def _each(self) -> Iterator[tuple[Batch, int]]:
        data = self._data
        while len(data) >= _HEAD.size:
            end = _LENGTH_END + int.from_bytes(data[8:_LENGTH_END])
            if end > len(data):
                return  # a fetch ends within a batch
            whole, data = data[:end], data[end:]
            batch = _read(whole, f"{self._tp.topic}[{self._tp.partition}]")
            begin, self.next_fetch_offset = (
                self.next_fetch_offset,
                max(self.next_fetch_offset, batch.next_offset),
            )
            if batch.n_records:
                yield batch, begin


class _Old:
    """Gives records of older formats as batches, of which topics may keep some."""

    def __init__(self, records: Any) -> None:
        self._records = records

    @property
    def next_fetch_offset(self) -> int:
        return int(self._records.next_fetch_offset)

    def __iter__(self) -> Iterator[tuple[Batch, int]]:
        return self

    def __next__(self) -> tuple[Batch, int]:
        record = next(self._records)
        return batch_of(record), record.offset


def _read(whole: memoryview, place: str) -> Batch:
    head = _HEAD.unpack_from(whole)
    base_offset, _, _, form, checksum, attributes, last, first_ms, newest_ms, *rest = head
    if form != _FORMAT or calc_crc32c(whole[_CHECKED_FROM:]) != checksum:
        message = f"{place}@{base_offset}: of format {form}, or its checksum is wrong"
        raise CorruptRecordException(message)
    is_control = attributes & _CONTROL
    data = b"" if is_control else _DECODE[attributes & _CODEC](whole[_HEAD.size :])
    return Batch(
        data=data,
        n_records=0 if is_control else rest[-1],
        base_offset=base_offset,
        first_ms=first_ms,
        stamp_ms=newest_ms if attributes & _STAMPED else NONE,
        next_offset=base_offset + last + 1,
    )
