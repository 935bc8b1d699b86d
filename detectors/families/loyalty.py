"""Loyalty: how long the customer has been with us, and whether they use what we offer.

Tenure is not good in itself: the model decides. Being in a programme counts for nothing,
using it does. Fails where no offers exist: everybody is then at the same value.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import added, days_between, earlier, log_days_since, weight
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
from detectors.kinds import Kind

HALF_LIFE_DAYS = 90.0  # offers come a few times a season
NEW_DAYS = 60.0  # most who leave early leave within two months

COLUMNS = (
    *EVIDENCE,
    Column("first_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("offers_90d", np.float64, "offers"),  # decayed, valid at offer_ms
    Column("offer_ms", np.int64, "ms since 1970", empty=NEVER),
)
FEATURES = (
    Feature("tenure_log", "log days", -1, "since the first sign of life", usual=4.9),
    Feature("newness", "share", +1, "1 when new, 0 from two months on", weight=0.5, usual=0.03),
    Feature(
        "offers_used_90d_log", "log offers", -1, "halved every 90 days", weight=-0.2, usual=0.1
    ),
    Feature("offer_silence_log", "log days", +1, "since one was used, at most 180", usual=5.1),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind in ACTIVITY:
        own.first_ms = earlier(own.first_ms, event.at_ms)
    elif event.kind == Kind.PROGRAMME_USED:
        own.offers_90d = added(own.offers_90d, own.offer_ms, event.at_ms, HALF_LIFE_DAYS)
        own.offer_ms = max(own.offer_ms, event.at_ms)
        remember(own, event)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    tenure, newness = 0.0, 0.0
    if own.first_ms != NEVER:
        tenure = days_between(own.first_ms, now_ms)
        newness = max(1.0 - tenure / NEW_DAYS, 0.0)
    age_ms = max(now_ms - own.offer_ms, 0)
    return (
        math.log1p(tenure),
        newness,
        math.log1p(own.offers_90d * weight(age_ms, HALF_LIFE_DAYS)),
        log_days_since(own.offer_ms, now_ms),
    )


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    days = max(now_ms - own.first_ms, 0) / DAY_MS
    if value["newness"] > 0:
        words = Words(en=f"A customer for only {days:.0f} days.", zh=f"成为客户仅 {days:.0f} 天。")
        return Telling("decline.quiet", words, own.first_ms)
    words = Words(en="Does not use our offers (any more).", zh="（不再）使用我们的优惠。")
    return Telling("decline.quiet", words, own.offer_ms)
