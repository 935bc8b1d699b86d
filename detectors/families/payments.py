"""Payments: whether the customer's money still reaches us, and how late.

A failed payment often starts a departure nobody decided: a card ran out, a limit was cut, a
company closed. How late money comes is measured in days after it was due, against the
customer's own; those means depend on the order of arrival, all else does not. Any payment
settles what was due or failed before it: fails for customers with many open invoices.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import added, days_between, log1p, one_if, weight, within
from detectors.details import FINAL
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
from detectors.words import Failure

HALF_LIFE_DAYS = 90.0  # the last three charges of a monthly payer
OPEN_DAYS = 90.0  # ours: what was not settled by then is another department's
LATE_DAYS_MAX = 300.0
LATELY, USUALLY = 2, 8  # means of about the last two payments, and of eight
SOFT, HARD, LAST = 1, 2, 3  # how bad a failure is
HUNDREDTHS = 100.0
SETTLING = (Kind.PAYMENT_PAID, Kind.PAYMENT_RECOVERED)

KINDS = (Kind.PAYMENT_DUE, Kind.PAYMENT_FAILED, Kind.INVOICE_DISPUTED, *SETTLING)

COLUMNS = (
    *EVIDENCE,
    Column("counted_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("failed_90d", np.float32, "payments"),  # this and the next decayed, at counted_ms
    Column("disputed_90d", np.float32, "invoices"),
    Column("failed_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("due_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("settled_ms", np.int64, "ms since 1970", empty=NEVER),  # all due until then is paid
    Column("late_lately", np.int16, "days, hundredths", joins="own"),
    Column("late_usually", np.int16, "days, hundredths", joins="own"),
    Column("payments", np.int8, "payments", joins="own"),
    Column("failure", np.int8, "soft, hard, last", joins="own"),  # of the latest
    Column("early", np.int8, "payments, hundredths", joins="own"),  # a day or more before due
)
FEATURES = (
    Feature("failed_90d_log", "log payments", +1, "failed, halved every 90 days", weight=0.3),
    Feature("unpaid_failure", "soft 1, hard 2, last 3", +1, "since then none paid", weight=0.5),
    Feature("overdue_days_log", "log days", +1, "beyond own lateness, at most 90", weight=0.25),
    Feature("later_days_log", "log days", +1, "late lately, beyond own lateness", weight=0.3),
    Feature("disputed_90d_log", "log invoices", +1, "disputed, the same", weight=0.5),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind == Kind.PAYMENT_FAILED:
        _count(own, event.at_ms, 1.0, 0.0)
        remember(own, event)
        how = _failure(event)
        if event.at_ms > own.failed_ms:
            own.failure = how
        elif event.at_ms == own.failed_ms:
            own.failure = max(own.failure, how)
        own.failed_ms = max(own.failed_ms, event.at_ms)
    elif event.kind == Kind.INVOICE_DISPUTED:
        _count(own, event.at_ms, 0.0, 1.0)
        remember(own, event)
    elif event.kind == Kind.PAYMENT_DUE:
        own.due_ms = max(own.due_ms, event.until_ms or event.at_ms)
    elif event.kind in SETTLING:
        own.settled_ms = max(own.settled_ms, event.at_ms, event.until_ms)
        if event.until_ms:
            _paid(own, within(0.0, days_between(event.until_ms, event.at_ms), LATE_DAYS_MAX))
            _paid_early(own, event.until_ms - event.at_ms >= DAY_MS)
            if event.at_ms - event.until_ms >= DAY_MS:
                remember(own, event)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    if own.counted_ms == own.due_ms == own.settled_ms == NEVER:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    kept = weight(max(now_ms - own.counted_ms, 0), HALF_LIFE_DAYS)
    usual_days, overdue_days = own.late_usually / HUNDREDTHS, 0.0
    if own.due_ms > own.settled_ms:
        overdue_days = days_between(own.due_ms, now_ms) - usual_days
    unpaid = own.failed_ms > own.settled_ms
    open_still = days_between(own.failed_ms, now_ms) <= OPEN_DAYS
    return (
        log1p(own.failed_90d * kept),
        float(own.failure) if unpaid and open_still else 0.0,
        log1p(within(0.0, overdue_days, OPEN_DAYS)),
        log1p(max(own.late_lately / HUNDREDTHS - usual_days, 0.0)),
        log1p(own.disputed_90d * kept),
    )


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    loudest = weightiest(FEATURES, value)
    if loudest == "disputed_90d_log":
        words = Words(en="Disputes what we have billed.", zh="对账单提出争议。")
        return Telling("payment.disputed", words, own.evidence_ms)
    if loudest in {"overdue_days_log", "later_days_log"}:
        return _strained(own, value, now_ms)
    if value["unpaid_failure"] > 0:
        days = max(now_ms - own.failed_ms, 0) / DAY_MS
        words = Words(
            en=f"Nothing has been paid since a payment failed {days:.0f} days ago.",
            zh=f"{days:.0f} 天前扣款失败，此后未再付款。",
        )
    else:
        count = math.expm1(value["failed_90d_log"])
        words = Words(
            en=f"Payments failed lately ({count:.1f}, halved every 90 days).",
            zh=f"近期扣款失败（{count:.1f} 次，每 90 天减半）。",
        )
    return Telling("payment.failed", words, own.failed_ms)


def _strained(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    if value["overdue_days_log"] > 0:
        days = max(now_ms - own.due_ms, 0) / DAY_MS
        words = Words(
            en=f"An invoice has been due for {days:.0f} days.",
            zh=f"有账单已逾期 {days:.0f} 天未付。",
        )
        return Telling("payment.strained", words, min(own.due_ms, now_ms))
    lately, usually = own.late_lately / HUNDREDTHS, own.late_usually / HUNDREDTHS
    words = Words(
        en=f"Pays later and later: {lately:.0f} days after due, usually {usually:.0f}.",
        zh=f"付款越来越晚：近期逾期 {lately:.0f} 天，平时 {usually:.0f} 天。",
    )
    return Telling("payment.strained", words, own.evidence_ms)


@compiled
def _count(own: Own, at_ms: int, failed: float, disputed: float) -> None:
    then_ms = own.counted_ms
    own.failed_90d = added(own.failed_90d, then_ms, at_ms, HALF_LIFE_DAYS, failed)
    own.disputed_90d = added(own.disputed_90d, then_ms, at_ms, HALF_LIFE_DAYS, disputed)
    own.counted_ms = max(then_ms, at_ms)


@compiled
def _failure(event: Event) -> int:
    if event["flags"] & FINAL:
        return LAST
    return HARD if event.word == Failure.HARD else SOFT


@compiled
def _paid(own: Own, days_late: float) -> None:
    late, n = HUNDREDTHS * days_late, min(own.payments + 1, USUALLY)
    lately = own.late_lately + (late - own.late_lately) / min(n, LATELY)
    own.late_usually = int(np.rint(own.late_usually + (late - own.late_usually) / n))
    own.late_lately, own.payments = int(np.rint(lately)), n


@compiled
def _paid_early(own: Own, early: bool) -> None:
    # The share of about the last eight payments; `_paid` has counted this one.
    own.early = int(np.rint(own.early + (HUNDREDTHS * one_if(early) - own.early) / own.payments))
