"""The ledger: rows to bytes and back. How each family's columns fare: tests/contracts."""

import msgspec
import numpy as np
import pytest

from detectors.engine import LAYOUT
from detectors.errors import FormatError
from detectors.ledger import MINIMUM_ROWS, Head, Ledger


def test_rows_of_another_size_are_refused() -> None:
    ledger = Ledger(LAYOUT)
    packed = ledger.pack(np.arange(2))
    with pytest.raises(FormatError, match=str(LAYOUT.dtype.itemsize)):
        ledger.unpack(np.arange(2), [packed[0], packed[1][:-1]], LAYOUT.describe())


def test_of_two_rows_the_one_further_on_stays() -> None:
    ledger, row = Ledger(LAYOUT), np.array([0])
    packed = {}
    for position in (4, 9):
        ledger.table["ledger.position"][0] = position
        packed[position] = ledger.pack(row)
    again = Ledger(LAYOUT)
    for position in (9, 4):
        again.unpack(row, packed[position], LAYOUT.describe())
    assert again.table["ledger.position"][0] == 9


def test_changed_rows_are_given_once() -> None:
    ledger, rows = Ledger(LAYOUT), np.array([7, 2])
    ledger.grow(9)
    ledger.scatter(rows, ledger.gather(rows), position=4)
    assert ledger.take_dirty().tolist() == [2, 7]
    assert ledger.take_dirty().tolist() == []


def test_a_row_is_fresh_until_it_includes_the_step() -> None:
    ledger, rows = Ledger(LAYOUT), np.array([0, 1])
    ledger.scatter(rows[:1], ledger.gather(rows[:1]), position=4)
    assert ledger.fresh(rows, 4).tolist() == [False, True]
    assert ledger.fresh(rows, 5).tolist() == [True, True]


def test_a_name_keeps_its_number_over_a_restart() -> None:
    ledger = Ledger(LAYOUT)
    codes = [ledger.code(name) for name in ("", "Ada", "Ben", "Ada")]
    again = Ledger(LAYOUT)
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(ledger.head()), type=Head))
    assert codes == [again.code(name) for name in ("", "Ada", "Ben", "Ada")] == [0, 1, 2, 1]
    assert again.code("Eve") == 3


def test_room_for_more_customers_is_blank() -> None:
    ledger, n = Ledger(LAYOUT), 5 * MINIMUM_ROWS
    ledger.grow(n)
    assert ledger.n_rows == n
    np.testing.assert_array_equal(ledger.table[:n], np.repeat(LAYOUT.blank, n))
