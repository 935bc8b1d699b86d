"""Rare parts: what hardly any customer has, kept in a table with an entry for who has.

Hardly anybody ever complains, and what is kept of complaints is a third of a row. As it is
written, a row ends with its rare parts, or before them if they are blank. In memory it always
ends before them; which entry is whose stands apart from the rows, so that their bytes do not
depend on who came first. An entry that becomes blank stays its customer's.
"""

from collections.abc import Iterator

import numpy as np

from detectors.arrays import NEVER, Rows
from detectors.customers import Rare, Table

MINIMUM_ENTRIES = 64
NOBODYS = 0  # the blank entry


class RareParts:
    """The rare parts of a partition's customers. Changed in `Engine.step` only.

    `blank`, shape (1,), is an entry before any event, of a dtype with a record for each part.
    """

    def __init__(self, blank: Table, n_rows: int) -> None:
        self._lump = np.dtype((np.void, blank.dtype.itemsize))  # an entry as bytes
        self._blank = blank.view(self._lump)
        self.entries = self._blanks(blank, MINIMUM_ENTRIES)
        self.quiet_ms = np.full(MINIMUM_ENTRIES, NEVER, np.int64)
        self.at = np.full(n_rows, NOBODYS, np.int32)
        self.n_entries = np.ones(1, np.int64)

    def grow(self, n_rows: int) -> None:
        """Make room for customers 0 .. n_rows - 1; new ones have no entry."""
        more = np.full(n_rows - len(self.at), NOBODYS, np.int32)
        self.at = np.concatenate([self.at, more])

    def room(self, n: int) -> None:
        """Make room for `n` more entries than are in use."""
        needed, had = int(self.n_entries[0]) + n, len(self.entries)
        if needed <= had:
            return
        entries = self._blanks(self.entries, max(needed, 2 * had))
        entries.view(self._lump)[:had] = self.entries.view(self._lump)
        self.entries = entries
        unknown = np.full(len(entries) - had, NEVER, np.int64)
        self.quiet_ms = np.concatenate([self.quiet_ms, unknown])

    def of(self, first: int, end: int) -> Rare:
        """Give what customers `first` .. `end - 1` have, for compiled code."""
        return Rare(self.entries, self.at[first:end])

    def tails(self, numbers: Rows) -> Table:
        """Give what customers have as bytes, shape (n,): blank bytes for most."""
        return self.entries.view(self._lump)[self.at[numbers]]

    def some_tails(self, numbers: Rows) -> Iterator[tuple[int, bytes]]:
        """Give the bytes of those which are not blank, each with its place in `numbers`."""
        places = np.flatnonzero(self.at[numbers])
        tails = self.tails(numbers[places])
        for place in np.flatnonzero(self._are_some(tails)).tolist():
            yield int(places[place]), tails[place].tobytes()

    def put(self, numbers: Rows, tails: Table) -> None:
        """Let customers have what bytes say; who has had nothing gets an entry for what is new."""
        if not self._lump.itemsize:
            return
        has_entry, some = self.at[numbers] != NOBODYS, self._are_some(tails)
        new, n = numbers[some & ~has_entry], int(self.n_entries[0])
        self.room(len(new))
        self.at[new] = np.arange(n, n + len(new), dtype=np.int32)
        self.n_entries[0] = n + len(new)
        written = some | has_entry
        self._write(numbers[written], tails[written])

    def put_blank(self, numbers: Rows) -> None:
        """Let customers have nothing."""
        self._write(numbers, self._blank)

    def _write(self, numbers: Rows, tails: Table) -> None:
        self.entries.view(self._lump)[self.at[numbers]] = tails
        self.quiet_ms[self.at[numbers]] = NEVER

    def _are_some(self, tails: Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.array(tails != self._blank, np.bool_)

    def _blanks(self, like: Table, n: int) -> Table:
        return np.repeat(self._blank, n).view(like.dtype)
