"""Rhythm: how a customer's own gaps run, and how far the present gap is out of step.

Gaps are days between active days, on a logarithmic scale and with a memory of about ten. The
BG/NBD model's probability of a silent month adds what the population does. Fails for the
first few gaps, where the prior speaks; days that arrive late do not reopen a closed gap, so
the gap columns (and no others) depend on the order of arrival.
"""

import math
from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import days_between, earlier, log1p, log1p_of_bits, within
from detectors.evidence import AWARENESS, NO_STAGE
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
)
from detectors.living import LIVING

MEMORY = 0.9  # weight of the past at each new gap: about ten gaps, a season for a weekly buyer
PRIOR_GAPS = 2.0  # the population's gaps count as two of one's own
PRIOR_GAP_DAYS = 14.0
PRIOR_LOG_GAP = math.log(7.0)  # a week between visits is typical
PRIOR_LOG_VAR = 0.5
LOG_VAR_MIN = 0.05  # a customer as regular as a clock is still a day late now and then
DAYS_KEPT = 64
GONE_GAPS, GONE_LONGEST, GONE_DAYS_MIN = 5, 1.5, 28.0  # ours, of a silence never seen before
LATE_GAPS, LATE_DAYS_MIN = 2.0, 7.0  # ours: a daily customer may be away for a week

# Fader, Hardie, Lee 2005; a prior between groceries and the CDNOW sample, gaps in days.
BGNBD_R, BGNBD_ALPHA_DAYS, BGNBD_A, BGNBD_B = 1.0, 14.0, 0.3, 3.0
SILENT_DAYS = 28.0
LOG_ODDS_MAX = 600.0  # a daily customer silent for years: as gone as a float can say

CLOCK = LIVING
KINDS = ACTIVITY

