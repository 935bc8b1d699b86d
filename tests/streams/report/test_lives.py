"""Phases of life and barriers, counted by hand on a small history."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from detectors.arrays import DAY_MS
from detectors.kinds import Kind
from streams.report import barriers, lifecycle
from streams.report.history import month_begins_ms, month_of
from tests.detectors.logs import One
from tests.streams.report.past import BEGIN_MS, bought, history, one

JANUARY = month_of(BEGIN_MS)


def by_months(row: int, *counts: int) -> list[One]:
    """Let a customer buy so often in each month from January on."""
    days = [
        (month_begins_ms(JANUARY + month) - BEGIN_MS) / DAY_MS + 1 + nth
        for month, count in enumerate(counts)
        for nth in range(count)
    ]
    return bought(row, *days)


CASES = {
    "new": ((0, 0, 0, 0, 4, 4), "new"),
    "growing": ((4, 4, 4, 5, 5, 5), "growing"),
    "steady": ((4, 4, 4, 4, 3, 4), "steady"),
    "leaving": ((4, 4, 4, 2, 2, 2), "leaving"),
    "gone": ((4, 4, 4, 0, 0, 0), "gone"),
    "a month of silence is not gone": ((4, 4, 4, 4, 4, 0), "steady"),
    "young and fewer each month": ((0, 0, 6, 6, 1, 1), "leaving"),
}


def phase_of(counts: Sequence[int], *, told_gone: bool = False) -> str:
    """Give the phase of one customer who did so much in each month."""
    [place] = lifecycle.phases(np.array(counts, np.int32)[:, np.newaxis], np.array([told_gone]))
    return lifecycle.PHASES[place]


def slow_phase(counts: Sequence[int]) -> str:
    """Say it of one customer, month by month: the meaning that `phases` has to keep."""
    month, done = len(counts) - 1, {at: n for at, n in enumerate(counts) if n}
    first, latest = min(done), max(done)
    if month - latest >= 3:
        return "gone"
    if month - first < 2:
        return "new"
    since = max(month - 3, first + (month - first) // 2)
    before = range(max(since - 2, first), since + 1)
    now = sum(done.get(at, 0) for at in range(since + 1, month + 1)) / (month - since)
    usual = sum(done.get(at, 0) for at in before) / len(before)
    if now >= 1.25 * usual:
        return "growing"
    return "leaving" if now <= 0.5 * usual else "steady"


@pytest.mark.parametrize("name", CASES)
def test_a_customer_is_in_the_phase_that_their_months_show(name: str) -> None:
    counts, wanted = CASES[name]
    assert phase_of(counts) == wanted


@pytest.mark.parametrize("n_months", [1, 2, 3, 4, 5, 6])
def test_all_customers_at_once_are_in_the_phases_of_each(n_months: int) -> None:
    months = [each for each in product((0, 1, 2, 5), repeat=n_months) if any(each)]
    counts = np.array(months, np.int32).T
    told = lifecycle.phases(counts, np.zeros(len(months), np.bool_))
    assert [lifecycle.PHASES[place] for place in told] == [slow_phase(each) for each in months]


def test_who_is_told_to_have_left_is_gone_until_they_return() -> None:
    told = [
        one(0, Kind.CUSTOMER_CHURNED, 65),
        one(1, Kind.CUSTOMER_CHURNED, 33),
        one(1, Kind.CUSTOMER_RETURNED, 65),
        one(2, Kind.CUSTOMER_CHURNED, 95),
        one(9, Kind.CUSTOMER_CHURNED, 35),  # who never bought is in no phase
    ]
    lives = [each for row in range(3) for each in by_months(row, *[4] * 5)]
    found = {each.month[-2:]: each for each in lifecycle.monthly(history(*lives, *told))}
    assert {month: (each.gone, each.steady) for month, each in found.items()} == {
        "03": (1, 2), "04": (2, 1),
    }  # fmt: skip


def test_every_customer_is_in_one_phase_of_the_months_that_say_so() -> None:
    found = lifecycle.monthly(
        history(*by_months(0, 4, 4, 4, 5, 6, 7), *by_months(1, 4, 4, 1), *by_months(2, 0, 0, 3, 3))
    )
    assert [month.month[-2:] for month in found] == ["03", "04", "05"]
    assert [month.customers for month in found] == [3, 3, 3]
    for month in found:
        phases = [getattr(month, name) for name in lifecycle.PHASES]
        assert sum(phases) == month.customers
    may = found[-1]
    assert (may.new, may.growing, may.leaving, may.gone) == (0, 1, 2, 0)


def test_barriers_are_those_that_held_as_the_customer_left() -> None:
    owns = one(0, Kind.PROFILE_UPDATED, 0, said={"shareholder": True})
    bound = one(1, Kind.CONTRACT_SIGNED, 0, said={"ends_at": "2024-03-01T00:00:00Z"})
    points = one(2, Kind.PROGRAMME_USED, 3, said={"balance": 40.0})
    cashed = one(2, Kind.PROGRAMME_USED, 9, said={"balance": 0.0})
    gone = [one(row, Kind.CUSTOMER_CHURNED, 40) for row in (1, 2)]
    later = one(1, Kind.PROFILE_UPDATED, 41, said={"shareholder": True})
    found = barriers.barriers(
        history(owns, bound, points, cashed, *gone, later, *bought(0, 1, 100))
    )
    assert {each.barrier: (each.customers, each.left) for each in found} == {
        "shareholder": (1, 0), "contract": (1, 1), "points": (0, 0), "none": (1, 1),
    }  # fmt: skip


def test_who_is_held_and_dissatisfied_is_a_captive() -> None:
    events = [
        one(row, Kind.SURVEY_ANSWERED, 5, said={"satisfaction": satisfaction})
        for row, satisfaction in enumerate((0.2, 0.9, 0.2, 0.2))
    ]
    events += [one(row, Kind.PROFILE_UPDATED, 0, said={"shareholder": True}) for row in (0, 1, 3)]
    gone = one(3, Kind.CUSTOMER_CHURNED, 40)
    found = {each.barrier: each for each in barriers.barriers(history(*events, gone))}
    assert found["shareholder"].captive == 1
    assert found["shareholder"].left_share == 1 / 3
    assert found["none"].captive == 0
