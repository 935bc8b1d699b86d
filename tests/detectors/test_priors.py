"""Figures of others: what may be added up, and what may not."""

import numpy as np
import pytest

from detectors.learning.learner import Learner
from detectors.learning.settings import LearnerSettings
from detectors.priors import AFTER_A_BAD_EXPERIENCE, BELIEVED_BY_GROUP, YEARLY_CHURN, within_horizon
from detectors.score import FEATURES, FEATURES_HASH, rules
from detectors.tree import GROUPS, REASONS, SHORT, in_short

TENURE = [feature.name for feature in FEATURES].index("tenure_log")


def test_shares_of_leavers_are_of_one_answer_each_and_sum_to_one() -> None:
    shares = [branch.prior for branch in REASONS.values() if branch.prior is not None]
    assert sum(shares) == pytest.approx(1.0)


def test_what_follows_a_bad_experience_is_several_answers_and_is_never_normalised() -> None:
    assert sum(AFTER_A_BAD_EXPERIENCE.values()) == pytest.approx(1.14)
    assert AFTER_A_BAD_EXPERIENCE["switch"] == 0.37
    assert not set(AFTER_A_BAD_EXPERIENCE) & set(REASONS)


def test_what_suppliers_believe_is_by_group_and_leaves_a_part_open() -> None:
    assert set(BELIEVED_BY_GROUP) <= set(GROUPS)
    assert sum(BELIEVED_BY_GROUP.values()) == pytest.approx(0.86)


def test_every_reason_has_a_short_name() -> None:
    short = {in_short(reason) for reason in REASONS}
    assert set(SHORT) < short
    assert short - set(SHORT) == {"change", "payment", "network", "decline"}


@pytest.mark.parametrize("industry", YEARLY_CHURN)
def test_a_rate_a_year_is_less_within_a_month_and_itself_within_a_year(industry: str) -> None:
    yearly = YEARLY_CHURN[industry]  # type: ignore[index]
    assert within_horizon(yearly, 365) == pytest.approx(yearly)
    assert yearly / 13 < within_horizon(yearly, 30) < yearly / 10


def test_tenure_alone_lowers_no_risk_by_the_rules() -> None:
    assert rules(0.1).weights[TENURE] == 0


def test_where_the_longest_customers_leave_first_tenure_raises_the_risk() -> None:
    # The widest and longest are the first to follow better service: nothing holds the sign.
    chance = np.random.default_rng(5)
    x = np.zeros((4_000, len(FEATURES)))
    x[:, TENURE] = chance.normal(5, 1, 4_000)
    y = (chance.random(4_000) < 1 / (1 + np.exp(7 - x[:, TENURE]))).astype(np.uint8)
    learner = Learner(tuple(f.name for f in FEATURES), FEATURES_HASH, LearnerSettings())
    learner.learn(x, y)
    assert learner.fold().weights[TENURE] > 0.3
