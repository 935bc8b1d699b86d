"""Exposure: changes of ours, of our people or of the market that hit the customer.

A change makes customers prepare a way out, quietly, from its announcement on. Up to three are
kept, each with its strength, which falls evenly to nothing at the end of its time. When a fourth
comes, the one that ends first gives way: no order of arrival makes a difference. Fails for who
joins a cohort later, and for changes that nobody announced.
"""

from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import within
from detectors.details import Flag
from detectors.evidence import AWARENESS, NO_STAGE
from detectors.families.family import (
    EVIDENCE,
    Column,
    Event,
    Feature,
    Own,
    Telling,
    Words,
    remember,
)
from detectors.kinds import Kind
from detectors.tree import NUMBERS, named
from detectors.words import Repositioned

PLACES = 3  # more changes at once than that is a year nobody can take apart
USUAL_SHARE = 0.08  # dearer by that is a change of strength 1
STRENGTH_MAX = 2.0
SUM_MAX = 3.0

# By reason: how long a change is felt (prior), and how strongly against a change of policy (ours).
FELT: dict[str, tuple[int, float]] = {
    "change.policy": (90, 1.0),
    "change.repositioned": (180, 1.5),
    "change.line_ended": (180, 1.5),
    "change.threshold": (120, 1.5),
    "relation.manager_left": (120, 1.0),
    "relation.poached": (180, 1.5),
    "competition.entered": (365, 0.8),
}
NOTHING = 0
POLICY, MOVED, ENDED, THRESHOLD, LEFT, POACHED, ENTERED = (NUMBERS[name] for name in FELT)
DEPARTED = (LEFT, POACHED)
OUR_TERMS = (Kind.PRICE_CHANGED, Kind.POLICY_CHANGED)
TO_RIVAL, TOLD = int(Flag.TO_RIVAL), int(Flag.TOLD)
LASTS_MS = np.zeros(len(NUMBERS) + 1, np.int64)  # by number of the reason
STRENGTH = np.zeros(len(NUMBERS) + 1)
for _name, (_days, _strength) in FELT.items():
    LASTS_MS[NUMBERS[_name]], STRENGTH[NUMBERS[_name]] = _days * DAY_MS, _strength

CHANGES = (  # that customers feel
    Kind.PRICE_CHANGED,
    Kind.POLICY_CHANGED,
    Kind.OFFER_REPOSITIONED,
    Kind.MINIMUM_ORDER_RAISED,
    Kind.MANAGER_LEFT,
    Kind.COMPETITOR_ENTERED,
)
BACKGROUND = (Kind.CUSTOMER_RETURNED,)
KINDS = (*CHANGES, *BACKGROUND)

