"""Contact: whether we keep in touch, and whether the customer answers.

A customer never called drifts off like a kite whose string was cut; one called too often is
annoyed. Fails where contacts are not recorded: all features stay at what a new customer has.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import added, log_days_since, weight
from detectors.families.family import (
    EVIDENCE,
    Column,
    Event,
    Feature,
    Own,
    Telling,
    Words,
    remember,
)
from detectors.kinds import Direction, Kind

HALF_LIFE_DAYS = 90.0  # what was done for a customer is felt for a season

CONTACTS = (Kind.CONTACT_MADE, Kind.CUSTOMER_CONTACTED)

COLUMNS = (
    *EVIDENCE,
    Column("outbound_90d", np.float64, "contacts"),  # decayed, valid at outbound_ms
    Column("outbound_ms", np.int64, "ms since 1970", empty=NEVER),
)
FEATURES = (
    Feature("contacts_90d_log", "log contacts", -1, "by us, halved every 90 days", usual=0.4),
    Feature(
        "contact_silence_log", "log days", +1, "since ours, at most 180", weight=0.03, usual=4.4
    ),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind in CONTACTS and event.code < Direction.IN:
        own.outbound_90d = added(own.outbound_90d, own.outbound_ms, event.at_ms, HALF_LIFE_DAYS)
        own.outbound_ms = max(own.outbound_ms, event.at_ms)
        remember(own, event)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    age_ms = max(now_ms - own.outbound_ms, 0)
    return (
        math.log1p(own.outbound_90d * weight(age_ms, HALF_LIFE_DAYS)),
        log_days_since(own.outbound_ms, now_ms),
    )


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    since_ms = own.outbound_ms
    if since_ms == NEVER:
        never = Words(en="We have never got in touch.", zh="我们从未主动联系过该客户。")
        return Telling("relation.neglect", never, NEVER)
    days = max(now_ms - since_ms, 0) / DAY_MS
    words = Words(
        en=f"We last got in touch {days:.0f} days ago.",
        zh=f"我们上次联系客户是在 {days:.0f} 天前。",
    )
    return Telling("relation.neglect", words, since_ms)
