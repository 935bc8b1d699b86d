import numpy as np
import pytest

from detectors.arrays import F64
from detectors.learning.blend import Blend, Seen, blend
from detectors.learning.learner import Folded
from detectors.learning.settings import BlendSettings
from detectors.slices import Model

RULES = Model(0, 0, "rules", 0, 0, "hash", (1.0, -0.5, 2.0), -2.0, (0.5, 1.0, 0.0))
OFTEN, NEVER = 10**6, 0


def folded(*n_changes: int) -> Folded:
    return Folded(
        np.array([3.0, 0.25, -40.0]), -4.0, np.array([0.7, 1.3, 0.001]), np.array(n_changes)
    )


def logit(model: Blend | Folded | Model, x: F64) -> F64:
    result: F64 = np.vecdot(x, np.array(model.weights)) + model.intercept
    return result


@pytest.mark.parametrize(
    ("n_positives", "n_weeks", "basis"),
    [
        pytest.param(29, 50, "rules", id="too few churns"),
        pytest.param(5000, 4, "rules", id="many churns of the same month"),
        pytest.param(31, 50, "blended", id="a few churns"),
        pytest.param(5000, 5, "blended", id="a few weeks"),
        pytest.param(199, 12, "blended", id="not quite enough churns"),
        pytest.param(200, 12, "learned", id="enough of both"),
    ],
)
def test_who_speaks(n_positives: int, n_weeks: int, basis: str) -> None:
    found = blend(RULES, folded(OFTEN, OFTEN, OFTEN), Seen(n_positives, n_weeks), BlendSettings())
    assert found.basis == basis


def test_the_rules_alone_are_the_rules_to_the_last_bit() -> None:
    found = blend(RULES, folded(OFTEN, OFTEN, OFTEN), Seen(10, 10), BlendSettings())
    assert (tuple(found.weights), found.intercept) == (RULES.weights, RULES.intercept)
    assert tuple(found.usual) == RULES.usual


def test_half_way_the_logit_lies_half_way() -> None:
    x = np.random.default_rng(3).normal(size=(50, 3))
    learned = folded(OFTEN, OFTEN, OFTEN)
    found = blend(RULES, learned, Seen(115, 50), BlendSettings())
    half = (logit(RULES, x) + logit(learned, x)) / 2
    np.testing.assert_allclose(logit(found, x), half, rtol=0, atol=1e-12)


def test_at_last_the_learned_model_speaks_alone() -> None:
    x = np.random.default_rng(3).normal(size=(50, 3))
    learned = folded(OFTEN, OFTEN, OFTEN)
    found = blend(RULES, learned, Seen(10_000, 50), BlendSettings())
    np.testing.assert_allclose(logit(found, x), logit(learned, x), rtol=0, atol=1e-12)


def test_a_feature_that_hardly_moved_keeps_the_weight_of_the_rules() -> None:
    learned = folded(OFTEN, OFTEN, NEVER)
    found = blend(RULES, learned, Seen(10_000, 50), BlendSettings())
    calm, complaining = np.array([[0.7, 1.3, 0.001]]), np.array([[0.7, 1.3, 1.001]])
    raised = logit(found, complaining) - logit(found, calm)
    assert raised[0] == pytest.approx(2.0)
    np.testing.assert_allclose(logit(found, calm), logit(learned, calm), rtol=0, atol=1e-12)


def test_share_and_usual_values_move_together() -> None:
    found = blend(RULES, folded(OFTEN, OFTEN, NEVER), Seen(10_000, 50), BlendSettings())
    assert found.usual.tolist() == [0.7, 1.3, 0.0]
