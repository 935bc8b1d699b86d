"""Contact: whether we keep in touch with something of worth, and whether the customer answers.

A customer never called drifts off like a kite whose string was cut; one called too often for
nothing is annoyed. A contact told twice (by the manager and by a task) counts once; only the
latest one is known well enough to see that. How many went unanswered in a row depends on the
order of arrival, and so does which channels they refuse: one on which they do not want to hear from
us is left out until they allow it again.
Fails where contacts are not recorded: all stays at what a new customer has.
"""

from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, HOUR_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import added, log1p, log_days_since, one_if, weight
from detectors.evidence import AWARENESS, NO_STAGE, ended, fading
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
from detectors.kinds import Consent, Direction, Kind
from detectors.words import ContactReason

HALF_LIFE_DAYS = 90.0  # what was done for a customer is felt for a season
SAME_MS = 2 * DAY_MS  # a contact is told twice within so long
IN_A_ROW, AWAY_DAYS = 3, 60  # ours
UNANSWERED_MAX = 9
WORTHLESS = 3.0  # ours: a call a month without worth is still a call
VALUED, UNANSWERED = 1, 2  # what is so of the latest contact
# What is said of other purposes by one channel changes nothing: they do not go by channels.
ONE_WITHDRAWN = int(Consent.OUTREACH_WITHDRAWN + Consent.ONE_CHANNEL)
ONE_GRANTED = int(Consent.OUTREACH_GRANTED + Consent.ONE_CHANNEL)
ALL_CHANNELS = 2**16 - 1

TOGETHER = (ContactReason.PILOT, ContactReason.REFERENCE)
CONTACTS = (Kind.CONTACT_MADE, Kind.CUSTOMER_CONTACTED)

BACKGROUND = (Kind.CUSTOMER_RETURNED, Kind.CONSENT_CHANGED)
KINDS = (*CONTACTS, Kind.CONTACT_OPTED_OUT, *BACKGROUND)

