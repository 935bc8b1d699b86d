"""Loyalty: how long the customer is with us, what they use of what we offer, what they took away.

Tenure is not good in itself: the model decides. Being in a programme counts for nothing, using it
does. Orders that get smaller at steady need, lines bought elsewhere, points cashed at once and a
barrier about to fall show who spreads. All is as of the last purchase: silence is another matter.
Fails where purchases name no lines or no amounts.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import lines, plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import (
    added,
    could_days,
    days_between,
    earlier,
    log1p,
    log_days_since,
    weight,
    within,
)
from detectors.details import Flag
from detectors.evidence import CONSIDERATION, NO_STAGE, lasting
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
    weightiest,
)
from detectors.kinds import Kind

HALF_LIFE_DAYS = 90.0  # offers come a few times a season
NEW_DAYS = 60.0  # most who leave early leave within two months
ORDERS_MIN, STEADY, HALF = 4.0, 0.8, 0.5  # ours
CASHED_DAYS, LEVEL_DAYS, MOVED_DAYS, BARRIER_DAYS = 30, 90, 90, 30  # ours
LINES_MAX = 3.0
MONTH_MS, MISSED_MIN = 28 * DAY_MS, 2.0
SPENT, TOLD = int(Flag.SPENT), int(Flag.TOLD)

KINDS = (
    *ACTIVITY,
    Kind.PROGRAMME_USED,
    Kind.CONTRACT_LINE_DROPPED,
    Kind.PROFILE_UPDATED,
)

COLUMNS = (
    *EVIDENCE,
    *lines.COLUMNS,
    Column("first_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("offers_90d", np.float64, "offers"),  # decayed, valid at offer_ms
    Column("offer_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("order_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("profile_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("orders_28d", np.float32, "orders"),  # this and the next three: valid at order_ms
    Column("orders_90d", np.float32, "orders"),
    Column("spend_28d", np.float32, "money"),
    Column("spend_90d", np.float32, "money"),
    Column("best_90d", np.float32, "money", joins="larger"),  # the most that spend_90d ever was
    Column("cashed_day", np.int32, "days since 1970", joins="larger"),  # all points at once
    Column("expires_day", np.int32, "days since 1970", joins="larger"),
    Column("lowered_day", np.int32, "days since 1970", joins="larger"),  # the membership level
    Column("moved_day", np.int32, "days since 1970", joins="larger"),
    Column("region", np.int32, "place in the ledger's names", joins="own"),
    Column("level", np.uint8, "MembershipLevel", joins="larger"),
)
FEATURES = (
    Feature("tenure_log", "log days", -1, "since the first sign of life", usual=4.9),
    Feature("newness", "share", +1, "1 when new, 0 from two months on", weight=0.5, usual=0.03),
    Feature(
        "offers_used_90d_log", "log offers", -1, "halved every 90 days", weight=-0.2, usual=0.1
    ),
    Feature("offer_silence_log", "log days", +1, "since one was used, at most 180", usual=5.1),
    Feature("lines_lost", "lines", +1, "bought regularly before, at most 3", weight=0.4),
    Feature("orders_smaller", "log ratio", +1, "smaller orders at steady need", weight=0.4),
    Feature("below_peak", "share", +1, "below half of the own best quarter", weight=0.4),
    Feature("points_cashed", "share", +1, "all points at once, gone in 30 days", weight=1.5),
    Feature("level_lowered", "share", +1, "membership level, gone in 90 days", weight=0.5),
    Feature("barrier_ends", "share", +1, "points expire, within 30 days", weight=0.2),
    Feature("moved", "share", +1, "to another region, gone in 90 days", weight=1.0),
)
# What somebody took away, or is too new to have: each of it 0 without a sign.
TAKEN = tuple(
    feature
    for feature in FEATURES
    if feature.name
    in {
        "newness", "lines_lost", "orders_smaller", "below_peak", "points_cashed",
        "level_lowered", "moved",
    }
)  # fmt: skip


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    kind = event.kind
    if kind in ACTIVITY:
        own.first_ms = earlier(own.first_ms, event.at_ms)
    if kind == Kind.PURCHASE_MADE:
        _order(own, event)
        lines.buy(own, event.lines, event.at_ms // DAY_MS)
    elif kind == Kind.PROGRAMME_USED:
        _use(own, event)
        remember(own, event)
    elif kind == Kind.CONTRACT_LINE_DROPPED:
        lines.drop(own, event.lines)
        remember(own, event)
    elif kind == Kind.PROFILE_UPDATED and event.at_ms >= own.profile_ms:
        _profile(own, event)


@compiled
def _order(own: Own, event: Event) -> None:
    own.orders_28d = added(own.orders_28d, own.order_ms, event.at_ms, 28.0)
    own.orders_90d = added(own.orders_90d, own.order_ms, event.at_ms, 90.0)
    own.spend_28d = added(own.spend_28d, own.order_ms, event.at_ms, 28.0, event.amount)
    own.spend_90d = added(own.spend_90d, own.order_ms, event.at_ms, 90.0, event.amount)
    own.order_ms = max(own.order_ms, event.at_ms)
    own.best_90d = max(own.best_90d, own.spend_90d)


@compiled
def _use(own: Own, event: Event) -> None:
    own.offers_90d = added(own.offers_90d, own.offer_ms, event.at_ms, HALF_LIFE_DAYS)
    if event.until_ms > 0 and event.at_ms >= own.offer_ms:
        own.expires_day = event.until_ms // DAY_MS
    own.offer_ms = max(own.offer_ms, event.at_ms)
    flags = event["flags"]
    if flags & SPENT and flags & TOLD and event.number <= 0:
        own.cashed_day = max(own.cashed_day, event.at_ms // DAY_MS)


@compiled
def _profile(own: Own, event: Event) -> None:
    own.profile_ms, day = event.at_ms, event.at_ms // DAY_MS
    if event.word > 0:
        if event.word < own.level:
            own.lowered_day = day
        own.level = event.word
    if event.name > 0:
        if own.region > 0 and own.region != event.name:
            own.moved_day = day
        own.region = event.name


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    tenure, newness = 0.0, 0.0
    if own.first_ms != NEVER:
        tenure = days_between(own.first_ms, now_ms)
        newness = max(1.0 - tenure / NEW_DAYS, 0.0)
    age_ms, today = max(now_ms - own.offer_ms, 0), now_ms // DAY_MS
    to_expiry = own.expires_day - today
    return (
        log1p(tenure),
        newness,
        log1p(own.offers_90d * weight(age_ms, HALF_LIFE_DAYS)),
        log_days_since(own.offer_ms, now_ms),
        min(float(lines.lost(own)), LINES_MAX),
        _smaller(own),
        _below_peak(own),
        _left(own.cashed_day, today, CASHED_DAYS),
        _left(own.lowered_day, today, LEVEL_DAYS),
        1.0 - to_expiry / BARRIER_DAYS if 0 <= to_expiry <= BARRIER_DAYS else 0.0,
        _left(own.moved_day, today, MOVED_DAYS),
    )


@compiled
def _smaller(own: Own) -> float:
    steady = own.orders_28d / 28.0 >= STEADY * own.orders_90d / 90.0
    if own.orders_90d < ORDERS_MIN or not steady or own.spend_28d <= 0 or own.spend_90d <= 0:
        return 0.0
    # Times one: a quotient of two float32 would be rounded to one.
    usual, now = 1.0 * own.spend_90d / own.orders_90d, 1.0 * own.spend_28d / own.orders_28d
    return within(0.0, math.log(usual / now), 1.5)


@compiled
def _below_peak(own: Own) -> float:
    if own.best_90d <= 0 or own.orders_90d < ORDERS_MIN:
        return 0.0
    return within(0.0, 1.0 - 1.0 * own.spend_90d / own.best_90d / HALF, 1.0)


@compiled
def _left(day: int, today: int, days: int) -> float:
    # What is left of something that is forgotten evenly; 0 of what never was.
    return max(1.0 - max(today - day, 0) / days, 0.0) if day > 0 else 0.0


@compiled
def stage(own: Own, now_ms: int) -> int:
    """Show consideration while a line is lost, or after all points were cashed at once."""
    if lines.lost(own) > 0:
        return CONSIDERATION
    if own.cashed_day <= 0:
        return NO_STAGE
    return lasting(CONSIDERATION, own.cashed_day * DAY_MS, CASHED_DAYS, now_ms)


@compiled
def orders_halved(own: Own, now_ms: int) -> bool:
    """Say whether orders of the month are under half of the quarter's rate, or none came at all.

    A month without any is none by chance where two or more are usual.
    """
    age_ms, tenure = max(now_ms - own.order_ms, 0), days_between(own.first_ms, now_ms)
    month = own.orders_28d * weight(age_ms, 28.0) / could_days(tenure, 28.0)
    quarter = own.orders_90d * weight(age_ms, 90.0) / could_days(tenure, 90.0)
    none = age_ms > MONTH_MS and quarter * MONTH_MS / DAY_MS >= MISSED_MIN
    return bool(own.orders_90d >= ORDERS_MIN and (none or month < HALF * quarter))


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words: the heaviest of what was taken away before what was never used."""
    loudest = weightiest(TAKEN, value)
    if value[loudest] <= 0:
        words = Words(en="Does not use our offers (any more).", zh="（不再）使用我们的优惠。")
        return Telling("decline.quiet", words, own.offer_ms)
    if loudest == "lines_lost":
        return _of_lines(own, value["lines_lost"])
    if loudest in _SAID:
        column, told, en, zh = _SAID[loudest]
        return Telling(told, Words(en=en, zh=zh), min(getattr(own, column) * DAY_MS, now_ms))
    if loudest == "newness":
        days = max(now_ms - own.first_ms, 0) / DAY_MS
        words = Words(en=f"A customer for only {days:.0f} days.", zh=f"成为客户仅 {days:.0f} 天。")
        return Telling("decline.quiet", words, own.first_ms)
    words = Words(
        en="Orders less from us than before, though the orders go on.",
        zh="订单仍在继续，但在我们这里的采购量低于以往。",
    )
    return Telling("decline.spread", words, own.order_ms)


# By feature: the day since when, the reason, and its words.
_SAID: dict[str, tuple[str, str, str, str]] = {
    "points_cashed": (
        "cashed_day",
        "decline.spread",
        "All loyalty points were cashed at once.",
        "积分已被一次性全部兑换。",
    ),
    "level_lowered": (
        "lowered_day",
        "decline.spread",
        "The membership level was lowered.",
        "会员等级已下调。",
    ),
    "moved": (
        "moved_day",
        "need.moved",
        "The customer moved to another region.",
        "客户已迁往其他地区。",
    ),
}


def _of_lines(own: plain.Own, n_lost: float) -> Telling:
    latest = max(own.line_day)
    new = any(
        0 < n < lines.REGULAR and latest - day <= lines.DAYS_MIN
        for n, day in zip(own.line_n, own.line_day, strict=True)
    )
    words = Words(
        en=f"Product lines bought regularly before and no more: {n_lost:.0f}.",
        zh=f"以往经常购买、现已停购的品类：{n_lost:.0f} 个。",
    )
    if new:  # something else instead: the need has changed
        return Telling("need.changed", words, own.order_ms)
    return Telling("decline.line_lost", words, own.order_ms)
