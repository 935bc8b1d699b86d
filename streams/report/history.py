"""What the measures are made from: the customer log, with activity summed up by month.

Purchases and usage are many and are kept as counts and sums for each customer and month; of all
other events each is kept, with what its note says.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any

import msgspec
import numpy as np

from detectors.arrays import I32, Rows
from detectors.kinds import Kind
from detectors.slices import Slice
from streams.report.activity import Activity, Month, month_begins_ms, months_of

__all__ = ["Customer", "Happened", "History", "Month", "by_month", "month_begins_ms", "month_of",
           "months_of", "named"]  # fmt: skip

Customer = tuple[int, int]  # partition, number


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


class History:
    """Gathers from slices, in the order of each partition's log."""

    def __init__(self) -> None:
        self.happened: list[Happened] = []
        self._activity = Activity()

    @property
    def kinds(self) -> set[Kind]:
        """The kinds of events that ever came."""
        return {Kind(int(kind)) for kind in np.flatnonzero(self._activity.kinds)}

    @property
    def end_ms(self) -> int:
        """When the latest activity was, ms since 1970."""
        return self._activity.end_ms

    def take(self, partition: int, record: Slice) -> None:
        """Take a slice of a partition's log."""
        columns = record.columns
        notes = dict(record.notes)
        for at in self._activity.take(partition, columns).tolist():
            row = int(columns["row"][at])
            if row < 0 and partition:
                continue  # the company's own events stand in every log
            self.happened.append(
                Happened(
                    customer=(partition, row) if row >= 0 else None,
                    kind=Kind(int(columns["kind"][at])),
                    at_ms=int(columns["at_ms"][at]),
                    code=int(columns["code"][at]),
                    amount=float(columns["amount"][at]),
                    reference=int(columns["reference"][at]),
                    said=msgspec.msgpack.decode(notes.get(at, b"\x80")),
                    lines=int(columns["lines"][at]),
                )
            )

    def of(self, *kinds: Kind) -> Iterator[Happened]:
        """Give the events of some kinds, as they came."""
        return (one for one in self.happened if one.kind in kinds)

    def months(self) -> range:
        """Give the months from the first with activity to the last."""
        return self._activity.months()

    def bought(self, month: Month) -> dict[Customer, tuple[int, float]]:
        """Give purchases and money spent of those who bought in a month."""
        found = dict[Customer, tuple[int, float]]()
        for partition, sums in self._activity.of(month).items():
            rows = np.flatnonzero(sums.n_bought)
            each = zip(sums.n_bought[rows].tolist(), sums.spent[rows].tolist(), strict=True)
            found.update(zip(_customers(partition, rows), each, strict=True))
        return found

    def active(self, month: Month) -> set[Customer]:
        """Give those who bought or used something in a month."""
        found = set[Customer]()
        for partition, sums in self._activity.of(month).items():
            found.update(_customers(partition, np.flatnonzero(sums.n_active)))
        return found

    def lines(self, month: Month) -> dict[Customer, int]:
        """Give the product lines, a bit each, of those who bought of any in a month."""
        found = dict[Customer, int]()
        for partition, sums in self._activity.of(month).items():
            rows = np.flatnonzero(sums.lines)
            found.update(zip(_customers(partition, rows), sums.lines[rows].tolist(), strict=True))
        return found

    def counted(self) -> dict[int, I32]:
        """Give how often customers bought or used something, by partition.

        Each an array of shape (n_months, n_customers): by `months`, and by customer's number.
        """
        return self._activity.counted()


def _customers(partition: int, rows: Rows) -> Iterator[Customer]:
    return zip(repeat(partition, len(rows)), rows.tolist(), strict=True)


def month_of(at_ms: int) -> Month:
    """Give the calendar month (UTC) of an instant, counted from 1970-01."""
    return int(months_of(np.array([at_ms]))[0])


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
