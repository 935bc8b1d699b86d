"""How well the truth itself foresees: the ceiling for any system, and a plain floor beside it.

All figures are weekly, Mondays 00:00 UTC, over customers who are there; a positive leaves
within the 30 days after. Weeks of the warm-up and the last 30 days are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import F64, I8
from streams.backtest.measures import auc, average_precision
from streams.events.activity import PurchaseMade
from streams.events.envelope import AnyEvent, at_ms
from streams.sources.late import Late, known
from streams.sources.simulate.causes import Stage
from streams.sources.simulate.risk import HORIZON_DAYS
from streams.sources.simulate.shape import BEGIN_MS, DAY_MS, day_ms
from streams.sources.simulate.truth import Truth


@dataclass(frozen=True)
class Asked:
    """Customers asked about on Mondays: rows of `week` and `customer`, and what became of them."""

    week: NDArray[np.intp]
    customer: NDArray[np.intp]
    left: I8


@dataclass(frozen=True)
class Ceiling:
    """AUC of the true risk, of what is less than it, and of recency.

    `risk_precision` is the average precision of the true risk; `left` counts departures after
    the warm-up by kind.
    """

    n: int
    base_rate: float
    risk_auc: float
    hazard_auc: float
    stage_auc: float
    recency_auc: float
    own_recency_auc: float
    risk_precision: float
    left: dict[str, int]


def asked(truth: Truth) -> Asked:
    """Give who was there on the Mondays that count, and who left within 30 days after each."""
    shape = truth.shape
    first = -(-shape.warm_up_days // 7)
    weeks = np.arange(first, (shape.n_days - HORIZON_DAYS) // 7)
    gone = np.zeros((len(truth.risk_30d), len(truth.ids)), np.bool_)
    number = {customer: who for who, customer in enumerate(truth.ids)}
    for one in truth.departures:
        for asked_in in weeks.tolist():
            ahead_ms = one.left_ms - day_ms(7 * asked_in)
            gone[asked_in, number[one.customer]] |= 0 < ahead_ms <= HORIZON_DAYS * DAY_MS
    week, customer = np.nonzero(~np.isnan(truth.risk_30d))
    counts = np.isin(week, weeks)
    week, customer = week[counts], customer[counts]
    return Asked(week, customer, gone[week, customer].astype(np.int8))


def ceiling(truth: Truth, events: Iterable[AnyEvent | Late]) -> Ceiling:
    """Score the truth, and recency, on the customers and weeks of `asked`."""
    rows = asked(truth)
    silent, gaps = silence_days(truth, events)
    risk = truth.risk_30d[rows.week, rows.customer].astype(np.float64)
    # The hazard of the Monday itself: who decides today is not known before the day is over.
    hazard = np.nan_to_num(truth.hazard[7 * rows.week, rows.customer].astype(np.float64))
    stage = truth.stage[7 * rows.week - 1, rows.customer] / float(Stage.GONE)
    recency = silent[rows.week, rows.customer]
    own = recency / gaps[rows.week, rows.customer]
    return Ceiling(
        n=len(rows.left),
        base_rate=float(rows.left.mean()),
        risk_auc=auc(risk, rows.left) or 0.5,
        hazard_auc=auc(hazard, rows.left) or 0.5,
        stage_auc=auc(stage, rows.left) or 0.5,
        recency_auc=auc(recency / (1 + recency), rows.left) or 0.5,
        own_recency_auc=auc(own / (1 + own), rows.left) or 0.5,
        risk_precision=average_precision(risk, rows.left) or 0.0,
        left=left(truth),
    )


def left(truth: Truth) -> dict[str, int]:
    """Count the departures after the warm-up by kind."""
    begins_ms = day_ms(truth.shape.warm_up_days)
    kinds = [one.kind for one in truth.departures if one.left_ms >= begins_ms]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def silence_days(truth: Truth, events: Iterable[AnyEvent | Late]) -> tuple[F64, F64]:
    """Give the days since the last purchase that was known, and each customer's mean gap.

    Returns
    -------
    silence : float64, shape (n_weeks, n)
        Days before each Monday; since the beginning where nothing was bought yet.
    gaps : float64, shape (n_weeks, n)
        Mean days between the purchases known by then, at least 1.
    """
    number = {customer: who for who, customer in enumerate(truth.ids)}
    n_weeks = len(truth.risk_30d)
    latest = np.zeros((n_weeks, len(truth.ids)))  # days since the beginning
    count = np.zeros((n_weeks, len(truth.ids)))
    for item in events:
        event, known_ms = known(item)
        if not isinstance(event, PurchaseMade):
            continue
        who = number[truth.alias_of.get(event.subject, event.subject)]
        week = -(-(known_ms - BEGIN_MS) // (7 * DAY_MS))
        if week < n_weeks:
            day = (at_ms(event.time) - BEGIN_MS) / DAY_MS
            latest[week, who] = max(latest[week, who], day)
            count[week, who] += 1
    latest = np.maximum.accumulate(latest, axis=0)
    gaps = latest / np.maximum(count.cumsum(axis=0), 1.0)
    mondays = 7.0 * np.arange(n_weeks)[:, None]
    return mondays - latest, np.maximum(gaps, 1.0)
