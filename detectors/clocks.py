"""Promises with a clock: which of the complaint process were broken, and when that was noticed.

A clock is broken if no step that meets it has an event time at or before its deadline. That is
dated at the deadline and noticed at the customer's next event or the next tick, whichever comes
first in the log. It is told once; if a step that met the clock becomes known later, it is
withdrawn. The clocks of a round end with it, unbroken; management's runs on through all rounds.

While the source of the customer's complaints is silent, a step that met a clock may be unheard of.
What is broken by all that is known is then held, and decided when the source is back and has
caught up: broken, as of the old deadline, or not. It has no weight until then; where somebody
higher up would have to take over it is told as unverified, once, and withdrawn if it was kept. A
new round decides as well: what a source sends comes in order. Fails where steps come by another
source than the complaints do; a silence that is seen only afterwards takes nothing back.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import I64, NEVER
from detectors.compiled import compiled
from detectors.complaint_places import (
    ANALYSIS,
    ANSWER,
    BROKE,
    CHECK,
    FREE,
    INFORM,
    LIVE,
    MANAGEMENT,
    NOT_YET,
    NOWHERE,
    PLACES,
    UNSURE_ANALYSIS,
    UNSURE_MANAGEMENT,
    WAIVED,
    first_of,
    is_open,
    managed_since,
    place_of,
    told_ms,
)
from detectors.complaint_steps import begins_round
from detectors.families.family import Event, Own
from detectors.living import hides
from detectors.terms import Terms

CLOCKS = ("answer", "analysis", "inform", "check", "management")  # in the order of their bits
OF_ROUND = (ANSWER, ANALYSIS, INFORM, CHECK)
LEVELS = (0, 2, 0, 0, 3)  # who takes over when it is broken; 0: nobody, it only counts
UNSURE = (0, UNSURE_ANALYSIS, 0, 0, UNSURE_MANAGEMENT)
# By one event: all may be noticed, one round ends and another one may have broken its own.
BROKEN_AT_MOST = (PLACES + 2) * len(CLOCKS)


# A clock that was broken, or one told as broken that was not. `clock` is its place in CLOCKS.
BREACH = np.dtype(
    [
        ("number", np.int64),
        ("reference", np.uint64),
        ("deadline_ms", np.int64),
        ("noticed_ms", np.int64),
        ("clock", np.int8),
        ("withdrawn", np.bool_),
        ("unverified", np.bool_),  # or held as broken until then, and kept after all
    ],
    align=True,
)
Breaches = NDArray[Any]


class Book(NamedTuple):
    """Where breaches are written: records of `BREACH`, and how many there are, shape (1,)."""

    breaches: Breaches
    n: I64


def book_for(n: int) -> Book:
    """Make room for all that can be noticed at `n` events or customers."""
    return Book(np.empty(n * BROKEN_AT_MOST, BREACH), np.zeros(1, np.int64))


class Watch(NamedTuple):
    """What clocks are watched by: their lengths, the book, and until when each entry is quiet."""

    terms: Terms
    book: Book
    quiet_ms: I64  # see `detectors.customers.Customers`


@compiled
def settle(own: Own, event: Event, seen_ms: int, terms: Terms, book: Book) -> int:
    """Notice what an event would hide, before it happens, in place.

    Where it begins a round, the round before has to be settled as of its instant.

    Parameters
    ----------
    own : the columns of the family `complaints` of one customer
    seen_ms : int
        The customer's clock until now.

    Returns
    -------
    int
        The highest level that has to take over now, 0 for none.
    """
    if own.reference[0] == FREE or not begins_round(event):
        return 0
    level = notice(own, max(seen_ms, event.at_ms), terms, book)
    place = place_of(own, event.reference)
    if place == NOWHERE or own.opened_s[place] == 0 or event.at_ms <= own.began_ms[place]:
        return level
    for turn in range(len(OF_ROUND)):  # a round that ended before a deadline broke nothing
        level = max(level, _compare(own, place, turn, _Now(event.at_ms, terms, True), book))
    if own.clocks[place] & ANALYSIS:
        due_ms = _analysis_ms(own, place, terms)
        own.escalated_ms[place] = first_of(own.escalated_ms[place], due_ms)
        own.clocks[place] |= BROKE
    return level


@compiled
def notice(own: Own, now_ms: int, terms: Terms, book: Book) -> int:
    """Notice what is broken by now and was not told, and what was told and is not, in place.

    Returns
    -------
    int
        The highest level that has to take over now, 0 for none.
    """
    level = 0
    if own.reference[0] == FREE:  # the first complaint takes the first place
        return level
    for place in range(PLACES):
        if own.opened_s[place] != 0:
            for turn in range(len(CLOCKS)):
                level = max(level, _compare(own, place, turn, _Now(now_ms, terms, False), book))
    return level


@compiled
def quiet_until(own: Own, now_ms: int, terms: Terms) -> int:
    """Give until when time alone changes nothing that was just noticed at `now_ms`.

    As long as no event comes. NEVER if that is not known: an outage may hide what was done, or end.
    """
    until_ms = np.iinfo(np.int64).max
    for place in range(PLACES):
        if own.opened_s[place] == 0:
            continue
        if own.clocks[place] & (UNSURE_ANALYSIS | UNSURE_MANAGEMENT):
            return NEVER
        for turn in range(len(CLOCKS)):
            due_ms = _due_ms(own, place, 1 << turn, terms)
            if due_ms == NEVER or own.clocks[place] & 1 << turn:
                continue
            if not _is_met(own, place, 1 << turn, due_ms):
                if due_ms < now_ms:  # held as broken
                    return NEVER
                until_ms = min(until_ms, due_ms)
    return until_ms


@compiled
def sign(book: Book, first: int, number: int, now_ms: int) -> None:
    """Write into all breaches from `first` on whose they are and when they were noticed."""
    for at in range(first, book.n[0]):
        book.breaches[at].number, book.breaches[at].noticed_ms = number, now_ms


@compiled
def tell(own: Own, book: Book, first: int, now_ms: int, told: np.record) -> None:
    """Tell in `told` what the breaches from `first` on mean for those higher up, in place.

    Its `breach` is who takes over now. If nobody, it becomes who would have to, by what is not
    verified; `kept` who does not after all. A clock that is broken of another complaint still
    open, or was in an earlier round of one, is not taken back: what was said of it may have been
    about that.
    """
    doubted = kept = kept_doubted = 0
    for at in range(first, book.n[0]):
        one = book.breaches[at]
        level = LEVELS[one.clock]
        if not one.withdrawn:
            doubted = max(doubted, level if one.unverified else 0)
        elif not _stands(own, one.clock, now_ms):
            if one.unverified:
                kept_doubted = max(kept_doubted, level)
            else:
                kept = max(kept, level)
    told.kept = kept or kept_doubted
    told.unverified = told.breach == 0 and (doubted > 0 or kept == 0 < kept_doubted)
    told.breach = told.breach or doubted


@compiled
def _stands(own: Own, turn: int, now_ms: int) -> bool:
    # Whether a clock is broken, or held as broken, of any complaint that is open.
    clocks = 1 << turn | UNSURE[turn]
    if clocks & ANALYSIS:
        clocks |= BROKE
    for place in range(PLACES):
        if own.clocks[place] & clocks and is_open(own, place, now_ms):
            return True
    return False


class _Now(NamedTuple):
    ms: int
    terms: Terms
    decides: bool  # whatever an outage may hide


@compiled
def _compare(own: Own, place: int, turn: int, now: _Now, book: Book) -> int:
    # Tells the difference between what is broken and what was told; gives who takes over.
    clock = 1 << turn
    due_ms = _due_ms(own, place, clock, now.terms)
    broken = due_ms != NEVER and due_ms < now.ms and not _is_met(own, place, clock, due_ms)
    told = own.clocks[place] & clock != 0
    mark, unsure = UNSURE[turn], own.clocks[place] & UNSURE[turn] != 0
    hidden = broken and not told and not now.decides
    if hidden and hides(now.terms.feeds, own.source, due_ms, now.ms):
        if mark and not unsure:
            own.clocks[place] |= mark
            _write(book, own.reference[place], due_ms, turn, (False, True))
        return 0
    if unsure:
        own.clocks[place] ^= mark
    if broken == told:
        if unsure:
            _write(book, own.reference[place], due_ms, turn, (True, True))
        return 0
    own.clocks[place] ^= clock
    _write(book, own.reference[place], due_ms, turn, (told, False))
    return LEVELS[turn] if broken else 0


@compiled
def _write(
    book: Book, reference: np.uint64, due_ms: int, turn: int, flags: tuple[bool, bool]
) -> None:
    found = book.breaches[book.n[0]]
    found.reference, found.deadline_ms, found.clock = reference, due_ms, turn
    found.withdrawn, found.unverified = flags
    book.n[0] += 1


@compiled
def _due_ms(own: Own, place: int, clock: int, terms: Terms) -> int:
    # The deadline of a clock; NEVER if it does not run, or cannot be judged.
    due_ms, began_ms = NEVER, own.began_ms[place]
    if (own.marks[place] >> WAIVED) & clock:
        return NEVER
    if clock == ANSWER:
        live = own.marks[place] & LIVE
        due_ms = began_ms + (terms.live_answer_ms if live else terms.answer_ms)
    elif clock == ANALYSIS:
        due_ms = _analysis_ms(own, place, terms)
    elif clock == INFORM and own.resolved_ms[place] != NEVER:
        due_ms = own.resolved_ms[place] + terms.inform_ms
    elif clock == CHECK and own.informed_ms[place] != NEVER:
        due_ms = own.informed_ms[place] + terms.check_ms
    elif clock == MANAGEMENT:
        since_ms: int = own.escalated_ms[place]  # told; or else the analysis was broken
        if own.clocks[place] & ANALYSIS:
            since_ms = first_of(since_ms, _analysis_ms(own, place, terms))
        due_ms = NEVER if since_ms == NEVER else since_ms + terms.management_ms
    return due_ms


@compiled
def _analysis_ms(own: Own, place: int, terms: Terms) -> int:
    due_ms: int = own.began_ms[place] + min(terms.analysis_ms, own.promised_after[place])
    return due_ms


@compiled
def _is_met(own: Own, place: int, clock: int, due_ms: int) -> bool:
    # Whether the earliest step that meets a clock came in time.
    began_ms, met_ms = own.began_ms[place], NEVER
    if clock == ANSWER:
        after = own.answered_after[place]
        met_ms = NEVER if after == NOT_YET else began_ms + after
    elif clock == ANALYSIS:
        after = own.analysed_after[place]
        met_ms = NEVER if after == NOT_YET else began_ms + after
    elif clock == INFORM:
        met_ms = told_ms(own, place)
    elif clock == CHECK:
        met_ms = first_of(own.rated_ms[place], own.checked_ms[place])
    elif own.managed_ms[place] >= managed_since(own, place):
        met_ms = own.managed_ms[place]
    return bool(NEVER < met_ms <= due_ms)
