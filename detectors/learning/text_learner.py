"""Learns to read complaints from what people correct (`complaint.triaged`), one at a time.

River's softmax regression for each of kind, severity and mood. It starts from the word lists:
their signs are features whose weights begin at 1, so that before the first label it says what
they say, and moves from there. A text that could not be read has no features and cannot come
here. Its state is plain numbers: a learner made from it learns on bit for bit.
"""

from collections import defaultdict
from typing import Any

import msgspec
import numpy as np
from river import linear_model, optim

from detectors.arrays import F32, F64
from detectors.errors import FormatError
from detectors.learning.settings import TextLearnerSettings
from detectors.text.columns import N_COLUMNS
from detectors.text.grams import N_BUCKETS
from detectors.text.model import TARGETS, Features, TextModel, word_lists

FORMAT = 1
_BIAS = N_BUCKETS + N_COLUMNS  # features: buckets, then signs, then this
_FIXED = range(N_BUCKETS, _BIAS + 1)


class TargetState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One target: rows of `weights` and `squared_gradients` are its classes, columns `features`.

    Features stand in the order in which they were met: River adds in that order.
    """

    n_labels: int
    features: list[int]
    weights: list[list[float]]
    squared_gradients: list[list[float]]


class TextLearnerState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a text learner knows, as plain numbers; targets are kind, severity, mood."""

    format: int
    n_buckets: int
    targets: list[TargetState]


class TextLearner:
    """Learns kind, severity and mood of texts from labels in their order."""

    def __init__(self, settings: TextLearnerSettings) -> None:
        self.settings = settings
        start = word_lists()
        self._targets = [_Target(settings, start, part) for part in TARGETS]

    def learn(self, said: Features, *, kind: int = 0, severity: int = 0, mood: int = 0) -> None:
        """Learn what a person said of a text; codes as in `detectors.text.codes`, 0 for nothing.

        Raises
        ------
        ValueError
            If a code is not one of its target.
        """
        codes = (kind, severity, mood)
        for target, code in zip(self._targets, codes, strict=True):
            if not 0 <= code <= target.n_classes:
                raise ValueError(f"code {code} of {target.n_classes}")
        x = _as_dict(said)
        for target, code in zip(self._targets, codes, strict=True):
            if code:
                target.learn(x, code)

    def predict(self, said: Features) -> F64:
        """Give River's own probabilities, float64, shape (14,): what `fold` has to equal."""
        x = _as_dict(said)
        return np.concatenate([target.predict(x) for target in self._targets])

    def fold(self) -> TextModel:
        """Give what was learned as the model that reads."""
        by_gram = np.zeros((N_BUCKETS, N_COLUMNS), np.float32)
        by_sign, bias = np.zeros((N_COLUMNS, N_COLUMNS)), np.zeros(N_COLUMNS)
        for target, part in zip(self._targets, TARGETS, strict=True):
            target.fold(by_gram[:, part], by_sign[:, part], bias[part])
        kind, severity, mood = (target.n_labels for target in self._targets)
        return TextModel(bias, by_sign, by_gram, (kind, severity, mood))

    def state(self) -> TextLearnerState:
        """Give everything as plain numbers.

        Raises
        ------
        FormatError
            If a number is not finite; such a state must not be kept.
        """
        state = TextLearnerState(FORMAT, N_BUCKETS, [target.state() for target in self._targets])
        _check(state)
        return state

    @classmethod
    def from_state(cls, state: TextLearnerState, settings: TextLearnerSettings) -> "TextLearner":
        """Make the learner that goes on where `state` was taken.

        Raises
        ------
        FormatError
            If the format is unknown, of other sizes, or a number is not finite.
        """
        _check(state)
        learner = cls(settings)
        for target, kept in zip(learner._targets, state.targets, strict=True):
            target.restore(kept)
        return learner


