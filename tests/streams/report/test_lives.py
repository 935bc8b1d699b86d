"""Phases of life and barriers, counted by hand on a small history."""

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


@pytest.mark.parametrize("name", CASES)
def test_a_customer_is_in_the_phase_that_their_months_show(name: str) -> None:
    counts, wanted = CASES[name]
    done = {month: count for month, count in enumerate(counts) if count}
    assert lifecycle.phase(done, 5, {}) == wanted


def test_who_is_told_to_have_left_is_gone_until_they_return() -> None:
    done = dict.fromkeys(range(6), 4)
    assert lifecycle.phase(done, 5, {4: True}) == "gone"
    assert lifecycle.phase(done, 5, {3: True, 4: False}) == "steady"
    assert lifecycle.phase(done, 5, {6: True}) == "steady"


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
