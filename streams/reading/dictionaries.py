"""Closed lists of words, each looked up with one multiplication and one comparison.

A scanner meets the same few dozen words again and again: names of fields, types, literals. For
each list a multiplier is sought under which no two of its words meet.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import U8
from detectors.compiled import inlined
from streams.reading.loads import Record, Records, signed, word_at

LONGEST = 32  # bytes, four loads; the longest name of ours has 31
UNKNOWN = -1

# A word and what it means; an empty slot has length 0. The first and the last eight bytes, and
# of words longer than 16 the second and the last but one: they overlap where it is shorter.
SLOT = np.dtype(
    [
        ("first", "u8"),
        ("last", "u8"),
        ("second", "u8"),
        ("before_last", "u8"),
        ("length", "i8"),
        ("meaning", "i8"),
    ],
    align=True,
)
DICTIONARY = np.dtype([("multiplier", "u8"), ("shift", "u8"), ("slots_at", "i8")], align=True)

_MASK = (1 << 64) - 1
_EMPTY = (0, 0, 0, 0, 0, UNKNOWN)


class Dictionaries:
    """Collects dictionaries while tables are made."""

    def __init__(self) -> None:
        self._slots: list[tuple[int, ...]] = []
        self._heads: list[tuple[int, int, int]] = []

    def add(self, meanings: Mapping[str, int]) -> int:
        """Add a list of words with what each means, from 0, and give its number.

        Raises
        ------
        ValueError
            If a word is empty or longer than `LONGEST` bytes.
        """
        slots = [(*_parts(word.encode()), meaning) for word, meaning in meanings.items()]
        multiplier, bits = _spreading([_mixed(slot) for slot in slots])
        placed: list[tuple[int, ...]] = [_EMPTY] * (1 << bits)
        for slot in slots:
            placed[_slot(_mixed(slot), multiplier, bits)] = slot
        self._heads.append((multiplier, 64 - bits, len(self._slots)))
        self._slots += placed
        return len(self._heads) - 1

    def arrays(self) -> tuple[NDArray[np.void], NDArray[np.void]]:
        """Give all of them as arrays of `DICTIONARY` and `SLOT`."""
        return np.array(self._heads, DICTIONARY), np.array(self._slots, SLOT)


@inlined
def meaning_of(slots: Records, dictionary: Record, word: tuple[U8, int, int]) -> int:
    """Give what a word (buffer, place, length) means in a dictionary, or `UNKNOWN`."""
    buffer, place, length = word
    if length < 1 or length > LONGEST:
        return UNKNOWN
    first, last = word_at(buffer, place), np.uint64(0)
    second, before_last = np.uint64(0), np.uint64(0)
    if length < 8:
        first &= (np.uint64(1) << np.uint64(8 * length)) - np.uint64(1)
    else:
        last = word_at(buffer, place + length - 8)
        if length > 16:
            second, before_last = word_at(buffer, place + 8), word_at(buffer, place + length - 16)
    mixed = first + (last << np.uint64(1))
    slot = slots[dictionary.slots_at + signed(mixed * dictionary.multiplier >> dictionary.shift)]
    same = slot.first == first and slot.last == last and slot.length == length
    inside = slot.second == second and slot.before_last == before_last
    return int(slot.meaning) if same and inside else UNKNOWN


def _parts(word: bytes) -> tuple[int, ...]:
    if not 1 <= len(word) <= LONGEST:
        raise ValueError(f"word of {len(word)} bytes, must be 1 to {LONGEST}")
    parts = [word[:8], word[-8:] if len(word) >= 8 else b""]
    parts += [word[8:16], word[-16:-8]] if len(word) > 16 else [b"", b""]
    return *(int.from_bytes(part, "little") for part in parts), len(word)


def _mixed(slot: tuple[int, ...]) -> int:
    return (slot[0] + (slot[1] << 1)) & _MASK


def _slot(mixed: int, multiplier: int, bits: int) -> int:
    return (mixed * multiplier & _MASK) >> (64 - bits)


def _spreading(mixed: list[int]) -> tuple[int, int]:
    """Give the first multiplier of a fixed sequence that sends no two words to one slot."""
    fewest = max(1, (len(mixed) - 1).bit_length())
    multiplier = 1
    for bits in range(fewest, fewest + 4):
        for _ in range(2_000):
            multiplier = (multiplier * 6364136223846793005 + 1442695040888963407) & _MASK
            if len({_slot(one, multiplier | 1, bits) for one in mixed}) == len(mixed):
                return multiplier | 1, bits
    raise ValueError(f"no multiplier tells {len(mixed)} words apart")
