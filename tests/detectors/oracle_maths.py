"""The oracle's arithmetic, one number at a time.

Exponentials and logarithms are the C library's, as compiled code has them.
"""

import math

import numpy as np

DAY_MS = 24 * 60 * 60 * 1000
WEEK_MS = 7 * DAY_MS


def exp(x: float) -> float:
    return math.exp(x)


def exp2(x: float) -> float:
    return math.exp2(x)


def expm1(x: float) -> float:
    return math.expm1(x)


def log(x: float) -> float:
    return math.log(x)


def log1p(x: float) -> float:
    return math.log1p(x)


def power(base: float, exponent: float) -> float:
    return math.pow(base, exponent)


def float32(x: float) -> float:
    return float(np.float32(x))


def six_places(x: float) -> float:
    return round(x * 1e6) / 1e6


def weight(age_ms: int, half_life_days: float) -> float:
    return exp2(age_ms / (-half_life_days * DAY_MS))


def days(from_ms: int, to_ms: int) -> float:
    return max(to_ms - from_ms, 0) / DAY_MS


def within(low: float, x: float, high: float) -> float:
    return min(max(x, low), high)


def faded(total: float, as_of_ms: int, at_ms: int, half_life_days: float, more: float) -> float:
    """Give a decayed total with `more` of `at_ms` in it, as of the later of both instants."""
    newest_ms = max(as_of_ms, at_ms)
    kept = total * weight(newest_ms - as_of_ms, half_life_days)
    return kept + more * weight(newest_ms - at_ms, half_life_days)
