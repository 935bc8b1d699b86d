"""Complaints: what the customer told us is wrong, and whether it was put right.

Up to five complaints are kept by their reference (`detectors/complaint_places.py`), each with
its steps by event time (`complaint_steps.py`); which promises were broken is noticed by
`clocks.py` and stands in `clocks`. When a sixth comes, one gives way: if it was still waiting, it
is folded into a count that keeps the risk up. A step of a complaint nobody opened waits for the
opening and pushes none out. Fails for who never complains: that is no good news by itself.
"""

from collections.abc import Mapping

import numpy as np

from detectors import complaint_steps as steps
from detectors import complaint_words, plain
from detectors.arrays import DAY_MS, NEVER, WEEK_MS
from detectors.compiled import compiled
from detectors.complaint_places import (
    ANALYSIS,
    ANSWER,
    BROKE,
    CHECK,
    FREE,
    INFORM,
    MANAGEMENT,
    NOT_YET,
    NOWHERE,
    PLACES,
    came_back,
    closed_ms,
    given_up,
    is_open,
    is_waiting,
    managed_since,
    own_or_free,
    told_ms,
)
from detectors.decay import added, days_between, log1p, n_bits, weight, within
from detectors.evidence import AWARENESS, CONSIDERATION, DECISION, NO_STAGE, fading
from detectors.families.family import (
    EVIDENCE,
    Column,
    Event,
    Feature,
    Own,
    Telling,
    remember,
)
from detectors.kinds import Kind, Severity

HALF_LIFE_DAYS = 90.0  # a complaint is remembered for a season, as activity is
PRAISE_DAYS = 60.0  # ours: that a complaint was put right well is remembered for two months
FLOOR = 2  # Band.AT_RISK: what holds it up stands above whatever the score says
FLOOR_MS = 2 * WEEK_MS  # critical alone: afterwards the score has had time to learn of it
USUAL_ACTS = 20.0  # in 90 days, decayed: who is active oftener has more of everything
TOLD, RESOLVED, ANALYSED = 0.2, 0.4, 0.8  # ours: what a complaint that far still weighs

NOT_STATED = int(Severity.MAJOR)  # nobody complains about nothing
CALM = 1
HARD = ANALYSIS | BROKE | MANAGEMENT
SLIPS = ANSWER | INFORM | CHECK
STEPS = (
    Kind.COMPLAINT_OPENED,
    Kind.COMPLAINT_ANSWERED,
    Kind.COMPLAINT_ESCALATED,
    Kind.COMPLAINT_RESOLVED,
    Kind.COMPLAINT_INFORMED,
    Kind.COMPLAINT_REOPENED,
    Kind.COMPLAINT_RATED,
    Kind.COMPLAINT_TRIAGED,
)
NONE = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def _instant(name: str) -> Column:
    return Column(name, np.int64, "ms since 1970", places=PLACES)


def _small(name: str, dtype: type, unit: str) -> Column:
    return Column(name, dtype, unit, places=PLACES)


def _span(name: str) -> Column:
    unit = "ms after the round began"
    return Column(name, np.int32, unit, empty=NOT_YET, places=PLACES)


BACKGROUND = (*steps.CHECKS, Kind.CUSTOMER_RETURNED)
KINDS = (*STEPS, *BACKGROUND)
BESIDE = "volume"  # whose count is that of their signs of life, with the same half-life

