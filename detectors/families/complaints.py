"""Complaints: what the customer told us is wrong, and whether it was put right.

Up to four complaints are kept by their reference, each with when it was opened (or reopened),
when it was resolved and how bad it is. A complaint is open while its opening is the later of
the two: maxima, so any order of arrival gives the same picture. When a fifth comes, the one
resolved longest ago gives way, else the mildest open one; the decayed count keeps them all.
Fails for customers who never complain: no complaint is not good news, `silence` must speak.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import DAY_MS, F64, I64, U8, U64, WEEK_MS, Mask, Rows
from detectors.batch import Batch
from detectors.decay import added, days_since, log1p, weight
from detectors.families.family import (
    EVIDENCE,
    Block,
    Column,
    Feature,
    Telling,
    Words,
    latest,
    remember,
    rows_of,
)
from detectors.kinds import Kind, Severity

HALF_LIFE_DAYS = 90.0  # a complaint is remembered for a season, as activity is
PLACES = 4  # open complaints kept apart; more than four at once is a crisis anyway
FLOOR = 2  # Band.AT_RISK: the customer's own work stands still, whatever the score says
AGE_MAX_DAYS = 180.0  # an older complaint was forgotten, by us or by them
FLOOR_MS = 2 * WEEK_MS  # afterwards the score has had time to learn of it

OPENING = (Kind.COMPLAINT_OPENED, Kind.COMPLAINT_REOPENED)
CLOSING = (Kind.COMPLAINT_RESOLVED,)

COLUMNS = (
    *EVIDENCE,
    Column("opened_90d", np.float64, "complaints"),  # decayed, valid at counted_ms
    Column("counted_ms", np.int64, "ms since 1970"),
    *(Column(f"reference_{n}", np.uint64, "hash") for n in range(PLACES)),
    *(Column(f"opened_{n}_ms", np.int64, "ms since 1970") for n in range(PLACES)),
    *(Column(f"resolved_{n}_ms", np.int64, "ms since 1970") for n in range(PLACES)),
    *(Column(f"severity_{n}", np.uint8, "Severity") for n in range(PLACES)),
)
FEATURES = (
    Feature("complaints_open", "complaints", +1, "open now", weight=0.7),
    Feature("complaint_open_age_log", "log days", +1, "of the oldest open one", weight=0.2),
    Feature("complaint_severity", "Severity", +1, "of the worst open one", weight=0.4),
    Feature("complaints_90d_log", "log complaints", +1, "halved every 90 days", weight=0.3),
)

Places = NDArray[np.intp]


def apply(block: Block, batch: Batch) -> None:
    """Take a batch of events into the columns, in place. No row occurs twice in a batch."""
    told = batch.of(*OPENING, *CLOSING)
    if not len(told):
        return
    opened = told.of(*OPENING)
    count, counted_ms = block["opened_90d"], block["counted_ms"]
    count[opened.rows] = added(
        count[opened.rows], counted_ms[opened.rows], opened.at_ms, HALF_LIFE_DAYS
    )
    latest(block, "counted_ms", opened)
    remember(block, opened)

    rows = np.arange(len(counted_ms))[told.rows]
    opens = np.isin(told.kind, OPENING)
    place = _place(block, rows, told.reference, opens)
    for n in range(PLACES):
        _write(block, n, rows, told, (place == n, opens))


def features(block: Block, now_ms: I64) -> tuple[F64, ...]:
    """Measure each row of the block at its own `now_ms`, shape (n,); all at least 0."""
    told, few = _complainers(block)
    if not len(told):
        return (np.zeros(len(now_ms)),) * len(FEATURES)
    measured = _measured(few, now_ms[told])
    return tuple(_spread(values, told, len(now_ms)) for values in measured)


def _measured(block: Block, now_ms: I64) -> tuple[F64, ...]:
    opened_ms, is_open, severity = _open(block)
    oldest_ms = np.where(is_open, opened_ms, now_ms).min(axis=0)
    age_ms = np.maximum(now_ms - block["counted_ms"], 0)
    return (
        is_open.sum(axis=0).astype(np.float64),
        log1p(np.minimum(days_since(now_ms, oldest_ms), AGE_MAX_DAYS)),
        np.where(is_open, severity, 0).max(axis=0).astype(np.float64),
        log1p(block["opened_90d"] * weight(age_ms, HALF_LIFE_DAYS)),
    )


def floor(block: Block, now_ms: I64) -> U8:
    """Hold the band at at risk while a critical complaint of the last two weeks is open."""
    told, few = _complainers(block)
    if not len(told):
        return np.zeros(len(now_ms), np.uint8)
    opened_ms, is_open, severity = _open(few)
    recent = now_ms[told] - opened_ms <= FLOOR_MS
    holds = (is_open & recent & (severity == Severity.CRITICAL)).any(axis=0)
    return _spread(np.where(holds, FLOOR, 0).astype(np.uint8), told, len(now_ms))


def reason(block: Block, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words, from a block of one row and its features by name."""
    opened_ms, is_open, _ = _open(block)
    n_open = int(is_open.sum())
    if n_open:
        since_ms = int(opened_ms[is_open].min())
        days = max(now_ms - since_ms, 0) / DAY_MS
        words = Words(
            en=f"Complaints open: {n_open}, the oldest for {days:.1f} days.",
            zh=f"有 {n_open} 件投诉未解决，最早的一件已 {days:.1f} 天。",
        )
        return Telling("complaint.open", words, since_ms)
    count = float(np.expm1(value["complaints_90d_log"]))
    words = Words(
        en=f"Complained lately ({count:.1f}, halved every 90 days); all are resolved.",
        zh=f"近期有过投诉（{count:.1f} 件，每 90 天减半），均已解决。",
    )
    return Telling("complaint.open", words, int(block["counted_ms"][0]))


