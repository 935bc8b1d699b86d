"""Value: what the customer spends, on how broad a range, and whether baskets shrink.

Amounts are in the customer's own currency and only compared with the customer's own. Product
lines are a set of 64 bits: two lines may share one, breadth is then one less. Fails where
events carry no amount: spending stays 0 and says nothing.
"""

from collections.abc import Mapping

import numpy as np

from detectors.arrays import F64, I64, NEVER, between
from detectors.batch import Batch
from detectors.decay import log, log1p, log1p_of_bits, weight, weights
from detectors.families.family import (
    EVIDENCE,
    Block,
    Column,
    Feature,
    Telling,
    Words,
    latest,
    put,
    remember,
)
from detectors.kinds import Kind

HALF_LIFE_DAYS = 28.0
YEARLY = 365.25 * float(np.log(2.0)) / HALF_LIFE_DAYS  # decayed sum to a year's rate
LINES_UNKNOWN = float(np.log(10.0))  # an ordinary range, where no product line was ever named
PRIOR_LINES = 3.0  # lines of one purchase, counted as one purchase of one's own

COLUMNS = (
    *EVIDENCE,
    Column("spend_28d", np.float64, "money"),  # this and the next two: valid at bought_ms
    Column("bought_28d", np.float64, "purchases"),  # those that named a product line
    Column("lines_28d", np.float64, "lines"),
    Column("bought_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("amount_sum", np.float64, "money"),
    Column("amount_n", np.float64, "purchases"),
    Column("amount_last", np.float64, "money"),
    Column("amount_last_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("lines_ever", np.uint64, "bits"),
)
FEATURES = (
    Feature("spend_28d_log", "log money", -1, "spent, halved every 28 days", usual=5.0),
    Feature("basket_mean_log", "log money", -1, "mean purchase", usual=3.3),
    Feature(
        "basket_last_ratio", "log ratio", -1, "last purchase to the mean", weight=-0.1, usual=-0.3
    ),
    Feature("breadth_log", "log lines", -1, "product lines ever bought", weight=-0.2, usual=2.3),
    Feature(
        "lines_per_purchase_log", "log lines", -1, "lines in one purchase", weight=-0.1, usual=1.1
    ),
)


def apply(block: Block, batch: Batch) -> None:
    """Take a batch of events into the columns, in place. No row occurs twice in a batch."""
    bought = batch.of(Kind.PURCHASE_MADE)
    if not len(bought):
        return
    rows = bought.rows
    kept, new = weights(block["bought_ms"][rows], bought.at_ms, HALF_LIFE_DAYS)
    lines = np.bitwise_count(bought.lines).astype(np.float64)
    named = (lines > 0).astype(np.float64)
    for name, more in (("spend_28d", bought.amount), ("lines_28d", lines), ("bought_28d", named)):
        block[name][rows] = block[name][rows] * kept + more * new
    latest(block, "bought_ms", bought)
    remember(block, bought)
    block["lines_ever"][rows] |= bought.lines

    paid = bought.where(bought.amount > 0)
    block["amount_sum"][paid.rows] += paid.amount
    block["amount_n"][paid.rows] += 1.0
    newer = paid.at_ms >= block["amount_last_ms"][paid.rows]
    put(block, "amount_last", paid.rows, paid.amount, newer)
    latest(block, "amount_last_ms", paid)


def features(block: Block, now_ms: I64) -> tuple[F64, ...]:
    """Measure each row of the block at its own `now_ms`, shape (n,); finite."""
    age = weight(np.maximum(now_ms - block["bought_ms"], 0), HALF_LIFE_DAYS)
    mean = log1p(block["amount_sum"] / np.maximum(block["amount_n"], 1.0))
    ever = block["lines_ever"]
    lines, bought = block["lines_28d"] * age, block["bought_28d"] * age
    return (
        log1p(block["spend_28d"] * age),
        mean,
        between(log1p(block["amount_last"]) - mean, -3.0, 3.0),
        np.where(ever == 0, LINES_UNKNOWN, log1p_of_bits(ever)),
        log((lines + PRIOR_LINES) / (bought + 1.0)),
    )


def reason(block: Block, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words, from a block of one row and its features by name."""
    last, mean = float(block["amount_last"][0]), float(np.expm1(value["basket_mean_log"]))
    if last < mean:
        words = Words(
            en=f"The last purchase ({last:.2f}) was below the own mean of {mean:.2f}.",
            zh=f"最近一次购买（{last:.2f}）低于其平均水平 {mean:.2f}。",
        )
    else:
        n_lines = int(np.bitwise_count(block["lines_ever"][0]))
        words = Words(
            en=f"Buys from {n_lines} product lines only.",
            zh=f"只购买 {n_lines} 个品类。",
        )
    return Telling("decline.spread", words, int(block["bought_ms"][0]))


def yearly_spend(block: Block, now_ms: I64) -> F64:
    """Give each row's spending rate, money a year; 0 where nothing was bought."""
    age = weight(np.maximum(now_ms - block["bought_ms"], 0), HALF_LIFE_DAYS)
    return block["spend_28d"] * age * YEARLY
