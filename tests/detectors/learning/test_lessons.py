from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import FormatError
from detectors.learning.lessons import Lesson, cut, joined, pack, unpack
from detectors.tier_lines import Worths
from tests.detectors.learning.course import a_lesson, monday


def assert_same(one: Lesson, other: Lesson) -> None:
    for name in Lesson.__slots__:
        left, right = getattr(one, name), getattr(other, name)
        if isinstance(left, Worths):
            assert left.segments == right.segments
            np.testing.assert_array_equal(left.revenue, right.revenue)
            np.testing.assert_array_equal(left.segment, right.segment)
        elif isinstance(left, np.ndarray):
            assert left.dtype == right.dtype, name
            np.testing.assert_array_equal(left, right, err_msg=name)
        else:
            assert left == right, name


def big_lesson(n_snapshots: int, n_labels: int) -> Lesson:
    whole = plain_lesson(n_snapshots, n_labels)
    revenue = np.arange(n_snapshots, dtype=np.float32)
    worths = Worths(revenue, (np.arange(n_snapshots) % 2).astype(np.uint16), ("", "pumps"))
    return replace(whole, worths=worths)


def plain_lesson(n_snapshots: int, n_labels: int) -> Lesson:
    snapshots = {row: (row / 7, -row / 3, row % 2.0) for row in range(n_snapshots)}
    return a_lesson(monday(3), 1, snapshots, {row: row % 2 for row in range(n_labels)})


def test_a_lesson_comes_back_as_it_was_packed() -> None:
    whole = big_lesson(5, 8)
    assert_same(unpack(pack(whole)), whole)


def test_an_empty_lesson_comes_back_too() -> None:
    assert_same(unpack(pack(a_lesson(monday(1)))), a_lesson(monday(1)))


def test_the_same_lesson_gives_the_same_bytes() -> None:
    assert pack(big_lesson(5, 8)) == pack(big_lesson(5, 8))


@given(n_snapshots=st.integers(0, 40), n_labels=st.integers(0, 90), bytes_max=st.integers(30, 900))
def test_parts_join_to_the_whole(n_snapshots: int, n_labels: int, bytes_max: int) -> None:
    whole = big_lesson(n_snapshots, n_labels)
    parts = cut(whole, bytes_max)
    assert [(part.part, part.n_parts) for part in parts] == [
        (place, len(parts)) for place in range(len(parts))
    ]
    assert_same(joined([unpack(pack(part)) for part in parts]), whole)


def test_no_record_exceeds_the_limit() -> None:
    parts = cut(big_lesson(30_000, 100_000), bytes_max=64 * 1024)
    assert len(parts) > 10
    assert max(len(pack(part)) for part in parts) <= 64 * 1024 + 200  # and the frame around it


def test_an_unknown_format_is_refused() -> None:
    frame = msgspec.msgpack.decode(pack(a_lesson(monday(1))))
    frame[0] = 4
    with pytest.raises(FormatError, match="format 4"):
        unpack(msgspec.msgpack.encode(frame))


def test_a_lesson_of_before_says_nothing_of_what_customers_bring() -> None:
    frame = msgspec.msgpack.decode(pack(plain_lesson(5, 8)))
    frame[0], frame[1] = 1, frame[1][:-2]  # as format 1 was: nothing behind the columns
    read = unpack(msgspec.msgpack.encode(frame))
    assert_same(read, plain_lesson(5, 8))
    assert len(read.worths.revenue) == 0


@pytest.mark.parametrize("data", [b"", b"\x01", b"{}", b"\x92\x01\x93\x00\x00\x00"])
def test_what_is_no_lesson_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        unpack(data)


def test_a_lesson_that_lost_a_byte_is_refused() -> None:
    format_number, body = msgspec.msgpack.decode(pack(big_lesson(5, 8)))
    columns = next(place for place, one in enumerate(body) if isinstance(one, bytes))
    body[columns] = body[columns][:-1]
    with pytest.raises(FormatError, match="5 snapshots and 8 labels"):
        unpack(msgspec.msgpack.encode([format_number, body]))
