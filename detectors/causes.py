"""Causes: why a customer went, and of which kind that departure is.

Of several causes that fit, the first of these wins: what somebody stated, the customer's own words,
a complaint that was not put right, a change of the company's in force, a failed payment; else
nobody knows. Some departures end what can be learned of a customer, because nobody chose them:
neither a churn nor a stay is learned from those.
"""

import numpy as np

from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.complaint_places import left_wrong
from detectors.customers import Customer
from detectors.families import exposure
from detectors.families.family import Column, Event, Own
from detectors.kinds import Kind
from detectors.tree import NUMBERS, REASONS
from detectors.words import Advantage, ChurnKind

WORDS_MS = 180 * DAY_MS  # what the customer said in half a year before is about this departure
RECENT_MS = 90 * DAY_MS  # ours: a change, a complaint or a failed payment in a quarter before it
PAID = (Kind.PAYMENT_PAID, Kind.PAYMENT_RECOVERED)
NATURAL, VOLUNTARY = int(ChurnKind.NATURAL), int(ChurnKind.VOLUNTARY)
INVOLUNTARY_KIND = int(ChurnKind.INVOLUNTARY)
UNKNOWN = 0
UNRESOLVED, FAILED = NUMBERS["complaint.unresolved"], NUMBERS["payment.failed"]
PRICE, BETTER = NUMBERS["competition.price"], NUMBERS["competition.better"]
RECOMMENDED, MIGRATION = NUMBERS["competition.recommended"], NUMBERS["technology.migration"]
NEED_ENDED = NUMBERS["need.ended"]

# By number of the reason: whether nobody on the customer's side chose to go, or nobody at all did.
INVOLUNTARY = np.zeros(len(REASONS) + 1, np.bool_)
ENDS = np.zeros(len(REASONS) + 1, np.bool_)  # the observation: no churn and no stay
for _name in REASONS:
    INVOLUNTARY[NUMBERS[_name]] = _name.startswith("change.") or _name in {
        "complaint.unresolved",
        "payment.failed",
    }
    ENDS[NUMBERS[_name]] = _name in {"change.line_ended", "payment.failed", "need.ended"}

COLUMNS = (
    Column("words_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("failed_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("paid_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("words", np.uint8, "number of a reason", joins="own"),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Keep what may turn out to be a cause, in place. Maxima: any order of arrival will do."""
    kind, at_ms = event.kind, event.at_ms
    said = in_words(event)
    if said != UNKNOWN and at_ms >= own.words_ms:
        own.words, own.words_ms = said, at_ms
    elif kind == Kind.PAYMENT_FAILED:
        own.failed_ms = max(own.failed_ms, at_ms)
    elif kind in PAID:
        own.paid_ms = max(own.paid_ms, at_ms)


@compiled
def in_words(event: Event) -> int:
    """Give the number of the reason that the customer themselves gave, 0 for none."""
    if event.kind == Kind.SURVEY_ANSWERED:
        return int(event.second)
    if event.kind == Kind.PORT_OUT_ASKED:
        return MIGRATION
    if event.kind == Kind.COMPETITOR_QUOTED:
        return PRICE
    if event.kind == Kind.COMPETITOR_NAMED:
        if event.word == Advantage.PRICE:
            return PRICE
        return RECOMMENDED if event.word == Advantage.RECOMMENDED else BETTER
    return UNKNOWN


@compiled
def cause_of(who: Customer, event: Event) -> int:
    """Give the number of the reason why a customer churned by this event, 0 where nobody knows."""
    row, at_ms = who.row, event.at_ms
    own = row.causes
    if event.second != UNKNOWN:
        return int(event.second)
    if event.word == ChurnKind.NATURAL:
        return NEED_ENDED
    if _within(own.words_ms, at_ms, WORDS_MS):
        return int(own.words)
    if left_wrong(who.rare.complaints, at_ms, RECENT_MS):
        return UNRESOLVED
    change = exposure.blamed(row.exposure, at_ms, RECENT_MS)
    if change != UNKNOWN:
        return int(change)
    failed = own.failed_ms > own.paid_ms and _within(own.failed_ms, at_ms, RECENT_MS)
    return FAILED if failed else UNKNOWN


@compiled
def kind_of(event: Event, cause: int) -> int:
    """Give the kind of a departure: as stated, else as its cause says."""
    if event.word != ChurnKind.UNKNOWN:
        return int(event.word)
    if cause == NEED_ENDED:
        return NATURAL
    return INVOLUNTARY_KIND if INVOLUNTARY[cause] else VOLUNTARY


@compiled
def ends_observation(kind: int, cause: int) -> bool:
    """Say whether a departure teaches nothing: it was nobody's choice."""
    return bool(kind == NATURAL or ENDS[cause])


@compiled
def _within(at_ms: int, until_ms: int, span_ms: int) -> bool:
    return bool(at_ms != NEVER and at_ms <= until_ms and until_ms - at_ms <= span_ms)
