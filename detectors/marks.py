"""Marks: what ties a customer to us, beside the risk: trust, use and preference, each 0 to 1.

Loyalty is no yes or no, so they are shown apart and never as one word. Each is the mean of the
signs that are known, an older one counting less; of whom nothing is known there is no mark. All
is read from the rows as assessments are written: it costs an event nothing, and the risk knows
nothing of it. Fails where nobody is asked, complains or says what they spend: marks are missing.
"""

import math

import numpy as np

from detectors.arrays import DAY_MS, F32, F64, NEVER
from detectors.assessment import Marks
from detectors.chained import Row
from detectors.compiled import compiled, kernel
from detectors.complaint_places import (
    ANALYSIS,
    BROKE,
    DISSATISFIED,
    FREE,
    MANAGEMENT,
    PLACES,
    REOPENED,
    REOPENED_AGAIN,
    SATISFIED,
    latest_ms,
    told_ms,
)
from detectors.customers import Rare, Table
from detectors.decay import n_bits, one_if, weight
from detectors.families.family import Own
from detectors.families.survey import ANSWERS_WITHIN_MS, HUNDREDTHS
from detectors.families.survey import SATISFIED as CONTENT
from detectors.judging import Told
from detectors.reasons import instant
from detectors.score import FEATURES

OPINION_DAYS, HABIT_DAYS = 180.0, 90.0  # halving what was said, and what was done
FORGOTTEN = 0.05  # less is known than this: nothing is
LOW_TRUST = 0.4  # ours, as of a dissatisfied rating
CLOSED_UNRATED, MENDED = 0.75, 0.5  # ours: told and not insisted; wrong first, right at last
VISITS_MIN, ORDERS_MIN = 3, 4.0  # fewer make no habit, and no peak
LINES_HALF, OFFERS_HALF = 2.0, 1.0  # ours: so many make half a mark
SMALL_SHARE, RISING = 0.5, math.log(1.1)  # ours: growth is room for more, and a month a tenth up
SETTLED_MS = 90 * DAY_MS  # before that everything rises
COEFFICIENT_FROM = 0.5  # the coefficient of lifetime value: from here to one more
UNKNOWN = -1.0

_PLACE = {feature.name: place for place, feature in enumerate(FEATURES)}
_LATE, _LOST, _TREND = (_PLACE[name] for name in ("gap_now_late", "lines_lost", "trend_28_90"))
_BROKEN, _BACK = ANALYSIS | BROKE | MANAGEMENT, REOPENED | REOPENED_AGAIN | DISSATISFIED
TRUST, USE, PREFERENCE, CONDITIONAL, CAPTIVE, GROWTH = range(6)  # columns of `measured`

Known = tuple[float, float]  # the sum of what signs say, and of what they count
NOTHING = (0.0, 0.0)


def measured(rows: Table, rare: Rare, x: F32, told: Told) -> F64:
    """Measure the marks of customers of whom something is told.

    Parameters
    ----------
    rows, told : ledger's rows and `TOLD`, shape (n,)
    rare : their rare parts
    x : float32, shape (n, n_features)
        As `judging` and `kernels` found them.

    Returns
    -------
    float64, shape (n, 6): four shares of 0 to 1 to 2 places, UNKNOWN where nothing is known; the
    day on which a captive is free, 0 for who is none; 1 for growth
    """
    found = np.empty((len(rows), 6))
    _measure(rows, rare, x, told, found)
    return found


def marks(found: list[float]) -> Marks:
    """Give a customer's marks from their row of `measured`."""
    trust, use, preference, conditional = (one if one >= 0 else None for one in found[:CAPTIVE])
    day = int(found[CAPTIVE])
    free = instant(day * DAY_MS) if day else None
    return Marks(trust, use, preference, conditional, free, found[GROWTH] > 0)


