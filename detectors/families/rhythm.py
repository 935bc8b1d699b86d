"""Rhythm: how a customer's own gaps run, and how far the present gap is out of step.

Gaps are days between active days, on a logarithmic scale and with a memory of about ten. The
BG/NBD model's probability of a silent month adds what the population does. Fails for the
first few gaps, where the prior speaks; days that arrive late do not reopen a closed gap, so
the gap columns (and no others) depend on the order of arrival.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import DAY_MS, F64, I64, NEVER, U64, between
from detectors.batch import Batch
from detectors.decay import days_since, log, log1p, log1p_of_bits
from detectors.families.family import (
    ACTIVITY,
    EVIDENCE,
    Block,
    Column,
    Feature,
    Telling,
    Words,
    earliest,
    latest,
    remember,
)

MEMORY = 0.9  # weight of the past at each new gap: about ten gaps, a season for a weekly buyer
PRIOR_GAPS = 2.0  # the population's gaps count as two of one's own
PRIOR_GAP_DAYS = 14.0
PRIOR_LOG_GAP = float(np.log(7.0))  # a week between visits is typical
PRIOR_LOG_VAR = 0.5
LOG_VAR_MIN = 0.05  # a customer as regular as a clock is still a day late now and then
DAYS_KEPT = 64

# Fader, Hardie, Lee 2005; a prior between groceries and the CDNOW sample, gaps in days.
BGNBD_R, BGNBD_ALPHA_DAYS, BGNBD_A, BGNBD_B = 1.0, 14.0, 0.3, 3.0
SILENT_DAYS = 28.0
LOG_ODDS_MAX = 600.0  # a daily customer silent for years: as gone as a float can say

COLUMNS = (
    *EVIDENCE,
    Column("first_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("last_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("last_day", np.int64, "days since 1970"),
    Column("days", np.uint64, "bits"),  # bit i: active i days before last_day
    Column("active_days", np.int32, "days"),
    Column("gap_last_days", np.int32, "days"),
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


def apply(block: Block, batch: Batch) -> None:
    """Take a batch of events into the columns, in place. No row occurs twice in a batch."""
    active = batch.of(*ACTIVITY)
    if not len(active):
        return
    earliest(block, "first_ms", active)
    latest(block, "last_ms", active)
    remember(block, active)
    rows, last_day = active.rows, block["last_day"]
    day = active.at_ms // DAY_MS
    ahead = day - last_day[rows]
    _close_gaps(block, active, ahead, ahead_of_first=last_day[rows] == 0)

    bits = block["days"][rows]
    back = between(-ahead, 0, DAYS_KEPT - 1).astype(np.uint64)
    today = np.uint64(1) << back
    is_new = (ahead > 0) | ((-ahead < DAYS_KEPT) & ((bits & today) == 0))
    late = np.where(-ahead < DAYS_KEPT, bits | today, bits)
    block["days"][rows] = np.where(ahead > 0, _shifted(bits, ahead) | np.uint64(1), late)
    block["active_days"][rows] += is_new
    last_day[rows] = np.maximum(last_day[rows], day)


def features(block: Block, now_ms: I64) -> tuple[F64, ...]:
    """Measure each row of the block at its own `now_ms`, shape (n,); finite."""
    now_days = days_since(now_ms, block["last_ms"])
    tenure = np.where(block["first_ms"] == NEVER, 0.0, days_since(now_ms, block["first_ms"]))
    span = (block["last_ms"] - block["first_ms"]) / DAY_MS
    repeats = np.maximum(block["active_days"] - 1.0, 0.0)
    n = block["gaps"] + PRIOR_GAPS
    typical = (block["gap_log"] + PRIOR_GAPS * PRIOR_LOG_GAP) / n
    square = (block["gap_log_sq"] + PRIOR_GAPS * (PRIOR_LOG_GAP**2 + PRIOR_LOG_VAR)) / n
    variance = np.maximum(square - typical * typical, LOG_VAR_MIN)
    z = between((log(np.maximum(now_days, 0.5)) - typical) / np.sqrt(variance), -4.0, 6.0)
    z = np.where(block["last_ms"] == NEVER, 0.0, z)
    bits = _shifted(block["days"], np.maximum((now_ms - 1) // DAY_MS - block["last_day"], 0))
    return (
        log((span + PRIOR_GAPS * PRIOR_GAP_DAYS) / (repeats + PRIOR_GAPS)),
        typical,
        0.5 * log(variance),
        log1p(block["gap_last_days"].astype(np.float64)),
        z,
        np.maximum(z, 0.0),
        silent_logit(repeats, span, tenure),
        *(_active_days(bits, days) for days in (7, 28, 56)),
    )


def reason(block: Block, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words, from a block of one row and its features by name."""
    since_ms = int(block["last_ms"][0])
    days, usual = max(now_ms - since_ms, 0) / DAY_MS, float(np.exp(value["gap_typical_log"]))
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


def silent_logit(repeats: F64, span_days: F64, tenure_days: F64) -> F64:
    """Give the logit of no activity in the next four weeks, by BG/NBD.

    Not of being gone, which the model gives as 0 for customers who came only once.

    Parameters
    ----------
    repeats, span_days, tenure_days : float64, shape (n,)
        Active days after the first; days from first to last; days from first to now.

    Returns
    -------
    float64, shape (n,), within about -13.8 and 13.8

    References
    ----------
    Fader, Hardie, Lee: "Counting Your Customers the Easy Way", Marketing Science 2005.
    """
    r, alpha, a, b = BGNBD_R, BGNBD_ALPHA_DAYS, BGNBD_A, BGNBD_B
    growth = (r + repeats) * log((alpha + tenure_days) / (alpha + span_days))
    odds = np.exp(np.minimum(growth, LOG_ODDS_MAX))
    gone = np.where(repeats > 0, a / (b + np.maximum(repeats, 1.0) - 1.0) * odds, 0.0)
    quiet = np.power((alpha + tenure_days) / (alpha + tenure_days + SILENT_DAYS), r + repeats)
    silent = between(1.0 - (1.0 - quiet) / (1.0 + gone), 1e-6, 1 - 1e-6)
    return log(silent / (1.0 - silent))


def _close_gaps(block: Block, active: Batch, ahead: I64, ahead_of_first: NDArray[np.bool_]) -> None:
    closes = (ahead > 0) & ~ahead_of_first
    days = np.where(closes, ahead, 1)
    logs = log(days.astype(np.float64))
    for name, value in (
        ("gaps", np.ones(len(logs))),
        ("gap_log", logs),
        ("gap_log_sq", logs * logs),
    ):
        old = block[name][active.rows]
        block[name][active.rows] = np.where(closes, MEMORY * old + value, old)
    old_gap = block["gap_last_days"][active.rows]
    block["gap_last_days"][active.rows] = np.where(closes, days, old_gap)


def _shifted(bits: U64, days: I64) -> U64:
    by = between(days, 0, DAYS_KEPT - 1).astype(np.uint64)
    return np.where(days < DAYS_KEPT, bits << by, np.uint64(0))


def _active_days(bits: U64, days: int) -> F64:
    window = np.uint64((1 << days) - 1)
    return log1p_of_bits(bits & window)
