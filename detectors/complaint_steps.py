"""What a step does to a complaint in its place: rounds begin, clocks are met, words corrected.

Steps are a set by event time. One of a round that is over changes nothing but management's
clock, which runs through all rounds. A reopening that comes late may find steps that followed
it, and of each sort only the earliest is kept: the clocks that can then not be judged are
waived, and the customer's `odd` steps count it.
"""

import numpy as np

from detectors.arrays import NEVER
from detectors.compiled import compiled
from detectors.complaint_places import (
    ANALYSIS,
    ANSWER,
    ASKED,
    BROKE,
    CHECK,
    DISSATISFIED,
    FREE,
    INFORM,
    LIVE,
    MANAGEMENT,
    NOT_YET,
    NOWHERE,
    PLACES,
    REOPENED,
    REOPENED_AGAIN,
    ROUND,
    SATISFIED,
    SECOND_MS,
    UNREADABLE,
    UNSURE_MANAGEMENT,
    WAIVED,
    first_of,
    latest_ms,
    managed_since,
    place_of,
)
from detectors.complaint_triage import GIVEN, corrected, described
from detectors.kinds import Direction, Kind
from detectors.words import ContactReason

BY_US = (Direction.OUT, Direction.OUT_ANSWERED, Direction.OUT_UNANSWERED)
CHECKS = (Kind.CONTACT_MADE, Kind.COMPLAINT_CHECKED)
OPENING = (Kind.COMPLAINT_OPENED, Kind.COMPLAINT_REOPENED)
SATISFIED_FROM, DISSATISFIED_TO = 0.7, 0.4  # ours, of ratings within 0 and 1
ABOUT = LIVE | UNREADABLE | DISSATISFIED | REOPENED | REOPENED_AGAIN  # marks of the complaint
LOST = -1
CAUSE, MANAGEMENT_LEVEL = 2, 3  # levels of an answer

Own = np.record  # the family's columns of one customer
Event = np.record


@compiled
def is_dissatisfied(event: Event) -> bool:
    """Say whether an event is a rating that says it is not well."""
    return bool(event.kind == Kind.COMPLAINT_RATED and event.amount <= DISSATISFIED_TO)


@compiled
def is_satisfied(event: Event) -> bool:
    """Say whether an event is a rating of somebody content."""
    return bool(event.kind == Kind.COMPLAINT_RATED and event.amount >= SATISFIED_FROM)


@compiled
def begins_round(event: Event) -> bool:
    """Say whether answer and analysis are due anew after an event."""
    return event.kind in OPENING or is_dissatisfied(event)


@compiled
def is_check(event: Event) -> bool:
    """Say whether an event is a contact of ours that asked whether a complaint is really solved."""
    asks = event.kind in CHECKS and event.word == ContactReason.COMPLAINT_CHECK
    return bool(asks and event.code in BY_US)


@compiled
def clear(own: Own, place: int, reference: np.uint64) -> None:
    """Give a place to a complaint."""
    own.reference[place] = reference
    own.began_ms[place] = own.escalated_ms[place] = own.managed_ms[place] = NEVER
    own.resolved_ms[place] = own.informed_ms[place] = NEVER
    own.rated_ms[place] = own.checked_ms[place] = NEVER
    own.opened_s[place] = own.latest_s[place] = own.triaged_s[place] = 0
    own.answered_after[place] = own.analysed_after[place] = own.promised_after[place] = NOT_YET
    own.about[place] = own.severity[place] = own.scope[place] = own.mood[place] = 0
    own.clocks[place] = own.marks[place] = 0


