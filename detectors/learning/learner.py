"""The learner: River's scaler and logistic regression, told one example after the other.

What is published is folded: dividing by a deviation and weighing is one linear map of the raw
features, so ``x . weights + intercept`` is River's own logit. Its state is plain numbers: a
learner made from it learns on bit for bit as if it had never stopped.

AdaGrad, because rare features then keep a rate of their own; trees cost 10 to 50 times as much
and were no better. Told example by example River takes some 50 us each, a minute for a million
customers; `steps.py` does the same for many at once in half of one.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from river import compose, linear_model, optim, preprocessing, utils

from detectors.arrays import F32, F64, I64, U8
from detectors.errors import FormatError
from detectors.learning import steps
from detectors.learning.settings import LearnerSettings

FORMAT = 1
_AT_ONCE = 65_536  # examples as float64: a million customers' would fill a gigabyte


class Folded(msgspec.Struct, frozen=True, eq=False):
    """A linear model over raw features: ``logit = x . weights + intercept``.

    `usual` is the mean of each feature among the examples, `n_changes` how often each had
    another value than in the example before.
    """

    weights: F64
    intercept: float
    usual: F64
    n_changes: I64


class LearnerState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a learner knows, as plain numbers; lists are in the order of the features."""

    format: int
    features_hash: str
    n_examples: int
    n_positives: int
    means: list[float]
    variances: list[float]
    weights: list[float]
    squared_gradients: list[float]
    intercept: float
    last: list[float]
    n_changes: list[int]


