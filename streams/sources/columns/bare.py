"""Texts that need no trimming, as most columns of most files hold them: seen in one pass."""

from typing import Any

import numpy as np

from detectors.arrays import I32, I64, U8
from detectors.compiled import kernel
from streams.sequencing.tables import texts_of_column

_AT_ONCE = 65_536  # cells: their places stay in the processor's cache
_SPACE, _BEYOND_ASCII = ord(" "), 0x80


def is_bare(column: Any) -> bool:
    """Say whether no text of a column is empty, or begins or ends with a blank.

    A text that begins or ends with a letter beyond ASCII counts as if it did: some of those are
    blanks.

    Examples
    --------
    >>> import pyarrow as pa
    >>> is_bare(pa.array(["ada", None, "b o"])), is_bare(pa.array(["ada", "bo "]))
    (True, False)
    """
    parts = (column.slice(at, _AT_ONCE) for at in range(0, len(column), _AT_ONCE))
    return all(_all_bare(*texts_of_column(part)) for part in parts)


@kernel
def _all_bare(buffer: U8, starts: I64, lengths: I32) -> bool:
    for at in range(len(starts)):
        length = np.int64(lengths[at])
        if length == 0:
            return False
        if length > 0:
            first, last = buffer[starts[at]], buffer[starts[at] + length - 1]
            if first <= _SPACE or last <= _SPACE or max(first, last) >= _BEYOND_ASCII:
                return False
    return True