COLUMNS = (
    *EVIDENCE,
    Column("opened_90d", np.float64, "complaints", joins="decayed"),  # valid at counted_ms
    Column("folded_90d", np.float64, "complaints", joins="decayed"),  # the same: gave way, waiting
    Column("counted_ms", np.int64, "ms since 1970"),
    Column("praised_ms", np.int64, "ms since 1970"),  # the last satisfied rating
    Column("asked_ms", np.int64, "ms since 1970"),  # the last check that named no complaint
    Column("returned_ms", np.int64, "ms since 1970"),
    Column("source", np.int16, "place in the ledger's sources", empty=-1, joins="own"),
    Column("odd", np.uint16, "steps"),  # could not be placed, or pushed another out
    _small("reference", np.uint64, "hash"),
    _instant("began_ms"),  # the present round; of one never opened the earliest step
    _instant("resolved_ms"),  # these four and the spans: the earliest in the present round
    _instant("informed_ms"),
    _instant("rated_ms"),
    _instant("checked_ms"),
    _instant("escalated_ms"),  # earliest cause, but for the analysis of the present round
    _instant("managed_ms"),  # see `complaint_steps`
    _span("answered_after"),
    _span("analysed_after"),
    _span("promised_after"),
    _small("opened_s", np.uint32, "s since 1970"),  # 0: not yet
    _small("latest_s", np.uint32, "s since 1970"),  # the latest step, rounded up
    _small("triaged_s", np.uint32, "s since 1970"),
    _small("about", np.uint8, "ComplaintKind"),
    _small("severity", np.uint8, "Severity"),
    _small("scope", np.uint8, "ComplaintScope"),
    _small("mood", np.uint8, "Mood"),
    _small("clocks", np.uint8, "bits"),
    _small("marks", np.uint16, "bits"),
)
FEATURES = (
    Feature(
        "complaints_open", "complaints", +1, "not closed, less the further they are", weight=0.8
    ),
    Feature("complaint_open_age_log", "log days", +1, "of the longest waiting", weight=0.2),
    Feature("complaint_severity", "Severity", +1, "of the worst waiting", weight=0.4),
    Feature("complaint_broken", "levels", +1, "past its time: analysis, management", weight=1.0),
    Feature("complaint_slips", "clocks", +1, "other promises broken, not closed", weight=0.15),
    Feature("complaint_came_back", "times", +1, "reopened or rated dissatisfied", weight=0.3),
    Feature("complaint_mood", "Mood", +1, "above calm, of the worst waiting", weight=0.2),
    Feature("complaints_90d_log", "log complaints", +1, "of late, per own activity", weight=0.5),
    Feature("complaint_praise", "share", -1, "put right well, halved in 60 days", weight=-0.6),
)


@compiled
def enters(event: Event) -> bool:
    """Say whether an event has to do with complaints, so that it could change blank columns."""
    returned = event.kind == Kind.CUSTOMER_RETURNED
    return bool(returned or event.kind in STEPS or steps.is_check(event))


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind in STEPS:
        _note(own, event)
        place = _place(own, event)
        if place != NOWHERE:
            steps.take(own, place, event)
    elif steps.is_check(event):
        steps.check(own, event)
    elif event.kind == Kind.CUSTOMER_RETURNED:
        own.returned_ms = max(own.returned_ms, event.at_ms)


@compiled
def _note(own: Own, event: Event) -> None:
    # What a step says of the customer, whichever complaint it is of.
    if event.kind in steps.OPENING:
        own.source = event.sender if event.at_ms >= own.counted_ms else own.source
        _count(own, event.at_ms, 1.0, 0.0)
    if event.kind == Kind.COMPLAINT_ESCALATED or steps.begins_round(event):
        remember(own, event)
    if steps.is_satisfied(event):
        own.praised_ms = max(own.praised_ms, event.at_ms)


@compiled
def _place(own: Own, event: Event) -> int:
    # The complaint's place, if need be a new one; only who opens pushes another out.
    if event.reference == FREE:
        return NOWHERE
    place = own_or_free(own, event.reference)
    if place == NOWHERE and event.kind in steps.OPENING:
        place = given_up(own, event.at_ms)
        waited = is_waiting(own, place, event.at_ms)
        _count(own, event.at_ms, 0.0, 1.0 if waited else 0.0)
        own.odd += 1 if waited or own.opened_s[place] == 0 else 0
        steps.clear(own, place, event.reference)
    elif place == NOWHERE:
        own.odd += 1
    elif own.reference[place] != event.reference:
        steps.clear(own, place, event.reference)
    return place


