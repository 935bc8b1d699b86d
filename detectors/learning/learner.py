"""The learner: River's scaler and logistic regression, told one example at a time.

What is published is folded: dividing by a deviation and weighing is one linear map of the raw
features, so ``x . weights + intercept`` is River's own logit. Its state is plain numbers: a
learner made from it learns on bit for bit as if it had never stopped.

AdaGrad, because rare features then keep a rate of their own; trees cost 10 to 50 times as much
and were no better. River takes about 50 us an example: a million customers a minute or so.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from river import compose, linear_model, optim, preprocessing, utils

from detectors.arrays import F32, F64, I64, U8
from detectors.errors import FormatError
from detectors.learning.settings import LearnerSettings

FORMAT = 1


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
        rows = self._checked(x)
        if not len(rows):
            return
        for row, label in zip(rows.tolist(), y.tolist(), strict=True):
            self._pipeline.learn_one(dict(zip(self.names, row, strict=True)), label)
        before = np.vstack((self._last if self.n_examples else rows[0], rows[:-1]))
        self._n_changes += (rows != before).sum(axis=0)
        self._last = rows[-1]
        self.n_examples += len(rows)
        self.n_positives += int(y.sum(dtype=np.int64))

    def predict(self, x: F64 | F32) -> F64:
        """Give River's own probabilities, float64, shape (n,): what `fold` has to equal."""
        rows = self._checked(x).tolist()
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
        means, deviations = self._means(), np.sqrt(self._variances())
        scaled = self._weights()
        weights = np.divide(scaled, deviations, out=np.zeros_like(scaled), where=deviations > 0)
        intercept = float(self._logistic.intercept) - float(np.vecdot(weights, means))
        return Folded(weights, intercept, means, self._n_changes.copy())

    def state(self) -> LearnerState:
        """Give everything as plain numbers.

        Raises
        ------
        FormatError
            If a number is not finite; such a state must not be kept.
        """
        squares = self._optimizer.g2
        state = LearnerState(
            format=FORMAT,
            features_hash=self.features_hash,
            n_examples=self.n_examples,
            n_positives=self.n_positives,
            means=self._means().tolist(),
            variances=self._variances().tolist(),
            weights=self._weights().tolist(),
            squared_gradients=[float(squares.get(name, 0.0)) for name in self.names],
            intercept=float(self._logistic.intercept),
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
        learner._scaler.counts.update(dict.fromkeys(names, state.n_examples))
        learner._scaler.means.update(_by_name(names, state.means))
        learner._scaler.vars.update(_by_name(names, state.variances))
        # River has no public way to set weights; `weights` gives a copy of these.
        learner._logistic._weights = utils.VectorDict(_by_name(names, state.weights))
        learner._logistic.intercept = state.intercept
        learner._optimizer.g2.update(_by_name(names, state.squared_gradients))
        learner._optimizer.n_iterations = state.n_examples
        return learner

    def _checked(self, x: F64 | F32) -> F64:
        rows = np.asarray(x, np.float64)
        if rows.shape[1:] != (len(self.names),):
            raise ValueError(f"features of shape {rows.shape}, want (n, {len(self.names)})")
        if not np.isfinite(rows).all():
            bad = self.names[int(np.argwhere(~np.isfinite(rows))[0, 1])]
            raise ValueError(f"feature {bad} was not finite")
        limit = self.settings.value_max
        return np.clip(rows, -limit, limit)

    def _means(self) -> F64:
        return _column(self._scaler.means, self.names)

    def _variances(self) -> F64:
        return _column(self._scaler.vars, self.names)

    def _weights(self) -> F64:
        return _column(self._logistic.weights, self.names)


def _column(values: dict[Any, float], names: Sequence[str]) -> F64:
    return np.array([values.get(name, 0.0) for name in names], np.float64)


def _by_name(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return dict(zip(names, values, strict=True))


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
