"""Counts that forget."""

from itertools import permutations

import numpy as np
import pytest

from detectors.arrays import DAY_MS
from detectors.decay import added, days_between, n_bits, weight

HALF_LIFE_DAYS = 28.0


def total_of(days: tuple[float, ...], amount: float = 1.0) -> tuple[float, int]:
    """Give the total after events of those days came in that order, and its instant."""
    total, as_of_ms = 0.0, 0
    for day in days:
        at_ms = round(day * DAY_MS)
        total = added(total, as_of_ms, at_ms, HALF_LIFE_DAYS, amount)
        as_of_ms = max(as_of_ms, at_ms)
    return total, as_of_ms


@pytest.mark.parametrize(("age_days", "left"), [(0, 1.0), (28, 0.5), (56, 0.25), (280, 2**-10)])
def test_an_event_weighs_half_after_each_half_life(age_days: int, left: float) -> None:
    assert weight(age_days * DAY_MS, HALF_LIFE_DAYS) == left


def test_every_order_of_arrival_gives_the_same_total() -> None:
    expected = 2 ** (-39 / 28) + 2 ** (-27.5 / 28) + 2 ** (-1 / 28) + 1
    for days in permutations((1.0, 12.5, 39.0, 40.0)):
        total, as_of_ms = total_of(days)
        assert total == pytest.approx(expected, rel=1e-12)
        assert as_of_ms == 40 * DAY_MS


def test_a_sum_of_money_forgets_as_a_count_does() -> None:
    assert total_of((0.0, 28.0), amount=100.0)[0] == 150.0


def test_an_event_long_ago_still_counts_more_than_nothing() -> None:
    assert total_of((1_000.0, 1.0))[0] == 1 + 2 ** (-999 / 28)


def test_an_instant_ahead_is_no_days_ago() -> None:
    assert days_between(3 * DAY_MS, DAY_MS) == 0.0


@pytest.mark.parametrize("bits", [0, 1, 2**63, 2**64 - 1, 0x5555_5555_5555_5555, 0xF0E1_D2C3])
def test_bits_are_counted_up_to_the_last_of_64(bits: int) -> None:
    assert n_bits(np.uint64(bits)) == bits.bit_count()
