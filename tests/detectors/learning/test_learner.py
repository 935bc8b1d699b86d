import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from river import compose, linear_model, optim, preprocessing

from detectors.arrays import F64, U8
from detectors.errors import FormatError
from detectors.learning.learner import Learner, LearnerState
from detectors.learning.settings import LearnerSettings
from detectors.learning.steps import slope

NAMES = tuple(f"feature_{n}" for n in range(8))
HASH = "hash"


def examples(n: int, seed: int = 1) -> tuple[F64, U8]:
    """Scales as they are: logs, counts that are mostly 0, one feature that never moves."""
    chance = np.random.default_rng(seed)
    x = chance.normal(loc=(0, 5, -3, 2, 0, 0, 1, 0), scale=(1, 2, 0.1, 3, 1, 1, 1, 1), size=(n, 8))
    x[:, 4] = chance.random(n) < 0.02
    x[:, 5] = 5.2
    y = chance.random(n) < 1 / (1 + np.exp(2 - x[:, 0] - 0.3 * x[:, 3]))
    return x.astype(np.float32).astype(np.float64), y.astype(np.uint8)


def a_learner() -> Learner:
    return Learner(NAMES, HASH, LearnerSettings())


def again(state: LearnerState) -> Learner:
    """Make a learner from a state that went through JSON."""
    read = msgspec.json.decode(msgspec.json.encode(state), type=LearnerState)
    return Learner.from_state(read, NAMES, HASH, LearnerSettings())


def river_alone(names: Sequence[str], x: F64, y: U8) -> tuple[dict[Any, float], ...]:
    """Learn with River itself, an example at a time; give all it holds."""
    settings, scaler = LearnerSettings(), preprocessing.StandardScaler()
    optimizer = optim.AdaGrad(lr=settings.rate)
    logistic = linear_model.LogisticRegression(
        optimizer=optimizer, l2=settings.shrinkage, intercept_lr=settings.intercept_rate
    )
    pipeline = compose.Pipeline(scaler, logistic)
    for row, label in zip(x.tolist(), y.tolist(), strict=True):
        pipeline.learn_one(dict(zip(names, row, strict=True)), label)
    intercept = {"": logistic.intercept}
    return dict(scaler.means), dict(scaler.vars), logistic.weights, dict(optimizer.g2), intercept


def held(learner: Learner) -> tuple[dict[Any, float], ...]:
    state = learner.state()
    columns = (state.means, state.variances, state.weights, state.squared_gradients)
    named = [dict(zip(learner.names, column, strict=True)) for column in columns]
    return *named, {"": state.intercept}


def test_many_at_once_are_what_river_alone_learns_bit_for_bit() -> None:
    learner, (x, y) = a_learner(), examples(3000)
    learner.learn(x, y)
    assert held(learner) == river_alone(NAMES, x, y)


def test_powers_are_rivers_and_neither_roots_nor_products() -> None:
    # One in a thousand has another last bit, which sums of many examples would swallow.
    names = tuple(f"feature_{n}" for n in range(20_000))
    chance = np.random.default_rng(3)
    x, y = chance.normal(size=(6, len(names))), np.array([1, 0, 1, 0, 0, 1], np.uint8)
    learner = Learner(names, HASH, LearnerSettings())
    learner.learn(x, y)
    assert held(learner) == river_alone(names, x, y)


@pytest.mark.parametrize("churned", [True, False])
def test_the_slope_of_the_loss_is_rivers_at_its_ends_too(churned: bool) -> None:
    logits = np.random.default_rng(1).uniform(-45, 45, 2_000).tolist()
    rivers = [optim.losses.Log().gradient(y_true=churned, y_pred=logit) for logit in logits]
    assert [slope(logit, 1.0 if churned else -1.0) for logit in logits] == rivers


def test_river_goes_on_where_many_at_once_ended() -> None:
    x, y = examples(400)
    learner, whole = a_learner(), a_learner()
    learner.learn(x[:300], y[:300])
    for row, label in zip(x[300:].tolist(), y[300:].tolist(), strict=True):
        learner._pipeline.learn_one(dict(zip(NAMES, row, strict=True)), label)
    whole.learn(x, y)
    assert held(learner) == held(whole)


