"""Weekly lists of the highest risks."""

import numpy as np
import pytest

from streams.backtest.budgets import at_budget, weekly_lists

MONDAY = np.datetime64("2017-10-09", "ms").astype(np.int64)
DAY = 86_400_000


def test_each_week_has_its_own_list() -> None:
    at = MONDAY + np.array([0, 0, 0, 7, 7, 7]) * DAY
    risk = np.array([0.1, 0.9, 0.8, 0.2, 0.1, 0.3])
    assert weekly_lists(at, risk, 1).tolist() == [1, 5]
    assert weekly_lists(at, risk, 2).tolist() == [1, 2, 3, 5]
    assert weekly_lists(at, risk, 99).tolist() == [0, 1, 2, 3, 4, 5]


def test_a_sunday_is_of_the_week_before_and_ties_go_by_row() -> None:
    at = MONDAY + np.array([6, 7, 0, 6]) * DAY
    assert weekly_lists(at, np.full(4, 0.5), 1).tolist() == [0, 1]


def test_precision_is_over_all_weeks_and_random_is_their_base_rates() -> None:
    at = MONDAY + np.repeat([0, 7], 10) * DAY
    risk = np.tile(np.linspace(0.9, 0.1, 10), 2)
    label = np.zeros(20, np.int8)
    label[[0, 1, 10, 19]] = 1
    told = at_budget(at, risk, label, budget=2)
    assert (told.n_weeks, told.n_listed, told.n_churned) == (2, 4, 3)
    assert (told.precision, told.recall) == (0.75, 0.75)
    assert told.random == pytest.approx(0.2)
    assert told.lift == pytest.approx(3.75)


def test_lists_are_made_of_everybody_and_judged_by_known_labels() -> None:
    at = np.full(4, MONDAY)
    told = at_budget(at, np.array([0.9, 0.8, 0.7, 0.6]), np.array([-1, 1, 1, 0], np.int8), budget=2)
    assert (told.n_listed, told.n_churned, told.precision, told.recall) == (1, 1, 1.0, 0.5)


def test_weeks_that_nobody_can_judge_are_no_weeks() -> None:
    at = MONDAY + np.array([0, 7]) * DAY
    told = at_budget(at, np.array([0.9, 0.8]), np.array([0, -1], np.int8), budget=1)
    assert (told.n_weeks, told.precision, told.random, told.lift) == (1, 0.0, 0.0, None)
    nothing = at_budget(at, np.array([0.9, 0.8]), np.array([-1, -1], np.int8), budget=1)
    assert (nothing.n_weeks, nothing.precision, nothing.recall) == (0, None, None)


def test_an_empty_history_has_empty_lists() -> None:
    nothing = np.array([], np.int64)
    told = at_budget(nothing, np.array([]), np.array([], np.int8), budget=1)
    assert (told.n_weeks, told.n_listed, told.precision) == (0, 0, None)


def test_a_budget_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="budget was 0, must be above 0"):
        weekly_lists(np.array([0]), np.array([0.5]), 0)
