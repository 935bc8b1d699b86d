"""How early by stage: which of the alerts on customers who later left came before the decision."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detectors.arrays import DAY_MS
from streams.backtest.lead import LOOK_BACK_DAYS, Churns, first_from

LATE = "decision"  # the stage in which little helps any more
NONE = "none"
NEWS_DAYS = 3.0  # ours: who has left is often told of some days later, their contract's end at once


@dataclass(frozen=True)
class Stages:
    """Alerts on customers who later left, by the stage that they named.

    `before_decision` is the share of those that came before the decision stage; None without any.
    `n_news` came so shortly before the churn was told that they are news of it; `early_share` is
    `before_decision` without them.
    """

    n_alerts: int
    by_stage: dict[str, int]
    before_decision: float | None
    n_news: int
    early_share: float | None


def alert_stages(
    churns: Churns, stages: Sequence[str | None], look_back_days: float = LOOK_BACK_DAYS
) -> Stages:
    """Count alerts within `look_back_days` before a churn of their customer, by stage.

    Parameters
    ----------
    churns : whose m alerts have
    stages : the stage of each alert, m of them, None where no evidence showed one

    Examples
    --------
    >>> day = 86_400_000
    >>> alerted, alerts_ms = np.array([7, 7, 8]), np.array([80, 85, 85]) * day
    >>> churns = Churns(np.array([7]), np.array([90 * day]), alerted, alerts_ms)
    >>> alert_stages(churns, ["awareness", "decision", None])  # doctest: +NORMALIZE_WHITESPACE
    Stages(n_alerts=2, by_stage={'awareness': 1, 'decision': 1}, before_decision=0.5, n_news=0,
    early_share=0.5)
    """
    order = np.lexsort((churns.at_ms, churns.customer))
    customer, at_ms = churns.customer[order], churns.at_ms[order]
    low = np.searchsorted(customer, churns.alert_customer, "left")
    high = np.searchsorted(customer, churns.alert_customer, "right")
    place = first_from(at_ms, churns.alert_at_ms + 1, low, high)
    counts, warnings = Counter[str](), Counter[str]()
    for at in np.flatnonzero(place < high).tolist():
        wait_ms = int(at_ms[place[at]] - churns.alert_at_ms[at])
        if wait_ms <= look_back_days * DAY_MS:
            counts[stages[at] or NONE] += 1
            warnings[stages[at] or NONE] += wait_ms > NEWS_DAYS * DAY_MS
    n_alerts = counts.total()
    return Stages(
        n_alerts=n_alerts,
        by_stage=dict(sorted(counts.items())),
        before_decision=_share(counts),
        n_news=n_alerts - warnings.total(),
        early_share=_share(warnings),
    )


def _share(counts: Counter[str]) -> float | None:
    n_alerts = counts.total()
    return (n_alerts - counts[LATE]) / n_alerts if n_alerts else None
