"""Judging one customer at an instant: features, risk, band, and whether it is worth telling."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors import bands, churn, living, stages
from detectors.arrays import F32, NEVER
from detectors.bands import Band
from detectors.chained import Row, held
from detectors.compiled import compiled, inlined
from detectors.customers import Customer
from detectors.evidence import AWARENESS
from detectors.families import FLOORS, contact, exposure, value
from detectors.score import measure_known, risk
from detectors.terms import NO_LIMIT, Terms

# What is written of a customer about whom there is something to tell.
TOLD = np.dtype(
    [
        ("number", np.int64),
        ("now_ms", np.int64),
        ("living_ms", np.int64),  # the same on the living clock
        ("fresh_ms", np.int64),  # the latest event of their source
        ("risk", np.float64),
        ("yearly_spend", np.float64),
        ("cohort", np.uint64),  # the company change that they feel most, 0 for none
        ("before", np.int8),  # the band
        ("rank_before", np.int8),  # of the tiers by value, as last told
        ("stage_before", np.int8),
        # Level of the complaint clock that broke just now, 0 for none; in an all-clear of the one
        # that had not.
        ("breach", np.int8),
        ("kept", np.int8),  # the same of a clock told as broken that was not
        ("care", np.bool_),  # a valued customer whom nobody has contacted for too long
        ("hard", np.bool_),
        ("crossed", np.bool_),
        ("cleared", np.bool_),
        ("adverse", np.bool_),
        ("late", np.bool_),
        ("unverified", np.bool_),  # an outage may hide that the clock was met
    ],
    align=True,
)
Told = NDArray[Any]

NO_FLOOR = int(Band.CALM)

hold = held(FLOORS)


@compiled
def look(who: Customer, now_ms: int, terms: Terms, x: F32) -> tuple[bool, float]:
    """Measure and score: whether they are still a customer, and their risk, 0 if not.

    Fills `x`, shape (n_features,), for those who still are.
    """
    return _look(who, moment_of(who.row, now_ms, terms), terms, x)


@inlined
def _look(who: Customer, moment: living.Moment, terms: Terms, x: F32) -> tuple[bool, float]:
    row = who.row
    if row.ledger.absorbed_ms != NEVER or not churn.watched(row.churn, moment.now_ms, terms):
        return False, 0.0
    _measure(who, moment, terms, x)
    return True, risk(x, terms)


@inlined
def _measure(who: Customer, moment: living.Moment, terms: Terms, x: F32) -> None:
    for place in range(len(x)):
        x[place] = terms.neutral[place]
    measure_known(who, moment.now_ms, moment.living_ms, x)


@inlined
def moment_of(row: Row, now_ms: int, terms: Terms) -> living.Moment:
    """Give an instant of a customer on both clocks."""
    return living.moment_of(terms.feeds, row.churn.source, row.silence.active_ms, now_ms)


@inlined
def judge(
    who: Customer, now_ms: int, terms: Terms, x: F32, told: np.record
) -> tuple[bool, bool, bool]:
    """Score a customer and move their band, in place.

    Parameters
    ----------
    told : record of `TOLD`
        Has `adverse` (the event can only be bad news), `breach` (who takes over a complaint from
        now on) and `kept` (who does not have to after all); the rest of it is filled in.

    Returns
    -------
    watched, tells, changed : bool
        Whether they are still a customer; whether there is something to tell, `x` then being
        measured in any case; whether any column changed.
    """
    row = who.row
    moment = moment_of(row, now_ms, terms)
    watched, risk_now = _look(who, moment, terms, x)
    floor = hold(who, now_ms) if watched else NO_FLOOR
    move = bands.move(row.bands, risk_now, floor, now_ms, terms)
    stage_before, staged = stages.move(who, watched, moment)
    band, stage = int(row.bands.band), int(row.stages.stage)
    alarmed, alarming = stages.alarming(move.before, stage_before), stages.alarming(band, stage)
    rose = alarming and stage > max(stage_before, AWARENESS)
    told.breach = told.breach if watched else 0
    # New bad news about a customer already at risk is a line crossed again, and so is a promise
    # that somebody higher up has to keep now.
    again = told.adverse and band >= Band.AT_RISK
    crossed = move.crossed or rose or again
    if crossed and told.unverified:  # there is more to say; a breach is told again once it is sure
        told.breach, told.unverified = 0, False
    crossed = crossed or told.breach > 0
    told.now_ms, told.risk, told.before = now_ms, risk_now, move.before
    told.stage_before, told.care, told.living_ms = stage_before, False, moment.living_ms
    told.rank_before = row.account.told_rank
    told.hard, told.crossed = floor >= Band.AT_RISK, crossed
    told.cleared = alarmed and not alarming
    # A breach that was none is an all-clear of that alone, unless there is more to say.
    kept = watched and told.kept > 0 and not crossed and not told.cleared
    if kept:
        told.breach, told.cleared = told.kept, True
    # Nothing is said of who is no customer yet: a profile that came before the first purchase.
    known = watched or row.ledger.reported_risk >= 0
    moved = known and abs(risk_now - row.ledger.reported_risk) >= terms.report_change
    further = max(stage, AWARENESS) != max(stage_before, AWARENESS)
    further |= known and row.account.rank != row.account.told_rank
    if not (crossed or moved or further or kept or band != move.before):
        return watched, False, move.changed or staged
    _tell(row, now_ms, terms, told)
    if not watched:
        _measure(who, moment, terms, x)
    return watched, True, True


@compiled
def tend(row: Row, now_ms: int, terms: Terms, told: np.record) -> bool:
    """Say whether a valued customer is due a contact, once in each floor period; noted in place.

    `told` is what `judge` has filled in at the same instant.
    """
    tier, rank, floor_ms = row.account.tier, row.account.rank, NO_LIMIT
    if tier == terms.top or rank == terms.top_rank:
        floor_ms = terms.care_top_ms
    elif tier == terms.middle or rank == terms.middle_rank:
        floor_ms = terms.care_middle_ms
    first_ms = row.ledger.first_ms
    if floor_ms == NO_LIMIT or not contact.care_due(row.contact, first_ms, floor_ms, now_ms):
        return False
    if told.cleared:  # together they would say that the care is over: the next tick asks for it
        return False
    row.contact.care_ms, told.care = now_ms, True
    _tell(row, now_ms, terms, told)
    return True


@compiled
def thank(row: Row, now_ms: int, terms: Terms, told: np.record) -> bool:
    """Say that the care asked for has been given: an all-clear of that, and of nothing else."""
    if told.crossed or told.cleared:
        return False
    told.care = told.cleared = True
    _tell(row, now_ms, terms, told)
    return True


@compiled
def _tell(row: Row, now_ms: int, terms: Terms, told: np.record) -> None:
    # What is written of a customer beside the figures.
    row.ledger.reported_risk = told.risk
    row.account.told_rank = row.account.rank
    told.yearly_spend = value.yearly_spend(row.value, now_ms)
    told.cohort = exposure.strongest(row.exposure, now_ms)
    told.fresh_ms = living.latest_ms(terms.feeds, row.churn.source)
