"""What the account managers get: the few highest risks of each week, and what came of them."""

from dataclasses import dataclass

import numpy as np

from detectors.arrays import F64, I8, I64, MONDAY_MS, WEEK_MS, Rows
from streams.backtest.measures import UNKNOWN, highest


@dataclass(frozen=True)
class AtBudget:
    """Lists of the `budget` highest risks of each week, over all weeks with known labels.

    `precision` is the share of listed customers who churned, `random` what lists drawn by
    lot would have: the base rate of each week, weighted by its list. `recall` is the share of
    all positives that stood on the list of their week.
    """

    budget: int
    n_weeks: int
    n_listed: int
    n_churned: int
    precision: float | None
    random: float | None
    lift: float | None
    recall: float | None


def at_budget(as_of_ms: I64, risk: F64, label: I8, budget: int) -> AtBudget:
    """Measure weekly lists of the highest risks.

    The list is made from everybody, as it would have been then; listed customers without a
    known label are counted in neither share. A customer with several predictions in a week
    takes several places.

    Parameters
    ----------
    as_of_ms : int64, shape (n,)
        When each prediction was made, ms since 1970. Weeks begin on Mondays, 00:00 UTC.
    budget : int
        Places on a week's list: the sum over account managers of the tasks they can do.

    Raises
    ------
    ValueError
        If `budget` is not above 0.

    Examples
    --------
    >>> when, risk = np.full(4, 4 * 86_400_000), np.array([0.9, 0.8, 0.2, 0.1])
    >>> told = at_budget(when, risk, np.array([1, 0, 0, 0], np.int8), budget=2)
    >>> told.precision, told.random, told.lift, told.recall
    (0.5, 0.25, 2.0, 1.0)
    """
    listed = weekly_lists(as_of_ms, risk, budget)
    told = label != UNKNOWN
    n_by_week, churned_by_week = _by_week(as_of_ms, told), _by_week(as_of_ms, label == 1)
    on_list = np.zeros(len(label), bool)
    on_list[listed] = True
    listed_by_week = _by_week(as_of_ms, on_list & told)
    n_listed = int(listed_by_week.sum())
    n_churned = int(label[on_list & told].sum())
    rate = np.divide(churned_by_week, n_by_week, where=n_by_week > 0, out=np.zeros(len(n_by_week)))
    precision = n_churned / n_listed if n_listed else None
    random = float((rate * listed_by_week).sum() / n_listed) if n_listed else None
    n_positive = int(churned_by_week.sum())
    return AtBudget(
        budget=budget,
        n_weeks=int((listed_by_week > 0).sum()),
        n_listed=n_listed,
        n_churned=n_churned,
        precision=precision,
        random=random,
        lift=precision / random if precision is not None and random else None,
        recall=n_churned / n_positive if n_positive else None,
    )


def weekly_lists(as_of_ms: I64, risk: F64, budget: int) -> Rows:
    """Give the places of the `budget` highest risks of each week, in rising order.

    Equal risks are taken in the order of the rows.

    Raises
    ------
    ValueError
        If `budget` is not above 0.
    """
    if budget <= 0:
        raise ValueError(f"budget was {budget}, must be above 0")
    week = (as_of_ms - MONDAY_MS) // WEEK_MS
    order = np.argsort(week, kind="stable")
    begins = np.flatnonzero(np.diff(week[order], prepend=week.min(initial=0) - 1))
    weeks = np.split(order, begins[1:]) if len(order) else []
    listed = [one[highest(risk[one], budget)] for one in weeks]
    return np.sort(np.concatenate(listed)) if listed else order


def _by_week(as_of_ms: I64, counted: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> I64:
    _, week = np.unique((as_of_ms - MONDAY_MS) // WEEK_MS, return_inverse=True)
    counts: I64 = np.bincount(week, weights=counted, minlength=0).astype(np.int64)
    return counts
