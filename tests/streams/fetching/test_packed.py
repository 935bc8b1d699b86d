"""What Kafka sent, as columns: record by record what aiokafka makes of the same bytes."""

from collections.abc import Sequence
from itertools import count, pairwise
from typing import Any

import numpy as np
import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder
from aiokafka.record.util import calc_crc32c
from hypothesis import given
from hypothesis import strategies as st

from detectors.kinds import TOPICS
from streams.events.clock import ClockAdvanced
from streams.events.decode import Headers, decode
from streams.events.refusals import Refused
from streams.fetching import batches
from streams.fetching.packed import Batch, Packed, joined
from streams.reading.reading import READING
from streams.sequencing.arrivals import Arrivals, arrivals_of
from streams.sequencing.decoding import completed, decoded
from tests.streams.arrivals import TOPIC, a_purchase, arrived

TP = TopicPartition(TOPIC, 3)
STOCK, MEMORY = fetcher.PartitionRecords, fetcher.MemoryRecords
NOTHING_MORE = (None, None, True, 0)
CODECS = (0, 1, 2, 3, 4)
NAMES_AT = READING.names.index("subject_at") if READING.names else 0  # behind them are places

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
    return [plain(r) for r in STOCK(TP, MEMORY(data), None, offset, *NOTHING_MORE)]


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
        packed = Packed.of(TOPIC, 0, [batch])
    except CorruptRecordException:
        return
    for frame in packed.frames:
        assert 0 <= frame["value_at"] + max(frame["value_len"], 0) <= len(data)


def test_other_topics_are_left_as_they_are() -> None:
    data, other = a_fetch([([(b"a", b"b", ())], 0)]), TopicPartition("other", 0)
    found = fetcher.PartitionRecords(other, fetcher.MemoryRecords(data), None, 0, *NOTHING_MORE)
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
    data = a_fetch([(written, 2)])
    arrivals = completed(arrivals_of(fetched(data, 0)[0]), np.full(len(TOPICS), -1))
    assert [arrivals.record(at)[1:] for at in range(len(arrivals))] == stock(data, 0)
    told = [meant(*record) for record in stock(data, 0)]
    assert [as_read(arrivals, at) for at in range(len(arrivals))] == told


def meant(_: int, known_ms: int, *record: Any) -> tuple[Any, ...]:
    """Give what the slow path says of a record."""
    event = decode(TOPIC, *record)
    if isinstance(event, Refused | ClockAdvanced):
        return event, known_ms
    reading, texts = decoded(event, 0)
    return *reading[:NAMES_AT], texts[: len(event.subject or "")], known_ms


def as_read(arrivals: Arrivals, at: int) -> tuple[Any, ...]:
    """Give the same as the columns have it."""
    columns = arrivals.columns
    reading, known_ms = columns.readings[at], int(columns.known_ms[at])
    if not reading["taken"]:
        return arrivals.aside[at], known_ms
    subject = columns.buffer[reading["subject_at"] :][: reading["subject_len"]].tobytes()
    return *reading.tolist()[:NAMES_AT], subject, known_ms


def in_parts(packed: Packed, cuts: Sequence[int]) -> list[Packed]:
    """Give records in parts, none of them empty."""
    places = sorted({0, len(packed), *(cut for cut in cuts if cut < len(packed))})
    return [packed[start:end] for start, end in pairwise(places)]


@given(many=fetches, more=fetches, cuts=st.lists(st.integers(1, 60), max_size=3))
def test_parts_that_are_joined_are_the_records_again(many: Any, more: Any, cuts: Any) -> None:
    n_records = sum(len(written) for written, _ in many)
    data = a_fetch(many), a_fetch(more, n_records)
    one, other = fetched(data[0], 0)[0], fetched(data[1], n_records)[0]
    records = joined([*in_parts(one, cuts), *in_parts(other, cuts)])
    assert isinstance(records, Packed)
    assert [plain(r) for r in records] == stock(data[0], 0) + stock(data[1], n_records)
    assert [plain(r) for r in joined([one[:0], other])] == stock(data[1], n_records)


def test_joined_records_are_read_like_those_of_one_fetch() -> None:
    events = arrived(*(a_purchase(f"customer-{n % 3}", n) for n in range(9)))
    written: list[Written] = [(e.key, e.value, ()) for e in events]
    whole, _ = fetched(a_fetch([(written, 2)]), 0)
    halves = (fetched(a_fetch([(written[n : n + 5], 2)], n), n)[0] for n in (0, 5))
    records = joined([part for half in halves for part in in_parts(half, [1, 2])])
    assert isinstance(records, Packed)
    of_parts, of_whole = arrivals_of(records), arrivals_of(whole)
    assert [as_read(of_parts, at)[:-1] for at in range(9)] == [
        as_read(of_whole, at)[:-1] for at in range(9)
    ]
    assert of_whole.columns.readings["taken"].all()


def test_a_part_takes_no_copy() -> None:
    packed, _ = fetched(a_fetch([([(b"a", b"b", ())] * 9, 0)]), 0)
    assert np.shares_memory(packed[4:].buffer, packed.buffer)
    assert joined([packed]) is packed


def test_records_that_are_objects_are_joined_as_they_are() -> None:
    packed, _ = fetched(a_fetch([([(b"a", b"b", ())] * 9, 0)]), 0)
    records = joined([list(packed[:2]), packed[2:]])
    assert [plain(r) for r in records] == [plain(r) for r in packed]


@pytest.mark.parametrize("magic", [0, 1])
@pytest.mark.parametrize("codec", [0, 1])
def test_records_of_older_formats_come_packed_as_well(magic: int, codec: int) -> None:
    builder = LegacyRecordBatchBuilder(magic, codec, 10**6)
    for at, value in enumerate([b"a", None, b"", b"c" * 300]):
        builder.append(at, 1_700_000_000_000 + at, b"key" if at else None, value)
    data = bytes(builder.build())
    if codec:  # one message around all, to which the broker gives the offset of the last
        data = (3).to_bytes(8) + data[8:]
    packed, after = fetched(data, 1)
    found = stock(data, 1)
    assert [plain(r)[2:] for r in packed] == [record[2:] for record in found]
    assert [r.offset for r in packed] == [1, 2, 3]
    assert after == 4
    if magic:
        assert [r.timestamp for r in packed] == [record[1] for record in found]
    else:  # they have no time: it is that of the fetch
        assert min(r.timestamp for r in packed) > 1_700_000_000_003


def signed(whole: bytes) -> bytes:
    """Give a batch with its checksum put right."""
    checksum = calc_crc32c(memoryview(whole)[21:])
    return whole[:17] + int(checksum).to_bytes(4) + whole[21:]