class Learner:
    """Learns who churns from examples in their order.

    Parameters
    ----------
    names : names of the features, in the order of the columns of `x`
    features_hash : the feature list's name, kept in the state
    settings : rates; changing them on the way is allowed and acts from the next example on
    """

    def __init__(self, names: Sequence[str], features_hash: str, settings: LearnerSettings) -> None:
        self.names, self.features_hash, self.settings = tuple(names), features_hash, settings
        self.n_examples = self.n_positives = 0
        self._scaler = preprocessing.StandardScaler()
        self._optimizer = optim.AdaGrad(lr=settings.rate)
        self._logistic = linear_model.LogisticRegression(
            optimizer=self._optimizer,
            l2=settings.shrinkage,
            intercept_lr=settings.intercept_rate,
        )
        self._pipeline = compose.Pipeline(self._scaler, self._logistic)
        self._rates = steps.Rates(
            rate=settings.rate,
            epsilon=self._optimizer.eps,
            shrinkage=settings.shrinkage,
            intercept_rate=settings.intercept_rate,
        )
        self._last = np.zeros(len(names))
        self._n_changes = np.zeros(len(names), np.int64)

    def learn(self, x: F64 | F32, y: U8) -> None:
        """Learn examples, one after the other; the order matters.

        Parameters
        ----------
        x : float64 or float32, shape (n, n_features)
        y : uint8, shape (n,)
            1 for who churned.

        Raises
        ------
        ValueError
            If a value is not finite: one NaN would poison every weight for good.
        """
        self._refuse(x)
        for start in range(0, len(x), _AT_ONCE):
            self._learn(self._limited(x[start : start + _AT_ONCE]), y[start : start + _AT_ONCE])

    def predict(self, x: F64 | F32) -> F64:
        """Give River's own probabilities, float64, shape (n,): what `fold` has to equal."""
        self._refuse(x)
        rows = self._limited(x).tolist()
        found = (
            self._pipeline.predict_proba_one(dict(zip(self.names, row, strict=True)))
            for row in rows
        )
        return np.fromiter((risk[True] for risk in found), np.float64, len(rows))

    def fold(self) -> Folded:
        """Give scaler and weights as one linear model over raw features.

        Fails in its last digits where a feature hardly varies beside its mean: the intercept
        then takes away nearly what the weight adds.
        """
        memory = self._memory()
        means, deviations, scaled = memory.means, np.sqrt(memory.variances), memory.weights
        weights = np.divide(scaled, deviations, out=np.zeros_like(scaled), where=deviations > 0)
        intercept = float(memory.intercept[0]) - float(np.vecdot(weights, means))
        return Folded(weights, intercept, means, self._n_changes.copy())

    def state(self) -> LearnerState:
        """Give everything as plain numbers.

        Raises
        ------
        FormatError
            If a number is not finite; such a state must not be kept.
        """
        memory = self._memory()
        state = LearnerState(
            format=FORMAT,
            features_hash=self.features_hash,
            n_examples=self.n_examples,
            n_positives=self.n_positives,
            means=memory.means.tolist(),
            variances=memory.variances.tolist(),
            weights=memory.weights.tolist(),
            squared_gradients=memory.squared_gradients.tolist(),
            intercept=float(memory.intercept[0]),
            last=self._last.tolist(),
            n_changes=self._n_changes.tolist(),
        )
        _check(state, self.names, self.features_hash)
        return state

    @classmethod
    def from_state(
        cls,
        state: LearnerState,
        names: Sequence[str],
        features_hash: str,
        settings: LearnerSettings,
    ) -> "Learner":
        """Make the learner that goes on where `state` was taken.

        Raises
        ------
        FormatError
            If the format is unknown, the features are others, or a number is not finite.
        """
        _check(state, names, features_hash)
        learner = cls(names, features_hash, settings)
        if not state.n_examples:
            return learner
        learner.n_examples, learner.n_positives = state.n_examples, state.n_positives
        learner._last = np.array(state.last, np.float64)
        learner._n_changes = np.array(state.n_changes, np.int64)
        memory = steps.Memory(
            means=np.array(state.means),
            variances=np.array(state.variances),
            weights=np.array(state.weights),
            squared_gradients=np.array(state.squared_gradients),
            intercept=np.array([state.intercept]),
        )
        learner._remember(memory)
        return learner

    def _refuse(self, x: F64 | F32) -> None:
        if x.shape[1:] != (len(self.names),):
            raise ValueError(f"features of shape {x.shape}, want (n, {len(self.names)})")
        finite = np.isfinite(x)
        if not finite.all():
            bad = self.names[int(np.argwhere(~finite)[0, 1])]
            raise ValueError(f"feature {bad} was not finite")

    def _limited(self, x: F64 | F32) -> F64:
        limit, rows = self.settings.value_max, np.array(x, np.float64, order="C")
        return np.clip(rows, -limit, limit, out=rows)

    def _learn(self, rows: F64, y: U8) -> None:
        memory = self._memory()
        steps.learn(memory, self._rates, rows, np.ascontiguousarray(y), self.n_examples)
        steps.count_changes(rows, self._last if self.n_examples else rows[0], self._n_changes)
        self._last = rows[-1].copy()
        self.n_examples += len(rows)
        self.n_positives += int(y.sum(dtype=np.int64))
        self._remember(memory)

    def _memory(self) -> steps.Memory:
        # What River's objects hold, as arrays of our own.
        return steps.Memory(
            means=_column(self._scaler.means, self.names),
            variances=_column(self._scaler.vars, self.names),
            weights=_column(self._logistic.weights, self.names),
            squared_gradients=_column(self._optimizer.g2, self.names),
            intercept=np.array([self._logistic.intercept], np.float64),
        )

    def _remember(self, memory: steps.Memory) -> None:
        # The way back: River goes on where the arrays stand, after all `n_examples`.
        means, variances, weights, squares = (
            dict(zip(self.names, column.tolist(), strict=True)) for column in memory[:4]
        )
        self._scaler.counts.update(dict.fromkeys(self.names, self.n_examples))
        self._scaler.means.update(means)
        self._scaler.vars.update(variances)
        # River has no public way to set weights; `weights` gives a copy of these.
        self._logistic._weights = utils.VectorDict(weights)
        self._logistic.intercept = float(memory.intercept[0])
        self._optimizer.g2.update(squares)
        self._optimizer.n_iterations = self.n_examples


def _column(values: dict[Any, float], names: Sequence[str]) -> F64:
    return np.array([values.get(name, 0.0) for name in names], np.float64)


def _check(state: LearnerState, names: Sequence[str], features_hash: str) -> None:
    if state.format != FORMAT:
        raise FormatError(f"learner state of format {state.format}; this version reads {FORMAT}")
    if state.features_hash != features_hash:
        raise FormatError(
            f"learner state is of feature list {state.features_hash}; this is {features_hash}"
        )
    columns = (state.means, state.variances, state.weights, state.squared_gradients, state.last)
    if any(len(column) != len(names) for column in (*columns, state.n_changes)):
        raise FormatError(f"learner state is not of {len(names)} features")
    if not np.isfinite(np.array([*columns, [state.intercept] * len(names)])).all():
        raise FormatError("learner state holds a number that is not finite")