@compiled
def take(own: Own, place: int, event: Event) -> None:
    """Take a step into its complaint's place, in place."""
    kind, at_ms = event.kind, event.at_ms
    if kind == Kind.COMPLAINT_TRIAGED:
        corrected(own, place, event)
    elif begins_round(event):
        if kind in OPENING:  # who says that it is still wrong says that it is wrong
            at_s = at_ms // SECOND_MS
            known = own.opened_s[place] != 0
            own.opened_s[place] = min(own.opened_s[place], at_s) if known else at_s
        if kind == Kind.COMPLAINT_OPENED:
            described(own, place, event)
        elif kind == Kind.COMPLAINT_REOPENED:
            _reopened(own, place, at_ms)
        else:
            own.marks[place] |= DISSATISFIED
            own.escalated_ms[place] = first_of(own.escalated_ms[place], at_ms)
        _begin_round(own, place, at_ms)
    elif kind == Kind.COMPLAINT_ESCALATED:
        own.escalated_ms[place] = first_of(own.escalated_ms[place], at_ms)
    else:
        _met(own, place, event)
    own.latest_s[place] = max(own.latest_s[place], -(-at_ms // SECOND_MS))


@compiled
def check(own: Own, event: Event) -> None:
    """Take a contact that asked whether a complaint is really solved.

    One that names no complaint we know asks about all whose customers were told by then.
    """
    named = NOWHERE if event.reference == FREE else place_of(own, event.reference)
    if named == NOWHERE:
        own.asked_ms = max(own.asked_ms, event.at_ms)
    for place in range(PLACES):
        informed_ms = own.informed_ms[place]
        if place == named or (named == NOWHERE and NEVER < informed_ms <= event.at_ms):
            if event.at_ms >= own.began_ms[place]:
                own.checked_ms[place] = first_of(own.checked_ms[place], event.at_ms)
                if event.code == Direction.OUT_ANSWERED:
                    own.marks[place] |= ASKED
            own.latest_s[place] = max(own.latest_s[place], -(-event.at_ms // SECOND_MS))


@compiled
def _reopened(own: Own, place: int, at_ms: int) -> None:
    # The second reopening goes to management: the later of the two, were it known first.
    if own.marks[place] & REOPENED:
        own.marks[place] |= REOPENED_AGAIN
        second_ms = max(at_ms, own.began_ms[place])
        own.escalated_ms[place] = first_of(own.escalated_ms[place], second_ms)
    own.marks[place] |= REOPENED


@compiled
def _begin_round(own: Own, place: int, at_ms: int) -> None:
    # What of the steps known until now belongs to the round that begins at `at_ms`.
    marks, began_ms = own.marks[place], own.began_ms[place]
    if marks & ROUND and at_ms <= began_ms:
        return
    if began_ms == NEVER:
        own.began_ms[place], own.marks[place] = at_ms, marks | ROUND
        return
    late, by = at_ms < latest_ms(own, place), began_ms - at_ms
    answered, analysed = (
        _moved(own.answered_after[place], by),
        _moved(own.analysed_after[place], by),
    )
    promised = _moved(own.promised_after[place], by) if answered != LOST else NOT_YET
    no_rating = own.rated_ms[place] < at_ms
    no_check = own.checked_ms[place] < at_ms
    waived = 0
    if late:
        waived = ANSWER if answered == LOST else 0
        waived |= ANALYSIS if analysed == LOST else 0
        rated = own.rated_ms[place] != NEVER and no_rating
        waived |= INFORM if rated or NEVER < own.informed_ms[place] < at_ms else 0
        waived |= CHECK if rated or (own.checked_ms[place] != NEVER and no_check) else 0
    own.odd += waived != 0
    own.began_ms[place] = at_ms
    own.answered_after[place] = NOT_YET if answered == LOST else answered
    own.analysed_after[place] = NOT_YET if analysed == LOST else analysed
    own.promised_after[place] = max(promised, 0)
    own.resolved_ms[place] = _since(own.resolved_ms[place], at_ms)
    own.informed_ms[place] = _since(own.informed_ms[place], at_ms)
    own.rated_ms[place] = _since(own.rated_ms[place], at_ms)
    own.checked_ms[place] = _since(own.checked_ms[place], at_ms)
    kept = ABOUT | GIVEN | (0 if no_rating else SATISFIED) | (0 if no_check else ASKED)
    own.marks[place] = (marks & kept) | ROUND | (waived << WAIVED)
    own.clocks[place] &= MANAGEMENT | BROKE | UNSURE_MANAGEMENT


@compiled
def _met(own: Own, place: int, event: Event) -> None:
    # A step of the present round: the earliest of its sort stays.
    kind, at_ms = event.kind, event.at_ms
    answered, resolved = kind == Kind.COMPLAINT_ANSWERED, kind == Kind.COMPLAINT_RESOLVED
    if resolved or (answered and event.code == MANAGEMENT_LEVEL):
        _managed(own, place, at_ms)
    if not _belongs(own, place, at_ms):
        return
    if answered or resolved:
        _answered(own, place, event)
    if resolved:
        own.resolved_ms[place] = first_of(own.resolved_ms[place], at_ms)
    elif kind == Kind.COMPLAINT_INFORMED:
        own.informed_ms[place] = first_of(own.informed_ms[place], at_ms)
        if own.asked_ms >= own.informed_ms[place]:
            own.checked_ms[place] = first_of(own.checked_ms[place], own.asked_ms)
    elif kind == Kind.COMPLAINT_RATED:
        own.rated_ms[place] = first_of(own.rated_ms[place], at_ms)
        if is_satisfied(event):
            own.marks[place] |= SATISFIED


@compiled
def _belongs(own: Own, place: int, at_ms: int) -> bool:
    # Whether a step is of the present round. Without an opening the earliest step begins it.
    began_ms = own.began_ms[place]
    if own.marks[place] & ROUND:
        return bool(at_ms >= began_ms)
    if began_ms == NEVER:
        own.began_ms[place] = at_ms
    elif at_ms < began_ms:
        _move_back(own, place, at_ms)
    return True


@compiled
def _answered(own: Own, place: int, event: Event) -> None:
    # Resolved is as good as any answer; a promise may bring the analysis forward.
    resolved, began_ms = event.kind == Kind.COMPLAINT_RESOLVED, own.began_ms[place]
    after = min(event.at_ms - began_ms, NOT_YET - 1)
    own.answered_after[place] = min(own.answered_after[place], after)
    if resolved or event.code >= CAUSE:
        own.analysed_after[place] = min(own.analysed_after[place], after)
    if not resolved and event.until_ms != NEVER:
        promised = min(max(event.until_ms - began_ms, 0), NOT_YET - 1)
        own.promised_after[place] = min(own.promised_after[place], promised)


@compiled
def _managed(own: Own, place: int, at_ms: int) -> None:
    # The earliest since management was asked; until it is, the latest, which may yet count.
    since_ms, known_ms = managed_since(own, place), own.managed_ms[place]
    if NEVER < since_ms <= known_ms:
        if at_ms >= since_ms:
            own.managed_ms[place] = min(known_ms, at_ms)
    else:
        own.managed_ms[place] = max(known_ms, at_ms)


@compiled
def _move_back(own: Own, place: int, at_ms: int) -> None:
    # The steps of a complaint never opened are counted from the earliest of them.
    by = own.began_ms[place] - at_ms
    own.began_ms[place] = at_ms
    own.answered_after[place] = _moved(own.answered_after[place], by)
    own.analysed_after[place] = _moved(own.analysed_after[place], by)
    own.promised_after[place] = _moved(own.promised_after[place], by)


@compiled
def _moved(after: int, by: int) -> int:
    if after == NOT_YET:
        return NOT_YET
    moved = after + by
    return LOST if moved < 0 else min(moved, NOT_YET - 1)


@compiled
def _since(step_ms: int, began_ms: int) -> int:
    return step_ms if step_ms >= began_ms else NEVER
