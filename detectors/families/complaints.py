"""Complaints: what the customer told us is wrong, and whether it was put right.

Up to four complaints are kept by their reference, each with when it was opened (or reopened),
when it was resolved and how bad it is. A complaint is open while its opening is the later of
the two: maxima, so any order of arrival gives the same picture. When a fifth comes, the one
resolved longest ago gives way, else the mildest open one; the decayed count keeps them all.
Fails for customers who never complain: no complaint is not good news, `silence` must speak.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, WEEK_MS
from detectors.compiled import compiled
from detectors.decay import added, days_between, weight
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
from detectors.kinds import Kind, Severity

HALF_LIFE_DAYS = 90.0  # a complaint is remembered for a season, as activity is
PLACES = 4  # open complaints kept apart; more than four at once is a crisis anyway
FLOOR = 2  # Band.AT_RISK: the customer's own work stands still, whatever the score says
AGE_MAX_DAYS = 180.0  # an older complaint was forgotten, by us or by them
FLOOR_MS = 2 * WEEK_MS  # afterwards the score has had time to learn of it

OPENING = (Kind.COMPLAINT_OPENED, Kind.COMPLAINT_REOPENED)
NOT_STATED = int(Severity.MAJOR)  # nobody complains about nothing
NOWHERE = -1
FREE = np.uint64(0)  # the reference of a place never used

COLUMNS = (
    *EVIDENCE,
    Column("opened_90d", np.float64, "complaints"),  # decayed, valid at counted_ms
    Column("counted_ms", np.int64, "ms since 1970"),
    Column("reference", np.uint64, "hash", places=PLACES),
    Column("opened_ms", np.int64, "ms since 1970", places=PLACES),
    Column("resolved_ms", np.int64, "ms since 1970", places=PLACES),
    Column("severity", np.int8, "Severity", places=PLACES),
)
FEATURES = (
    Feature("complaints_open", "complaints", +1, "open now", weight=0.7),
    Feature("complaint_open_age_log", "log days", +1, "of the oldest open one", weight=0.2),
    Feature("complaint_severity", "Severity", +1, "of the worst open one", weight=0.4),
    Feature("complaints_90d_log", "log complaints", +1, "halved every 90 days", weight=0.3),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind in OPENING:
        own.opened_90d = added(own.opened_90d, own.counted_ms, event.at_ms, HALF_LIFE_DAYS)
        own.counted_ms = max(own.counted_ms, event.at_ms)
        remember(own, event)
        place = _own_or_free(own, event.reference)
        if place == NOWHERE:
            place = _given_up(own)
        if own.reference[place] != event.reference:
            own.opened_ms[place], own.resolved_ms[place], own.severity[place] = 0, 0, 0
        own.reference[place] = event.reference
        own.opened_ms[place] = max(own.opened_ms[place], event.at_ms)
        stated = NOT_STATED if event.code == Severity.UNKNOWN else event.code
        own.severity[place] = max(own.severity[place], stated)
    elif event.kind == Kind.COMPLAINT_RESOLVED:
        # Of a complaint nobody knows: its opening may be late. It pushes none out.
        place = _own_or_free(own, event.reference)
        if place != NOWHERE:
            own.reference[place] = event.reference
            own.resolved_ms[place] = max(own.resolved_ms[place], event.at_ms)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    if own.opened_ms[0] == own.resolved_ms[0] == 0:  # the first complaint takes the first place
        return 0.0, 0.0, 0.0, 0.0
    n_open, oldest_days, worst = 0, 0.0, 0
    for place in range(PLACES):
        if _is_open(own, place):
            n_open += 1
            oldest_days = max(oldest_days, days_between(own.opened_ms[place], now_ms))
            worst = max(worst, own.severity[place])
    age_ms = max(now_ms - own.counted_ms, 0)
    return (
        float(n_open),
        math.log1p(min(oldest_days, AGE_MAX_DAYS)),
        float(worst),
        math.log1p(own.opened_90d * weight(age_ms, HALF_LIFE_DAYS)),
    )


@compiled
def floor(own: Own, now_ms: int) -> int:
    """Hold the band at at risk while a critical complaint of the last two weeks is open."""
    for place in range(PLACES):
        recent = now_ms - own.opened_ms[place] <= FLOOR_MS
        if recent and _is_open(own, place) and own.severity[place] == Severity.CRITICAL:
            return FLOOR
    return 0


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    still = [int(at) for at, done in zip(own.opened_ms, own.resolved_ms, strict=True) if at > done]
    if still:
        days = max(now_ms - min(still), 0) / DAY_MS
        words = Words(
            en=f"Complaints open: {len(still)}, the oldest for {days:.1f} days.",
            zh=f"有 {len(still)} 件投诉未解决，最早的一件已 {days:.1f} 天。",
        )
        return Telling("complaint.open", words, min(still))
    count = math.expm1(value["complaints_90d_log"])
    words = Words(
        en=f"Complained lately ({count:.1f}, halved every 90 days); all are resolved.",
        zh=f"近期有过投诉（{count:.1f} 件，每 90 天减半），均已解决。",
    )
    return Telling("complaint.open", words, own.counted_ms)


@compiled
def _is_open(own: Own, place: int) -> bool:
    still: bool = own.opened_ms[place] > own.resolved_ms[place]
    return still


@compiled
def _own_or_free(own: Own, reference: np.uint64) -> int:
    free = NOWHERE
    for place in range(PLACES):
        if own.reference[place] == reference:
            return place
        if own.reference[place] == FREE and free == NOWHERE:
            free = place
    return free


@compiled
def _given_up(own: Own) -> int:
    # The one resolved longest ago, else the mildest open one, the oldest of those.
    best, best_open, best_severity, best_ms = NOWHERE, True, 0, 0
    for place in range(PLACES):
        is_open = _is_open(own, place)
        severity = int(own.severity[place]) if is_open else 0
        at_ms = own.opened_ms[place] if is_open else own.resolved_ms[place]
        milder = severity < best_severity or (severity == best_severity and at_ms < best_ms)
        if best == NOWHERE or (best_open and not is_open) or (is_open == best_open and milder):
            best, best_open, best_severity, best_ms = place, is_open, severity, at_ms
    return best
