"""Contact: whether we keep in touch, and whether the customer answers.

A customer never called drifts off like a kite whose string was cut; one called too often is
annoyed. Fails where contacts are not recorded: all features stay at what a new customer has.
"""

from collections.abc import Mapping

import numpy as np

from detectors.arrays import DAY_MS, F64, I64, NEVER
from detectors.batch import Batch
from detectors.decay import added, log1p, weight
from detectors.families.family import (
    EVIDENCE,
    Block,
    Column,
    Feature,
    Telling,
    Words,
    latest,
    log_days_since,
    remember,
)
from detectors.kinds import Direction, Kind

HALF_LIFE_DAYS = 90.0  # what was done for a customer is felt for a season

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


def apply(block: Block, batch: Batch) -> None:
    """Take a batch of events into the columns, in place. No row occurs twice in a batch."""
    contacts = batch.of(Kind.CONTACT_MADE, Kind.CUSTOMER_CONTACTED)
    ours = contacts.where(contacts.code < Direction.IN)
    if not len(ours):
        return
    count, rows = block["outbound_90d"], ours.rows
    count[rows] = added(count[rows], block["outbound_ms"][rows], ours.at_ms, HALF_LIFE_DAYS)
    latest(block, "outbound_ms", ours)
    remember(block, ours)


def features(block: Block, now_ms: I64) -> tuple[F64, ...]:
    """Measure each row of the block at its own `now_ms`, shape (n,); all at least 0."""
    outbound_ms = block["outbound_ms"]
    age_ms = np.maximum(now_ms - outbound_ms, 0)
    return (
        log1p(block["outbound_90d"] * weight(age_ms, HALF_LIFE_DAYS)),
        log_days_since(outbound_ms, now_ms),
    )


def reason(block: Block, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words, from a block of one row and its features by name."""
    since_ms = int(block["outbound_ms"][0])
    if since_ms == NEVER:
        never = Words(en="We have never got in touch.", zh="我们从未主动联系过该客户。")
        return Telling("relation.neglect", never, NEVER)
    days = max(now_ms - since_ms, 0) / DAY_MS
    words = Words(
        en=f"We last got in touch {days:.0f} days ago.",
        zh=f"我们上次联系客户是在 {days:.0f} 天前。",
    )
    return Telling("relation.neglect", words, since_ms)
