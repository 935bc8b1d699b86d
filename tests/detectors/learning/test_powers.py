"""Powers: the C library's own to the last bit, which are neither roots nor products."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from detectors.arrays import F64
from detectors.learning.powers import LEAST, MOST, roots, squares

ODD = [0.0, 1.0, 2.0, 0.25, 9.0, 5e-324, 1e-310, LEAST, LEAST / 3, MOST, 3 * MOST, 1e308, math.inf]


def values(n: int, scale: float) -> F64:
    return np.concatenate([ODD, np.random.default_rng(1).exponential(scale, n)])


@pytest.mark.parametrize("scale", [1e-205, 1e-100, 1e-8, 1.0, 1e6, 1e100])
@pytest.mark.parametrize(
    ("powers", "exponent", "guess"), [(roots, 0.5, np.sqrt), (squares, 2.0, np.square)]
)
def test_powers_are_those_of_the_c_library(
    powers: Callable[[F64, float, F64], None],
    exponent: float,
    guess: Callable[[F64], F64],
    scale: float,
) -> None:
    asked = values(20_000, scale)
    found = np.empty_like(asked)
    powers(asked, exponent, found)
    told = [_power(one, exponent) for one in asked.tolist()]
    assert found.tolist() == told
    if scale == 1.0:  # a root or a product alone would not have done
        assert (guess(asked[len(ODD) :]) != told[len(ODD) :]).any()


def test_squares_of_what_is_below_0_are_those_of_the_c_library() -> None:
    asked = -values(20_000, 1.0)
    found = np.empty_like(asked)
    squares(asked, 2.0, found)
    assert found.tolist() == [_power(one, 2.0) for one in asked.tolist()]


def _power(value: float, exponent: float) -> float:
    try:
        found: float = value**exponent
    except OverflowError:  # Python's own; the library gives infinity
        return math.inf
    return found
