"""Marks: what ties a customer to us, beside the risk: trust, use and preference, each 0 to 1.

Loyalty is no yes or no, so they are shown apart and never as one word. Each is the mean of the
signs that are known, an older one counting less; of whom nothing is known there is no mark. All
is read from the row as an assessment is written: it costs an event nothing, and the risk knows
nothing of it. Fails where nobody is asked, complains or says what they spend: marks are missing.
"""

import math
from collections.abc import Iterable
from datetime import datetime

from detectors.arrays import DAY_MS, F32, NEVER
from detectors.assessment import Marks
from detectors.complaint_places import (
    ANALYSIS,
    BROKE,
    DISSATISFIED,
    MANAGEMENT,
    PLACES,
    REOPENED,
    REOPENED_AGAIN,
    SATISFIED,
    SECOND_MS,
)
from detectors.families.survey import ANSWERS_WITHIN_MS, HUNDREDTHS
from detectors.families.survey import SATISFIED as CONTENT
from detectors.plain import Own, Row
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

_PLACE = {feature.name: place for place, feature in enumerate(FEATURES)}
_LATE, _LOST, _TREND = (_PLACE[name] for name in ("gap_now_late", "lines_lost", "trend_28_90"))
_BROKEN, _BACK = ANALYSIS | BROKE | MANAGEMENT, REOPENED | REOPENED_AGAIN | DISSATISFIED

Sign = tuple[float, float]  # what it says, 0 to 1, and what it counts


def marks(row: Row, x: F32, yearly_spend: float, now_ms: int) -> Marks:
    """Read a customer's marks from their row.

    Parameters
    ----------
    row : the customer's, as plain numbers
    x : float32, shape (n_features,)
        What the model sees of them at that instant.
    yearly_spend : float
        What they spend with us, money a year.
    now_ms : int
        Event time of the assessment, ms since 1970.

    Returns
    -------
    Marks
        Each rounded to 2 places, None where nothing is known.
    """
    trust = _mean(_trust(row, now_ms))
    return Marks(
        trust=trust,
        use=_mean(_use(row, x, now_ms)),
        preference=_mean(_preference(row, yearly_spend, now_ms)),
        conditional=_conditional(row, now_ms),
        captive_until=_captive_until(row, trust, now_ms),
        growth=_grows(row, x, yearly_spend, now_ms),
    )


def coefficient(found: Marks) -> float:
    """Give the loyalty coefficient of lifetime value, 0.5 to 1.5; 1 where nothing is known.

    Examples
    --------
    >>> coefficient(Marks(trust=0.1, use=0.5)), coefficient(Marks())
    (0.8, 1.0)
    """
    known = [one for one in (found.trust, found.use, found.preference) if one is not None]
    return COEFFICIENT_FROM + sum(known) / len(known) if known else 1.0


def _trust(row: Row, now_ms: int) -> Iterable[Sign]:
    # What they say of us, what became of their complaints, and whether they pay in advance: who
    # does not may still trust us. What they use of our offers is not asked: discounts buy no trust.
    survey, complaints, payments = row["survey"], row["complaints"], row["payments"]
    if survey.levels:
        yield survey.level / HUNDREDTHS, _left(survey.evidence_ms, OPINION_DAYS, now_ms)
    if complaints.reference[0]:
        yield from _put_right(complaints, now_ms)
    if payments.early > 0:
        yield 1.0, payments.early / HUNDREDTHS * _left(payments.settled_ms, OPINION_DAYS, now_ms)


def _put_right(own: Own, now_ms: int) -> Iterable[Sign]:
    praised = own.praised_ms != NEVER
    for place in range(PLACES):
        if not own.opened_s[place]:
            continue
        counts = _left(own.latest_s[place] * SECOND_MS, OPINION_DAYS, now_ms)
        said, wrong = own.marks[place], own.clocks[place] & _BROKEN or own.marks[place] & _BACK
        if said & SATISFIED:
            praised = False
            yield MENDED if wrong else 1.0, counts
        elif wrong:
            yield 0.0, counts
        elif own.informed_ms[place] != NEVER or own.rated_ms[place] != NEVER:
            yield CLOSED_UNRATED, counts
    if praised:  # of a complaint that has given its place to another
        yield 1.0, _left(own.praised_ms, OPINION_DAYS, now_ms)


