"""Volume: how often the customer is active, lately and against before.

Decayed counts with half-lives of a week, four and thirteen. Rates are over the time the
customer could have been active at all, so a new one is not "falling". Fails for seasons
longer than a quarter: a yearly buyer looks like one who stopped.
"""

from collections.abc import Mapping

import numpy as np

from detectors.arrays import F64, I64, NEVER
from detectors.batch import Batch
from detectors.decay import added, days_since, log, log1p, weight
from detectors.families.family import (
    ACTIVITY,
    EVIDENCE,
    Block,
    Column,
    Feature,
    Telling,
    Words,
    earliest,
    latest,
    remember,
)

HALF_LIVES = (7, 28, 90)  # days: this week, this month, this quarter
LN2 = float(np.log(2.0))
PRIOR_DAYS = 7.0  # one event a week, until the customer's own count outweighs it
MONTH_DAYS = 28.0
SHRINK_EVENTS, SHRINK_DAYS = 0.5, 5.0  # Jeffreys-like: nobody is certain to stay or to go
QUIET_MAX = 12.0

COLUMNS = (
    *EVIDENCE,
    Column("first_ms", np.int64, "ms since 1970", empty=NEVER),
    *(Column(f"count_{days}d", np.float64, "events") for days in HALF_LIVES),
    Column("counted_ms", np.int64, "ms since 1970", empty=NEVER),
)
FEATURES = (
    Feature("count_7d_log", "log events", -1, "events, halved every 7 days", usual=1.0),
    Feature("count_28d_log", "log events", -1, "events, halved every 28 days", usual=1.9),
    Feature("count_90d_log", "log events", -1, "events, halved every 90 days", usual=2.6),
    Feature("trend_7_28", "log ratio", -1, "rate of this week to this month's"),
    Feature("trend_28_90", "log ratio", -1, "rate of this month to this quarter's", weight=-0.3),
    Feature(
        "quiet_logit_28d",
        "logit",
        +1,
        "of no event in 28 days at this rate",
        weight=0.5,
        usual=-3.9,
    ),
)


def apply(block: Block, batch: Batch) -> None:
    """Take a batch of events into the columns, in place. No row occurs twice in a batch."""
    active = batch.of(*ACTIVITY)
    if not len(active):
        return
    rows, counted_ms = active.rows, block["counted_ms"]
    earliest(block, "first_ms", active)
    for days in HALF_LIVES:
        count = block[f"count_{days}d"]
        count[rows] = added(count[rows], counted_ms[rows], active.at_ms, days)
    latest(block, "counted_ms", active)
    remember(block, active)


def features(block: Block, now_ms: I64) -> tuple[F64, ...]:
    """Measure each row of the block at its own `now_ms`, shape (n,); finite."""
    age_ms = np.maximum(now_ms - block["counted_ms"], 0)
    first_ms = block["first_ms"]
    tenure = np.where(first_ms == NEVER, 0.0, days_since(now_ms, first_ms))
    count = {days: block[f"count_{days}d"] * weight(age_ms, days) for days in HALF_LIVES}
    window = {days: days / LN2 * (1.0 - np.exp2(tenure / -days)) for days in HALF_LIVES}
    rate = {days: log((count[days] + 1.0) / (window[days] + PRIOR_DAYS)) for days in HALF_LIVES}
    month = window[28] + SHRINK_DAYS
    expected = (count[28] + SHRINK_EVENTS) * log((month + MONTH_DAYS) / month)
    quiet = np.expm1(np.minimum(expected, QUIET_MAX))
    return (
        *(log1p(count[days]) for days in HALF_LIVES),
        rate[7] - rate[28],
        rate[28] - rate[90],
        -log(quiet),
    )


def reason(block: Block, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words, from a block of one row and its features by name."""
    count, change = float(np.expm1(value["count_28d_log"])), float(np.exp(value["trend_28_90"]))
    if change < 1:
        words = Words(
            en=f"Active {1 - change:.0%} less this month than this quarter.",
            zh=f"本月活跃度比本季度平均低 {1 - change:.0%}。",
        )
    else:
        words = Words(
            en=f"Rarely active ({count:.1f} times, halved every 28 days).",
            zh=f"活跃次数很少（{count:.1f} 次，每 28 天减半）。",
        )
    return Telling("decline.quiet", words, int(block["counted_ms"][0]))
