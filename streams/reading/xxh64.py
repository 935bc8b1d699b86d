"""XXH64 in compiled code: the hash of ids, references and product lines (`streams.log_rows`)."""

import numpy as np

from detectors.arrays import U8
from detectors.compiled import inlined
from streams.reading.loads import byte_at, word_at

_PRIME_1 = np.uint64(11400714785074694791)
_PRIME_2 = np.uint64(14029467366897019727)
_PRIME_3 = np.uint64(1609587929392839161)
_PRIME_4 = np.uint64(9650029242287828579)
_PRIME_5 = np.uint64(2870177450012600261)
_HALF = np.uint64(0xFFFF_FFFF)


@inlined
def xxh64(buffer: U8, start: int, length: int) -> np.uint64:
    """Give XXH64 with seed 0 of `length` bytes of a padded buffer (`loads.PADDING`).

    References
    ----------
    Yann Collet: xxHash fast digest algorithm, version 0.1.1, "XXH64 algorithm description".
    """
    place, end = start, start + length
    if length >= 32:
        place, mixed = _stripes(buffer, start, end)
    else:
        mixed = _PRIME_5
    mixed += np.uint64(length)
    while place + 8 <= end:
        mixed ^= _round(np.uint64(0), word_at(buffer, place))
        mixed = _turned(mixed, np.uint64(27)) * _PRIME_1 + _PRIME_4
        place += 8
    if place + 4 <= end:
        mixed ^= (word_at(buffer, place) & _HALF) * _PRIME_1
        mixed = _turned(mixed, np.uint64(23)) * _PRIME_2 + _PRIME_3
        place += 4
    while place < end:
        mixed ^= np.uint64(byte_at(buffer, place)) * _PRIME_5
        mixed = _turned(mixed, np.uint64(11)) * _PRIME_1
        place += 1
    mixed = (mixed ^ (mixed >> np.uint64(33))) * _PRIME_2
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _PRIME_3
    return mixed ^ (mixed >> np.uint64(32))


@inlined
def _stripes(buffer: U8, start: int, end: int) -> tuple[int, np.uint64]:
    one, two = _PRIME_1 + _PRIME_2, _PRIME_2
    three, four = np.uint64(0), np.uint64(0) - _PRIME_1
    place = start
    while place + 32 <= end:
        one = _round(one, word_at(buffer, place))
        two = _round(two, word_at(buffer, place + 8))
        three = _round(three, word_at(buffer, place + 16))
        four = _round(four, word_at(buffer, place + 24))
        place += 32
    mixed = _turned(one, np.uint64(1)) + _turned(two, np.uint64(7))
    mixed += _turned(three, np.uint64(12)) + _turned(four, np.uint64(18))
    for lane in (one, two, three, four):
        mixed = (mixed ^ _round(np.uint64(0), lane)) * _PRIME_1 + _PRIME_4
    return place, mixed


@inlined
def _round(lane: np.uint64, word: np.uint64) -> np.uint64:
    return _turned(lane + word * _PRIME_2, np.uint64(31)) * _PRIME_1


@inlined
def _turned(word: np.uint64, bits: np.uint64) -> np.uint64:
    return (word << bits) | (word >> (np.uint64(64) - bits))
