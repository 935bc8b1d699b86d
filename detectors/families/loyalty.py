"""Loyalty: how long the customer has been with us, and whether they use what we offer.

Tenure is not good in itself: the model decides. Being in a programme counts for nothing,
using it does. Fails where no offers exist: everybody is then at the same value.
"""

from collections.abc import Mapping

import numpy as np

from detectors.arrays import DAY_MS, F64, I64, NEVER
from detectors.batch import Batch
from detectors.decay import added, days_since, log1p, weight
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
    log_days_since,
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


def apply(block: Block, batch: Batch) -> None:
    """Take a batch of events into the columns, in place. No row occurs twice in a batch."""
    earliest(block, "first_ms", batch.of(*ACTIVITY))
    used = batch.of(Kind.PROGRAMME_USED)
    if not len(used):
        return
    offers, rows = block["offers_90d"], used.rows
    offers[rows] = added(offers[rows], block["offer_ms"][rows], used.at_ms, HALF_LIFE_DAYS)
    latest(block, "offer_ms", used)
    remember(block, used)


def features(block: Block, now_ms: I64) -> tuple[F64, ...]:
    """Measure each row of the block at its own `now_ms`, shape (n,); all at least 0."""
    first_ms, offer_ms = block["first_ms"], block["offer_ms"]
    tenure = np.where(first_ms == NEVER, 0.0, days_since(now_ms, first_ms))
    age_ms = np.maximum(now_ms - offer_ms, 0)
    return (
        log1p(tenure),
        np.where(first_ms == NEVER, 0.0, np.maximum(1.0 - tenure / NEW_DAYS, 0.0)),
        log1p(block["offers_90d"] * weight(age_ms, HALF_LIFE_DAYS)),
        log_days_since(offer_ms, now_ms),
    )


def reason(block: Block, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words, from a block of one row and its features by name."""
    days = max(now_ms - int(block["first_ms"][0]), 0) / DAY_MS
    if value["newness"] > 0:
        words = Words(en=f"A customer for only {days:.0f} days.", zh=f"成为客户仅 {days:.0f} 天。")
        return Telling("decline.quiet", words, int(block["first_ms"][0]))
    words = Words(en="Does not use our offers (any more).", zh="（不再）使用我们的优惠。")
    return Telling("decline.quiet", words, int(block["offer_ms"][0]))
