"""The score: the same bits for a customer alone and among others."""

import numpy as np
import pytest

from detectors.score import FEATURES, FEATURES_HASH, risk, rules

N_FEATURES = len(FEATURES)


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_a_risk_keeps_its_bits_however_rows_are_cut(size: int) -> None:
    # Large weights that cancel bring the last bit of the sum up to where it can be seen.
    rng = np.random.default_rng(1)
    usual, weights = rng.uniform(1, 5, N_FEATURES), rng.normal(0, 1e9, N_FEATURES)
    x = usual + rng.normal(0, 1e-10, (300, N_FEATURES))
    intercept = -float(np.vecdot(usual, weights))
    whole = risk(x, weights, intercept)
    assert np.std(whole) > 0.1
    parts = [risk(x[at : at + size], weights, intercept) for at in range(0, len(x), size)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_a_risk_is_within_nothing_and_certainty() -> None:
    x = np.array([[-700.0], [-20.0], [0.0], [20.0], [700.0]])
    assert risk(x, np.ones(1), 0.0).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_the_rules_are_the_weights_of_the_feature_table() -> None:
    model = rules(0.1)
    assert model.basis == "rules"
    assert model.features_hash == FEATURES_HASH
    assert model.weights == tuple(feature.weight for feature in FEATURES)


def test_a_higher_prior_raises_every_risk() -> None:
    usual = np.array([[feature.usual for feature in FEATURES]])
    low, high = (
        float(risk(usual, model.arrays()[0], model.intercept)[0])
        for model in (rules(0.05), rules(0.2))
    )
    assert 0 < low < high < 0.2