COLUMNS = (
    *EVIDENCE,
    Column("change", np.uint64, "hash", places=PLACES, joins="own"),
    Column("told_ms", np.int64, "ms since 1970", empty=NEVER, places=PLACES, joins="own"),
    Column("returned_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("strength", np.float32, "strength", places=PLACES, joins="own"),
    Column("why", np.uint8, "number of a reason", places=PLACES, joins="own"),
)
FEATURES = (
    Feature("exposure_change", "strength", +1, "our own changes in force", weight=0.5),
    Feature("exposure_relation", "strength", +1, "the account manager has gone", weight=0.5),
    Feature("exposure_rival", "strength", +1, "a competitor entered the region", weight=0.4),
)


@compiled
def why(event: Event) -> int:
    """Give the number of the reason that an event of the company gives customers, 0 for none."""
    kind = event.kind
    if kind in OUR_TERMS:
        return POLICY
    if kind == Kind.OFFER_REPOSITIONED:
        return MOVED if event.word <= Repositioned.MOVED else ENDED
    if kind == Kind.MINIMUM_ORDER_RAISED:
        return THRESHOLD
    if kind == Kind.MANAGER_LEFT:
        return POACHED if event["flags"] & TO_RIVAL else LEFT
    return ENTERED if kind == Kind.COMPETITOR_ENTERED else NOTHING


@compiled
def strength_of(event: Event) -> float:
    """Give how strongly an event is felt, by its kind and by the size of a change of prices."""
    strength: float = STRENGTH[why(event)]
    if event.kind == Kind.PRICE_CHANGED and event["flags"] & TOLD:
        strength *= within(0.0, event.number / USUAL_SHARE, STRENGTH_MAX)
    return strength


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event into the columns, in place: of the company, or the customer's return."""
    if event.kind == Kind.CUSTOMER_RETURNED:
        own.returned_ms = max(own.returned_ms, event.at_ms)
    elif strength_of(event) > 0:
        expose(own, event, strength_of(event))


@compiled
def expose(own: Own, event: Event, strength: float) -> None:
    """Let an event of the company happen to a customer whom it hits."""
    remember(own, event)
    ends_ms, first = event.at_ms + LASTS_MS[why(event)], 0
    for place in range(PLACES):
        if own.why[place] and own.change[place] == event.id_hash:
            return
        if _ends_before(own, place, _ends_ms(own, first), own.change[first]):
            first = place
    if _ends_before(own, first, ends_ms, event.id_hash):
        own.change[first], own.told_ms[first] = event.id_hash, event.at_ms
        own.strength[first], own.why[first] = strength, why(event)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`; all from 0 to 3."""
    if not (own.why[0] or own.why[1] or own.why[2]):
        return 0.0, 0.0, 0.0
    change = relation = rival = 0.0
    for place in range(PLACES):
        felt, reason = _felt(own, place, now_ms), own.why[place]
        if reason in DEPARTED:
            relation += felt
        elif reason == ENTERED:
            rival += felt
        else:
            change += felt
    return min(change, SUM_MAX), min(relation, SUM_MAX), min(rival, SUM_MAX)


@compiled
def stage(own: Own, now_ms: int) -> int:
    """Show awareness while any change is in force."""
    for place in range(PLACES):
        if _felt(own, place, now_ms) > 0:
            return AWARENESS
    return NO_STAGE


@compiled
def strongest(own: Own, now_ms: int) -> np.uint64:
    """Give the hash of the change that is felt most, 0 if none is."""
    best, most = np.uint64(0), 0.0
    for place in range(PLACES):
        felt = _felt(own, place, now_ms)
        if felt > most or (felt == most > 0 and own.change[place] < best):
            best, most = own.change[place], felt
    return best


@compiled
def departed(own: Own, now_ms: int) -> bool:
    """Say whether the customer has lost their account manager, and it is still felt."""
    for place in range(PLACES):
        if own.why[place] in DEPARTED and _felt(own, place, now_ms) > 0:
            return True
    return False


@compiled
def blamed(own: Own, at_ms: int, span_ms: int) -> int:
    """Give the number of the reason of the change felt most at a departure, 0 for none.

    Of those announced within `span_ms` before it.
    """
    best, most = NOTHING, 0.0
    for place in range(PLACES):
        felt, told_ms = _felt(own, place, at_ms), own.told_ms[place]
        if felt > most and told_ms <= at_ms and at_ms - told_ms <= span_ms:
            best, most = own.why[place], felt
    return int(best)


@compiled
def _felt(own: Own, place: int, now_ms: int) -> float:
    told_ms, reason = own.told_ms[place], own.why[place]
    if not reason or told_ms <= own.returned_ms:
        return 0.0
    age_ms, lasts_ms = max(now_ms - told_ms, 0), LASTS_MS[reason]
    felt: float = own.strength[place] * max(1.0 - age_ms / lasts_ms, 0.0)
    return felt


@compiled
def _ends_ms(own: Own, place: int) -> int:
    # A place never used ended before any other.
    return own.told_ms[place] + LASTS_MS[own.why[place]] if own.why[place] else NEVER


@compiled
def _ends_before(own: Own, place: int, ends_ms: int, change: np.uint64) -> bool:
    own_ms = _ends_ms(own, place)
    return own_ms < ends_ms or (own_ms == ends_ms and own.change[place] < change)


_SAID: dict[str, tuple[str, str]] = {
    "change.policy": (
        "Our prices or terms changed {days:.0f} days ago.",
        "{days:.0f} 天前我们调整了价格或条款。",
    ),
    "change.repositioned": (
        "What the customer buys was repositioned {days:.0f} days ago.",
        "{days:.0f} 天前我们调整了客户所购产品的定位。",
    ),
    "change.line_ended": (
        "We announced {days:.0f} days ago that we end or shrink what the customer buys.",
        "{days:.0f} 天前我们宣布终止或缩减客户所购业务。",
    ),
    "change.threshold": (
        "Orders like the customer's are below the minimum announced {days:.0f} days ago.",
        "客户的订单低于我们 {days:.0f} 天前宣布的起订标准。",
    ),
    "relation.manager_left": (
        "The account manager left {days:.0f} days ago.",
        "客户经理已于 {days:.0f} 天前离职。",
    ),
    "relation.poached": (
        "The account manager joined a competitor {days:.0f} days ago.",
        "客户经理 {days:.0f} 天前加入了竞争对手。",
    ),
    "competition.entered": (
        "A competitor entered the customer's market {days:.0f} days ago.",
        "{days:.0f} 天前有竞争对手进入客户所在市场。",
    ),
}


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words: the change that is felt most."""
    known = [place for place in range(PLACES) if own.why[place]]
    if not known:
        words = Words(en="No change of ours is in force.", zh="目前没有影响客户的变化。")
        return Telling("change.policy", words, NEVER)

    def felt(place: int) -> tuple[float, int]:
        lasts_ms = int(LASTS_MS[own.why[place]])
        left = max(1.0 - max(now_ms - own.told_ms[place], 0) / lasts_ms, 0.0)
        counts = own.told_ms[place] > own.returned_ms
        return (own.strength[place] * left if counts else 0.0, -own.change[place])

    place = max(known, key=felt)
    since_ms = min(own.told_ms[place], now_ms)
    told, days = named(own.why[place]), (now_ms - since_ms) / DAY_MS
    words = Words(*(said.format(days=days) for said in _SAID[told]))
    return Telling(told, words, since_ms)
