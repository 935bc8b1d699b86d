"""The account: who looks after the customer, and what the profile says of them.

Names are numbers here; the ledger keeps the list. Of two profiles the later by event time
holds, whatever order they came in.
"""

from collections.abc import Callable, Mapping

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType

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


_profiles = msgspec.msgpack.Decoder(Profile)


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
    rows = np.arange(len(batch))[updates.rows]
    for row, position, at_ms in zip(rows, updates.position, updates.at_ms, strict=True):
        if at_ms < block["profile_ms"][row]:
            continue
        block["profile_ms"][row] = at_ms
        profile = _profiles.decode(notes[int(position)])
        for name in ("owner", "tier", "language"):
            value = getattr(profile, name)
            if value is not UNSET:
                block[name][row] = code(value or "")
        if profile.yearly_revenue is not UNSET:
            revenue = profile.yearly_revenue
            block["yearly_revenue"][row] = UNKNOWN if revenue is None else revenue
