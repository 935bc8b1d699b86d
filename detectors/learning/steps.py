"""River's steps, compiled: many examples in one call, and every bit as River alone would have it.

River's own loop takes some fifty microseconds an example, most of them to find numbers by their
names. Here the same operations are done in the same order on arrays: those of `StandardScaler`,
then of `LogisticRegression` with `AdaGrad`. What they mean is River's business; the tests hold
both against each other bit for bit.
"""

import math
from typing import NamedTuple

import numpy as np

from detectors.arrays import F64, I64, U8
from detectors.compiled import array_kernel, compiled, kernel
from detectors.learning.powers import roots, squares


class Memory(NamedTuple):
    """What is learned: float64 of shape (n_features,), and the intercept alone, shape (1,)."""

    means: F64
    variances: F64
    weights: F64
    squared_gradients: F64
    intercept: F64


class Rates(NamedTuple):
    """How far a step goes, as River's objects say it.

    `half` and `two` are exponents. River raises to powers, which is in its last bit neither a
    root nor a product; known to the compiler they would become just that.
    """

    rate: float
    epsilon: float
    shrinkage: float
    intercept_rate: float
    half: float = 0.5
    two: float = 2.0


class _Room(NamedTuple):
    """Room for one example's numbers, float64 of shape (n_features,) each."""

    scaled: F64
    roots: F64
    gradients: F64
    powers: F64


@array_kernel
def learn(memory: Memory, rates: Rates, x: F64, y: U8, n_before: int) -> None:
    """Learn examples in their order, in place.

    Parameters
    ----------
    x : float64, shape (n, n_features)
        Finite.
    y : uint8, shape (n,)
        1 for who churned.
    n_before : int
        Examples learned before.
    """
    n = x.shape[1]
    room = _Room(np.empty(n), np.empty(n), np.empty(n), np.empty(n))
    for at in range(len(x)):
        _scale(memory, rates, x[at], n_before + at + 1, room)
        _step(memory, rates, room, y[at])


@kernel
def count_changes(x: F64, last: F64, n_changes: I64) -> None:
    """Count for each feature the examples with another value than in the one before, in place.

    Parameters
    ----------
    x : float64, shape (n, n_features)
    last : float64, shape (n_features,)
        The example before the first.
    n_changes : int64, shape (n_features,)
    """
    for at in range(len(x)):
        for place in range(len(n_changes)):
            before = x[at - 1, place] if at else last[place]
            n_changes[place] += x[at, place] != before


# Loops of one kind of operation each: the compiler then does several features at once.


@compiled
def _scale(memory: Memory, rates: Rates, x: F64, n: int, room: _Room) -> None:
    means, variances, scaled = memory.means, memory.variances, room.scaled
    for place in range(len(x)):
        value, old = x[place], means[place]
        mean = old + (value - old) / n
        variances[place] += ((value - old) * (value - mean) - variances[place]) / n
        means[place], scaled[place] = mean, value - mean
    roots(variances, rates.half, room.roots)
    for place in range(len(x)):
        root = room.roots[place]
        scaled[place] = scaled[place] / root if root else 0.0


@compiled
def _step(memory: Memory, rates: Rates, room: _Room, label: int) -> None:
    weights, sums, scaled = memory.weights, memory.squared_gradients, room.scaled
    gradients, powers = room.gradients, room.powers
    logit = 0.0
    for place in range(len(scaled)):
        logit += weights[place] * scaled[place]
    steep = slope(logit + memory.intercept[0], 1.0 if label else -1.0)
    memory.intercept[0] -= rates.intercept_rate * steep
    for place in range(len(scaled)):
        gradients[place] = scaled[place] * steep + weights[place] * rates.shrinkage
    squares(gradients, rates.two, powers)
    for place in range(len(scaled)):
        sums[place] += powers[place]
        powers[place] = sums[place] + rates.epsilon
    roots(powers, rates.half, room.roots)
    for place in range(len(scaled)):
        weights[place] -= rates.rate / room.roots[place] * gradients[place]


@compiled
def slope(logit: float, sign: float) -> float:
    """Give the slope of the log-loss at a logit; `sign` is 1 for who churned, -1 for who stayed.

    Beyond 18 it is at one of its two ends, as River has it.
    """
    margin = logit * sign
    if margin > 18.0:
        return math.exp(-margin) * -sign
    if margin < -18.0:
        return -sign
    return -sign / (math.exp(margin) + 1.0)
