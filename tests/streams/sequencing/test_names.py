"""A table of names is a dict from bytes to numbers, of far less memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sequencing.customer_numbers import Numbers
from streams.sequencing.names import FORGOTTEN, LONGEST, UNKNOWN, Names

# Few letters and lengths on both sides of a word's eight bytes, so that much is nearly alike.
NAMES = st.one_of(
    st.text(alphabet="ab", min_size=1, max_size=4).map(str.encode),
    st.text(alphabet="ab", min_size=7, max_size=18).map(str.encode),
    st.binary(min_size=1, max_size=40),
)
ROWS = st.tuples(NAMES, st.one_of(st.integers(0, 50), st.just(FORGOTTEN)))


@given(st.lists(st.lists(ROWS, max_size=40), max_size=6))
def test_a_table_is_a_dict(batches: list[list[tuple[bytes, int]]]) -> None:
    names, known, seen = Names(), dict[bytes, int](), set[bytes]()
    highest = -1
    for batch in batches:
        names.put([name for name, _ in batch], [number for _, number in batch])
        for name, number in batch:
            seen.add(name)
            highest = max(highest, number)
            if number == FORGOTTEN:
                known.pop(name, None)
            else:
                known[name] = number
        assert {name: names.number(name) for name in seen} == {
            name: known.get(name, UNKNOWN) for name in seen
        }
        assert names.next == highest + 1


@given(st.lists(st.sets(NAMES, max_size=150), max_size=4))
def test_a_cleared_table_is_as_good_as_new(batches: list[set[bytes]]) -> None:
    names = Names()
    for batch in map(sorted, batches):
        names.put(batch, range(len(batch)))
        assert [names.number(name) for name in batch] == list(range(len(batch)))
        assert list(names) == batch
        names.clear()
        assert [names.number(name) for name in batch] == [UNKNOWN] * len(batch)
        assert (list(names), names.next) == ([], 0)


def test_who_is_forgotten_leaves_no_name_in_memory() -> None:
    names = Names()
    names.put([b"ada lovelace", b"bo"], [0, 1])
    names.put([b"ada lovelace"], [FORGOTTEN])
    assert b"lovelace" not in names.table.arena.tobytes()
    assert names.number(b"bo") == 1
    with pytest.raises(ValueError, match="cannot be cleared"):
        names.clear()


def test_a_name_longer_than_its_length_can_say_is_refused() -> None:
    names = Names()
    names.put([b"a" * LONGEST], [3])
    assert names.number(b"a" * LONGEST) == 3
    with pytest.raises(ValueError, match="name of 65536 bytes"):
        names.put([b"a" * (LONGEST + 1)], [4])


def test_a_hundred_thousand_customers_cost_few_bytes_beside_their_ids() -> None:
    ids = [b"customer-%07d" % number for number in range(100_000)]
    names = Names()
    names.put(ids, np.arange(len(ids)))
    assert names.nbytes / len(ids) <= 60 + len(ids[0])
    assert [names.number(name) for name in ids[::997]] == list(range(0, len(ids), 997))


def test_numbers_go_on_behind_those_that_were_restored() -> None:
    names = Names()
    names.put([b"ada", b"bo"], [4, 2])
    numbers = Numbers(0, 1, names)
    assert [numbers.number(customer) for customer in ("bo", "zoë", "ada")] == [2, 5, 4]
    assert numbers.take_new() == [("zoë", 5)]
    assert numbers.take_new() == []


def test_a_customer_of_another_partition_gets_no_number() -> None:
    # "foobar" belongs to the third of four partitions, as Kafka's own test has it.
    assert Numbers(2, 4, Names()).number("foobar") == 0
    elsewhere = Numbers(1, 4, Names())
    assert elsewhere.number("foobar") is None
    assert elsewhere.take_new() == []
