"""Where customers stand in their life with us, month by month: from new to gone.

New, growing, steady, leaving, gone: by what customers do and by told departures, and by no risk,
so that it can be held against the bands.
"""

from dataclasses import dataclass

import numpy as np

from detectors.arrays import I8, I32, Mask
from detectors.kinds import Kind
from streams.report.history import History, month_of, named

PHASES = ("new", "growing", "steady", "leaving", "gone")
NEW, GROWING, STEADY, LEAVING, GONE = range(len(PHASES))
NEW_MONTHS = 2  # the current and the one before: most who leave early leave within two months
QUARTER = 3  # months that are compared, and after which silence is taken for gone
GROWS, SHRINKS = 1.25, 0.5  # ours: a quarter more, half as much


@dataclass(frozen=True)
class Lives:
    """Customers at the end of one month, by phase; all who were ever seen are in one of them."""

    month: str
    customers: int
    new: int
    growing: int
    steady: int
    leaving: int
    gone: int


def monthly(history: History) -> list[Lives]:
    """Give the months in which nobody seems what they are not.

    Not the first ones, in which everybody would be new, nor the last, if it is cut short, in
    which everybody would leave.
    """
    months = history.months()
    whole = range(NEW_MONTHS, month_of(history.end_ms) - months.start) if months else range(0)
    found = np.zeros((len(whole), len(PHASES)), np.int64)
    for partition, counts in history.counted().items():
        left = _departures(history, partition, counts.shape[1])
        for place, at in enumerate(whole):
            active = counts[: at + 1]
            seen: Mask = np.any(active, axis=0)
            told = phases(active[:, seen], _told_gone(left, months[at], len(seen))[seen])
            found[place] += np.bincount(told, minlength=len(PHASES))
    return [
        Lives(named(months[at]), int(each.sum()), *each.tolist())
        for at, each in zip(whole, found, strict=True)
    ]


def phases(counts: I32, told_gone: Mask) -> I8:
    """Say where customers stand at the end of a month, as places in `PHASES`.

    Parameters
    ----------
    counts : int32, shape (n_months, n)
        How often they bought or used something in each month, that month being the last. None of
        them did so in no month.
    told_gone : bool, shape (n,)
        Whether the last that was told of them is that they left.

    Returns
    -------
    int8, shape (n,)

    Examples
    --------
    >>> active = np.array([[4, 4], [4, 4], [4, 4], [6, 0], [6, 0], [6, 0]])
    >>> [PHASES[place] for place in phases(active, np.array([False, False]))]
    ['growing', 'gone']
    """
    month = len(counts) - 1
    active = counts > 0
    first, latest = active.argmax(axis=0), month - active[::-1].argmax(axis=0)
    # The last months against those before them, as far as there were any.
    since = np.maximum(month - QUARTER, first + (month - first) // 2)
    begin = np.maximum(since - QUARTER + 1, first)
    sums = np.zeros((len(counts) + 1, counts.shape[1]), np.int64)
    np.cumsum(counts, axis=0, out=sums[1:])
    who = np.arange(counts.shape[1])
    after, before = sums[-1] - sums[since + 1, who], sums[since + 1, who] - sums[begin, who]
    # Whose only month is this one is new; they are divided by something only.
    now, usual = after / np.maximum(month - since, 1), before / (since + 1 - begin)
    told: I8 = np.select(
        [
            told_gone | (month - latest >= QUARTER),
            month - first < NEW_MONTHS,
            now >= GROWS * usual,
            now <= SHRINKS * usual,
        ],
        [GONE, NEW, GROWING, LEAVING],
        STEADY,
    ).astype(np.int8)
    return told


def _departures(history: History, partition: int, n_customers: int) -> list[tuple[int, int, bool]]:
    # Month, number, and whether they left or came back, in order of time.
    happened = history.of(Kind.CUSTOMER_CHURNED, Kind.CUSTOMER_RETURNED)
    return [
        (month_of(one.at_ms), one.customer[1], one.kind is Kind.CUSTOMER_CHURNED)
        for one in sorted(happened, key=lambda one: one.at_ms)
        if one.customer is not None
        and one.customer[0] == partition
        and one.customer[1] < n_customers
    ]


def _told_gone(left: list[tuple[int, int, bool]], until: int, n_customers: int) -> Mask:
    gone = np.zeros(n_customers, np.bool_)
    for month, number, is_gone in left:
        if month > until:
            break
        gone[number] = is_gone
    return gone
