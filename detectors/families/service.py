"""Service: whether goods come in time and whole, and whether we answer when asked.

Counts are halved every 90 days; deliveries count against all that were made. Who asks waits
until we answer, and a wait is slow against the customer's own waits, on a logarithmic scale.
Fails where contacts come in without what became of them: then nobody ever waits. A closed
wait is not opened again by what comes late, so waits depend on the order of arrival.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import added, log1p, one_if, weight, within
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
from detectors.kinds import Direction, Kind
from detectors.words import Delivered

HALF_LIFE_DAYS = 90.0  # a bad delivery is remembered for a season, as a complaint is
PRIOR_DELIVERIES = 2.0  # before one in two of them is "half of all"
MINUTE_MS = 60_000
PRIOR_LOG_WAIT, PRIOR_WAITS = math.log1p(240.0), 2.0  # ours: half a working day is usual
WAITS_KEPT = 8  # the own usual wait is about the mean of so many
SLOWER_MAX = 5.0
THOUSANDTHS = 1000.0

CONTACTS = (Kind.CONTACT_MADE, Kind.CUSTOMER_CONTACTED)
MISSED = (Delivered.LATE, Delivered.SHORT)
ASKING = (Kind.COMPLAINT_OPENED, Kind.COMPLAINT_REOPENED)
ANSWERING = (Kind.COMPLAINT_ANSWERED, Kind.COMPLAINT_RESOLVED, Kind.COMPLAINT_INFORMED)

KINDS = (Kind.DELIVERY_MADE, Kind.GOODS_RETURNED, *CONTACTS, *ASKING, *ANSWERING)

COLUMNS = (
    *EVIDENCE,
    Column("counted_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("deliveries_90d", np.float32, "deliveries"),  # the four decayed, valid at counted_ms
    Column("missed_90d", np.float32, "deliveries"),
    Column("faulty_90d", np.float32, "deliveries"),
    Column("ignored_90d", np.float32, "contacts"),
    Column("waiting_ms", np.int64, "ms since 1970", empty=NEVER),  # since, if after answered_ms
    Column("answered_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("wait_log", np.int16, "log minutes, thousandths", joins="own"),  # the usual one
    Column("wait_last_log", np.int16, "log minutes, thousandths", joins="own"),
    Column("waits", np.int8, "waits", joins="own"),
)
FEATURES = (
    Feature("missed_90d_log", "log deliveries", +1, "late or short, halved every 90 d", weight=0.3),
    Feature("missed_share", "share", +1, "of deliveries late or short", weight=1.5),
    Feature("faulty_90d_log", "log deliveries", +1, "defect or sent back, the same", weight=0.4),
    Feature("ignored_90d_log", "log contacts", +1, "theirs left unanswered, the same", weight=0.4),
    Feature("answer_slower_log", "log ratio", +1, "the last or open wait to own", weight=0.15),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind == Kind.DELIVERY_MADE:
        missed = event.word in MISSED
        faulty = event.word == Delivered.DEFECT
        _count(own, event.at_ms, (1.0, one_if(missed), one_if(faulty), 0.0))
        if missed or faulty:
            remember(own, event)
    elif event.kind == Kind.GOODS_RETURNED:
        _count(own, event.at_ms, (0.0, 0.0, 1.0, 0.0))
        remember(own, event)
    elif event.kind == Kind.CONTACT_MADE and event.code == Direction.IN_UNANSWERED:
        _count(own, event.at_ms, (0.0, 0.0, 0.0, 1.0))
        remember(own, event)
        _asked(own, event.at_ms)
    elif event.kind in ASKING:
        _asked(own, event.at_ms)
    elif event.kind in CONTACTS or event.kind in ANSWERING:
        _answered(own, event.at_ms)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    if own.counted_ms == own.waiting_ms == NEVER:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    kept = weight(max(now_ms - own.counted_ms, 0), HALF_LIFE_DAYS)
    missed = own.missed_90d * kept
    return (
        log1p(missed),
        missed / (own.deliveries_90d * kept + PRIOR_DELIVERIES),
        log1p(own.faulty_90d * kept),
        log1p(own.ignored_90d * kept),
        _slower(own, now_ms),
    )


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    loudest = weightiest(FEATURES, value)
    if loudest == "answer_slower_log":
        return _slow(own, now_ms)
    count = math.expm1(value[loudest if loudest != "missed_share" else "missed_90d_log"])
    if loudest == "faulty_90d_log":
        words = Words(
            en=f"Goods defect or sent back lately ({count:.1f}, halved every 90 days).",
            zh=f"近期有货物缺陷或退货（{count:.1f} 次，每 90 天减半）。",
        )
        return Telling("product.quality", words, own.evidence_ms)
    if loudest == "ignored_90d_log":
        words = Words(
            en=f"Contacted us without an answer ({count:.1f} times, halved every 90 days).",
            zh=f"客户联系我们未获答复（{count:.1f} 次，每 90 天减半）。",
        )
        return Telling("service.indifference", words, own.evidence_ms)
    words = Words(
        en=f"Deliveries late or short lately ({count:.1f}, halved every 90 days).",
        zh=f"近期交付延迟或短缺（{count:.1f} 次，每 90 天减半）。",
    )
    return Telling("service.delivery", words, own.evidence_ms)


def _slow(own: plain.Own, now_ms: int) -> Telling:
    if own.waiting_ms > own.answered_ms:
        days = max(now_ms - own.waiting_ms, 0) / DAY_MS
        words = Words(
            en=f"Has been waiting for our answer for {days:.1f} days.",
            zh=f"等待我方答复已 {days:.1f} 天。",
        )
        return Telling("service.slow", words, own.waiting_ms)
    hours = math.expm1(own.wait_last_log / THOUSANDTHS) / 60
    words = Words(
        en=f"Waited {hours:.0f} hours for our last answer, longer than usual.",
        zh=f"上次等待我方答复 {hours:.0f} 小时，比平时更久。",
    )
    return Telling("service.slow", words, own.waiting_ms)


@compiled
def _count(own: Own, at_ms: int, more: tuple[float, float, float, float]) -> None:
    # All four are brought to one instant.
    then_ms = own.counted_ms
    own.deliveries_90d = added(own.deliveries_90d, then_ms, at_ms, HALF_LIFE_DAYS, more[0])
    own.missed_90d = added(own.missed_90d, then_ms, at_ms, HALF_LIFE_DAYS, more[1])
    own.faulty_90d = added(own.faulty_90d, then_ms, at_ms, HALF_LIFE_DAYS, more[2])
    own.ignored_90d = added(own.ignored_90d, then_ms, at_ms, HALF_LIFE_DAYS, more[3])
    own.counted_ms = max(then_ms, at_ms)


@compiled
def _asked(own: Own, at_ms: int) -> None:
    if at_ms <= own.answered_ms:  # learned late: it has been answered
        return
    waits = own.waiting_ms > own.answered_ms
    own.waiting_ms = min(own.waiting_ms, at_ms) if waits else at_ms


@compiled
def _answered(own: Own, at_ms: int) -> None:
    if own.waiting_ms > own.answered_ms:
        if at_ms >= own.waiting_ms:
            _close_wait(own, log1p((at_ms - own.waiting_ms) / MINUTE_MS))
    elif at_ms > own.answered_ms:
        own.wait_last_log = 0  # nobody had to wait
    own.answered_ms = max(own.answered_ms, at_ms)


@compiled
def _close_wait(own: Own, wait_log: float) -> None:
    n = min(own.waits + 1, WAITS_KEPT)
    last = THOUSANDTHS * wait_log
    own.wait_log = int(np.rint(own.wait_log + (last - own.wait_log) / n))
    own.wait_last_log, own.waits = int(np.rint(last)), n


@compiled
def _slower(own: Own, now_ms: int) -> float:
    # How much longer than usual the wait is, or was and is not forgotten yet.
    usual = (PRIOR_WAITS * PRIOR_LOG_WAIT + own.waits * (own.wait_log / THOUSANDTHS)) / (
        PRIOR_WAITS + own.waits
    )
    if own.waiting_ms > own.answered_ms:
        wait_log = log1p(max(now_ms - own.waiting_ms, 0) / MINUTE_MS)
        return within(0.0, wait_log - usual, SLOWER_MAX)
    slower = within(0.0, own.wait_last_log / THOUSANDTHS - usual, SLOWER_MAX)
    return slower * weight(max(now_ms - own.answered_ms, 0), HALF_LIFE_DAYS)
