"""Complaints at hand: up to five a customer, each in a place of its own, and how each stands.

A round begins where the complaint is opened, reopened or rated dissatisfied. Of each sort of
step a place keeps the earliest since the present round began, so that within a round any order
of arrival gives the same; states are read from these, none is stored. `complaint_steps.py`
fills the places, `clocks.py` watches their promises.
"""

import numpy as np

from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled

PLACES = 5  # complaints kept apart; one place fewer loses promises of the busiest complainers
NOWHERE = -1
FREE = np.uint64(0)  # the reference of a place never used
NOT_YET = 2**31 - 1  # in columns that hold ms after the round began; larger spans are cut off
SECOND_MS = 1000
AGE_MAX_DAYS = 180  # an older complaint was forgotten, by us or by them
REOPENS_MS = 30 * DAY_MS  # ours: who says nothing for a month after being told has no more to say

# Bits of `clocks`: broken and told. The first four are of a round, the last of the complaint.
ANSWER, ANALYSIS, INFORM, CHECK, MANAGEMENT = 1, 2, 4, 8, 16
BROKE = 32  # the analysis of an earlier round was broken
# Broken if an outage hides nothing, of the two that somebody higher up takes over.
UNSURE_ANALYSIS, UNSURE_MANAGEMENT = 64, 128

# Bits of `marks`. Of the present round: SATISFIED and ASKED, and from WAIVED on the clocks that
# cannot be judged, for a reopening came too late to say which steps followed it.
LIVE, UNREADABLE, SATISFIED, ASKED, ROUND, DISSATISFIED = 1, 2, 4, 8, 16, 32
REOPENED, REOPENED_AGAIN = 64, 128
GIVEN_KIND, GIVEN_SEVERITY, GIVEN_SCOPE, GIVEN_MOOD = 256, 512, 1024, 2048  # by a person
WAIVED = 12  # places to the left

Own = np.record  # the family's columns of one customer


@compiled
def place_of(own: Own, reference: np.uint64) -> int:
    """Give the place of a complaint, or NOWHERE."""
    for place in range(PLACES):
        if own.reference[place] == reference:
            return place
    return NOWHERE


@compiled
def own_or_free(own: Own, reference: np.uint64) -> int:
    """Give the place of a complaint, else a free one, or NOWHERE."""
    place = place_of(own, reference)
    return place if place != NOWHERE else place_of(own, FREE)


@compiled
def given_up(own: Own, now_ms: int) -> int:
    """Give the place of the complaint that gives way to a new one, all places being taken.

    A closed one; else one never opened; else one of which no clock runs, for a promise is not
    forgotten while another can go; else one whose customer was told; else the mildest. Of
    equals the one that nothing has happened to for longest.
    """
    best, best_rank, best_ms = NOWHERE, 0, 0
    for place in range(PLACES):
        at_ms, told = latest_ms(own, place), told_ms(own, place) != NEVER
        rank = 4 if told else 5 + own.severity[place]
        if own.opened_s[place] == 0:
            rank = 1
        elif closed_ms(own, place) <= now_ms:
            rank = 0
        elif has_run_out(own, place):
            rank = 2 if told else 3
        if best == NOWHERE or rank < best_rank or (rank == best_rank and at_ms < best_ms):
            best, best_rank, best_ms = place, rank, at_ms
    return best


@compiled
def first_of(one_ms: int, other_ms: int) -> int:
    """Give the earlier of two instants, either of which may be NEVER.

    Examples
    --------
    >>> first_of(NEVER, 7), first_of(5, 7), first_of(5, NEVER)
    (7, 5, 5)
    """
    either_ms: int = max(one_ms, other_ms)
    return min(one_ms, other_ms) or either_ms


@compiled
def told_ms(own: Own, place: int) -> int:
    """Give when the customer knew that it is done: we told them, or they rated it."""
    return first_of(own.informed_ms[place], own.rated_ms[place])


@compiled
def latest_ms(own: Own, place: int) -> int:
    """Give the instant of the latest step, up to a second too late."""
    at_ms: int = np.int64(own.latest_s[place]) * SECOND_MS  # type: ignore[assignment]
    return at_ms


@compiled
def closed_ms(own: Own, place: int) -> int:
    """Give when a complaint is, or will be, closed if nothing more happens.

    Told, and satisfied, or answering when asked, or silent for a month. A complaint that nobody
    is told about does not close; after half a year it is forgotten.
    """
    told, marks = told_ms(own, place), own.marks[place]
    ends_ms: int = told + REOPENS_MS
    if told == NEVER:
        ends_ms = latest_ms(own, place) + AGE_MAX_DAYS * DAY_MS
    elif marks & SATISFIED:
        ends_ms = max(told, own.rated_ms[place])
    elif marks & ASKED:
        ends_ms = max(told, own.checked_ms[place])
    return ends_ms


@compiled
def has_run_out(own: Own, place: int) -> bool:
    """Say whether each clock of a complaint was met or has broken, or never ran."""
    clocks = own.clocks[place]
    answered = clocks & ANSWER or own.answered_after[place] != NOT_YET
    analysed = clocks & ANALYSIS or own.analysed_after[place] != NOT_YET
    told = clocks & INFORM or own.resolved_ms[place] == NEVER or told_ms(own, place) != NEVER
    checked_ms = first_of(own.rated_ms[place], own.checked_ms[place])
    checked = clocks & CHECK or own.informed_ms[place] == NEVER or checked_ms != NEVER
    since_ms = managed_since(own, place)
    managed = clocks & MANAGEMENT or since_ms == NEVER or own.managed_ms[place] >= since_ms
    return bool(answered and analysed and told and checked and managed)


@compiled
def managed_since(own: Own, place: int) -> int:
    """Give an instant from which on a step of management counts, NEVER if none is asked for.

    With a broken analysis it may lie before the deadline: no step between them is known, or
    the analysis would not be broken.
    """
    since_ms: int = own.escalated_ms[place]
    if own.clocks[place] & ANALYSIS:
        since_ms = first_of(since_ms, own.began_ms[place])
    return since_ms


@compiled
def is_open(own: Own, place: int, now_ms: int) -> bool:
    """Say whether a complaint is known and not closed."""
    return own.opened_s[place] != 0 and now_ms < closed_ms(own, place)


@compiled
def is_waiting(own: Own, place: int, now_ms: int) -> bool:
    """Say whether the customer still waits for it to be put right."""
    undone = own.resolved_ms[place] == NEVER and told_ms(own, place) == NEVER
    return undone and is_open(own, place, now_ms)


@compiled
def left_wrong(own: Own, at_ms: int, recent_ms: int) -> bool:
    """Say whether a complaint made by `at_ms` was not put right: past its time, or insisted on.

    Of those that were open within `recent_ms` before; who says that they are content now are.
    """
    for place in range(PLACES):
        made_ms = np.int64(own.opened_s[place]) * SECOND_MS
        insisted = came_back(own, place) > 0 or own.escalated_ms[place] != NEVER
        wrong = insisted or own.clocks[place] & (ANALYSIS | BROKE | MANAGEMENT)
        content = own.marks[place] & SATISFIED
        if wrong and not content and made_ms <= at_ms and is_open(own, place, at_ms - recent_ms):
            return True
    return False


@compiled
def came_back(own: Own, place: int) -> int:
    """Count how often the customer said that it is still wrong: 0 to 3."""
    marks = own.marks[place]
    return (
        (1 if marks & REOPENED else 0)
        + (1 if marks & REOPENED_AGAIN else 0)
        + (1 if marks & DISSATISFIED else 0)
    )
