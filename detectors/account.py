"""The account: who looks after the customer, and what the profile says of them.

Names are numbers here; the ledger keeps the list. Of two profiles the later by event time
holds, whatever order they came in.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType
from numpy.typing import NDArray

from detectors.compiled import compiled
from detectors.families.family import Column, Event, Own

NO_PROFILE = -1  # the place of an event that brings no profile
UNKNOWN = -1.0

COLUMNS = (
    Column("owner", np.int32, "place in the ledger's names"),
    Column("tier", np.int32, "place in the ledger's names"),
    Column("language", np.int32, "place in the ledger's names"),
    Column("yearly_revenue", np.float64, "customer's currency", empty=UNKNOWN),
    Column("profile_ms", np.int64, "ms since 1970"),
)


class Profile(msgspec.Struct, frozen=True):
    """The part of a profile that the core reads.

    A field not given stays as it was; null empties it.
    """

    owner: str | UnsetType | None = UNSET
    tier: str | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    yearly_revenue: float | UnsetType | None = UNSET


# A profile as compiled code reads it; names are numbers, `told` says which fields it has.
OWNER, TIER, LANGUAGE, REVENUE = 1, 2, 4, 8
PROFILE = np.dtype(
    [
        ("yearly_revenue", np.float64),
        ("owner", np.int32),
        ("tier", np.int32),
        ("language", np.int32),
        ("told", np.int32),
    ]
)
Profiles = NDArray[Any]

_profiles = msgspec.msgpack.Decoder(Profile)
_NAMED = (("owner", OWNER), ("tier", TIER), ("language", LANGUAGE))


def read(notes: Mapping[int, bytes], code: Callable[[str], int]) -> Profiles:
    """Read profiles in the order of their events, shape (len(notes),), dtype `PROFILE`.

    Parameters
    ----------
    notes : position in the slice -> the profile's payload, msgpack
    code : gives the number of a name, a new one if the name is new
    """
    profiles = np.zeros(len(notes), PROFILE)
    for at, note in enumerate(notes.values()):
        profile, told = _profiles.decode(note), 0
        for column, bit in _NAMED:
            name = getattr(profile, column)
            if name is not UNSET:
                profiles[column][at], told = code(name or ""), told | bit
        revenue = profile.yearly_revenue
        if revenue is not UNSET:
            profiles["yearly_revenue"][at] = UNKNOWN if revenue is None else revenue
            told |= REVENUE
        profiles["told"][at] = told
    return profiles


@compiled
def apply(own: Own, event: Event, profiles: Profiles) -> None:
    """Take a profile into the columns, in place, unless a later one holds.

    `event` is a profile update; one that changed nothing has no note.
    """
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
    if profile.told & REVENUE:
        own.yearly_revenue = profile.yearly_revenue
