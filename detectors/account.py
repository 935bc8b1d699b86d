"""The account: who looks after the customer, and what the profile says of them.

Names are numbers here; the ledger keeps the list. Of two profiles the later by event time
holds, whatever order they came in. So it is with what the customer allows, purpose by purpose;
what is said of one channel only changes nothing here.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.families.family import Column, Event, Own
from detectors.kinds import Consent, Kind
from detectors.words import Channel, meanings

NO_PROFILE = -1  # the place of an event that brings no profile
UNKNOWN = -1.0
# Purposes that can be withdrawn, in the order of `Consent`, which has two codes for each: a place
# of `consent_s`, when it was last spoken of, and a bit of `withdrawn`.
PURPOSES = 4
OUTREACH = 1 << (int(Consent.OUTREACH_WITHDRAWN) // 2 - 1)
ONE_CHANNEL = int(Consent.ONE_CHANNEL)
ALL = 255

COLUMNS = (
    Column("owner", np.int32, "place in the ledger's names"),
    Column("tier", np.int32, "place in the ledger's names"),
    Column("language", np.int32, "place in the ledger's names"),
    Column("segment", np.int32, "place in the ledger's names"),
    Column("region", np.int32, "place in the ledger's names"),
    Column("channel", np.int8, "Channel", joins="own"),  # the preferred one
    Column("yearly_revenue", np.float64, "customer's currency", empty=UNKNOWN),
    Column("profile_ms", np.int64, "ms since 1970"),
    Column("consent_s", np.uint32, "s since 1970", places=PURPOSES, joins="own"),
    Column("withdrawn", np.uint8, "bits", joins="own"),
    Column("rank", np.int8, "tier by value, 1 the first", joins="own"),  # 0: none; see `tiers`
    Column("told_rank", np.int8, "tier by value, 1 the first", joins="own"),  # as last told
)


# A profile as compiled code reads it; names are numbers, `told` says which fields it has: one
# not given stays as it was, null empties it.
OWNER, TIER, LANGUAGE, REVENUE, SEGMENT, REGION, CHANNEL = 1, 2, 4, 8, 16, 32, 64
PROFILE = np.dtype(
    [
        ("yearly_revenue", np.float64),
        ("owner", np.int32),
        ("tier", np.int32),
        ("language", np.int32),
        ("segment", np.int32),
        ("region", np.int32),
        ("channel", np.int32),
        ("told", np.int32),
    ]
)
Profiles = NDArray[Any]

_CHANNELS = meanings(Channel)
_NAMED = (
    ("owner", OWNER),
    ("tier", TIER),
    ("language", LANGUAGE),
    ("segment", SEGMENT),
    ("region", REGION),
)


def read(said: Mapping[str, Any], code: Callable[[str], int]) -> NDArray[Any]:
    """Read what a profile says, by the field names of the public contract: one `PROFILE`.

    Parameters
    ----------
    said : the profile's note
    code : gives the number of a name, a new one if the name is new
    """
    profile = np.zeros((), PROFILE)
    for column, bit in _NAMED:
        if column in said:
            profile[column] = code(said[column] or "")
            profile["told"] |= bit
    if "preferred_channel" in said:
        profile["channel"] = _CHANNELS.get(said["preferred_channel"], 0)
        profile["told"] |= CHANNEL
    if "yearly_revenue" in said:
        revenue = said["yearly_revenue"]
        profile["yearly_revenue"] = UNKNOWN if revenue is None else revenue
        profile["told"] |= REVENUE
    return profile


@compiled
def apply(own: Own, event: Event, profiles: Profiles) -> None:
    """Take an event into the columns, in place: a profile or a consent, unless a later one holds.

    A profile that changed nothing has no note.
    """
    if event.kind == Kind.PROFILE_UPDATED:
        _update(own, event, profiles)
    elif event.kind == Kind.CONSENT_CHANGED:
        _agree(own, event)


@compiled
def _update(own: Own, event: Event, profiles: Profiles) -> None:
    if event.at_ms < own.profile_ms:
        return
    own.profile_ms = event.at_ms
    if event.profile == NO_PROFILE:
        return
    profile = profiles[event.profile]
    if profile.told & OWNER:
        own.owner = profile.owner
    if profile.told & TIER:
        own.tier = profile.tier
    if profile.told & LANGUAGE:
        own.language = profile.language
    if profile.told & SEGMENT:
        own.segment = profile.segment
    if profile.told & REGION:
        own.region = profile.region
    if profile.told & CHANNEL:
        own.channel = profile.channel
    if profile.told & REVENUE:
        own.yearly_revenue = profile.yearly_revenue


@compiled
def _agree(own: Own, event: Event) -> None:
    code, at_s = np.int64(event.code), event.at_ms // 1000
    place = code // 2 - 1
    if code & ONE_CHANNEL or not 0 <= place < PURPOSES or at_s < own.consent_s[place]:
        return
    own.consent_s[place] = at_s
    if code % 2:
        own.withdrawn &= ALL - (1 << place)
    else:
        own.withdrawn |= 1 << place
