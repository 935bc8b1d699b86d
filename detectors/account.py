"""The account: who looks after the customer, and what the profile says of them.

Names are numbers here; the ledger keeps the list. Of two profiles the later by event time
holds, whatever order they came in.
"""

from collections.abc import Callable, Mapping

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType

from detectors.arrays import U8
from detectors.batch import Batch
from detectors.families.family import Block, Column
from detectors.kinds import Kind

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


NOTHING = msgspec.msgpack.encode({})  # an update that changed nothing has no note

_profiles = msgspec.msgpack.Decoder(Profile)


def learn_names(notes: Mapping[int, bytes], kinds: U8, code: Callable[[str], int]) -> None:
    """Give every new name of a slice its number, in the order of the events.

    `apply` sees them round by round, and rounds depend on where a slice was cut.

    Parameters
    ----------
    notes : position in the slice -> payload, msgpack
    kinds : uint8, shape (n,), the kinds of the slice's events
    """
    for position in np.flatnonzero(kinds == Kind.PROFILE_UPDATED).tolist():
        if position in notes:
            for name in _names(_profiles.decode(notes[position])).values():
                code(name)


def apply(
    block: Block, batch: Batch, notes: Mapping[int, bytes], code: Callable[[str], int]
) -> None:
    """Take profile events into the columns, in place; there are few, so one by one.

    Parameters
    ----------
    notes : position in the slice -> the profile's payload, msgpack
    code : gives the number of a name, a new one if the name is new
    """
    updates = batch.of(Kind.PROFILE_UPDATED)
    if not len(updates):
        return
    rows = np.arange(len(batch))[updates.rows]
    for row, position, at_ms in zip(rows, updates.position, updates.at_ms, strict=True):
        if at_ms < block["profile_ms"][row]:
            continue
        block["profile_ms"][row] = at_ms
        profile = _profiles.decode(notes.get(int(position), NOTHING))
        for column, name in _names(profile).items():
            block[column][row] = code(name)
        if profile.yearly_revenue is not UNSET:
            revenue = profile.yearly_revenue
            block["yearly_revenue"][row] = UNKNOWN if revenue is None else revenue


def _names(profile: Profile) -> dict[str, str]:
    named = {"owner": profile.owner, "tier": profile.tier, "language": profile.language}
    return {column: name or "" for column, name in named.items() if name is not UNSET}
