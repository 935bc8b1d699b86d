"""Silence: how long there has been no sign of life. Churn is mostly what does not happen.

Plain days, with knots at one and two weeks: a day more means less the longer it has been.
Fails for customers with a slow rhythm of their own; `rhythm` measures against that.
"""

from collections.abc import Mapping

import numpy as np

from detectors.arrays import DAY_MS, F64, I64, NEVER
from detectors.batch import Batch
from detectors.decay import days_since, log1p
from detectors.families.family import (
    ACTIVITY,
    EVIDENCE,
    Block,
    Column,
    Feature,
    Telling,
    Words,
    latest,
    remember,
)

WEEK, FORTNIGHT = float(np.log(8)), float(np.log(15))  # log(1 + days)

COLUMNS = (*EVIDENCE, Column("active_ms", np.int64, "ms since 1970", empty=NEVER))
FEATURES = (
    Feature("silence_days_log", "log days", +1, "since the last sign of life", usual=1.6),
    Feature("silence_beyond_7d", "log ratio", +1, "the same, beyond a week", usual=0.2),
    Feature(
        "silence_beyond_14d", "log ratio", +1, "the same, beyond two weeks", weight=0.1, usual=0.05
    ),
)


def apply(block: Block, batch: Batch) -> None:
    """Take a batch of events into the columns, in place. No row occurs twice in a batch."""
    active = batch.of(*ACTIVITY)
    if not len(active):
        return
    latest(block, "active_ms", active)
    remember(block, active)


def features(block: Block, now_ms: I64) -> tuple[F64, ...]:
    """Measure each row of the block at its own `now_ms`, shape (n,); all at least 0."""
    active_ms = block["active_ms"]
    days = np.where(active_ms == NEVER, 0.0, log1p(days_since(now_ms, active_ms)))
    return days, np.maximum(days - WEEK, 0.0), np.maximum(days - FORTNIGHT, 0.0)


def reason(block: Block, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words, from a block of one row and its features by name."""
    since_ms = int(block["active_ms"][0])
    days = max(now_ms - since_ms, 0) / DAY_MS
    words = Words(
        en=f"No sign of life for {days:.0f} days.", zh=f"已有 {days:.0f} 天没有任何动静。"
    )
    return Telling("decline.quiet", words, since_ms)
