"""Measures of predictions, against values known from elsewhere and against their definitions."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.arrays import F64, I8
from streams.backtest.measures import (
    auc,
    average_precision,
    by_month,
    calibration,
    calibration_error,
    lift_at,
    log_loss,
    measured,
    observed_over_expected,
)

# The example of scikit-learn's documentation, and a larger one measured with scikit-learn 1.9:
# roc_auc_score, average_precision_score, log_loss, brier_score_loss.
DOCS_RISK, DOCS_LABEL = np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1], np.int8)
TIED_RISK = np.array([0.1, 0.1, 0.2, 0.2, 0.2, 0.5, 0.5, 0.7, 0.9, 0.9])
TIED_LABEL = np.array([0, 1, 0, 0, 1, 1, 0, 1, 1, 0], np.int8)

LABELS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=2, max_size=30)


def test_the_documented_example_of_scikit_learn() -> None:
    assert auc(DOCS_RISK, DOCS_LABEL) == 0.75
    assert average_precision(DOCS_RISK, DOCS_LABEL) == pytest.approx(0.8333333333333333, abs=1e-15)
    assert log_loss(DOCS_RISK, DOCS_LABEL) == pytest.approx(0.47228795380917615, abs=1e-15)


def test_ties_are_measured_as_scikit_learn_does() -> None:
    told = measured(TIED_RISK, TIED_LABEL)
    assert told.auc == pytest.approx(0.58, abs=1e-12)
    assert told.average_precision == pytest.approx(0.5533333333333332, abs=1e-12)
    assert told.log_loss == pytest.approx(0.8614585537424887, abs=1e-12)
    assert told.brier == pytest.approx(0.29500000000000004, abs=1e-12)


@given(LABELS)
def test_the_area_is_the_share_of_pairs_in_order(pairs: list[tuple[int, int]]) -> None:
    positives = [risk for risk, label in pairs if label]
    negatives = [risk for risk, label in pairs if not label]
    found = auc(*columns(pairs))
    if not positives or not negatives:
        assert found is None
    else:
        won = [(p > q) + (p == q) / 2 for p, q in product(positives, negatives)]
        assert found == pytest.approx(sum(won) / len(won))


@given(LABELS)
def test_average_precision_is_the_precision_at_each_positive(pairs: list[tuple[int, int]]) -> None:
    positives = [risk for risk, label in pairs if label]
    found = average_precision(*columns(pairs))
    if not positives:
        assert found is None
    else:
        above = [[label for risk, label in pairs if risk >= limit] for limit in positives]
        assert found == pytest.approx(sum(sum(one) / len(one) for one in above) / len(positives))


def columns(pairs: list[tuple[int, int]]) -> tuple[F64, I8]:
    risk, label = zip(*pairs, strict=True)
    return np.array(risk) / 10, np.array(label, np.int8)


def test_predictions_without_a_label_are_left_out() -> None:
    risk, label = (
        np.append(DOCS_RISK, [0.99, 0.01]),
        np.append(DOCS_LABEL, [-1, -1]).astype(np.int8),
    )
    assert measured(risk, label) == measured(DOCS_RISK, DOCS_LABEL)


def test_what_cannot_be_said_is_none() -> None:
    told = measured(np.array([0.1, 0.2]), np.array([0, 0], np.int8))
    assert (told.n, told.base_rate, told.auc, told.average_precision) == (2, 0.0, None, None)
    nothing = measured(np.array([]), np.array([], np.int8))
    assert (nothing.n, nothing.base_rate, nothing.log_loss, nothing.brier) == (0, None, None, None)
    assert (nothing.observed_over_expected, nothing.calibration_error) == (None, None)


def test_a_sure_mistake_is_dear_and_finite() -> None:
    assert log_loss(np.array([0.0]), np.array([1], np.int8)) == pytest.approx(-np.log(5e-7))


@pytest.mark.parametrize("wrong", [1.01, -0.01, np.nan])
def test_a_risk_outside_0_to_1_is_an_error(wrong: float) -> None:
    with pytest.raises(ValueError, match="outside 0 to 1"):
        measured(np.array([wrong]), np.array([1], np.int8))


def test_columns_of_different_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="2 risks for 1 labels"):
        auc(np.array([0.1, 0.2]), np.array([1], np.int8))


def test_twice_as_many_as_expected() -> None:
    risk, label = np.full(10, 0.1), np.array([1, 1, *[0] * 8], np.int8)
    assert observed_over_expected(risk, label) == pytest.approx(2.0)


def test_tenths_are_of_equal_size_and_hold_everybody() -> None:
    risk = np.random.default_rng(1).random(1_003).round(2)
    label = (np.random.default_rng(2).random(1_003) < risk).astype(np.int8)
    tenths = calibration(risk, label)
    assert {tenth.n for tenth in tenths} == {100, 101}
    assert sum(tenth.n for tenth in tenths) == 1_003
    assert all(low.risk_to <= high.risk_from for low, high in pairwise(tenths))
    assert sum(tenth.n * tenth.observed for tenth in tenths) == pytest.approx(label.sum())
    error = calibration_error(risk, label)
    assert error is not None
    assert error < 0.05


def test_lift_is_precision_over_the_base_rate() -> None:
    risk = np.linspace(1, 0, 100)
    label = np.array([1] * 5 + [0] * 80 + [1] * 15, np.int8)
    assert lift_at(risk, label, share=0.1) == pytest.approx(0.5 / 0.2)


def test_months_are_those_of_the_prediction_in_order() -> None:
    at = np.array(["2017-11-06", "2017-10-30", "2017-10-09", "2017-12-04"], "datetime64[ms]")
    label = np.array([1, 0, 1, -1], np.int8)
    months = by_month(at.astype(np.int64), np.array([0.5, 0.2, 0.4, 0.9]), label)
    assert [(month, told.n, told.auc) for month, told in months.items()] == [
        ("2017-10", 2, 1.0),
        ("2017-11", 1, None),
    ]
