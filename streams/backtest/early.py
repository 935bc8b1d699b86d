"""How early by stage: which of the alerts on customers who later left came before the decision."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detectors.arrays import DAY_MS
from streams.backtest.lead import LOOK_BACK_DAYS, Churns

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
    counts, warnings = Counter[str](), Counter[str]()
    alerts = zip(churns.alert_customer, churns.alert_at_ms, stages, strict=True)
    for alerted, alerted_ms, stage in alerts:
        low, high = (
            np.searchsorted(customer, alerted, "left"),
            np.searchsorted(customer, alerted, "right"),
        )
        waits_ms = at_ms[low:high] - alerted_ms
        if np.any((waits_ms > 0) & (waits_ms <= look_back_days * DAY_MS)):
            counts[stage or NONE] += 1
            if not np.any((waits_ms > 0) & (waits_ms <= NEWS_DAYS * DAY_MS)):
                warnings[stage or NONE] += 1
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