COLUMNS = (
    *EVIDENCE,
    Column("outbound_90d", np.float32, "contacts"),  # this and the next decayed, at outbound_ms
    Column("valued_90d", np.float32, "contacts"),
    Column("outbound_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("valued_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("heard_ms", np.int64, "ms since 1970", empty=NEVER),  # they answered, or came to us
    Column("away_ms", np.int64, "ms since 1970", empty=NEVER),  # opted out, or do not answer
    Column("care_ms", np.int64, "ms since 1970", empty=NEVER),  # when care was last asked for
    Column("reference", np.uint64, "hash", joins="own"),  # this and the last two: of the latest
    Column("refused", np.uint16, "bits"),  # channels, by their number
    Column("unanswered", np.int8, "contacts", joins="larger"),  # in a row
    Column("opted_out", np.int8, "0 or 1", joins="larger"),  # of all channels
    Column("answers_by", np.int8, "Channel", joins="own"),  # last
    Column("by", np.int8, "Channel", joins="own"),
    Column("latest", np.int8, "bits", joins="own"),  # VALUED, UNANSWERED
    Column("shared_day", np.uint16, "days since 1970"),  # took part in a pilot, was a reference
)
FEATURES = (
    Feature("contacts_90d_log", "log contacts", -1, "by us, halved every 90 days", usual=0.4),
    Feature(
        "contact_silence_log", "log days", +1, "since one of worth, to 180", weight=0.03, usual=4.4
    ),
    Feature("contact_overload_log", "log contacts", +1, "worthless ones beyond 3", weight=0.3),
    Feature("contact_unanswered", "contacts", +1, "in a row, halved every 90 days", weight=0.12),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind in CONTACTS:
        _share(own, event)
        if event.code >= Direction.IN:
            _hear(own, event)
        else:
            _reach(own, event)
    elif event.kind == Kind.CONTACT_OPTED_OUT:
        own.away_ms = max(own.away_ms, event.at_ms)
        if event.channel == 0:
            own.opted_out = 1
        _refuse(own, event)
        remember(own, event)
    elif event.kind == Kind.CONSENT_CHANGED:
        if event.code == ONE_WITHDRAWN:
            _refuse(own, event)
        elif event.code == ONE_GRANTED:
            own.refused &= ALL_CHANNELS - _bit(event)
    elif event.kind == Kind.CUSTOMER_RETURNED and own.away_ms <= event.at_ms:
        own.away_ms = NEVER


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all at least 0."""
    kept = weight(max(now_ms - own.outbound_ms, 0), HALF_LIFE_DAYS)
    worthless = own.outbound_90d * kept - own.valued_90d * kept
    return (
        log1p(own.outbound_90d * kept),
        log_days_since(own.valued_ms, now_ms),
        log1p(max(worthless - WORTHLESS, 0.0)),
        own.unanswered * kept,
    )


@compiled
def stage(own: Own, now_ms: int) -> int:
    """Show awareness after three contacts in a row unanswered, or an opt-out."""
    if own.away_ms == NEVER:
        return NO_STAGE
    until_ms = ended(own.away_ms, own.away_ms + AWAY_DAYS * DAY_MS, own.heard_ms)
    return fading(AWARENESS, until_ms, now_ms)


@compiled
def care_due(own: Own, first_ms: int, floor_ms: int, now_ms: int) -> bool:
    """Say whether a contact of worth is due: none for longer than the floor, nor asked for.

    Parameters
    ----------
    first_ms : int
        When the customer was first heard of, ms since 1970.
    floor_ms : int
        How long may pass without a contact of worth, ms. Raising it asks for fewer.
    """
    return bool(now_ms - max(own.valued_ms, own.care_ms, first_ms) > floor_ms)


@compiled
def owed(own: Own) -> bool:
    """Say whether care was asked for and no contact of worth has been made since."""
    return bool(own.care_ms > own.valued_ms)


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words."""
    loudest = weightiest(FEATURES, value)
    if loudest == "contact_unanswered":
        words = Words(
            en=f"Left our last {own.unanswered} contacts unanswered.",
            zh=f"我们最近 {own.unanswered} 次联系均未获回应。",
        )
        return Telling("relation.neglect", words, own.outbound_ms)
    if loudest == "contact_overload_log":
        words = Words(
            en="Contacted often, and seldom with anything of worth.",
            zh="联系频繁，但很少带来有价值的内容。",
        )
        return Telling("relation.neglect", words, own.outbound_ms)
    since_ms = own.valued_ms
    if since_ms == NEVER:
        never = Words(
            en="We have never brought them anything of worth.", zh="我们从未带来有价值的联系。"
        )
        return Telling("relation.neglect", never, NEVER)
    days = max(now_ms - since_ms, 0) / DAY_MS
    words = Words(
        en=f"Our last contact of worth was {days:.0f} days ago.",
        zh=f"我们上次有价值的联系是在 {days:.0f} 天前。",
    )
    return Telling("relation.neglect", words, since_ms)


@compiled
def _share(own: Own, event: Event) -> None:
    # To make something together is worth as much to them as anything that we could bring.
    if event.word in TOGETHER and event.code != Direction.OUT_UNANSWERED:
        own.shared_day = max(own.shared_day, event.at_ms // DAY_MS)
        own.valued_ms = max(own.valued_ms, event.at_ms)


@compiled
def _refuse(own: Own, event: Event) -> None:
    if event.channel:
        own.refused |= _bit(event)


@compiled
def _bit(event: Event) -> np.int64:
    return np.int64(1) << np.int64(event.channel)


@compiled
def _reach(own: Own, event: Event) -> None:
    # We contacted them; `again` if it is the latest contact, told a second time.
    again, at_ms = _is_latest(own, event), event.at_ms
    known = own.latest if again else 0
    said = _said(event)
    new = said & ~known
    own.outbound_90d = added(
        own.outbound_90d, own.outbound_ms, at_ms, HALF_LIFE_DAYS, one_if(not again)
    )
    own.valued_90d = added(
        own.valued_90d, own.outbound_ms, at_ms, HALF_LIFE_DAYS, one_if(new & VALUED != 0)
    )
    if said & VALUED:
        own.valued_ms = max(own.valued_ms, at_ms)
    if event.code == Direction.OUT_ANSWERED:
        _hear(own, event)
    elif new & UNANSWERED and at_ms > own.heard_ms:
        own.unanswered = min(int(own.unanswered) + 1, UNANSWERED_MAX)
        if own.unanswered >= IN_A_ROW:
            own.away_ms = max(own.away_ms, at_ms)
    if again:
        own.latest = known | said
    elif at_ms >= own.outbound_ms:
        own.latest, own.reference, own.by = said, event.reference, event.channel
    own.outbound_ms = max(own.outbound_ms, at_ms)
    remember(own, event)


@compiled
def _said(event: Event) -> int:
    valued = VALUED if event.second else 0
    return valued | (UNANSWERED if event.code == Direction.OUT_UNANSWERED else 0)


@compiled
def _is_latest(own: Own, event: Event) -> bool:
    # By its id, else by the hour and the channel.
    if own.outbound_ms == NEVER or abs(event.at_ms - own.outbound_ms) > SAME_MS:
        return False
    if event.reference and own.reference:
        return bool(event.reference == own.reference)
    known = event.channel != 0 and own.by != 0
    same_hour = event.at_ms // HOUR_MS == own.outbound_ms // HOUR_MS
    return bool(same_hour and (not known or event.channel == own.by))


@compiled
def _hear(own: Own, event: Event) -> None:
    if event.at_ms >= own.outbound_ms:
        own.unanswered = 0
    if event.at_ms >= own.heard_ms:
        own.heard_ms = event.at_ms
        if event.channel:
            own.answers_by = event.channel
