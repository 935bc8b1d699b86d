"""Activity summed up by month: purchases and usage are the many of a log, and none is kept."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import F64, I32, I64, U8, U64
from detectors.compiled import kernel
from detectors.kinds import Kind
from streams.sequencing.texts import read_only

BOUGHT, USED, LOGGED_IN = Kind.PURCHASE_MADE, Kind.USAGE_RECORDED, Kind.LOGIN_MADE
N_KINDS = 256  # that a byte can say
_ENDLESS_MS = 2**62
_FEWEST = 1024  # customers that a month has room for

Month = int  # since 1970-01


class Sums(NamedTuple):
    """Activity of one partition's customers in one month, by number.

    `n_active` counts signs of life, `n_bought` and `spent` purchases and their money; `lines` are
    the product lines bought, a bit each.
    """

    n_active: I32
    n_bought: I32
    spent: F64
    lines: U64


class Events(NamedTuple):
    """What is read of a slice's events, shape (n,) each."""

    row: I32
    kind: U8
    at_ms: I64
    amount: F64
    lines: U64


# Places of what a slice holds: the first and last instant of activity, the highest number of a
# customer who was active, and how many events are something else.
_FIRST_MS, _LAST_MS, _ROW, _N_OTHERS = range(4)


class Activity:
    """Sums by partition and month; `kinds` says, by number, which kinds of events ever came."""

    def __init__(self) -> None:
        self.kinds = np.zeros(N_KINDS, np.uint8)
        self.end_ms = 0  # of the latest
        self._sums: dict[tuple[int, Month], Sums] = {}
        self._extent = np.zeros(4, np.int64)

    def take(self, partition: int, columns: Mapping[str, NDArray[Any]]) -> I64:
        """Add a slice's activity; give the places of its other events."""
        events = Events(*[read_only(columns[name]) for name in Events._fields])
        others = np.empty(len(events.row), np.int64)
        _look(events, self.kinds, others, self._extent)
        first_ms, last_ms, row, n_others = self._extent.tolist()
        if n_others < len(others):
            self.end_ms = max(self.end_ms, last_ms)
            first, last = months_of(np.array([first_ms, last_ms])).tolist()
            for month in range(first, last + 1):
                begin_ms, end_ms = month_begins_ms(month), month_begins_ms(month + 1)
                _add(events, begin_ms, end_ms, self._room(partition, month, row + 1))
        return others[:n_others]

    def months(self) -> range:
        """Give the months from the first with activity to the last."""
        found = [month for _, month in self._sums]
        return range(min(found), max(found) + 1) if found else range(0)

    def of(self, month: Month) -> dict[int, Sums]:
        """Give a month's sums by partition, in the order in which they first had any."""
        return {partition: sums for (partition, at), sums in self._sums.items() if at == month}

    def counted(self) -> dict[int, I32]:
        """Give signs of life by partition: of shape (n_months, n_customers), by `months`."""
        months, sizes = self.months(), dict[int, int]()
        for (partition, _), sums in sorted(self._sums.items(), key=lambda one: one[0]):
            sizes[partition] = max(sizes.get(partition, 0), len(sums.n_active))
        found = {at: np.zeros((len(months), size), np.int32) for at, size in sizes.items()}
        for (partition, month), sums in self._sums.items():
            found[partition][month - months.start, : len(sums.n_active)] = sums.n_active
        return found

    def _room(self, partition: int, month: Month, n_rows: int) -> Sums:
        sums = self._sums.get((partition, month))
        if sums is None or len(sums.spent) < n_rows:
            size = max(n_rows, _FEWEST, 0 if sums is None else 2 * len(sums.spent))
            grown = Sums(
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


@kernel
def _look(events: Events, kinds: U8, others: I64, extent: I64) -> None:
    extent[_FIRST_MS], extent[_LAST_MS] = _ENDLESS_MS, -_ENDLESS_MS
    extent[_ROW], extent[_N_OTHERS] = -1, 0
    for at in range(len(events.row)):
        kind = events.kind[at]
        kinds[kind] = 1
        if kind != BOUGHT and kind != USED and kind != LOGGED_IN:  # noqa: PLR1714, compiled
            others[extent[_N_OTHERS]] = at
            extent[_N_OTHERS] += 1
            continue
        extent[_FIRST_MS] = min(extent[_FIRST_MS], events.at_ms[at])
        extent[_LAST_MS] = max(extent[_LAST_MS], events.at_ms[at])
        extent[_ROW] = max(extent[_ROW], events.row[at])


@kernel
def _add(events: Events, begin_ms: int, end_ms: int, sums: Sums) -> None:
    for at in range(len(events.row)):
        if not begin_ms <= events.at_ms[at] < end_ms:
            continue
        row, kind = events.row[at], events.kind[at]
        if kind == BOUGHT:
            sums.n_active[row] += 1
            sums.n_bought[row] += 1
            sums.spent[row] += events.amount[at]
            sums.lines[row] |= events.lines[at]
        elif kind == USED:
            sums.n_active[row] += 1


def months_of(at_ms: I64) -> I64:
    """Give the calendar months (UTC) of instants, counted from 1970-01.

    Examples
    --------
    >>> months_of(np.array([0, 31 * 86_400_000]))
    array([0, 1])
    """
    months: I64 = at_ms.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
    return months


def month_begins_ms(month: Month) -> int:
    """Give the first instant of a month, ms since 1970.

    Examples
    --------
    >>> month_begins_ms(1) // 86_400_000
    31
    """
    return int(np.datetime64(month, "M").astype("datetime64[ms]").astype(np.int64))
