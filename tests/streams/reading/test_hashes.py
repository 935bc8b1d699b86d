"""Hashes of columns are those that rows of events get."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from xxhash import xxh64_intdigest

from streams.log_rows import line_bits
from streams.reading.hashes import bits_of, of_rows, of_texts
from streams.sequencing.tables import texts_of_column
from streams.sequencing.texts import Texts, read_only

HEADS = st.sampled_from([b"", b"shop\n", b"shop\n0123abcd-"])


def texts(values: Sequence[str | None]) -> Texts:
    return texts_of_column(pa.array(values, pa.large_string()))


@given(HEADS, st.lists(st.none() | st.text(max_size=90)))
def test_texts_hash_behind_their_head(head: bytes, values: list[str | None]) -> None:
    found = of_texts(np.frombuffer(head, np.uint8), *texts(values))
    assert found.tolist() == [
        0 if value is None else xxh64_intdigest(head + value.encode()) for value in values
    ]


@given(HEADS, st.lists(st.tuples(st.integers(0, 2**63 - 1), st.integers(0, 120))))
def test_rows_hash_as_their_digits(head: bytes, rows: list[tuple[int, int]]) -> None:
    columns = np.array(rows, np.int64).reshape(-1, 2)
    found = of_rows(np.frombuffer(head, np.uint8), *(read_only(column) for column in columns.T))
    assert found.tolist() == [
        xxh64_intdigest(head + (f"{row}.{nth}" if nth else f"{row}").encode()) for row, nth in rows
    ]


@given(st.lists(st.lists(st.sampled_from(["tea", "milk", "soap", "伟"]), max_size=4)))
def test_lines_are_bits(lists: list[list[str]]) -> None:
    nothing = np.zeros(0, np.uint8)
    hashes = of_texts(nothing, *texts([line for lines in lists for line in lines]))
    ends = np.cumsum([len(lines) for lines in lists], dtype=np.int64)
    assert bits_of(hashes, read_only(ends)).tolist() == [line_bits(tuple(one)) for one in lists]
