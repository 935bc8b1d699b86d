"""Counts that forget."""

from itertools import permutations

import numpy as np
import pytest

from detectors.arrays import DAY_MS
from detectors.decay import added, days_since, weight

HALF_LIFE_DAYS = 28.0


def total_of(days: tuple[float, ...], amount: float = 1.0) -> tuple[float, int]:
    """Give the total after events of those days came in that order, and its instant."""
    total, as_of_ms = np.zeros(1), np.zeros(1, np.int64)
    for day in days:
        at_ms = np.array([round(day * DAY_MS)])
        total = added(total, as_of_ms, at_ms, HALF_LIFE_DAYS, amount)
        as_of_ms = np.maximum(as_of_ms, at_ms)
    return float(total[0]), int(as_of_ms[0])


@pytest.mark.parametrize(("age_days", "left"), [(0, 1.0), (28, 0.5), (56, 0.25), (280, 2**-10)])
def test_an_event_weighs_half_after_each_half_life(age_days: int, left: float) -> None:
    assert weight(np.array([age_days * DAY_MS]), HALF_LIFE_DAYS).tolist() == [left]


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
    assert days_since(np.array([DAY_MS]), np.array([3 * DAY_MS])).tolist() == [0.0]
