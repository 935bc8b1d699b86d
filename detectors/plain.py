"""Rows as plain Python numbers, for what is said of a few customers.

A numpy record takes 2 µs for each column asked of it. Here a column is turned into a list the
first time somebody asks, for all rows at hand at once.
"""

from collections.abc import Sequence
from typing import Any

from detectors.arrays import I32
from detectors.customers import Rare, Table


class Rows:
    """Some customers' rows, of a dtype with a record for each part; only what is asked for is read.

    `names` are the ledger's, for columns that hold the place of one; `rare` has the parts that
    the rows do not have.

    Examples
    --------
    >>> import numpy as np
    >>> table = np.zeros(2, [("silence", [("active_ms", "<i8")])])
    >>> table["silence"]["active_ms"] = 5, 7
    >>> Rows(table)[1]["silence"].active_ms
    7
    """

    def __init__(self, table: Table, names: Sequence[str] = (), rare: Rare | None = None) -> None:
        self._table, self.names, self._rare = table, names, rare
        self._parts: dict[str, _Part] = {}

    def __getitem__(self, at: int) -> "Row":
        return Row(self, at)

    def name(self, place: int) -> str:
        """Give the name at a place of the ledger's names; "" if none is known."""
        return _named(self.names, place)

    def part(self, name: str) -> "_Part":
        """Give one part's columns of all rows: a list for each column asked for."""
        part = self._parts.get(name)
        if part is None:
            part = self._parts[name] = self._read(name)
        return part

    def _read(self, name: str) -> "_Part":
        if self._rare is not None and name in (self._rare.entries.dtype.names or ()):
            return _Part(self._rare.entries[name], self._rare.at)
        return _Part(self._table[name])


class Row:
    """One customer's row: ``row["silence"].active_ms``."""

    __slots__ = ("_at", "_rows")

    def __init__(self, rows: Rows, at: int) -> None:
        self._rows, self._at = rows, at

    def __getitem__(self, part: str) -> "Own":
        return Own(self._rows.part(part), self._at, self._rows.names)


class Own:
    """One part's columns of one customer, as attributes: int, float, or a list for places."""

    __slots__ = ("_at", "_names", "_part")

    def __init__(self, part: "_Part", at: int, names: Sequence[str] = ()) -> None:
        self._part, self._at, self._names = part, at, names

    def name(self, column: str) -> str:
        """Give the name whose place in the ledger's names a column holds; "" if none is known."""
        return _named(self._names, self._part[column][self._at])

    def __getattr__(self, column: str) -> Any:
        return self._part[column][self._at]


def _named(names: Sequence[str], place: int) -> str:
    return names[place] if place < len(names) else ""


class _Part(dict[str, Sequence[Any]]):
    def __init__(self, table: Table, at: I32 | None = None) -> None:
        super().__init__()
        self._table, self._at = table, at

    def __missing__(self, column: str) -> Sequence[Any]:
        found = self._table[column]
        values: list[Any] = (found if self._at is None else found[self._at]).tolist()
        self[column] = values
        return values