@compiled
def _count(own: Own, at_ms: int, opened: float, folded: float) -> None:
    since_ms = own.counted_ms
    own.opened_90d = added(own.opened_90d, since_ms, at_ms, HALF_LIFE_DAYS, opened)
    own.folded_90d = added(own.folded_90d, since_ms, at_ms, HALF_LIFE_DAYS, folded)
    own.counted_ms = max(since_ms, at_ms)


@compiled
def features(own: Own, volume: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    if own.reference[0] == FREE:  # the first complaint takes the first place
        return NONE
    faded = weight(max(now_ms - own.counted_ms, 0), HALF_LIFE_DAYS)
    weighs, days, back, slips, broken = own.folded_90d * faded, 0.0, 0, 0, 0.0
    worst, mood = 0, 0
    for place in range(PLACES):
        if not is_open(own, place, now_ms):
            continue
        weighs += _weighs(own, place)
        slips += n_bits(np.uint64(own.clocks[place] & SLIPS))
        back = max(back, came_back(own, place))
        broken = max(broken, _broken(own, place))
        if is_waiting(own, place, now_ms):
            days = max(days, _waited_days(own, place, now_ms))
            stated = own.severity[place] != Severity.UNKNOWN
            worst = max(worst, own.severity[place] if stated else NOT_STATED)
            mood = max(mood, max(own.mood[place], CALM) - CALM)
    acts = volume.count_90d * weight(max(now_ms - volume.counted_ms, 0), HALF_LIFE_DAYS)
    lately = own.opened_90d * faded * USUAL_ACTS / (USUAL_ACTS + acts)
    praise = weight(max(now_ms - own.praised_ms, 0), PRAISE_DAYS)
    return (
        weighs,
        log1p(days),
        float(worst),
        broken,
        float(slips),
        float(back),
        float(mood),
        log1p(lately),
        praise if own.praised_ms != NEVER and worst == 0 else 0.0,
    )


@compiled
def _weighs(own: Own, place: int) -> float:
    if told_ms(own, place) != NEVER:
        return TOLD
    if own.resolved_ms[place] != NEVER:
        return RESOLVED
    return ANALYSED if own.analysed_after[place] != NOT_YET else 1.0


@compiled
def _broken(own: Own, place: int) -> float:
    # Levels past their time; half of it once it was put right, or management has answered.
    clocks = own.clocks[place]
    if not clocks & HARD:
        return 0.0
    levels = 2.0 if clocks & MANAGEMENT else 1.0
    since_ms = managed_since(own, place)
    managed = NEVER < since_ms <= own.managed_ms[place]
    return 0.5 * levels if managed or own.resolved_ms[place] != NEVER else levels


@compiled
def _waited_days(own: Own, place: int, now_ms: int) -> float:
    # An answer holds for a day: as long the wait grows no further.
    days, after = days_between(own.began_ms[place], now_ms), own.answered_after[place]
    if after != NOT_YET:
        days -= within(0.0, days - after / DAY_MS, 1.0)
    return days


@compiled
def floor(own: Own, now_ms: int) -> int:
    """Hold the band at at risk while a complaint waits past its time, or critical at first."""
    for place in range(PLACES):
        if is_waiting(own, place, now_ms):
            recent = now_ms - np.int64(own.opened_s[place]) * 1000 <= FLOOR_MS
            critical = recent and own.severity[place] == Severity.CRITICAL
            if critical or own.clocks[place] & HARD:
                return FLOOR
    return 0


@compiled
def stage(own: Own, now_ms: int) -> int:
    """Show decision while management's clock is broken, consideration while it is no better.

    Awareness while a complaint is open and its clocks kept.
    """
    shown = NO_STAGE
    for place in range(PLACES):
        if own.opened_s[place] == 0 or own.began_ms[place] < own.returned_ms:
            continue
        clocks, reached = own.clocks[place], AWARENESS
        if clocks & MANAGEMENT:
            reached = DECISION
        elif clocks & HARD or came_back(own, place) > 0:
            reached = CONSIDERATION
        shown = max(shown, fading(reached, closed_ms(own, place), now_ms))
    return shown


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    return complaint_words.telling(own, value, now_ms)
