"""Exponential decay: counts that forget, and take a late event as well as one in time.

The few transcendental functions of the families stand here, on contiguous arrays, because
their last bits depend on the library's code path (see `detectors/__init__.py`).
"""

import numpy as np

from detectors.arrays import DAY_MS, F64, I64, U64

_LOG1P = np.log1p(np.arange(65.0))


def weight(age_ms: I64, half_life_days: float) -> F64:
    """Give what events of that age still weigh: 1 now, a half after one half-life.

    Parameters
    ----------
    age_ms : int64, shape (n,)
        Ages, ms. Never negative: the caller knows which of two instants is the later.
    half_life_days : float
        Days until an event weighs half. Raising it remembers longer and reacts later.

    Returns
    -------
    float64, shape (n,), within (0, 1]

    Examples
    --------
    >>> weight(np.array([0, 28 * DAY_MS]), 28.0)
    array([1. , 0.5])
    """
    result: F64 = np.exp2(age_ms / (-half_life_days * DAY_MS))
    return result


def added(
    total: F64, as_of_ms: I64, at_ms: I64, half_life_days: float, amount: F64 | float = 1.0
) -> F64:
    """Add one event to each decayed total, late or not.

    A late event is added with the weight it has lost since, so every order of arrival gives
    the same total up to rounding. Fails for what can be taken back (open complaints).
    The caller moves its own `as_of_ms` to `np.maximum(as_of_ms, at_ms)` afterwards: several
    totals of one family share one instant.

    Parameters
    ----------
    total, as_of_ms : float64 and int64, shape (n,)
        Decayed totals, and the instants at which they hold, ms since 1970.
    at_ms : int64, shape (n,)
        Event time of the event to add, ms since 1970.
    half_life_days : float
        Days until an event weighs half.
    amount : float64, shape (n,), or float
        What each event adds: 1 to count, money to sum.

    Returns
    -------
    float64, shape (n,)
        The totals with the event, as of the later of both instants.

    References
    ----------
    Cormode, Shkapenyuk, Srivastava, Xu: "Forward Decay", ICDE 2009.

    Examples
    --------
    >>> added(np.array([1.0]), np.array([0]), np.array([28 * DAY_MS]), 28.0)
    array([1.5])
    >>> added(np.array([1.5]), np.array([28 * DAY_MS]), np.array([0]), 28.0)
    array([2.])
    """
    kept, new = weights(as_of_ms, at_ms, half_life_days)
    return total * kept + amount * new


def weights(as_of_ms: I64, at_ms: I64, half_life_days: float) -> tuple[F64, F64]:
    """Give what a total and an event weigh at the later of their instants; one of them is 1.

    Several totals of one half-life share them; `added` is for a single one.

    Examples
    --------
    >>> weights(np.array([0]), np.array([28 * DAY_MS]), 28.0)
    (array([0.5]), array([1.]))
    """
    newest_ms = np.maximum(as_of_ms, at_ms)
    return weight(newest_ms - as_of_ms, half_life_days), weight(newest_ms - at_ms, half_life_days)


def log1p(value: F64) -> F64:
    """Give ``log(1 + value)`` of values not below 0: squeezes the long tail of counts and days.

    Examples
    --------
    >>> log1p(np.array([0.0]))
    array([0.])
    """
    result: F64 = np.log1p(np.ascontiguousarray(value))
    return result


def log1p_of_bits(bits: U64) -> F64:
    """Give ``log(1 + n)`` of how many bits are set, n, looked up: there are 65 answers.

    Examples
    --------
    >>> log1p_of_bits(np.array([0, 0b101], np.uint64)) == np.log1p([0.0, 2.0])
    array([ True,  True])
    """
    result: F64 = _LOG1P.take(np.bitwise_count(bits))
    return result


def days_since(now_ms: I64, at_ms: I64) -> F64:
    """Give days from `at_ms` to `now_ms`, 0 where the instant lies ahead (a late event).

    Examples
    --------
    >>> days_since(np.array([DAY_MS, 0]), np.array([0, DAY_MS]))
    array([1., 0.])
    """
    result: F64 = np.maximum(now_ms - at_ms, 0) / DAY_MS
    return result


def log(value: F64) -> F64:
    """Give the natural logarithm of values above 0.

    Examples
    --------
    >>> log(np.array([1.0]))
    array([0.])
    """
    result: F64 = np.log(np.ascontiguousarray(value))
    return result
