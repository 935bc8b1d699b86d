"""XXH64 over whole columns: ids, references and product lines of files, which never were JSON.

The same hashes as `streams.log_rows` makes of events, one call for many.
"""

import numpy as np

from detectors.arrays import I32, I64, U8, U64
from detectors.compiled import array_kernel, inlined
from streams.reading.loads import PADDING
from streams.reading.xxh64 import xxh64

_ZERO, _POINT = ord("0"), ord(".")
_TEN = np.uint64(10)
_MOST_DIGITS = 20  # of an int64
_BITS = np.uint64(63)


@array_kernel
def of_texts(head: U8, buffer: U8, starts: I64, lengths: I32) -> U64:
    """Give the hash of each text behind a head, uint64 of shape (n,).

    `starts` and `lengths`, shape (n,), are places in the buffer; a length below 0 hashes to 0.

    Examples
    --------
    >>> ada = np.frombuffer(b"ada", np.uint8)
    >>> places = np.zeros(1, np.int64), np.full(1, 3, np.int32)
    >>> hex(of_texts(ada[:0], ada, *places)[0])
    '0xd36c3934091206d0'
    """
    found = np.zeros(len(starts), np.uint64)
    longest = 0
    for length in lengths:
        longest = max(longest, length)
    scratch = np.zeros(len(head) + longest + PADDING, np.uint8)
    scratch[: len(head)] = head
    for at in range(len(starts)):
        for byte in range(lengths[at]):
            scratch[len(head) + byte] = buffer[starts[at] + byte]
        if lengths[at] >= 0:
            found[at] = xxh64(scratch, 0, len(head) + lengths[at])
    return found


@array_kernel
def of_rows(head: U8, rows: I64, nths: I64) -> U64:
    """Give the hash of each row's number behind a head, and of ``number.nth`` where nth is not 0.

    Numbers, shape (n,), are not below 0. Gives uint64 of shape (n,).
    """
    found = np.empty(len(rows), np.uint64)
    scratch = np.zeros(len(head) + 2 * _MOST_DIGITS + PADDING, np.uint8)
    scratch[: len(head)] = head
    for at in range(len(rows)):
        end = _write(scratch, len(head), rows[at])
        if nths[at] > 0:
            scratch[end] = _POINT
            end = _write(scratch, end + 1, nths[at])
        found[at] = xxh64(scratch, 0, end)
    return found


@array_kernel
def bits_of(hashes: U64, ends: I64) -> U64:
    """Give sets of product lines from their hashes, uint64 of shape (n,): a bit for each.

    `ends`, shape (n,), says where each row's hashes end; they begin where the last row's ended.
    """
    found = np.zeros(len(ends), np.uint64)
    at = 0
    for row in range(len(ends)):
        while at < ends[row]:
            found[row] |= np.uint64(1) << (hashes[at] & _BITS)
            at += 1
    return found


@inlined
def _write(scratch: U8, at: int, number: int) -> int:
    # Its digits; gives the place behind them. Unsigned, which divides by a multiplication.
    end, rest = at + 1, np.uint64(number) // _TEN
    while rest > 0:
        end, rest = end + 1, rest // _TEN
    rest = np.uint64(number)
    for place in range(end - 1, at - 1, -1):
        scratch[place] = _ZERO + rest % _TEN
        rest //= _TEN
    return end
