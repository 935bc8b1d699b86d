"""Contract: how long it still runs, whether it was made smaller, and whether notice was given.

Notice is hard evidence: it holds until it is taken back or the contract renewed. A contract
made smaller (or not renewed by itself any more) is evidence until the day it runs out. Fails
for customers without contracts, where nothing is ever said of one.
"""

from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import added, days_between, log1p, one_if, weight, within
from detectors.details import ENDS, RENEWS
from detectors.evidence import CONSIDERATION, DECISION, FOREVER_MS, NO_STAGE, ended, fading
from detectors.families.family import (
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
from detectors.tree import named

HALF_LIFE_DAYS = 180.0  # half a term: contracts move slowly
SOON_DAYS = 60.0  # ours: when people look round before they sign again
GRACE_DAYS = 14.0  # ours: a contract that ran out may still be renewed
UNKNOWN_DAYS = 60  # ours: how long a smaller contract tells, if nobody says when it ends
FLOOR = 3  # Band.CRITICAL: who gives notice is going

SIGNING = (Kind.CONTRACT_SIGNED, Kind.CONTRACT_RENEWED)
SMALLER = (
    Kind.CONTRACT_SHORTENED,
    Kind.CONTRACT_DOWNGRADED,
    Kind.CONTRACT_LINE_DROPPED,
    Kind.CONTRACT_AUTO_RENEW_OFF,
)
NOTICE = (Kind.CONTRACT_CANCELLATION_ASKED,)

BACKGROUND = (Kind.CUSTOMER_RETURNED,)
KINDS = (
    *SIGNING,
    *SMALLER,
    *NOTICE,
    Kind.CONTRACT_ENDED,
    Kind.CONTRACT_CANCELLATION_WITHDRAWN,
    Kind.PROFILE_UPDATED,
    *BACKGROUND,
)

COLUMNS = (
    *EVIDENCE,
    Column("signed_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("smaller_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("notice_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("kept_ms", np.int64, "ms since 1970", empty=NEVER),  # notice taken back, or renewed
    Column("changes_180d", np.float32, "changes"),  # made smaller; decayed, at smaller_ms
    Column("renewal_day", np.int32, "days since 1970, 0 unknown", joins="larger"),
    Column("goes_on", np.int8, "RENEWS, ENDS or 0", joins="own"),  # what becomes of it by itself
    Column("change", np.int8, "Kind", joins="own"),  # the latest that made it smaller
    Column("cause", np.int8, "number of a reason", joins="own"),  # as stated with the notice
)
FEATURES = (
    Feature("contract_notice", "0 or 1", +1, "notice given, not taken back", weight=3.0),
    Feature("contract_smaller", "0 or 1", +1, "made smaller, until it runs out", weight=0.6),
    Feature(
        "renewal_near", "share", +1, "of the last 60 days, unless it renews itself", weight=0.5
    ),
    Feature("contract_changes_log", "log changes", +1, "smaller, halved in 180 d", weight=0.6),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind == Kind.CUSTOMER_RETURNED:
        _begin_anew(own, event.at_ms)
    elif event.kind == Kind.PROFILE_UPDATED:
        if event.until_ms or event["flags"] & (RENEWS | ENDS):
            _terms(own, event)
    elif Kind.CONTRACT_SIGNED <= event.kind <= Kind.CONTRACT_ENDED:
        _change(own, event)
        _terms(own, event)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    if own.evidence_ms == NEVER:
        return 0.0, 0.0, 0.0, 0.0
    changes = own.changes_180d * weight(max(now_ms - own.smaller_ms, 0), HALF_LIFE_DAYS)
    return (
        one_if(_leaving(own)),
        one_if(own.smaller_ms != NEVER and now_ms < _smaller_until_ms(own)),
        _nearness(own, now_ms),
        log1p(changes),
    )


@compiled
def floor(own: Own, now_ms: int) -> int:
    """Hold the band at critical from notice until it is taken back or the contract renewed."""
    return FLOOR if _leaving(own) else 0


@compiled
def stage(own: Own, now_ms: int) -> int:
    """Show decision from notice on, and consideration while the contract was made smaller."""
    shown = NO_STAGE
    if own.notice_ms != NEVER:
        end_ms = ended(own.notice_ms, FOREVER_MS, own.kept_ms)
        shown = fading(DECISION, end_ms, now_ms)
    if own.smaller_ms != NEVER:
        shown = max(shown, fading(CONSIDERATION, _smaller_until_ms(own), now_ms))
    return shown


@compiled
def soon(own: Own, now_ms: int) -> bool:
    """Say whether the day of renewal is at most 60 days away: nothing is signed for after."""
    days = days_between(now_ms, own.renewal_day * DAY_MS)
    return bool(0.0 < days <= SOON_DAYS)


@compiled
def runs(own: Own, now_ms: int) -> bool:
    """Say whether there is a contract, as far as anybody told."""
    if own.renewal_day:
        return bool(now_ms <= own.renewal_day * DAY_MS)
    return bool(own.signed_ms > own.notice_ms)


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    loudest = weightiest(FEATURES, value)
    if loudest == "contract_notice":
        id_ = named(own.cause) if own.cause else "decline.quiet"
        words = Words(en="Has given notice.", zh="客户已提出解约。")
        return Telling(id_, words, own.notice_ms)
    if loudest == "renewal_near":
        days = own.renewal_day - now_ms / DAY_MS
        words = Words(
            en=f"The contract runs out in {days:.0f} days, and nothing is signed."
            if days >= 0
            else f"The contract ran out {-days:.0f} days ago, and nothing is signed.",
            zh=f"合同将在 {days:.0f} 天后到期，尚未续签。"
            if days >= 0
            else f"合同已到期 {-days:.0f} 天，尚未续签。",
        )
        return Telling("decline.quiet", words, own.evidence_ms)
    id_, words = CHANGES[own.change]
    return Telling(id_, words, own.smaller_ms)


_UNSAID = ("need.changed", Words(en="The contract was made smaller.", zh="合同规模缩减。"))
CHANGES = {
    0: _UNSAID,
    int(Kind.CONTRACT_SHORTENED): (
        "need.changed",
        Words(en="The contract was shortened.", zh="合同期限缩短。"),
    ),
    int(Kind.CONTRACT_DOWNGRADED): (
        "need.changed",
        Words(en="Chose a smaller plan.", zh="客户降级了套餐。"),
    ),
    int(Kind.CONTRACT_LINE_DROPPED): (
        "decline.line_lost",
        Words(en="Took a product line out of the contract.", zh="客户从合同中取消了一条产品线。"),
    ),
    int(Kind.CONTRACT_AUTO_RENEW_OFF): (
        "decline.quiet",
        Words(en="Switched the automatic renewal off.", zh="客户关闭了自动续约。"),
    ),
}


@compiled
def _change(own: Own, event: Event) -> None:
    if event.kind in SMALLER:
        if event.at_ms >= own.smaller_ms:
            own.change = event.kind
        own.changes_180d = added(own.changes_180d, own.smaller_ms, event.at_ms, HALF_LIFE_DAYS)
        own.smaller_ms = max(own.smaller_ms, event.at_ms)
    elif event.kind in NOTICE:
        if event.second and event.at_ms >= own.notice_ms:
            own.cause = event.second
        own.notice_ms = max(own.notice_ms, event.at_ms)
    elif event.kind == Kind.CONTRACT_CANCELLATION_WITHDRAWN:
        own.kept_ms = max(own.kept_ms, event.at_ms)
    elif event.kind in SIGNING:
        own.signed_ms = max(own.signed_ms, event.at_ms)
        if own.kept_ms <= own.notice_ms:  # a later renewal is no news about an old notice
            own.kept_ms = max(own.kept_ms, event.at_ms)


@compiled
def _leaving(own: Own) -> bool:
    return bool(own.notice_ms > own.kept_ms)


@compiled
def _smaller_until_ms(own: Own) -> int:
    # To the day of renewal; a new signature ends it at once.
    until_ms = own.renewal_day * DAY_MS
    if until_ms <= own.smaller_ms:
        until_ms = own.smaller_ms + UNKNOWN_DAYS * DAY_MS
    return ended(own.smaller_ms, until_ms, own.signed_ms)


@compiled
def _nearness(own: Own, now_ms: int) -> float:
    if own.renewal_day == 0 or own.goes_on == RENEWS:
        return 0.0
    days = own.renewal_day - now_ms / DAY_MS
    return within(0.0, 1.0 - days / SOON_DAYS, 1.0) if days >= -GRACE_DAYS else 0.0


@compiled
def _terms(own: Own, event: Event) -> None:
    # What is known of the contract is what the latest event says of it.
    if event.at_ms >= own.evidence_ms:
        if event.until_ms:
            own.renewal_day = event.until_ms // DAY_MS
        elif event.kind == Kind.CONTRACT_ENDED:  # over, and not announced: no warning any more
            own.renewal_day = event.at_ms // DAY_MS
        if event.kind == Kind.CONTRACT_AUTO_RENEW_OFF:
            own.goes_on = ENDS
        elif event["flags"] & (RENEWS | ENDS):
            own.goes_on = event["flags"] & (RENEWS | ENDS)
    remember(own, event)


@compiled
def _begin_anew(own: Own, at_ms: int) -> None:
    # Who returned has left all this behind.
    if own.notice_ms <= at_ms:
        own.notice_ms = NEVER
    if own.smaller_ms <= at_ms:
        own.smaller_ms, own.changes_180d = NEVER, 0.0
