"""Market: rivals and substitutes seen through what the customer says, asks and takes along.

Naming a rival is looking round; a quote, or a discount asked beyond the customer's own habit,
is comparing; an export of own data prepares to leave, and asking to port out is leaving. What
counters it is taken from the purchases themselves, three since then being two usual gaps, or
from a renewed contract; both depend a little on the order of arrival. Fails where nobody
writes down what customers say.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import added, log1p, one_if, weight
from detectors.evidence import (
    AWARENESS,
    CONSIDERATION,
    DECISION,
    FOREVER_MS,
    NO_STAGE,
    ended,
    fading,
    lasting,
)
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
from detectors.words import Advantage

HALF_LIFE_DAYS = 90.0
NAMED_DAYS, COMPARED_DAYS, EXPORTED_DAYS = 90, 60, 30  # ours: how long each tells
NEWEST_GAP = 0.3  # the usual gap between asks forgets in about three
SOONER = 0.5  # ours: sooner than half the usual gap between two asks is beyond the habit
PURCHASES_USUAL = 3  # they close two gaps
FLOOR = 3  # Band.CRITICAL: who takes the number along is going

NAMING = (Kind.COMPETITOR_NAMED, Kind.SUBSTITUTE_NAMED)
SAYING = (
    *NAMING,
    Kind.COMPETITOR_QUOTED,
    Kind.DISCOUNT_ASKED,
    Kind.PORT_OUT_ASKED,
    Kind.DATA_EXPORTED,
)

BACKGROUND = (
    Kind.PURCHASE_MADE,
    Kind.CONTRACT_RENEWED,
    Kind.PORT_OUT_WITHDRAWN,
    Kind.CUSTOMER_RETURNED,
)
KINDS = (*SAYING, *BACKGROUND)

COLUMNS = (
    *EVIDENCE,
    Column("signs_90d", np.float32, "signs"),  # decayed, valid at evidence_ms
    Column("named_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("compared_ms", np.int64, "ms since 1970", empty=NEVER),  # quote, or unusual discount
    Column("exported_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("ported_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("kept_ms", np.int64, "ms since 1970", empty=NEVER),  # port-out taken back
    Column("settled_ms", np.int64, "ms since 1970", empty=NEVER),  # renewed, or bought as usual
    Column("asked_ms", np.int64, "ms since 1970", empty=NEVER),  # for a discount
    Column("asked_gap_days", np.float32, "days", joins="own"),  # usual, 0 before there is one
    Column("rival", np.int32, "place in the ledger's names", joins="own"),
    Column("said", np.int8, "Kind", joins="own"),  # the latest sign, with what speaks for it
    Column("because", np.int8, "Advantage", joins="own"),  # by who last named one
    Column("since", np.int8, "purchases", joins="own"),  # since the latest that they counter
)
FEATURES = (
    Feature("rivals_90d_log", "log signs", +1, "of rivals, halved every 90 days", weight=1.0),
    Feature("comparing", "0 or 1", +1, "quote or unusual discount, 60 days", weight=0.3),
    Feature("exported", "0 or 1", +1, "own data taken out, 30 days", weight=0.4),
    Feature("porting", "0 or 1", +1, "asked to port out, not taken back", weight=3.0),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind == Kind.PURCHASE_MADE:
        _bought(own, event.at_ms)
    elif event.kind in SAYING:
        _say(own, event)
    elif event.kind == Kind.CONTRACT_RENEWED:
        _settle(own, event.at_ms)
    elif event.kind == Kind.PORT_OUT_WITHDRAWN:
        own.kept_ms = max(own.kept_ms, event.at_ms)
    elif event.kind == Kind.CUSTOMER_RETURNED:
        _begin_anew(own, event.at_ms)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    if own.evidence_ms == NEVER:
        return 0.0, 0.0, 0.0, 0.0
    signs = own.signs_90d * weight(max(now_ms - own.evidence_ms, 0), HALF_LIFE_DAYS)
    return (
        log1p(signs),
        one_if(now_ms < _ends_ms(own, own.compared_ms, COMPARED_DAYS)),
        one_if(now_ms < _ends_ms(own, own.exported_ms, EXPORTED_DAYS)),
        one_if(own.ported_ms > own.kept_ms),
    )


@compiled
def floor(own: Own, now_ms: int) -> int:
    """Hold the band at critical while a port-out is asked for."""
    return FLOOR if own.ported_ms > own.kept_ms else 0


@compiled
def stage(own: Own, now_ms: int) -> int:
    """Show awareness, consideration or decision by what was last said and not countered."""
    if own.evidence_ms == NEVER:
        return NO_STAGE
    shown = lasting(AWARENESS, own.named_ms, NAMED_DAYS, now_ms)
    compared_until_ms = _ends_ms(own, own.compared_ms, COMPARED_DAYS)
    exported_until_ms = _ends_ms(own, own.exported_ms, EXPORTED_DAYS)
    shown = max(shown, fading(CONSIDERATION, compared_until_ms, now_ms))
    shown = max(shown, fading(CONSIDERATION, exported_until_ms, now_ms))
    if own.ported_ms != NEVER:
        end_ms = ended(own.ported_ms, FOREVER_MS, own.kept_ms)
        shown = max(shown, fading(DECISION, end_ms, now_ms))
    return shown


@compiled
def _ends_ms(own: Own, began_ms: int, days: int) -> int:
    # Never begun is long past.
    if began_ms == NEVER:
        return NEVER
    return ended(began_ms, began_ms + days * DAY_MS, own.settled_ms)


@compiled
def _say(own: Own, event: Event) -> None:
    at_ms, kind = event.at_ms, event.kind
    if kind in NAMING:
        own.named_ms = max(own.named_ms, at_ms)
    elif kind == Kind.DATA_EXPORTED:
        own.since = _still(own, at_ms)
        own.exported_ms = max(own.exported_ms, at_ms)
    elif kind == Kind.PORT_OUT_ASKED:
        own.since = _still(own, at_ms)
        own.ported_ms = max(own.ported_ms, at_ms)
    elif kind == Kind.COMPETITOR_QUOTED or _unusual(own, at_ms):
        own.since = _still(own, at_ms)
        own.compared_ms = max(own.compared_ms, at_ms)
    if kind == Kind.DISCOUNT_ASKED:
        _ask(own, at_ms)
    if at_ms >= own.evidence_ms:
        own.said = kind
        if kind == Kind.COMPETITOR_NAMED:
            own.because = event.word
        if event.name:
            own.rival = event.name
    own.signs_90d = added(own.signs_90d, own.evidence_ms, at_ms, HALF_LIFE_DAYS)
    remember(own, event)


@compiled
def _unusual(own: Own, at_ms: int) -> bool:
    # Whether a discount asked for now is sooner than this customer's habit; two make none yet.
    if own.asked_gap_days == 0.0:
        return True
    return bool((at_ms - own.asked_ms) / DAY_MS < SOONER * own.asked_gap_days)


@compiled
def _ask(own: Own, at_ms: int) -> None:
    if own.asked_ms != NEVER and at_ms > own.asked_ms:
        gap, usual = (at_ms - own.asked_ms) / DAY_MS, own.asked_gap_days
        own.asked_gap_days = usual + NEWEST_GAP * (gap - usual) if usual else gap
    own.asked_ms = max(own.asked_ms, at_ms)


@compiled
def _latest_ms(own: Own) -> int:
    latest_ms: int = max(own.compared_ms, own.exported_ms, own.ported_ms)
    return latest_ms


@compiled
def _still(own: Own, at_ms: int) -> int:
    # Purchases counted so far, none if what comes now is the latest.
    return 0 if at_ms >= _latest_ms(own) else own.since


@compiled
def _bought(own: Own, at_ms: int) -> None:
    latest_ms = _latest_ms(own)
    if latest_ms != NEVER and at_ms > latest_ms and own.since < PURCHASES_USUAL:
        own.since += 1
        if own.since == PURCHASES_USUAL:
            _settle(own, at_ms)


@compiled
def _settle(own: Own, at_ms: int) -> None:
    own.settled_ms = max(own.settled_ms, at_ms)
    if own.kept_ms < own.ported_ms:  # what was kept before is no news
        own.kept_ms = max(own.kept_ms, at_ms)


@compiled
def _begin_anew(own: Own, at_ms: int) -> None:
    # Who returned has left all this behind.
    if own.named_ms <= at_ms:
        own.named_ms = NEVER
    if own.compared_ms <= at_ms:
        own.compared_ms = NEVER
    if own.exported_ms <= at_ms:
        own.exported_ms = NEVER
    if own.ported_ms <= at_ms:
        own.ported_ms = NEVER


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    loudest, rival = weightiest(FEATURES, value), own.name("rival")
    if loudest == "porting":
        words = Words(en="Asked to port out.", zh="客户申请携号转出。")
        return Telling("technology.migration", words, own.ported_ms)
    if loudest == "exported":
        words = Words(en="Took an export of their own data.", zh="客户导出了自己的数据。")
        return Telling("technology.migration", words, own.exported_ms)
    count = math.expm1(value["rivals_90d_log"])
    if loudest == "comparing":
        words = Words(
            en="Compares: a rival's quote or an unusual discount asked for.",
            zh="正在比价：持有竞品报价或异常索要折扣。",
        )
        return Telling(_speaks_of(own, now_ms), words, own.compared_ms)
    words = Words(
        en=f"Signs of {rival or 'rivals'} ({count:.1f}, halved every 90 days).",
        zh=f"出现竞品{rival}的信号（{count:.1f} 次，每 90 天减半）。",
    )
    return Telling(_speaks_of(own, now_ms), words, own.evidence_ms)


def _speaks_of(own: plain.Own, now_ms: int) -> str:
    """Name the reason: what they said speaks for the rival, before what the latest sign is."""
    if own.said == Kind.SUBSTITUTE_NAMED:
        return "competition.substitute"
    if own.said in {Kind.PORT_OUT_ASKED, Kind.DATA_EXPORTED}:
        return "technology.migration"
    named = own.named_ms != NEVER and now_ms - own.named_ms <= NAMED_DAYS * DAY_MS
    if named and own.because in BECAUSE:
        return BECAUSE[own.because]
    quoted = own.said in {Kind.COMPETITOR_QUOTED, Kind.DISCOUNT_ASKED}
    return "competition.price" if quoted else "competition.better"


BECAUSE = {
    int(Advantage.PRICE): "competition.price",
    int(Advantage.PRODUCT): "competition.better",
    int(Advantage.SERVICE): "competition.better",
    int(Advantage.RECOMMENDED): "competition.recommended",
    int(Advantage.TECHNOLOGY): "technology.migration",
}
