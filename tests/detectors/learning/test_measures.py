import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.arrays import F64, U8
from detectors.learning.measures import auc, average_precision, logloss, measures

# Few different risks, so that ties are common.
judged = st.lists(
    st.tuples(st.integers(0, 6).map(lambda tenths: tenths / 10), st.booleans()), min_size=2
).filter(lambda rows: len({churned for _, churned in rows}) == 2)


def arrays(rows: list[tuple[float, bool]]) -> tuple[F64, U8]:
    return np.array([risk for risk, _ in rows]), np.array([y for _, y in rows], np.uint8)


@given(judged)
def test_auc_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[float, bool]]) -> None:
    churned = [risk for risk, y in rows if y]
    stayed = [risk for risk, y in rows if not y]
    pairs = [(a > b) + (a == b) / 2 for a in churned for b in stayed]
    assert auc(*arrays(rows)) == pytest.approx(sum(pairs) / len(pairs), abs=1e-12)


@given(judged)
def test_average_precision_is_the_mean_precision_at_each_churn(
    rows: list[tuple[float, bool]],
) -> None:
    def precision_at(risk: float) -> float:
        listed = [y for other, y in rows if other >= risk]
        return sum(listed) / len(listed)

    found = [precision_at(risk) for risk, y in rows if y]
    assert average_precision(*arrays(rows)) == pytest.approx(sum(found) / len(found), abs=1e-12)


def test_logloss_is_finite_where_a_written_risk_is_0_or_1() -> None:
    wrong = logloss(np.array([0.0, 1.0]), np.array([1, 0], np.uint8))
    assert wrong == pytest.approx(-math.log(5e-7))


def test_observed_over_expected_is_above_1_where_risks_were_too_low() -> None:
    found = measures(np.array([0.1, 0.1, 0.3]), np.array([1, 0, 0], np.uint8))
    assert found["observed_expected"] == pytest.approx(2.0)


def test_without_rows_nothing_is_claimed() -> None:
    nothing = measures(np.empty(0), np.empty(0, np.uint8))
    assert nothing == {"rows": 0.0, "positives": 0.0}


def test_with_one_class_there_is_no_ranking_to_judge() -> None:
    found = measures(np.array([0.1, 0.2]), np.zeros(2, np.uint8))
    assert set(found) == {"rows", "positives", "base_rate", "logloss", "observed_expected"}