def _complainers(block: Block) -> tuple[Rows, Block]:
    # The few who ever complained, and their columns: a first complaint takes the first place.
    told = np.flatnonzero(block["opened_0_ms"] | block["resolved_0_ms"])
    return told, rows_of(block, told)


def _spread(values: NDArray[Any], rows: Rows, n_rows: int) -> NDArray[Any]:
    # All others are at 0.
    spread = np.zeros(n_rows, values.dtype)
    spread[rows] = values
    return spread


def _open(block: Block) -> tuple[I64, Mask, U8]:
    opened_ms, resolved_ms = _places(block, "opened_{}_ms"), _places(block, "resolved_{}_ms")
    return opened_ms, opened_ms > resolved_ms, _places(block, "severity_{}")


def _places(block: Block, name: str) -> NDArray[Any]:
    # Shape (PLACES, n): whatever is asked of all places of a row is then asked of whole columns.
    return np.stack([block[name.format(n)] for n in range(PLACES)])


def _place(block: Block, rows: Places, reference: U64, opens: Mask) -> Places:
    """Find each complaint's place: its own, else a free one, else the one that gives way.

    A resolution of a complaint nobody knows takes a free place (its opening may be late), but
    pushes none out: -1.
    """
    references = _places(block, "reference_{}")[:, rows]
    opened_ms, is_open, severity = (column[:, rows] for column in _open(block))
    resolved_ms = _places(block, "resolved_{}_ms")[:, rows]
    own = references == reference
    tier = np.where(is_open, 3 + severity.astype(np.int64), 2)
    tier = np.where(own, 0, np.where(references == 0, 1, tier))
    since_ms = np.where(is_open, opened_ms, resolved_ms)
    lowest = tier.min(axis=0)
    place = np.argmin(np.where(tier == lowest, since_ms, np.iinfo(np.int64).max), axis=0)
    return np.where(opens | (lowest < 2), place, -1)


def _write(block: Block, n: int, rows: Places, told: Batch, chosen: tuple[Mask, Mask]) -> None:
    here, opens = chosen
    at, reference = rows[here], told.reference[here]
    opened_ms, resolved_ms = block[f"opened_{n}_ms"], block[f"resolved_{n}_ms"]
    severity = block[f"severity_{n}"]
    other = at[block[f"reference_{n}"][at] != reference]
    opened_ms[other], resolved_ms[other], severity[other] = 0, 0, 0
    block[f"reference_{n}"][at] = reference
    opening, closing = rows[here & opens], rows[here & ~opens]
    stated = np.where(told.code == Severity.UNKNOWN, Severity.MAJOR, told.code)[here & opens]
    severity[opening] = np.maximum(severity[opening], stated)
    opened_ms[opening] = np.maximum(opened_ms[opening], told.at_ms[here & opens])
    resolved_ms[closing] = np.maximum(resolved_ms[closing], told.at_ms[here & ~opens])
