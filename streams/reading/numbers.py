"""Numbers of JSON, where their value is certain: no rounding but the last one.

Up to 2**53 and with a power of ten up to 10**22 both parts are exact doubles, so one
multiplication or division gives the double that is nearest. All others are declined.
"""

import numpy as np

from detectors.arrays import U8
from detectors.compiled import inlined
from streams.reading.loads import byte_at
from streams.reading.texts import DECLINED

_LARGEST = 1 << 53
_MOST_DIGITS = 18  # more might not fit an int64
_MOST_TENS = 22
_TENS = np.array([float(f"1e{tens}") for tens in range(_MOST_TENS + 1)])

_ZERO, _MINUS, _PLUS, _POINT = ord("0"), ord("-"), ord("+"), ord(".")
_SMALL_E, _LARGE_E = ord("e"), ord("E")


@inlined
def number(buffer: U8, place: int) -> tuple[int, float]:
    """Give the place behind a number, or `DECLINED`, and its value.

    References
    ----------
    William Clinger: How to Read Floating Point Numbers Accurately, 1990 (the easy case).
    """
    negative = byte_at(buffer, place) == _MINUS
    first = place + 1 if negative else place
    place, whole = _digits(buffer, first, 0)
    n_digits, tens = place - first, 0
    # Another zero in front is no JSON.
    if n_digits == 0 or (n_digits > 1 and byte_at(buffer, first) == _ZERO):
        return DECLINED, 0.0
    if byte_at(buffer, place) == _POINT:
        fraction = place + 1
        place, whole = _digits(buffer, fraction, whole)
        tens = fraction - place
        n_digits -= tens
        if tens == 0:
            return DECLINED, 0.0
    byte = byte_at(buffer, place)
    if byte in (_SMALL_E, _LARGE_E):
        place, exponent = _exponent(buffer, place + 1)
        tens += exponent
    if place == DECLINED or n_digits > _MOST_DIGITS or whole > _LARGEST:
        return DECLINED, 0.0
    # Minus zero is another double than zero.
    if (whole == 0 and negative) or tens > _MOST_TENS or tens < -_MOST_TENS:
        return DECLINED, 0.0
    value = float(whole)
    value = value * _TENS[tens] if tens >= 0 else value / _TENS[-tens]
    return place, -value if negative else value


@inlined
def integer(buffer: U8, place: int) -> tuple[int, float]:
    """Give the place behind a whole number without fraction and exponent, and its value."""
    end, value = number(buffer, place)
    at = place
    while at < end:
        byte = byte_at(buffer, at)
        if byte in (_POINT, _SMALL_E, _LARGE_E):
            return DECLINED, 0.0
        at += 1
    return end, value


@inlined
def _digits(buffer: U8, place: int, whole: int) -> tuple[int, int]:
    digit = byte_at(buffer, place) - _ZERO
    while 0 <= digit <= 9:
        whole = whole * 10 + digit  # of too many digits it wraps, and they are counted
        place += 1
        digit = byte_at(buffer, place) - _ZERO
    return place, whole


@inlined
def _exponent(buffer: U8, place: int) -> tuple[int, int]:
    sign = byte_at(buffer, place)
    first = place + 1 if sign in (_MINUS, _PLUS) else place
    place, exponent = _digits(buffer, first, 0)
    if place == first or place - first > 3:
        return DECLINED, 0
    return place, -exponent if sign == _MINUS else exponent
