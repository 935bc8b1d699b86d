"""Survey: what customers say when asked, and whether they still answer.

Satisfaction is kept as of the latest answer, against what the customer usually says; both as
hundredths. Who used to answer and leaves two questions in a row unanswered shows something
too. Fails where nobody is asked: no answer is then no sign, and all features stay 0. The
usual satisfaction depends on the order of arrival.
"""

from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import log1p, one_if, weight, within
from detectors.details import RECOMMENDS, TOLD, WARNS
from detectors.evidence import AWARENESS, DECISION, NO_STAGE, ended, fading, lasting
from detectors.families.family import (
    EVIDENCE,
    Column,
    Event,
    Feature,
    Own,
    Telling,
    Words,
    remember,
    weightiest,
)
from detectors.kinds import Kind
from detectors.tree import named
from detectors.words import Intent

HALF_LIFE_DAYS = 180.0  # people are asked once or twice a year
SATISFIED, DISSATISFIED = 70, 40  # hundredths
FALL = 15  # ours: hundredths below the usual; less is a mood
USUALLY = 4  # the usual satisfaction is about the mean of so many answers
FELL_DAYS, LEAVES_DAYS = 90, 60  # ours: how long each tells
ANSWERS_WITHIN_MS = 14 * DAY_MS  # ours: who has not answered by then will not
IN_A_ROW = 2
MISSED_MAX = 9
HUNDREDTHS = 100.0

BACKGROUND = (Kind.CUSTOMER_RETURNED,)
KINDS = (Kind.SURVEY_ASKED, Kind.SURVEY_ANSWERED, *BACKGROUND)

