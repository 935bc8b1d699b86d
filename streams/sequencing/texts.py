"""Texts that are places in a buffer of bytes: read, compared, hashed and copied when compiled.

Eight bytes are read at once, which the compiler makes one load of. A text that is no multiple
of eight long is read in words that overlap, never beyond its end.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import I64
from detectors.compiled import inlined

Bytes = NDArray[np.uint8]
Lengths = NDArray[np.int32]

Whole = int | np.int64  # what compiled code counts in
NONE = -1  # the length of a text that is not there

_MIXER = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio's bits: odd, and without a pattern
_FOLD = np.uint64(32)


class Text(NamedTuple):
    """So many bytes of a buffer."""

    buffer: Bytes
    start: Whole
    length: Whole


class Texts(NamedTuple):
    """Many texts in one buffer: int64 `starts` and int32 `lengths` of shape (n,)."""

    buffer: Bytes
    starts: I64
    lengths: Lengths


def texts_of(values: Sequence[bytes | None]) -> Texts:
    """Join values to one buffer; one that is not there has the length `NONE`.

    Examples
    --------
    >>> texts_of([b"ada", None, b"bo"]).lengths.tolist()
    [3, -1, 2]
    """
    if None in values:
        given = [value or b"" for value in values]
        lengths = np.array([NONE if value is None else len(value) for value in values], np.int32)
    else:
        given = values  # type: ignore[assignment]  # None is not among them
        lengths = np.fromiter(map(len, given), np.int32, len(given))
    starts = np.zeros(len(given), np.int64)
    np.cumsum(np.maximum(lengths[:-1], 0), out=starts[1:])
    return Texts(np.frombuffer(b"".join(given), np.uint8), read_only(starts), read_only(lengths))


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Give a contiguous view that nobody can write to.

    Kernels are compiled for what their arrays are, also for whether they can be written to. So
    all that comes from outside is made alike.
    """
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


@inlined
def word(buffer: Bytes, at: Whole, n_bytes: int) -> np.uint64:
    """Give up to eight bytes as a number, the first being the lowest."""
    place, read = np.uint64(at), np.uint64(0)  # unsigned: no index counts from the end
    for number in range(n_bytes):
        read |= np.uint64(buffer[place + np.uint64(number)]) << np.uint64(8 * number)
    return read


@inlined
def short(text: Text) -> np.uint64:
    """Give a text of less than eight bytes as a number; texts of one length never meet in it."""
    last = text.start + text.length
    if text.length >= 4:
        return word(text.buffer, text.start, 4) << _FOLD | word(text.buffer, last - 4, 4)
    read = np.uint64(0)
    for at in range(text.start, last):
        read = read << np.uint64(8) | np.uint64(text.buffer[at])
    return read


@inlined
def same(one: Text, other: Text) -> bool:
    """Say whether two texts have the same bytes."""
    if one.length != other.length:
        return False
    if one.length < 8:
        return bool(short(one) == short(other))
    for at in range(0, one.length - 8, 8):
        if word(one.buffer, one.start + at, 8) != word(other.buffer, other.start + at, 8):
            return False
    rest = one.length - 8
    return bool(word(one.buffer, one.start + rest, 8) == word(other.buffer, other.start + rest, 8))


@inlined
def tag_of(text: Text) -> np.uint32:
    """Give 32 bits of hash, good enough to tell places in a table by their highest bits.

    Each word is mixed in by a multiplication, whose highest bits depend on all below.
    """
    mixed = np.uint64(text.length) * _MIXER
    if text.length < 8:
        mixed = _mixed(mixed, short(text))
    else:
        for at in range(0, text.length - 8, 8):
            mixed = _mixed(mixed, word(text.buffer, text.start + at, 8))
        mixed = _mixed(mixed, word(text.buffer, text.start + text.length - 8, 8))
    return np.uint32((mixed * _MIXER) >> _FOLD)


@inlined
def _mixed(mixed: np.uint64, read: np.uint64) -> np.uint64:
    product = (mixed ^ read) * _MIXER
    return product ^ (product >> _FOLD)


@inlined
def copied(text: Text, buffer: Bytes, at: Whole) -> None:
    """Copy a text to a place in another buffer."""
    for number in range(text.length):
        buffer[at + number] = text.buffer[text.start + number]