class _Target:
    """One of kind, severity, mood: River's softmax regression over codes 1, 2, ..."""

    def __init__(self, settings: TextLearnerSettings, start: TextModel, part: slice) -> None:
        self.n_labels, self.n_classes = 0, part.stop - part.start
        self._softmax: Any = linear_model.SoftmaxRegression(
            optim.AdaGrad(settings.rate), l2=settings.shrinkage
        )
        for column in range(part.start, part.stop):
            values = [*start.by_sign[:, column].tolist(), float(start.bias[column])]
            weights = defaultdict(float, zip(_FIXED, values, strict=True))
            self._softmax.weights[1 + column - part.start] = weights

    def learn(self, x: dict[int, float], code: int) -> None:
        self._softmax.learn_one(x, code)
        self.n_labels += 1

    def predict(self, x: dict[int, float]) -> F64:
        found = self._softmax.predict_proba_one(x)
        return np.array([found[code] for code in range(1, self.n_classes + 1)])

    def fold(self, by_gram: F32, by_sign: F64, bias: F64) -> None:
        for code, weights in self._softmax.weights.items():
            for feature, weight in weights.items():
                if feature < N_BUCKETS:
                    by_gram[feature, code - 1] = weight
            by_sign[:, code - 1] = [weights[feature] for feature in _FIXED[:-1]]
            bias[code - 1] = weights[_BIAS]

    def state(self) -> TargetState:
        weights, optimizers = self._softmax.weights, self._softmax.optimizers
        features = list(weights[1])  # all classes meet the same features at the same time
        codes = range(1, self.n_classes + 1)
        return TargetState(
            self.n_labels,
            features,
            [[float(weights[code][feature]) for feature in features] for code in codes],
            [
                [float(optimizers[code].g2.get(feature, 0.0)) for feature in features]
                for code in codes
            ],
        )

    def restore(self, state: TargetState) -> None:
        self.n_labels = state.n_labels
        kept = zip(state.weights, state.squared_gradients, strict=True)
        for code, (weights, squares) in enumerate(kept, start=1):
            by_feature = zip(state.features, weights, strict=True)
            self._softmax.weights[code] = defaultdict(float, by_feature)
            optimizer: Any = self._softmax.optimizers[code]
            optimizer.g2.update(zip(state.features, squares, strict=True))
            optimizer.n_iterations = state.n_labels


def _as_dict(said: Features) -> dict[int, float]:
    # Of one length, whatever the text's: a long complaint would move more than ten short ones.
    share = 1 / float(np.sqrt(max(len(said.grams), 1)))
    x = dict.fromkeys(said.grams.tolist(), share)
    x.update((N_BUCKETS + n, tenths / 10) for n, tenths in enumerate(said.tenths.tolist()))
    x[_BIAS] = 1.0
    return x


def _check(state: TextLearnerState) -> None:
    if state.format != FORMAT or state.n_buckets != N_BUCKETS:
        raise FormatError(
            f"text learner state of format {state.format} with {state.n_buckets} buckets;"
            f" this version reads {FORMAT} with {N_BUCKETS}"
        )
    if len(state.targets) != len(TARGETS):
        raise FormatError(f"text learner state of {len(state.targets)} targets")
    for target, part in zip(state.targets, TARGETS, strict=True):
        _check_target(target, part.stop - part.start)


def _check_target(target: TargetState, n_classes: int) -> None:
    features = target.features
    if features[: len(_FIXED)] != list(_FIXED) or len(set(features)) != len(features):
        raise FormatError("text learner state is not of these features")
    if max(features) > _BIAS or min(features) < 0:
        raise FormatError("text learner state has a feature that does not exist")
    for rows in (target.weights, target.squared_gradients):
        if len(rows) != n_classes or any(len(row) != len(features) for row in rows):
            raise FormatError(f"text learner state is not of {n_classes} classes")
        if not np.isfinite(np.array(rows)).all():
            raise FormatError("text learner state holds a number that is not finite")
