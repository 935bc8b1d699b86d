"""Customers as compiled code takes them: their rows, and the entries of what few of them have.

What few have (a rare part, see `rare.py`) is not in the row: there is an entry for whom it ever
happened, and all others share entry 0, which is blank and never written.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import I32, I64, Mask

Table = NDArray[Any]


class Customer(NamedTuple):
    """One customer: records that have a record for each part. Families find theirs by place."""

    row: np.record
    rare: np.record  # their entry, or the blank one
    entry: Any  # its place, an int: parts are asked for by place, and a number has none


class Rare(NamedTuple):
    """Entries of the rare parts, and which is whose: 0, the blank one, for most."""

    entries: Table
    at: I32

    def first(self, n: int) -> "Rare":
        """Give what the first `n` customers have."""
        return Rare(self.entries, self.at[:n])


class Customers(NamedTuple):
    """Rows of the ledger, which of them have changed, and their rare parts.

    `n_entries`, shape (1,), counts the entries in use; counted up in place. `quiet_ms` is known of
    an entry as long as nothing happens to it, else NEVER: until then time alone breaks none of its
    promises. It is no part of what is written.
    """

    rows: Table
    dirty: Mask
    rare: Rare
    n_entries: I64
    quiet_ms: I64
