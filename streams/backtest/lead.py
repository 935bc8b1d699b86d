"""How early we spoke: days between the first alert and the churn, and whom we missed.

A churn is an instant. Where someone tells us, it is that event. Where churn is silence, the
last sign of life is when the customer was in fact gone, and nobody knew; an alert that silence
itself raised comes after it and is no warning by this measure. Whoever measures against the day
on which the silence was long enough must say so beside the figure.
"""

from dataclasses import dataclass

import numpy as np

from detectors.arrays import DAY_MS, F64, I64, NEVER

NOTICE_DAYS = (7, 14, 30)
LOOK_BACK_DAYS = 60.0  # an alert longer before the churn was about something else


@dataclass(frozen=True, eq=False)
class Churns:
    """Churns and alerts; customers are numbers, the same in both. NEVER stands for no instant.

    Parameters
    ----------
    customer, at_ms : int64, shape (n,)
        Who churned and when, ms since 1970. A customer who returned may churn again.
    alert_customer, alert_at_ms : int64, shape (m,)
        Who was alerted and when, in any order.
    """

    customer: I64
    at_ms: I64
    alert_customer: I64
    alert_at_ms: I64


@dataclass(frozen=True, eq=False)
class Lists:
    """How many customers were alerted in each week, and of how many: what chance is given.

    Parameters
    ----------
    at_ms : int64, shape (w,)
        Beginnings of the weeks, rising, ms since 1970.
    n_listed, n_watched : int64, shape (w,)
        Customers alerted in the week, and customers who could have been.
    """

    at_ms: I64
    n_listed: I64
    n_watched: I64


@dataclass(frozen=True)
class Early:
    """Share of churns alerted at least `notice_days` before, and what random lists would reach."""

    notice_days: int
    recall: float
    random: float
    gain: float


@dataclass(frozen=True)
class Lead:
    """How early churns were alerted. `median_lead_days` is over those that were, at all."""

    n_churned: int
    n_alerted: int
    median_lead_days: float | None
    early: tuple[Early, ...]


def lead(churns: Churns, lists: Lists, look_back_days: float = LOOK_BACK_DAYS) -> Lead:
    """Measure lead time and early recall. Churns without an alert count as missed.

    Parameters
    ----------
    look_back_days : float
        An alert counts for a churn if it came at most so long before it. Raising it counts
        more alerts as warnings, also for the random lists.

    Examples
    --------
    >>> day = 86_400_000
    >>> at = np.array([50, 50]) * day
    >>> churns = Churns(np.array([1, 2]), at, np.array([1]), np.array([40 * day]))
    >>> lists = Lists(np.array([35 * day]), np.array([1]), np.array([4]))
    >>> told = lead(churns, lists)
    >>> told.median_lead_days, told.early[0].recall, round(told.early[0].random, 6)
    (10.0, 0.5, 0.25)
    """
    first_ms = first_alerts(churns, look_back_days)
    days = lead_days(first_ms, churns.at_ms)
    n_churned = len(first_ms)
    early = []
    for notice in NOTICE_DAYS if n_churned else ():
        recall = float(np.mean(days >= notice))
        random = float(random_recall(churns.at_ms, lists, notice, look_back_days).mean())
        early.append(Early(notice, recall, random, recall - random))
    alerted = days[first_ms != NEVER]
    return Lead(
        n_churned=n_churned,
        n_alerted=len(alerted),
        median_lead_days=float(np.median(alerted)) if len(alerted) else None,
        early=tuple(early),
    )


def first_alerts(churns: Churns, look_back_days: float = LOOK_BACK_DAYS) -> I64:
    """Give the first alert of each churn: within `look_back_days` before it, NEVER if none.

    Examples
    --------
    >>> day = 86_400_000
    >>> alerted, alerts_ms = np.array([7, 7, 8]), np.array([80, 20, 85]) * day
    >>> churns = Churns(np.array([7]), np.array([90 * day]), alerted, alerts_ms)
    >>> first_alerts(churns) // day
    array([80])
    """
    order = np.lexsort((churns.alert_at_ms, churns.alert_customer))
    customer, at_ms = churns.alert_customer[order], churns.alert_at_ms[order]
    from_ms = churns.at_ms - round(look_back_days * DAY_MS)
    # The first alert of the customer that is not before the look-back begins.
    low = np.searchsorted(customer, churns.customer, side="left")
    high = np.searchsorted(customer, churns.customer, side="right")
    place = first_from(at_ms, from_ms, low, high)
    found = place < high
    first = np.full(len(place), NEVER, np.int64)
    first[found] = at_ms[place[found]]
    return np.where(first < churns.at_ms, first, NEVER)


def lead_days(first_alert_ms: I64, at_ms: I64) -> F64:
    """Give days from the first alert to the churn; minus infinity where there was no alert.

    Examples
    --------
    >>> lead_days(np.array([0, 86_400_000]), np.array([3, 3]) * 86_400_000)
    array([-inf,   2.])
    """
    return np.where(first_alert_ms == NEVER, -np.inf, (at_ms - first_alert_ms) / DAY_MS)


def random_recall(at_ms: I64, lists: Lists, notice_days: float, look_back_days: float) -> F64:
    """Give the chance that random lists of the same sizes would have named each churn in time.

    ``1 - product over weeks of (1 - n_listed / n_watched)``, over the weeks that begin within
    the look-back and at least `notice_days` before the churn: exact for lists drawn anew each
    week. It favours chance a little: its alerts all come at the beginning of the week, and it
    takes every customer for watched in all those weeks.

    Returns
    -------
    float64, shape (n,)
        One chance per churn, 0 to 1.
    """
    share = np.divide(
        lists.n_listed,
        lists.n_watched,
        where=lists.n_watched > 0,
        out=np.zeros(len(lists.at_ms)),
    )
    missed = np.concatenate(([0.0], np.cumsum(np.log1p(-np.minimum(share, 1 - 1e-12)))))
    begin = np.searchsorted(lists.at_ms, at_ms - round(look_back_days * DAY_MS), side="left")
    end = np.searchsorted(lists.at_ms, at_ms - round(notice_days * DAY_MS), side="right")
    chance: F64 = -np.expm1(missed[np.maximum(end, begin)] - missed[begin])
    return chance


def first_from(at_ms: I64, from_ms: I64, low: I64, high: I64) -> I64:
    """Give the first place from `low` up to `high` that is not before an instant, else `high`.

    A binary search of each customer's own part, all customers at once.

    Parameters
    ----------
    at_ms : int64
        Rising within each part.
    from_ms, low, high : int64, shape (n,)

    Examples
    --------
    >>> instants, begins, ends = np.array([1, 5, 2, 3]), np.array([0, 2]), np.array([2, 4])
    >>> first_from(instants, np.array([4, 4]), begins, ends)
    array([1, 4])
    """
    low, high = low.copy(), high.copy()
    while np.any(low < high):
        middle = (low + high) // 2
        open_ = low < high
        before = open_ & (at_ms[np.minimum(middle, len(at_ms) - 1)] < from_ms)
        low = np.where(before, middle + 1, low)
        high = np.where(open_ & ~before, middle, high)
    return low
