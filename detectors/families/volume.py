"""Volume: how often the customer is active, lately and against before.

Decayed counts with half-lives of a week, four and thirteen. Rates are over the time the
customer could have been active at all, so a new one is not "falling". Fails for seasons
longer than a quarter: a yearly buyer looks like one who stopped.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import added, could_days, days_between, earlier, log1p, weight
from detectors.evidence import AWARENESS, NO_STAGE
from detectors.families.family import (
    ACTIVITY,
    EVIDENCE,
    Column,
    Event,
    Feature,
    Own,
    Telling,
    Words,
    remember,
)
from detectors.living import LIVING

HALF_LIVES = (7, 28, 90)  # days: this week, this month, this quarter
PRIOR_DAYS = 7.0  # one event a week, until the customer's own count outweighs it
MONTH_DAYS = 28.0
SHRINK_EVENTS, SHRINK_DAYS = 0.5, 5.0  # Jeffreys-like: nobody is certain to stay or to go
QUIET_MAX = 12.0
SETTLED_DAYS, EVENTS_MIN, LOW = 90, 2.0, 0.6  # ours: once there is a usual

CLOCK = LIVING
KINDS = ACTIVITY

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


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind not in ACTIVITY:
        return
    remember(own, event)
    own.first_ms = earlier(own.first_ms, event.at_ms)
    own.count_7d = added(own.count_7d, own.counted_ms, event.at_ms, 7.0)
    own.count_28d = added(own.count_28d, own.counted_ms, event.at_ms, 28.0)
    own.count_90d = added(own.count_90d, own.counted_ms, event.at_ms, 90.0)
    own.counted_ms = max(own.counted_ms, event.at_ms)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; finite."""
    age_ms = max(now_ms - own.counted_ms, 0)
    tenure = 0.0 if own.first_ms == NEVER else days_between(own.first_ms, now_ms)
    week, month, quarter = own.count_7d, own.count_28d, own.count_90d
    week, month = week * weight(age_ms, 7.0), month * weight(age_ms, 28.0)
    quarter = quarter * weight(age_ms, 90.0)
    could_month = could_days(tenure, 28.0)
    weekly, monthly = _rate(week, could_days(tenure, 7.0)), _rate(month, could_month)
    could = could_month + SHRINK_DAYS
    expected = (month + SHRINK_EVENTS) * math.log((could + MONTH_DAYS) / could)
    return (
        log1p(week),
        log1p(month),
        log1p(quarter),
        math.log(weekly / monthly),
        math.log(monthly / _rate(quarter, could_days(tenure, 90.0))),
        -math.log(math.expm1(min(expected, QUIET_MAX))),
    )


@compiled
def stage(own: Own, now_ms: int) -> int:
    """Show awareness while the month is clearly below the customer's own quarter."""
    if own.first_ms == NEVER or now_ms - own.first_ms < SETTLED_DAYS * DAY_MS:
        return NO_STAGE
    age_ms, tenure = max(now_ms - own.counted_ms, 0), days_between(own.first_ms, now_ms)
    quarter = own.count_90d * weight(age_ms, 90.0)
    month = own.count_28d * weight(age_ms, 28.0)
    usual = quarter / could_days(tenure, 90.0) * could_days(tenure, 28.0)
    return AWARENESS if usual >= EVENTS_MIN and month < LOW * usual else NO_STAGE


@compiled
def _rate(count: float, window_days: float) -> float:
    return (count + 1.0) / (window_days + PRIOR_DAYS)


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    count, change = math.expm1(value["count_28d_log"]), math.exp(value["trend_28_90"])
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
    return Telling("decline.quiet", words, own.counted_ms)
