"""Network: neighbours of the customer, up or down their chain of supply, that left us.

Only losses that happened travel, one link far, and each is told once. Felt is the share of the
links lost above what is always lost, times the gain of the link's direction; it is bounded and
halves every four weeks, so a ring of neighbours settles. Fails where nobody told us of links: a
loss counts as one of three.
"""

from collections.abc import Mapping

import numpy as np

from detectors import plain
from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled
from detectors.decay import added, weight, within
from detectors.evidence import AWARENESS, NO_STAGE, lasting
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
from detectors.kinds import Kind, Neighbour

HALF_LIFE_DAYS = 28.0
# Prior: five points of churn at a supplier go with eight at its customers; ours: half of it up.
DOWNSTREAM, UPSTREAM = 1.6, 0.8
CAP = 0.10  # ours: points of risk, at an ordinary customer's risk
BASE_SHARE = 0.02  # ours: of links, lost at any time as halved: 18 % a year
USUAL_LINKS = 3.0
SHOWN_DAYS = 56  # two half-lives

BACKGROUND = (Kind.PROFILE_UPDATED, Kind.CUSTOMER_RETURNED)
KINDS = (Kind.NEIGHBOUR_CHURNED, *BACKGROUND)

COLUMNS = (
    *EVIDENCE,
    Column("lost_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("returned_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("lost_28d", np.float32, "links times gain"),  # decayed, valid at lost_ms
    Column("n_links", np.uint8, "links", joins="larger"),
)
FEATURES = (
    # At most 1, which takes an ordinary customer from a risk of .10 to .18.
    Feature("network_loss", "share of the cap", +1, "neighbours lost lately", weight=0.7),
)


@compiled
def apply(own: Own, event: Event) -> None:
    """Take one event of the customer into the columns, in place."""
    if event.kind == Kind.NEIGHBOUR_CHURNED:
        gain = UPSTREAM if event.code == Neighbour.CUSTOMER else DOWNSTREAM
        if event.amount > 0:  # what the settings make of it
            gain *= event.amount
        own.lost_28d = added(own.lost_28d, own.lost_ms, event.at_ms, HALF_LIFE_DAYS, gain)
        own.lost_ms = max(own.lost_ms, event.at_ms)
        remember(own, event)
    elif event.kind == Kind.PROFILE_UPDATED and event.second > 0:
        own.n_links = event.second
    elif event.kind == Kind.CUSTOMER_RETURNED:
        own.returned_ms = max(own.returned_ms, event.at_ms)


@compiled
def features(own: Own, now_ms: int) -> tuple[float, ...]:
    """Measure the customer at `now_ms`: 0 to 1."""
    if own.lost_ms == NEVER or own.lost_ms <= own.returned_ms:
        return (0.0,)
    lost = own.lost_28d * weight(max(now_ms - own.lost_ms, 0), HALF_LIFE_DAYS)
    n_links = float(own.n_links) if own.n_links else USUAL_LINKS
    return (within(0.0, (lost / n_links - BASE_SHARE) / CAP, 1.0),)


@compiled
def stage(own: Own, now_ms: int) -> int:
    """Show awareness for eight weeks after a loss."""
    if own.lost_ms == NEVER or own.lost_ms <= own.returned_ms:
        return NO_STAGE
    return lasting(AWARENESS, own.lost_ms, SHOWN_DAYS, now_ms)


def reason(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say it in words, without the neighbour's name: not everybody may see that customer."""
    since_ms = min(own.lost_ms, now_ms)
    days = (now_ms - since_ms) / DAY_MS
    words = Words(
        en=f"A supplier or customer of theirs left us {days:.0f} days ago.",
        zh=f"其上下游企业 {days:.0f} 天前流失。",
    )
    return Telling("network.neighbour", words, since_ms)
