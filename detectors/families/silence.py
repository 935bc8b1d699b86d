"""Silence: how long there has been no sign of life. Churn is mostly what does not happen.

Plain days, with knots at one and two weeks: a day more means less the longer it has been.
Fails for customers with a slow rhythm of their own; `rhythm` measures against that.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import days_between, log1p
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

WEEK, FORTNIGHT = math.log(8), math.log(15)  # log(1 + days)

CLOCK = LIVING
KINDS = ACTIVITY

COLUMNS = (*EVIDENCE, Column("active_ms", np.int64, "ms since 1970", empty=NEVER))
FEATURES = (
    Feature("silence_days_log", "log days", +1, "since the last sign of life", usual=1.6),
    Feature("silence_beyond_7d", "log ratio", +1, "the same, beyond a week", usual=0.2),
    Feature(
        "silence_beyond_14d", "log ratio", +1, "the same, beyond two weeks", weight=0.1, usual=0.05
    ),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind in ACTIVITY:
        own.active_ms = max(own.active_ms, event.at_ms)
        remember(own, event)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    days = 0.0 if own.active_ms == NEVER else log1p(days_between(own.active_ms, now_ms))
    return days, max(days - WEEK, 0.0), max(days - FORTNIGHT, 0.0)


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    since_ms = own.active_ms
    days = max(now_ms - since_ms, 0) / DAY_MS
    words = Words(
        en=f"No sign of life for {days:.0f} days.", zh=f"已有 {days:.0f} 天没有任何动静。"
    )
    return Telling("decline.quiet", words, since_ms)