def test_folded_weights_give_rivers_own_prediction() -> None:
    learner, (x, y) = a_learner(), examples(3000)
    for n in (1, 10, 500, 3000):
        learner.learn(x[learner.n_examples : n], y[learner.n_examples : n])
        folded = learner.fold()
        ours = 1 / (1 + np.exp(-(np.vecdot(x, folded.weights) + folded.intercept)))
        np.testing.assert_allclose(ours, learner.predict(x), rtol=0, atol=1e-12)


def test_it_learns_who_churns() -> None:
    learner, (x, y) = a_learner(), examples(3000)
    learner.learn(x, y)
    risk = learner.predict(x)
    assert risk[y == 1].mean() > 1.5 * risk[y == 0].mean()
    assert risk.sum() == pytest.approx(y.sum(), rel=0.2)


def test_one_call_or_many_learn_the_same() -> None:
    x, y = examples(400)
    at_once, in_turns = a_learner(), a_learner()
    at_once.learn(x, y)
    for start in range(0, 400, 57):
        in_turns.learn(x[start : start + 57], y[start : start + 57])
    assert at_once.state() == in_turns.state()


@pytest.mark.parametrize("stop", [0, 1, 7, 399])
def test_a_learner_goes_on_bit_for_bit_from_its_state(stop: int) -> None:
    x, y = examples(800)
    whole, first = a_learner(), a_learner()
    whole.learn(x, y)
    first.learn(x[:stop], y[:stop])
    second = again(first.state())
    assert second.state() == first.state()
    second.learn(x[stop:], y[stop:])
    assert second.state() == whole.state()
    np.testing.assert_array_equal(second.predict(x), whole.predict(x))


def test_more_than_fit_at_once_learn_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = examples(400)
    whole, in_parts = a_learner(), a_learner()
    whole.learn(x, y)
    monkeypatch.setattr("detectors.learning.learner._AT_ONCE", 57)
    in_parts.learn(x, y)
    assert in_parts.state() == whole.state()


def test_it_counts_how_often_a_feature_moved() -> None:
    learner, (x, y) = a_learner(), examples(1000)
    learner.learn(x, y)
    moved = dict(zip(NAMES, learner.fold().n_changes.tolist(), strict=True))
    assert moved["feature_0"] == 999
    assert 20 <= moved["feature_4"] <= 60  # a fiftieth, into it and out of it
    assert moved["feature_5"] == 0


def test_a_feature_that_never_moved_has_no_weight() -> None:
    learner, (x, y) = a_learner(), examples(200)
    learner.learn(x, y)
    assert learner.fold().weights[5] == 0


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_value_that_is_not_finite_is_refused_and_nothing_learned(value: float) -> None:
    learner, (x, y) = a_learner(), examples(20)
    learner.learn(x, y)
    before = learner.state()
    x[3, 6] = value
    with pytest.raises(ValueError, match="feature_6 was not finite"):
        learner.learn(x, y)
    assert learner.state() == before


def test_a_monstrous_value_counts_as_the_largest_that_may_be() -> None:
    learner, (x, y) = a_learner(), examples(20)
    x[3, 6] = 1e30
    learner.learn(x, y)
    assert learner.fold().usual[6] < 1000


def test_a_state_of_other_features_is_refused() -> None:
    state = a_learner().state()
    with pytest.raises(FormatError, match="feature list hash"):
        Learner.from_state(state, NAMES, "other", LearnerSettings())
    with pytest.raises(FormatError, match="7 features"):
        Learner.from_state(state, NAMES[:7], HASH, LearnerSettings())


def test_a_state_of_an_unknown_format_is_refused() -> None:
    state = msgspec.structs.replace(a_learner().state(), format=2)
    with pytest.raises(FormatError, match="format 2"):
        Learner.from_state(state, NAMES, HASH, LearnerSettings())


def test_a_state_with_a_number_that_is_not_finite_is_refused() -> None:
    state = msgspec.structs.replace(a_learner().state(), weights=[math.nan] * 8)
    with pytest.raises(FormatError, match="not finite"):
        Learner.from_state(state, NAMES, HASH, LearnerSettings())