def _use(row: Row, x: F32, now_ms: int) -> Iterable[Sign]:
    # Regular, broad, and what of the programme they use; being in it counts nothing.
    value, loyalty = row["value"], row["loyalty"]
    known, n_lines = row["rhythm"].active_days >= VISITS_MIN, value.lines_ever.bit_count()
    if known:
        yield math.exp2(-float(x[_LATE])), 1.0
    if known and n_lines:
        kept = max(1.0 - float(x[_LOST]) / n_lines, 0.0)
        yield kept * n_lines / (n_lines + LINES_HALF), 1.0
    if loyalty.offer_ms != NEVER:
        offers = loyalty.offers_90d * _left(loyalty.offer_ms, HABIT_DAYS, now_ms)
        yield offers / (offers + OFFERS_HALF), 1.0


def _preference(row: Row, yearly_spend: float, now_ms: int) -> Iterable[Sign]:
    survey, shared_day = row["survey"], row["contact"].shared_day
    share = _share_of_wallet(row, yearly_spend)
    share = _share_of_peak(row["loyalty"], now_ms) if share is None else share
    if share is not None:
        yield share, 1.0
    if survey.recommends:
        yield float(survey.recommends == 1), _left(survey.evidence_ms, OPINION_DAYS, now_ms)
    if survey.asked_ms != NEVER:
        pending = survey.missed > 0 and now_ms < survey.asked_ms + ANSWERS_WITHIN_MS
        answers = math.exp2(-(survey.missed - pending)) if survey.evidence_ms != NEVER else 0.0
        yield answers, _left(survey.asked_ms, OPINION_DAYS, now_ms)
    if shared_day:
        yield 1.0, _left(shared_day * DAY_MS, OPINION_DAYS, now_ms)


def _share_of_wallet(row: Row, yearly_spend: float) -> float | None:
    wallet, told = row["value"].wallet, row["account"].yearly_revenue
    ours = told if told >= 0 else yearly_spend
    return float(min(ours / wallet, 1.0)) if wallet > 0 else None


def _share_of_peak(own: Own, now_ms: int) -> float | None:
    # What they buy now of the best quarter they ever had: where nobody knows what they spend.
    if own.best_90d <= 0 or own.orders_90d < ORDERS_MIN:
        return None
    spends = own.spend_90d * _left(own.order_ms, HABIT_DAYS, now_ms)
    return float(min(spends / own.best_90d, 1.0))


def _conditional(row: Row, now_ms: int) -> float | None:
    # Discounts taken and asked for, against answers to what we do for them.
    loyalty, contact, survey = row["loyalty"], row["contact"], row["survey"]
    offers = loyalty.offers_90d * _left(loyalty.offer_ms, HABIT_DAYS, now_ms)
    asked = _left(row["market"].asked_ms, HABIT_DAYS, now_ms)
    content = survey.levels and survey.level >= CONTENT
    not_moved = 1.0
    for moved in (
        _left(contact.heard_ms, HABIT_DAYS, now_ms),
        _left(row["complaints"].praised_ms, HABIT_DAYS, now_ms),
        _left(survey.evidence_ms, HABIT_DAYS, now_ms) if content else 0.0,
    ):
        not_moved *= 1.0 - moved
    by_discounts, by_service = 1.0 - math.exp2(-(offers + asked)), 1.0 - not_moved
    known = by_discounts + by_service
    return round(by_discounts / known, 2) if known >= FORGOTTEN else None


def _captive_until(row: Row, trust: float | None, now_ms: int) -> datetime | None:
    # A contract binds and points only tempt: with both, its end is the date.
    if trust is None or trust > LOW_TRUST:
        return None
    for day in (row["contract"].renewal_day, row["loyalty"].expires_day):
        if day * DAY_MS > now_ms:
            return instant(day * DAY_MS)
    return None


def _grows(row: Row, x: F32, yearly_spend: float, now_ms: int) -> bool:
    share, first_ms = _share_of_wallet(row, yearly_spend), row["volume"].first_ms
    settled = first_ms != NEVER and now_ms - first_ms >= SETTLED_MS
    return share is not None and share < SMALL_SHARE and settled and float(x[_TREND]) >= RISING


def _mean(signs: Iterable[Sign]) -> float | None:
    total, known = 0.0, 0.0
    for says, counts in signs:
        total += says * counts
        known += counts
    return round(total / known, 2) if known >= FORGOTTEN else None


def _left(at_ms: int, half_life_days: float, now_ms: int) -> float:
    # What is left of something; 0 of what never was.
    if at_ms == NEVER:
        return 0.0
    return math.exp2(max(now_ms - at_ms, 0) / (-half_life_days * DAY_MS))
