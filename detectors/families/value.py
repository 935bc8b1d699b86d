"""Value: what the customer spends, on how broad a range, and whether baskets shrink.

Amounts are in the customer's own currency and only compared with the customer's own. Product
lines are a set of 64 bits: two lines may share one, breadth is then one less. Fails where
events carry no amount: spending stays 0 and says nothing.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import log1p, log1p_of_bits, n_bits, weight, within
from detectors.details import TOLD, WALLET
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
from detectors.kinds import Kind

HALF_LIFE_DAYS = 28.0
YEARLY = 365.25 * math.log(2.0) / HALF_LIFE_DAYS  # decayed sum to a year's rate
LINES_UNKNOWN = math.log(10.0)  # an ordinary range, where no product line was ever named
PRIOR_LINES = 3.0  # lines of one purchase, counted as one purchase of one's own

BACKGROUND = (Kind.PROFILE_UPDATED, Kind.SURVEY_ANSWERED)  # what they spend with anybody
KINDS = (Kind.PURCHASE_MADE, *BACKGROUND)

COLUMNS = (
    *EVIDENCE,
    Column("spend_28d", np.float64, "money"),  # this and the next two: valid at bought_ms
    Column("bought_28d", np.float64, "purchases"),  # those that named a product line
    Column("lines_28d", np.float64, "lines"),
    Column("bought_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("amount_sum", np.float64, "money"),
    Column("amount_n", np.float64, "purchases"),
    Column("amount_last", np.float64, "money", joins="latest"),
    Column("amount_last_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("lines_ever", np.uint64, "bits"),
    Column("wallet", np.float32, "money a year, 0 unknown", joins="own"),  # on such goods
    Column("wallet_day", np.uint16, "days since 1970"),  # as of then
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


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind == Kind.PURCHASE_MADE:
        remember(own, event)
        _buy(own, event)
    elif event.kind in BACKGROUND:
        _wallet(own, event)


@compiled
def _buy(own: Own, event: Event) -> None:
    newest_ms = max(own.bought_ms, event.at_ms)
    kept = weight(newest_ms - own.bought_ms, HALF_LIFE_DAYS)
    new = weight(newest_ms - event.at_ms, HALF_LIFE_DAYS)
    lines = float(n_bits(event.lines))
    own.spend_28d = own.spend_28d * kept + event.amount * new
    own.lines_28d = own.lines_28d * kept + lines * new
    own.bought_28d = own.bought_28d * kept + (new if lines > 0 else 0.0)
    own.bought_ms = newest_ms
    own.lines_ever |= event.lines
    if event.amount > 0:
        own.amount_sum += event.amount
        own.amount_n += 1.0
        if event.at_ms >= own.amount_last_ms:
            own.amount_last, own.amount_last_ms = event.amount, event.at_ms


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; finite."""
    age = weight(max(now_ms - own.bought_ms, 0), HALF_LIFE_DAYS)
    mean = log1p(mean_order(own))
    return (
        log1p(own.spend_28d * age),
        mean,
        within(-3.0, log1p(own.amount_last) - mean, 3.0),
        log1p_of_bits(own.lines_ever) if own.lines_ever else LINES_UNKNOWN,
        math.log((own.lines_28d * age + PRIOR_LINES) / (own.bought_28d * age + 1.0)),
    )


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    last, mean = own.amount_last, math.expm1(value["basket_mean_log"])
    if last < mean:
        words = Words(
            en=f"The last purchase ({last:.2f}) was below the own mean of {mean:.2f}.",
            zh=f"最近一次购买（{last:.2f}）低于其平均水平 {mean:.2f}。",
        )
    else:
        n_lines = own.lines_ever.bit_count()
        words = Words(
            en=f"Buys from {n_lines} product lines only.",
            zh=f"只购买 {n_lines} 个品类。",
        )
    return Telling("decline.spread", words, own.bought_ms)


@compiled
def _wallet(own: Own, event: Event) -> None:
    # By profile or survey; of two the later day holds, whichever says so.
    told = event["flags"] & (TOLD if event.kind == Kind.PROFILE_UPDATED else WALLET)
    money = event.number if event.kind == Kind.PROFILE_UPDATED else event.amount
    day = event.at_ms // DAY_MS
    if told and money > 0 and day >= own.wallet_day:
        own.wallet, own.wallet_day = money, day


@compiled
def mean_order(own: Own) -> float:
    """Give what the customer spends on one purchase, 0 where nothing was bought."""
    mean: float = own.amount_sum / max(own.amount_n, 1.0)
    return mean


@compiled
def yearly_spend(own: Own, now_ms: int) -> float:
    """Give the spending rate, money a year; 0 where nothing was bought."""
    age = weight(max(now_ms - own.bought_ms, 0), HALF_LIFE_DAYS)
    rate: float = own.spend_28d * age * YEARLY
    return rate
