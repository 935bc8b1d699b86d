"""What the measures are made from: the customer log, with activity summed up by month.

Purchases and usage are many and are kept as counts and sums for each customer and month; of all
other events each is kept, with what its note says.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.arrays import F64, I32, I64, U64
from detectors.kinds import Kind
from detectors.slices import Slice

ACTIVITY = (Kind.PURCHASE_MADE, Kind.USAGE_RECORDED, Kind.LOGIN_MADE)
SIGNS_OF_LIFE = (Kind.PURCHASE_MADE, Kind.USAGE_RECORDED)
SUMMED = ("row", "kind", "at_ms", "amount", "lines")

Customer = tuple[int, int]  # partition, number
Month = int  # since 1970-01


class Happened(msgspec.Struct, frozen=True):
    """One event that is not activity. `customer` is None for the company's own."""

    customer: Customer | None
    kind: Kind
    at_ms: int
    code: int
    amount: float
    reference: int
    said: Mapping[str, Any]
    lines: int = 0  # product lines, a bit each


@dataclass
class _Sums:
    """Activity of one partition's customers in one month, by number."""

    n_active: I32
    n_bought: I32
    spent: F64
    lines: U64  # bought, a bit each


class History:
    """Gathers from slices, in the order of each partition's log."""

    def __init__(self) -> None:
        self.happened: list[Happened] = []
        self.kinds: set[Kind] = set()
        self.end_ms = 0  # of the latest activity
        self._sums: dict[tuple[int, Month], _Sums] = {}

    def take(self, partition: int, record: Slice) -> None:
        """Take a slice of a partition's log."""
        columns = record.columns
        notes = dict(record.notes)
        counted = np.isin(columns["kind"], ACTIVITY)
        self._sum(partition, {name: columns[name][counted] for name in SUMMED})
        for at in np.flatnonzero(~counted).tolist():
            row, kind = int(columns["row"][at]), Kind(int(columns["kind"][at]))
            if row < 0 and partition:
                continue  # the company's own events stand in every log
            self.happened.append(
                Happened(
                    customer=(partition, row) if row >= 0 else None,
                    kind=kind,
                    at_ms=int(columns["at_ms"][at]),
                    code=int(columns["code"][at]),
                    amount=float(columns["amount"][at]),
                    reference=int(columns["reference"][at]),
                    said=msgspec.msgpack.decode(notes.get(at, b"\x80")),
                    lines=int(columns["lines"][at]),
                )
            )
            self.kinds.add(kind)

    def of(self, *kinds: Kind) -> Iterator[Happened]:
        """Give the events of some kinds, as they came."""
        return (one for one in self.happened if one.kind in kinds)

    def months(self) -> range:
        """Give the months from the first with activity to the last."""
        found = [month for _, month in self._sums]
        return range(min(found), max(found) + 1) if found else range(0)

    def bought(self, month: Month) -> dict[Customer, tuple[int, float]]:
        """Give purchases and money spent of those who bought in a month."""
        return {
            (partition, int(row)): (int(sums.n_bought[row]), float(sums.spent[row]))
            for (partition, of), sums in self._sums.items()
            if of == month
            for row in np.flatnonzero(sums.n_bought)
        }

    def active(self, month: Month) -> set[Customer]:
        """Give those who bought or used something in a month."""
        return {
            (partition, int(row))
            for (partition, of), sums in self._sums.items()
            if of == month
            for row in np.flatnonzero(sums.n_active)
        }

    def lines(self, month: Month) -> dict[Customer, int]:
        """Give the product lines, a bit each, of those who bought of any in a month."""
        return {
            (partition, int(row)): int(sums.lines[row])
            for (partition, of), sums in self._sums.items()
            if of == month
            for row in np.flatnonzero(sums.lines)
        }

    def activity(self, month: Month) -> dict[Customer, int]:
        """Give how often those who bought or used something in a month did so."""
        return {
            (partition, int(row)): int(sums.n_active[row])
            for (partition, of), sums in self._sums.items()
            if of == month
            for row in np.flatnonzero(sums.n_active)
        }

    def _sum(self, partition: int, columns: dict[str, NDArray[Any]]) -> None:
        self.kinds |= {Kind(int(kind)) for kind in np.unique(columns["kind"])}
        months = months_of(columns["at_ms"])
        self.end_ms = max(self.end_ms, int(columns["at_ms"].max(initial=0)))
        for month in np.unique(months).tolist():
            mine = months == month
            rows, kinds = columns["row"][mine], columns["kind"][mine]
            sums = self._room(partition, month, int(rows.max(initial=0)) + 1)
            bought = kinds == Kind.PURCHASE_MADE
            np.add.at(sums.n_active, rows[np.isin(kinds, SIGNS_OF_LIFE)], 1)
            np.add.at(sums.n_bought, rows[bought], 1)
            np.add.at(sums.spent, rows[bought], columns["amount"][mine][bought])
            lines = np.where(bought, columns["lines"][mine], 0)
            named = lines != 0  # many sources name none, and this is the dear part
            np.bitwise_or.at(sums.lines, rows[named], lines[named])

    def _room(self, partition: int, month: Month, n_rows: int) -> _Sums:
        sums = self._sums.get((partition, month))
        if sums is None or len(sums.spent) < n_rows:
            size = max(n_rows, 1024, 0 if sums is None else 2 * len(sums.spent))
            grown = _Sums(
                np.zeros(size, np.int32),
                np.zeros(size, np.int32),
                np.zeros(size),
                np.zeros(size, np.uint64),
            )
            if sums is not None:
                n = len(sums.spent)
                grown.n_active[:n], grown.n_bought[:n] = sums.n_active, sums.n_bought
                grown.spent[:n], grown.lines[:n] = sums.spent, sums.lines
            sums = self._sums[partition, month] = grown
        return sums


def months_of(at_ms: I64) -> I64:
    """Give the calendar months (UTC) of instants, counted from 1970-01.

    Examples
    --------
    >>> months_of(np.array([0, 31 * 86_400_000]))
    array([0, 1])
    """
    months: I64 = at_ms.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
    return months


def month_of(at_ms: int) -> Month:
    """Give the calendar month (UTC) of an instant, counted from 1970-01."""
    return int(months_of(np.array([at_ms]))[0])


def month_begins_ms(month: Month) -> int:
    """Give the first instant of a month, ms since 1970.

    Examples
    --------
    >>> month_begins_ms(1) // 86_400_000
    31
    """
    return int(np.datetime64(month, "M").astype("datetime64[ms]").astype(np.int64))


def named(month: Month) -> str:
    """Give a month as people write it.

    Examples
    --------
    >>> named(13)
    '1971-02'
    """
    return str(np.datetime64(month, "M"))


def by_month(happened: Iterator[Happened]) -> dict[Month, list[Happened]]:
    """Put events under their months."""
    found: defaultdict[Month, list[Happened]] = defaultdict(list)
    for one in happened:
        found[month_of(one.at_ms)].append(one)
    return found