COLUMNS = (
    *EVIDENCE,  # of answers
    Column("asked_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("fell_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("leaves_ms", np.int64, "ms since 1970", empty=NEVER),  # said that they would
    Column("content_ms", np.int64, "ms since 1970", empty=NEVER),  # satisfied, or means to stay
    Column("matters", np.int32, "place in the ledger's names", joins="own"),
    Column("level", np.int8, "satisfaction, hundredths", joins="own"),
    Column("usual", np.int8, "satisfaction, hundredths", joins="own"),
    Column("levels", np.int8, "answers", joins="own"),  # that make up the usual one
    Column("missed", np.int8, "questions", joins="own"),  # since the latest answer
    Column("cause", np.int8, "number of a reason", joins="own"),
    Column("recommends", np.int8, "1 yes, 2 no, 0 unknown", joins="own"),
)
FEATURES = (
    Feature("discontent", "share", +1, "below satisfied, halved every 180 days", weight=2.5),
    Feature("satisfaction_fall", "share", +1, "below own usual, the same", weight=1.0),
    Feature("means_to_leave", "0 or 1", +1, "said so within 60 days", weight=1.5),
    Feature("unanswered_log", "log questions", +1, "in a row, by who used to answer", weight=0.15),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind == Kind.SURVEY_ASKED:
        if event.at_ms > own.evidence_ms:
            own.missed = min(own.missed + 1, MISSED_MAX)
        own.asked_ms = max(own.asked_ms, event.at_ms)
    elif event.kind == Kind.SURVEY_ANSWERED:
        _answer(own, event)
        remember(own, event)
    elif event.kind == Kind.CUSTOMER_RETURNED:
        if own.fell_ms <= event.at_ms:
            own.fell_ms = NEVER
        if own.leaves_ms <= event.at_ms:
            own.leaves_ms = NEVER


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    if own.evidence_ms == NEVER:
        return 0.0, 0.0, 0.0, 0.0
    below = fall = 0.0
    if own.levels:
        kept = weight(max(now_ms - own.evidence_ms, 0), HALF_LIFE_DAYS)
        below = max(SATISFIED - own.level, 0) / HUNDREDTHS * kept
        fall = max(own.usual - own.level, 0) / HUNDREDTHS * kept
    return (
        below,
        fall,
        one_if(own.leaves_ms != NEVER and now_ms < _leaves_until_ms(own)),
        log1p(_missed(own, now_ms)),
    )


@compiled
def stage(own: Own, now_ms: int) -> int:
    """Show awareness by discontent or silence, and decision by a stated intent to leave."""
    shown = NO_STAGE
    if own.leaves_ms != NEVER:
        shown = fading(DECISION, _leaves_until_ms(own), now_ms)
    if own.fell_ms != NEVER:
        until_ms = ended(own.fell_ms, own.fell_ms + FELL_DAYS * DAY_MS, own.content_ms)
        shown = max(shown, fading(AWARENESS, until_ms, now_ms))
    if own.evidence_ms != NEVER and _missed(own, now_ms) >= IN_A_ROW:
        shown = max(shown, lasting(AWARENESS, own.asked_ms, FELL_DAYS, now_ms))
    return shown


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    loudest, matters = weightiest(FEATURES, value), own.name("matters")
    if loudest == "unanswered_log":
        words = Words(
            en=f"Used to answer surveys, and left {own.missed} unanswered.",
            zh=f"过去会回复调查，最近 {own.missed} 次未回复。",
        )
        return Telling("decline.quiet", words, own.evidence_ms)
    said = f" What matters most: {matters}." if matters else ""
    said_zh = f"最看重：{matters}。" if matters else ""
    if loudest == "means_to_leave":
        en, zh = "Said that they mean to leave.", "客户表示打算离开。"
    else:
        level = own.level / HUNDREDTHS
        en, zh = f"Satisfaction is {level:.0%}.", f"满意度为 {level:.0%}。"
    return Telling(_because(own, matters), Words(en + said, zh + said_zh), own.evidence_ms)


# What matters most to them, in the words of the surveys, and what it points at.
POINTS_AT = {
    "personal service": "service.indifference",
    "lead time": "service.delivery",
    "supply security": "service.delivery",
    "product efficiency": "product.fit",
    "digital access": "technology.digital_gap",
}


def _because(own: plain.Own, matters: str) -> str:
    # Their own word first; discontent without one is most often with how they are treated.
    return named(own.cause) if own.cause else POINTS_AT.get(matters, "service.indifference")


@compiled
def _answer(own: Own, event: Event) -> None:
    at_ms, is_latest, low = event.at_ms, event.at_ms >= own.evidence_ms, False
    content = event.word == Intent.STAY
    if is_latest:
        own.missed = 0 if at_ms >= own.asked_ms else 1
        own.cause = event.second or own.cause
        own.matters = event.name or own.matters
        if event["flags"] & (RECOMMENDS | WARNS):
            own.recommends = 1 if event["flags"] & RECOMMENDS else 2
    if event["flags"] & TOLD:
        level = int(np.rint(HUNDREDTHS * within(0.0, event.number, 1.0)))
        content = content or level >= SATISFIED
        low = level <= DISSATISFIED or (own.levels > 0 and level <= own.usual - FALL)
        own.levels = min(own.levels + 1, USUALLY)
        own.usual = int(np.rint(own.usual + (level - own.usual) / own.levels))
        if is_latest:
            own.level = level
    if event.word == Intent.LEAVE:
        own.leaves_ms = max(own.leaves_ms, at_ms)
    elif content:
        own.content_ms = max(own.content_ms, at_ms)
    if low:
        own.fell_ms = max(own.fell_ms, at_ms)


@compiled
def _leaves_until_ms(own: Own) -> int:
    return ended(own.leaves_ms, own.leaves_ms + LEAVES_DAYS * DAY_MS, own.content_ms)


@compiled
def _missed(own: Own, now_ms: int) -> int:
    # Questions left unanswered; the latest may still be answered.
    pending = own.missed > 0 and now_ms < own.asked_ms + ANSWERS_WITHIN_MS
    missed: int = own.missed - 1 if pending else own.missed
    return missed