COLUMNS = (
    *EVIDENCE,
    Column("first_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("last_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("last_day", np.int64, "days since 1970"),
    Column("days", np.uint64, "bits", joins="days"),  # bit i: active i days before last_day
    Column("active_days", np.int32, "days"),
    Column("gap_last_days", np.int32, "days", joins="latest"),
    Column("gap_longest_days", np.int32, "days", joins="larger"),
    Column("gaps", np.float64, "gaps"),  # this and the next two fade by MEMORY a gap
    Column("gap_log", np.float64, "log days"),
    Column("gap_log_sq", np.float64, "log days squared"),
)
FEATURES = (
    Feature("gap_mean_log", "log days", +1, "mean gap, shrunk to two weeks", usual=2.1),
    Feature("gap_typical_log", "log days", +1, "typical gap of late, shrunk to a week", usual=1.7),
    Feature("gap_spread_log", "log", +1, "how uneven gaps are", weight=0.5, usual=-0.2),
    Feature("gap_last_log", "log days", +1, "the last closed gap", usual=1.9),
    Feature("gap_now_z", "deviations", +1, "the open gap, in own deviations", usual=-0.6),
    Feature(
        "gap_now_late", "deviations", +1, "the same, once it is overdue", weight=0.1, usual=0.3
    ),
    Feature("silent_logit", "logit", +1, "of a silent month, by BG/NBD", weight=0.3, usual=-2.5),
    Feature("active_days_7d_log", "log days", -1, "active days of the last 7", usual=0.7),
    Feature("active_days_28d_log", "log days", -1, "active days of the last 28", usual=1.6),
    Feature("active_days_56d_log", "log days", -1, "active days of the last 56", usual=2.1),
)


TODAY = np.uint64(1)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind not in ACTIVITY:
        return
    remember(own, event)
    own.first_ms = earlier(own.first_ms, event.at_ms)
    own.last_ms = max(own.last_ms, event.at_ms)
    day = event.at_ms // DAY_MS
    ahead = day - own.last_day
    if own.last_day == 0:
        own.last_day, own.days, own.active_days = day, TODAY, 1
    elif ahead > 0:
        _close_gap(own, ahead)
        own.days = _shifted(own.days, ahead) | TODAY
        own.active_days += 1
        own.last_day = day
    elif -ahead < DAYS_KEPT:
        then = TODAY << np.uint64(-ahead)
        if not own.days & then:
            own.days |= then
            own.active_days += 1


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; finite."""
    tenure = 0.0 if own.first_ms == NEVER else days_between(own.first_ms, now_ms)
    span = days_between(own.first_ms, own.last_ms)
    repeats = max(own.active_days - 1.0, 0.0)
    n = own.gaps + PRIOR_GAPS
    typical = _typical(own)
    square = (own.gap_log_sq + PRIOR_GAPS * (PRIOR_LOG_GAP**2 + PRIOR_LOG_VAR)) / n
    variance = max(square - typical * typical, LOG_VAR_MIN)
    z = 0.0
    if own.last_ms != NEVER:
        now_log = math.log(max(days_between(own.last_ms, now_ms), 0.5))
        z = within(-4.0, (now_log - typical) / math.sqrt(variance), 6.0)
    bits = _shifted(own.days, max((now_ms - 1) // DAY_MS - own.last_day, 0))
    return (
        math.log((span + PRIOR_GAPS * PRIOR_GAP_DAYS) / (repeats + PRIOR_GAPS)),
        typical,
        0.5 * math.log(variance),
        log1p(float(own.gap_last_days)),
        z,
        max(z, 0.0),
        silent_logit(repeats, span, tenure),
        _active_days(bits, 7),
        _active_days(bits, 28),
        _active_days(bits, 56),
    )


@compiled
def stage(own: Own, now_ms: int) -> int:
    """Show awareness while the silence is over twice the customer's own gap, and over a week."""
    if own.last_ms == NEVER:
        return NO_STAGE
    silent_days = days_between(own.last_ms, now_ms)
    if silent_days <= LATE_DAYS_MIN:
        return NO_STAGE
    return AWARENESS if silent_days > LATE_GAPS * math.exp(_typical(own)) else NO_STAGE


@compiled
def vanished(own: Own, now_ms: int) -> bool:
    """Say whether the silence is beyond anything seen from a customer who came often enough."""
    silent_days = days_between(own.last_ms, now_ms)
    beyond = silent_days > max(GONE_LONGEST * own.gap_longest_days, GONE_DAYS_MIN)
    return bool(own.active_days > GONE_GAPS and beyond)


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    since_ms = own.last_ms
    days, usual = max(now_ms - since_ms, 0) / DAY_MS, math.exp(value["gap_typical_log"])
    if value["gap_now_late"] > 0:
        words = Words(
            en=f"Usually active every {usual:.0f} days, now {days:.0f} days since the last time.",
            zh=f"通常每 {usual:.0f} 天活跃一次，距上次已 {days:.0f} 天。",
        )
    else:
        words = Words(
            en=f"Active only every {usual:.0f} days or so, and unevenly.",
            zh=f"大约每 {usual:.0f} 天才活跃一次，且间隔不稳定。",
        )
    return Telling("decline.quiet", words, since_ms)


@compiled
def silent_logit(repeats: float, span_days: float, tenure_days: float) -> float:
    """Give the logit of no activity in the next four weeks, by BG/NBD.

    Not of being gone, which the model gives as 0 for customers who came only once.

    Parameters
    ----------
    repeats, span_days, tenure_days : float
        Active days after the first; days from first to last; days from first to now.

    Returns
    -------
    float, within about -13.8 and 13.8

    References
    ----------
    Fader, Hardie, Lee: "Counting Your Customers the Easy Way", Marketing Science 2005.
    """
    r, alpha, a, b = BGNBD_R, BGNBD_ALPHA_DAYS, BGNBD_A, BGNBD_B
    known_days, gone = alpha + tenure_days, 0.0
    if repeats > 0:
        growth = (r + repeats) * math.log(known_days / (alpha + span_days))
        gone = a / (b + max(repeats, 1.0) - 1.0) * math.exp(min(growth, LOG_ODDS_MAX))
    # As a power, at two thirds of its price.
    quiet = math.exp((r + repeats) * math.log(known_days / (known_days + SILENT_DAYS)))
    silent = within(1e-6, 1.0 - (1.0 - quiet) / (1.0 + gone), 1 - 1e-6)
    return math.log(silent / (1.0 - silent))


@compiled
def _typical(own: Own) -> float:
    # The typical gap of late, log days, shrunk to a week.
    typical: float = (own.gap_log + PRIOR_GAPS * PRIOR_LOG_GAP) / (own.gaps + PRIOR_GAPS)
    return typical


@compiled
def _close_gap(own: Own, days: int) -> None:
    gap_log = math.log(float(days))
    own.gaps = MEMORY * own.gaps + 1.0
    own.gap_log = MEMORY * own.gap_log + gap_log
    own.gap_log_sq = MEMORY * own.gap_log_sq + gap_log * gap_log
    own.gap_last_days = days
    own.gap_longest_days = max(own.gap_longest_days, days)


@compiled
def _shifted(bits: np.uint64, days: int) -> np.uint64:
    return bits << np.uint64(days) if days < DAYS_KEPT else np.uint64(0)


@compiled
def _active_days(bits: np.uint64, days: int) -> float:
    window = (TODAY << np.uint64(days)) - TODAY
    return log1p_of_bits(bits & window)
