"""Exponential decay and the other small arithmetic of the families: compiled, one number at a time.

Counts that forget take a late event as well as one in time. Logarithms and exponentials are the
C library's, as `math` has them: see `detectors/__init__.py` for where determinism ends.
"""

import math

import numpy as np

from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled

LN2 = math.log(2.0)
_LOG1P = np.array([math.log1p(n) for n in range(65)])
_ODD, _PAIRS, _NIBBLES = (np.uint64(m * (2**64 // 255)) for m in (0x55, 0x33, 0x0F))
_BYTES = np.uint64(2**64 // 255)
_1, _2, _4, _56 = (np.uint64(n) for n in (1, 2, 4, 56))


@compiled
def weight(age_ms: int, half_life_days: float) -> float:
    """Give what an event of that age still weighs: 1 now, a half after one half-life.

    Parameters
    ----------
    age_ms : int
        Age, ms. Never negative: the caller knows which of two instants is the later.
    half_life_days : float
        Days until an event weighs half. Raising it remembers longer and reacts later.

    Returns
    -------
    float, within (0, 1]

    Examples
    --------
    >>> weight(28 * DAY_MS, 28.0)
    0.5
    """
    return math.exp2(age_ms / (-half_life_days * DAY_MS)) if age_ms else 1.0


@compiled
def added(
    total: float, as_of_ms: int, at_ms: int, half_life_days: float, amount: float = 1.0
) -> float:
    """Add one event to a decayed total, late or not.

    A late event is added with the weight it has lost since, so every order of arrival gives
    the same total up to rounding. Fails for what can be taken back (open complaints).
    The caller moves its own `as_of_ms` to ``max(as_of_ms, at_ms)`` afterwards: several totals of
    one family share one instant.

    Parameters
    ----------
    total, as_of_ms : float and int
        A decayed total, and the instant at which it holds, ms since 1970.
    at_ms : int
        Event time of the event to add, ms since 1970.
    half_life_days : float
        Days until an event weighs half.
    amount : float
        What the event adds: 1 to count, money to sum.

    Returns
    -------
    float
        The total with the event, as of the later of both instants.

    References
    ----------
    Cormode, Shkapenyuk, Srivastava, Xu: "Forward Decay", ICDE 2009.

    Examples
    --------
    >>> added(1.0, 0, 28 * DAY_MS, 28.0)
    1.5
    >>> added(1.5, 28 * DAY_MS, 0, 28.0)
    2.0
    """
    newest_ms = max(as_of_ms, at_ms)
    kept = total * weight(newest_ms - as_of_ms, half_life_days)
    return kept + amount * weight(newest_ms - at_ms, half_life_days)


@compiled
def earlier(before_ms: int, at_ms: int) -> int:
    """Give the earlier of two instants, the second if there was none before.

    Examples
    --------
    >>> earlier(NEVER, 7), earlier(5, 7)
    (7, 5)
    """
    return at_ms if before_ms == NEVER else min(before_ms, at_ms)


@compiled
def days_between(from_ms: int, to_ms: int) -> float:
    """Give days from one instant to another, 0 where that lies before it (a late event).

    Examples
    --------
    >>> days_between(0, DAY_MS), days_between(DAY_MS, 0)
    (1.0, 0.0)
    """
    return max(to_ms - from_ms, 0) / DAY_MS


@compiled
def log1p(value: float) -> float:
    """Give ``log(1 + value)`` of what is not below 0, exact to 1e-16: a feature is a float32.

    The C library's `log1p` keeps all digits of what is next to nothing, and takes twice as long.

    Examples
    --------
    >>> log1p(0.0), log1p(1.0) == LN2
    (0.0, True)
    """
    return math.log(1.0 + value) if value else 0.0


@compiled
def log_days_since(at_ms: int, now_ms: int, most_days: float = 180.0) -> float:
    """Give ``log(1 + days)`` since an instant; of `most_days` if it was before, or never.

    Examples
    --------
    >>> log_days_since(NEVER, DAY_MS) == math.log1p(180)
    True
    """
    if at_ms == NEVER:
        return log1p(most_days)  # known when this is compiled
    return log1p(min(days_between(at_ms, now_ms), most_days))


@compiled
def could_days(tenure_days: float, half_life_days: float) -> float:
    """Give the decayed days on which a customer of that tenure could have done anything at all.

    Examples
    --------
    >>> round(could_days(28.0, 28.0), 3)
    20.198
    """
    return half_life_days / LN2 * (1.0 - math.exp2(tenure_days / -half_life_days))


@compiled
def within(lowest: float, value: float, highest: float) -> float:
    """Give the value, or the limit that it is beyond.

    Examples
    --------
    >>> within(0.0, 7.0, 5.0)
    5.0
    """
    return min(max(value, lowest), highest)


@compiled
def one_if(is_so: bool) -> float:
    """Give 1 if something is so, else 0: compiled code makes no number of a bool.

    Examples
    --------
    >>> one_if(1 < 2), one_if(2 < 1)
    (1.0, 0.0)
    """
    return 1.0 if is_so else 0.0


@compiled
def n_bits(bits: np.uint64) -> int:
    """Count the bits set of a uint64.

    Examples
    --------
    >>> n_bits(np.uint64(0b1011))
    3
    """
    pairs = bits - ((bits >> _1) & _ODD)
    nibbles = (pairs & _PAIRS) + ((pairs >> _2) & _PAIRS)
    return int((((nibbles + (nibbles >> _4)) & _NIBBLES) * _BYTES) >> _56)


@compiled
def log1p_of_bits(bits: np.uint64) -> float:
    """Give ``log(1 + n)`` of how many bits of a uint64 are set, n, looked up: 65 answers.

    Examples
    --------
    >>> log1p_of_bits(np.uint64(0b101)) == math.log1p(2)
    True
    """
    return float(_LOG1P[n_bits(bits)])
