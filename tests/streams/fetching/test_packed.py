"""What Kafka sent, as columns: record by record what aiokafka makes of the same bytes."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c
from hypothesis import given
from hypothesis import strategies as st

from streams.events.decode import Headers
from streams.fetching import batches
from streams.fetching.packed import Batch, Packed
from streams.sequencing.arrivals import Arrivals, Raw, arrivals_of, arrivals_of_packed
from tests.streams.arrivals import TOPIC, a_purchase, arrived

TP = TopicPartition(TOPIC, 3)
STOCK, MEMORY = fetcher.PartitionRecords, fetcher.MemoryRecords
NOTHING_MORE = (None, None, None, True, 0)
CODECS = (0, 1, 2, 3, 4)

Written = tuple[bytes | None, bytes | None, tuple[tuple[str, bytes | None], ...]]

texts = st.none() | st.binary(max_size=300)
headers = st.lists(st.tuples(st.text(max_size=9), texts), max_size=3).map(tuple)
records = st.lists(st.tuples(texts, texts, headers), min_size=1, max_size=20)
fetches = st.lists(st.tuples(records, st.sampled_from(CODECS)), min_size=1, max_size=4)


def a_fetch(many: Sequence[tuple[Sequence[Written], int]], base_offset: int = 0) -> bytes:
    """Give the bytes of some batches, as a broker would send them; every third offset is void."""
    data, offsets, now_ms = b"", count(base_offset), count(1_700_000_000_000, 977)
    for written, codec in many:
        builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, -1, 10**9)
        first = None
        for key, value, some in written:
            offset = next(offsets)
            first = offset if first is None else first
            place = offset - first
            assert builder.append(place, next(now_ms), key, value, list(some)) is not None
        whole = bytearray(builder.build())
        whole[:8] = (first or 0).to_bytes(8)  # the broker gives the base offset
        data += bytes(whole)
    return data


@pytest.fixture(autouse=True)
def taken() -> Any:
    batches.take_batches(frozenset({TOPIC}))
    yield
    fetcher.PartitionRecords, fetcher.MemoryRecords = STOCK, MEMORY


def stock(data: bytes, offset: int) -> list[tuple[Any, ...]]:
    return [plain(r) for r in STOCK(TP, MEMORY(data), None, offset, *NOTHING_MORE[1:])]


def plain(record: Any) -> tuple[Any, ...]:
    return record.offset, record.timestamp, record.key, record.value, tuple(record.headers)


def fetched(data: bytes, offset: int) -> tuple[Packed, int]:
    """Give what our fetch gives, and the offset to fetch next."""
    found = fetcher.PartitionRecords(TP, fetcher.MemoryRecords(data), None, offset, *NOTHING_MORE)
    packed = batches.packed({TP: list(found)})[TP]
    assert isinstance(packed, Packed)
    return packed, found.next_fetch_offset


@given(many=fetches, skipped=st.integers(0, 30), cut=st.integers(0, 40))
def test_records_are_those_of_aiokafka(many: Any, skipped: int, cut: int) -> None:
    data = a_fetch(many, base_offset=100)
    n_records = sum(len(written) for written, _ in many)
    # A broker begins with the batch that holds the offset.
    offset = 100 + min(skipped, len(many[0][0]) - 1)
    packed, after = fetched(data + b"\x00" * cut, offset)
    assert [plain(record) for record in packed] == stock(data, offset)
    assert after == 100 + n_records
    assert packed[-1].offset == 100 + n_records - 1
    assert [plain(record) for record in packed[1:]] == stock(data, offset)[1:]


def test_time_is_the_brokers_where_the_topic_says_so() -> None:
    data = bytearray(a_fetch([([(b"a", b"b", ())] * 3, 0)]))
    data[22] |= batches._STAMPED
    data[35:43] = (1_800_000_000_000).to_bytes(8)  # the greatest time is then the broker's
    packed, _ = fetched(signed(bytes(data)), 0)
    assert [record.timestamp for record in packed] == [1_800_000_000_000] * 3


def test_marks_of_transactions_are_passed_over() -> None:
    whole, marks = (
        a_fetch([([(b"a", b"b", ())], 0)]),
        bytearray(a_fetch([([(b"a", b"b", ())], 0)], 1)),
    )
    marks[22] |= batches._CONTROL
    packed, after = fetched(whole + signed(bytes(marks)), 0)
    assert [record.offset for record in packed] == [0]
    assert after == 2


def test_a_fetch_that_begins_with_marks_goes_on_behind_them() -> None:
    marks = bytearray(a_fetch([([(b"a", b"b", ())], 0)], 7))
    marks[22] |= batches._CONTROL
    found = fetcher.PartitionRecords(
        TP, fetcher.MemoryRecords(signed(bytes(marks))), None, 7, *NOTHING_MORE
    )
    assert (list(found), found.next_fetch_offset) == ([], 8)


@given(place=st.integers(17, 400), bit=st.integers(0, 7))
def test_a_changed_bit_is_found(place: int, bit: int) -> None:
    data = bytearray(a_fetch([([(b"key", b"value" * 60, (("h", b"x"),))] * 2, 0)]))
    data[place] ^= 1 << bit
    with pytest.raises(CorruptRecordException):
        fetched(bytes(data), 0)


@given(data=st.binary(max_size=60), n_records=st.integers(1, 5))
def test_frames_that_are_none_are_refused_or_stay_within(data: bytes, n_records: int) -> None:
    batch = Batch(data, n_records, 0, 0, -1, n_records)
    try:
        packed = Packed(TOPIC, 0, [batch], 0)
    except CorruptRecordException:
        return
    for frame in packed.frames:
        assert 0 <= frame["value_at"] + max(frame["value_len"], 0) <= len(data)


def test_other_topics_are_left_as_they_are() -> None:
    data, other = a_fetch([([(b"a", b"b", ())], 0)]), TopicPartition("other", 0)
    found = fetcher.PartitionRecords(other, fetcher.MemoryRecords(data), None, 0, *NOTHING_MORE[1:])
    assert type(found) is STOCK
    assert batches.packed({other: list(found)})[other][0].value == b"b"


@pytest.mark.parametrize(
    "some",
    [
        (),
        (("content-type", b"application/cloudevents+json; charset=utf-8"),),
        (("traceparent", b"00-7"),),
        (("ce_id", b"7"),),
        (("content-type", b"text/plain"),),
    ],
)
def test_what_is_read_of_packed_records_is_what_is_read_of_records(some: Headers) -> None:
    events = arrived(*(a_purchase(f"customer-{n % 3}", n) for n in range(9)))
    written: list[Written] = [(e.key, e.value, tuple(some)) for e in events]
    written[2], written[4] = (b"another", written[2][1], ()), (None, None, ())
    packed, _ = fetched(a_fetch([(written, 2)]), 0)
    raw = Raw(*zip(*(plain(record) for record in packed), strict=True))
    assert same(arrivals_of_packed(packed), arrivals_of(TOPIC, raw))


def same(one: Arrivals, other: Arrivals) -> bool:
    """Say whether arrivals are the same but for where their texts lie."""

    def told(arrivals: Arrivals) -> list[Any]:
        columns = arrivals.columns
        texts = [
            bytes(columns.buffer[r["subject_at"] :][: r["subject_len"]])
            for r in columns.readings
            if r["taken"]
        ]
        kept = [name for name in columns.readings.dtype.names or () if not name.endswith("_at")]
        readings = [r[kept].tolist() if r["taken"] else None for r in columns.readings]
        records = [arrivals.record(at) for at in range(len(arrivals))]
        return [texts, readings, columns.offsets.tolist(), columns.known_ms.tolist(), records]

    return told(one) == told(other)


def signed(whole: bytes) -> bytes:
    """Give a batch with its checksum put right."""
    checksum = calc_crc32c(memoryview(whole)[21:])
    return whole[:17] + int(checksum).to_bytes(4) + whole[21:]
