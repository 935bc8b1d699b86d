"""The score: a sum in one order, so the same bits wherever it is made."""

import math

import numpy as np
import pytest

from detectors.arrays import F32, F64
from detectors.score import FEATURES, FEATURES_HASH, risk, rules
from detectors.settings import CoreSettings
from detectors.terms import Terms

N_FEATURES = len(FEATURES)
RULES = CoreSettings().terms(rules(0.1))


def terms(weights: F64, intercept: float) -> Terms:
    return RULES._replace(weights=weights, intercept=intercept)


def in_order(x: F32, weights: F64, intercept: float) -> float:
    """Give the risk by plain arithmetic, feature after feature."""
    logit = 0.0
    for value, weight in zip(x.tolist(), weights.tolist(), strict=True):
        logit += value * weight
    return round(1 / (1 + math.exp(-(logit + intercept))) * 1e6) / 1e6


def test_a_risk_is_summed_feature_by_feature_in_their_order() -> None:
    # Large weights that cancel bring the last bit of the sum up to where it can be seen.
    rng = np.random.default_rng(1)
    found, expected, backwards = [], [], []
    for _ in range(300):
        x = rng.uniform(1, 5, N_FEATURES).astype(np.float32)
        weights = rng.normal(0, 1e15, N_FEATURES)
        intercept = -math.fsum((x.astype(np.float64) * weights).tolist())
        found.append(risk(x, terms(weights, intercept)))
        expected.append(in_order(x, weights, intercept))
        backwards.append(in_order(x[::-1], weights[::-1], intercept))
    assert found == expected
    assert np.mean(np.array(backwards) != expected) > 0.5


@pytest.mark.parametrize(
    ("x", "expected"), [(-7e4, 0.0), (-20.0, 0.0), (0.0, 0.5), (20.0, 1.0), (7e4, 1.0)]
)
def test_a_risk_is_within_nothing_and_certainty(x: float, expected: float) -> None:
    assert risk(np.array([x], np.float32), terms(np.ones(1), 0.0)) == expected


def test_the_rules_are_the_weights_of_the_feature_table() -> None:
    model = rules(0.1)
    assert model.basis == "rules"
    assert model.features_hash == FEATURES_HASH
    assert model.weights == tuple(feature.weight for feature in FEATURES)


def test_a_higher_prior_raises_every_risk() -> None:
    usual = np.array([feature.usual for feature in FEATURES], np.float32)
    low, high = (risk(usual, CoreSettings().terms(rules(prior))) for prior in (0.05, 0.2))
    assert 0 < low < high < 0.2