def coefficient(found: Marks) -> float:
    """Give the loyalty coefficient of lifetime value, 0.5 to 1.5; 1 where nothing is known.

    Examples
    --------
    >>> coefficient(Marks(trust=0.1, use=0.5)), coefficient(Marks())
    (0.8, 1.0)
    """
    known = [one for one in (found.trust, found.use, found.preference) if one is not None]
    return COEFFICIENT_FROM + sum(known) / len(known) if known else 1.0


@kernel
def _measure(rows: Table, rare: Rare, x: F32, told: Told, found: F64) -> None:
    for at in range(len(rows)):
        row, seen, own = rows[at], x[at], found[at]
        complaints = rare.entries[rare.at[at]].complaints
        now_ms, yearly_spend = told[at].now_ms, told[at].yearly_spend
        own[TRUST] = _mean(_trust(row, complaints, now_ms))
        own[USE] = _mean(_use(row, seen, now_ms))
        own[PREFERENCE] = _mean(_preference(row, yearly_spend, now_ms))
        own[CONDITIONAL] = _conditional(row, complaints, now_ms)
        own[CAPTIVE] = float(_captive_until(row, own[TRUST], now_ms))
        own[GROWTH] = one_if(_grows(row, seen, yearly_spend, now_ms))


@compiled
def _trust(row: Row, complaints: Own, now_ms: int) -> Known:
    # What they say of us, what became of their complaints, and whether they pay in advance: who
    # does not may still trust us. What they use of our offers is not asked: discounts buy no trust.
    survey, payments, known = row.survey, row.payments, NOTHING
    if survey.levels > 0:
        said = _left(survey.evidence_ms, OPINION_DAYS, now_ms)
        known = _with(known, survey.level / HUNDREDTHS, said)
    if complaints.reference[0] != FREE:
        known = _put_right(complaints, known, now_ms)
    if payments.early > 0:
        paid = _left(payments.settled_ms, OPINION_DAYS, now_ms)
        known = _with(known, 1.0, payments.early / HUNDREDTHS * paid)
    return known


@compiled
def _put_right(own: Own, known: Known, now_ms: int) -> Known:
    praised = own.praised_ms != NEVER
    for place in range(PLACES):
        if own.opened_s[place] == 0:
            continue
        counts, said = _left(latest_ms(own, place), OPINION_DAYS, now_ms), own.marks[place]
        wrong = own.clocks[place] & _BROKEN or said & _BACK
        if said & SATISFIED:
            praised = False
            known = _with(known, MENDED if wrong else 1.0, counts)
        elif wrong:
            known = _with(known, 0.0, counts)
        elif told_ms(own, place) != NEVER:
            known = _with(known, CLOSED_UNRATED, counts)
    if praised:  # of a complaint that has given its place to another
        known = _with(known, 1.0, _left(own.praised_ms, OPINION_DAYS, now_ms))
    return known


@compiled
def _use(row: Row, x: F32, now_ms: int) -> Known:
    # Regular, broad, and what of the programme they use; being in it counts nothing.
    loyalty, known, n_lines = row.loyalty, NOTHING, n_bits(row.value.lines_ever)
    if row.rhythm.active_days >= VISITS_MIN:
        known = _with(known, math.exp2(-float(x[_LATE])), 1.0)
        if n_lines > 0:
            kept = max(1.0 - float(x[_LOST]) / n_lines, 0.0)
            known = _with(known, kept * n_lines / (n_lines + LINES_HALF), 1.0)
    if loyalty.offer_ms != NEVER:
        offers = loyalty.offers_90d * _left(loyalty.offer_ms, HABIT_DAYS, now_ms)
        known = _with(known, offers / (offers + OFFERS_HALF), 1.0)
    return known


