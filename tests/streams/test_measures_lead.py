"""Lead time and early recall."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.arrays import DAY_MS, NEVER
from streams.backtest.lead import Churns, Lists, first_alerts, lead, random_recall

MONDAYS = np.arange(10) * 7 * DAY_MS


def churns(happened: list[tuple[int, float]], alerts: list[tuple[int, float]]) -> Churns:
    who, when = zip(*happened, strict=True) if happened else ((), ())
    whom, at = zip(*alerts, strict=True) if alerts else ((), ())
    return Churns(
        np.array(who, np.int64),
        np.round(np.array(when) * DAY_MS).astype(np.int64),
        np.array(whom, np.int64),
        np.round(np.array(at) * DAY_MS).astype(np.int64),
    )


def lists(n_listed: int, n_watched: int) -> Lists:
    return Lists(MONDAYS, np.full(10, n_listed), np.full(10, n_watched))


def test_the_first_alert_counts_and_not_the_last() -> None:
    told = lead(churns([(1, 90)], [(1, 85), (1, 60), (1, 75)]), lists(1, 10))
    assert (told.n_churned, told.n_alerted, told.median_lead_days) == (1, 1, 30.0)


def test_an_alert_of_long_ago_was_about_something_else() -> None:
    told = lead(churns([(1, 90)], [(1, 10), (1, 80)]), lists(1, 10))
    assert told.median_lead_days == 10.0


def test_an_alert_at_the_churn_or_after_it_is_no_warning() -> None:
    told = lead(churns([(1, 90), (2, 90)], [(1, 90), (2, 91)]), lists(1, 10))
    assert (told.n_alerted, told.median_lead_days) == (0, None)
    assert [early.recall for early in told.early] == [0, 0, 0]


def test_churns_without_an_alert_are_missed() -> None:
    happened = [(1, 90.0), (2, 90.0), (3, 90.0), (4, 90.0)]
    told = lead(churns(happened, [(1, 80), (2, 70), (3, 50)]), lists(1, 10))
    assert [(early.notice_days, early.recall) for early in told.early] == [
        (7, 0.75),
        (14, 0.5),
        (30, 0.25),
    ]


def test_who_returns_and_churns_again_is_two_churns() -> None:
    told = churns([(1, 90), (1, 300)], [(1, 80), (1, 290)])
    assert (first_alerts(told) // DAY_MS).tolist() == [80, 290]


def test_without_churns_there_is_nothing_to_say() -> None:
    told = lead(churns([], [(1, 5)]), lists(1, 10))
    assert (told.n_churned, told.median_lead_days, told.early) == (0, None, ())


def test_without_alerts_everything_is_missed() -> None:
    assert first_alerts(churns([(1, 90)], [])).tolist() == [NEVER]


EVENTS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 200)), max_size=12)


@given(happened=EVENTS, alerts=EVENTS, look_back=st.integers(1, 100))
def test_first_alerts_are_those_found_one_by_one(
    happened: list[tuple[int, float]], alerts: list[tuple[int, float]], look_back: int
) -> None:
    found = first_alerts(churns(happened, alerts), look_back) // DAY_MS
    for (who, when), first in zip(happened, found.tolist(), strict=True):
        fit = [at for whom, at in alerts if whom == who and when - look_back <= at < when]
        assert first == min(fit, default=NEVER)


def test_random_lists_have_one_chance_a_week() -> None:
    # Day 50: the Mondays 0, 7 .. 42 are at least 7 days before, 36 days back begins at 14.
    chance = random_recall(np.array([50 * DAY_MS]), lists(1, 4), 7, look_back_days=36)
    assert chance == pytest.approx([1 - 0.75**5])


def test_random_lists_of_everybody_miss_nobody_and_of_nobody_everybody() -> None:
    at = np.array([50 * DAY_MS])
    assert random_recall(at, lists(4, 4), 7, 60.0) == pytest.approx([1.0])
    assert random_recall(at, lists(0, 0), 7, 60.0).tolist() == [0.0]
    assert random_recall(np.array([3 * DAY_MS]), lists(4, 4), 7, 60.0).tolist() == [0.0]


def test_the_chance_is_what_drawing_lots_gives() -> None:
    chance = np.random.default_rng(7)
    drawn = np.array([[chance.choice(20, 3, replace=False) for _ in MONDAYS] for _ in range(2_000)])
    caught = (drawn[:, :5] == 0).any(axis=(1, 2)).mean()
    exact = random_recall(np.array([35 * DAY_MS]), lists(3, 20), 7, 60.0)
    assert caught == pytest.approx(exact[0], abs=0.03)


def test_gain_is_recall_over_chance() -> None:
    told = lead(churns([(1, 50)], [(1, 40)]), lists(1, 4))
    week = told.early[0]
    assert week.gain == pytest.approx(week.recall - week.random)
    assert week.random == pytest.approx(1 - 0.75**7)
