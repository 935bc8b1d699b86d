"""Times of RFC 3339 as milliseconds since 1970: eight bytes are looked at in one step."""

import numpy as np

from detectors.arrays import DAY_MS, U8
from detectors.compiled import inlined
from streams.reading.loads import byte_at, signed, word_at

UNTOLD = np.iinfo(np.int64).min  # for a time that is declined

_SHORTEST = len("1970-01-01T00:00:00Z")
_ZERO, _POINT, _ZULU, _MINUS, _PLUS = ord("0"), ord("."), ord("Z"), ord("-"), ord("+")


def _pattern(shape: str) -> tuple[np.uint64, np.uint64, np.uint64]:
    # Of eight bytes: what to take away so that digits are 0 to 9 and signs 0, what to add so
    # that the highest bit tells any other, and which bytes are looked at.
    spelt = shape.replace("9", "0").encode()
    limits = bytes(0x76 if sign == "9" else 0x7F if sign != "?" else 0 for sign in shape)
    looked_at = bytes(0x00 if sign == "?" else 0xFF for sign in shape)
    parts = [int.from_bytes(part, "little") for part in (spelt, limits, looked_at)]
    return np.uint64(parts[0]), np.uint64(parts[1]), np.uint64(parts[2])


_DATE, _DATE_LIMITS, _ = _pattern("9999-99-")
_CLOCK, _CLOCK_LIMITS, _ = _pattern("99T99:99")
_SECOND, _SECOND_LIMITS, _SECOND_ONLY = _pattern(":99?????")
_OFFSET, _OFFSET_LIMITS, _OFFSET_ONLY = _pattern("99:99???")
_HIGH_BITS = np.uint64(0x8080_8080_8080_8080)


@inlined
def moment(buffer: U8, place: int, length: int) -> int:
    """Give a time as ms since 1970, cut down to the millisecond as `at_ms` does, or `UNTOLD`.

    Beyond six places a fraction is rounded to microseconds first, as msgspec does. Declines all
    that is no time and some that is: the first and the last year of Python, small letters, a
    space for the T, offsets without a colon.
    """
    if length < _SHORTEST:
        return UNTOLD
    date = word_at(buffer, place) ^ _DATE
    clock = word_at(buffer, place + 8) ^ _CLOCK
    second = (word_at(buffer, place + 16) ^ _SECOND) & _SECOND_ONLY
    wrong = date | (date + _DATE_LIMITS) | clock | (clock + _CLOCK_LIMITS)
    wrong |= second | (second + _SECOND_LIMITS)
    year = 100 * _pair(date, 0) + _pair(date, 2)
    month, day = _pair(date, 5), _pair(clock, 0)
    hours, minutes, seconds = _pair(clock, 3), _pair(clock, 6), _pair(second, 1)
    if wrong & _HIGH_BITS or not _is_date(year, month, day):
        return UNTOLD
    if hours > 23 or minutes > 59 or seconds > 59:
        return UNTOLD
    end = place + length
    place, micros = _fraction(buffer, place + _SHORTEST - 1, end)
    offset_s = _offset_s(buffer, place, end)
    if micros < 0 or offset_s == UNTOLD:
        return UNTOLD
    since_midnight_s = hours * 3600 + minutes * 60 + seconds - offset_s
    return _days(year, month, day) * DAY_MS + since_midnight_s * 1000 + micros // 1000


@inlined
def _pair(word: np.uint64, at: int) -> int:
    # Two digits that begin at a byte; no product of ten overflows its byte.
    pairs = word * np.uint64(10) + (word >> np.uint64(8))
    return signed(pairs >> np.uint64(8 * at) & np.uint64(0xFF))


@inlined
def _is_date(year: int, month: int, day: int) -> bool:
    if month < 1 or month > 12 or day < 1 or year < 2 or year > 9998:
        return False
    if month != 2:
        return day <= 30 + ((month ^ (month >> 3)) & 1)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= (29 if leap else 28)


@inlined
def _days(year: int, month: int, day: int) -> int:
    # Days since 1970. A year is taken to begin in March, so that the leap day is its last.
    if month < 3:
        year, month = year - 1, month + 12
    leaps = year // 4 - year // 100 + year // 400
    return 365 * year + leaps + (153 * month - 457) // 5 + day - 719_469


@inlined
def _fraction(buffer: U8, place: int, end: int) -> tuple[int, int]:
    # The place behind a fraction of a second, if there is one, and its microseconds.
    if byte_at(buffer, place) != _POINT:
        return place, 0
    first, micros, worth = place + 1, 0, 100_000
    place = first
    digit = byte_at(buffer, place) - _ZERO
    while 0 <= digit <= 9 and place < end:
        micros += digit * worth
        if place - first == 6 and digit >= 5:
            micros += 1
        worth //= 10
        place += 1
        digit = byte_at(buffer, place) - _ZERO
    return place, micros if place > first else -1


@inlined
def _offset_s(buffer: U8, place: int, end: int) -> int:
    # Seconds ahead of UTC, or `UNTOLD`. What stands at `place` must reach to `end`.
    sign = byte_at(buffer, place)
    if sign == _ZULU:
        return 0 if place + 1 == end else UNTOLD
    offset = (word_at(buffer, place + 1) ^ _OFFSET) & _OFFSET_ONLY
    wrong = (offset | (offset + _OFFSET_LIMITS)) & _HIGH_BITS
    hours, minutes = _pair(offset, 0), _pair(offset, 3)
    if wrong or place + 6 != end or hours > 23 or minutes > 59:
        return UNTOLD
    if sign == _PLUS:
        return hours * 3600 + minutes * 60
    return -(hours * 3600 + minutes * 60) if sign == _MINUS else UNTOLD