@compiled
def _preference(row: Row, yearly_spend: float, now_ms: int) -> Known:
    survey, shared_day, known = row.survey, row.contact.shared_day, NOTHING
    share = _share_of_wallet(row, yearly_spend)
    if share < 0.0:
        share = _share_of_peak(row.loyalty, now_ms)
    if share >= 0.0:
        known = _with(known, share, 1.0)
    if survey.recommends > 0:
        said = _left(survey.evidence_ms, OPINION_DAYS, now_ms)
        known = _with(known, one_if(survey.recommends == 1), said)
    if survey.asked_ms != NEVER:
        known = _with(known, _answers(survey, now_ms), _left(survey.asked_ms, OPINION_DAYS, now_ms))
    if shared_day > 0:
        shared_ms: int = np.int64(shared_day) * DAY_MS  # type: ignore[assignment]
        known = _with(known, 1.0, _left(shared_ms, OPINION_DAYS, now_ms))
    return known


@compiled
def _answers(own: Own, now_ms: int) -> float:
    # Half for each question left unanswered since the last; the newest may still be answered.
    if own.evidence_ms == NEVER:
        return 0.0
    pending = own.missed > 0 and now_ms < own.asked_ms + ANSWERS_WITHIN_MS
    return math.exp2(one_if(pending) - own.missed)


@compiled
def _share_of_wallet(row: Row, yearly_spend: float) -> float:
    wallet, told = row.value.wallet, row.account.yearly_revenue
    ours: float = told if told >= 0.0 else yearly_spend
    return min(ours / wallet, 1.0) if wallet > 0 else UNKNOWN


@compiled
def _share_of_peak(own: Own, now_ms: int) -> float:
    # What they buy now of the best quarter they ever had: where nobody knows what they spend.
    if own.best_90d <= 0 or own.orders_90d < ORDERS_MIN:
        return UNKNOWN
    spends: float = own.spend_90d * _left(own.order_ms, HABIT_DAYS, now_ms)
    best: float = own.best_90d
    return min(spends / best, 1.0)


@compiled
def _conditional(row: Row, complaints: Own, now_ms: int) -> float:
    # Discounts taken and asked for, against answers to what we do for them.
    loyalty, survey = row.loyalty, row.survey
    offers = loyalty.offers_90d * _left(loyalty.offer_ms, HABIT_DAYS, now_ms)
    asked = _left(row.market.asked_ms, HABIT_DAYS, now_ms)
    not_moved = 1.0 - _left(row.contact.heard_ms, HABIT_DAYS, now_ms)
    not_moved *= 1.0 - _left(complaints.praised_ms, HABIT_DAYS, now_ms)
    if survey.levels > 0 and survey.level >= CONTENT:
        not_moved *= 1.0 - _left(survey.evidence_ms, HABIT_DAYS, now_ms)
    by_discounts = 1.0 - math.exp2(-(offers + asked))
    return _mean((by_discounts, by_discounts + 1.0 - not_moved))


@compiled
def _captive_until(row: Row, trust: float, now_ms: int) -> int:
    # A contract binds and points only tempt: with both, its end is the date.
    held: int = row.contract.renewal_day
    if held * DAY_MS <= now_ms:
        held = row.loyalty.expires_day
    return held if 0.0 <= trust <= LOW_TRUST and held * DAY_MS > now_ms else 0


@compiled
def _grows(row: Row, x: F32, yearly_spend: float, now_ms: int) -> bool:
    share, first_ms = _share_of_wallet(row, yearly_spend), row.volume.first_ms
    settled = first_ms != NEVER and now_ms - first_ms >= SETTLED_MS
    return bool(0.0 <= share < SMALL_SHARE and settled and x[_TREND] >= RISING)


@compiled
def _with(known: Known, says: float, counts: float) -> Known:
    return known[0] + says * counts, known[1] + counts


@compiled
def _mean(known: Known) -> float:
    if known[1] < FORGOTTEN:
        return UNKNOWN
    mean: float = np.rint(100.0 * known[0] / known[1]) / 100.0
    return mean


@compiled
def _left(at_ms: int, half_life_days: float, now_ms: int) -> float:
    # What is left of something; 0 of what never was.
    return 0.0 if at_ms == NEVER else weight(max(now_ms - at_ms, 0), half_life_days)
