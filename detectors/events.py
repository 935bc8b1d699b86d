"""Events at hand: a slice's columns as one record an event, the way compiled code reads them."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors import account, details
from detectors.account import NO_PROFILE, PROFILE, Profiles
from detectors.details import DETAIL
from detectors.kinds import Kind
from detectors.slices import COLUMNS, Slice

NO_SCOPE = -1  # the place of an event that is not of the company

# What a family sees of an event: the columns of the log, its details, and the places of its
# profile and of its scope, if it has any. `sender` is the source's place in the ledger's sources.
EVENT = np.dtype(
    [
        *COLUMNS.items(),
        *DETAIL,
        ("sender", np.int32),
        ("profile", np.int32),
        ("scope", np.int32),
    ],
    align=True,
)

Events = NDArray[Any]


def events_of(record: Slice, sources: Sequence[int]) -> Events:
    """Give the events of a slice, shape (n,), of dtype `EVENT`; without their notes yet.

    `sources` are the numbers of the slice's sources.
    """
    events = np.zeros(len(record), EVENT)
    for name in COLUMNS:
        events[name] = record.columns[name]
    events["sender"] = np.array(sources or [0], np.int32)[record.columns["source"]]
    events["profile"] = NO_PROFILE
    events["scope"] = NO_SCOPE
    return events


def read_notes(
    events: Events, record: Slice, taken: Sequence[int], code: Callable[[str], int]
) -> Profiles:
    """Read the notes of a slice's events into their details, those taken before left out.

    Event by event: names are numbered in the order of the log, however it was cut. They are the
    ledger's, not a row's: after a crash a row may know them before it does.

    Returns
    -------
    the profiles among them, dtype `account.PROFILE`; each event knows the place of its own
    """
    profiles: list[NDArray[Any]] = []
    for at, note in record.notes:
        event = events[at]
        if event["offset"] <= taken[event["topic"]]:
            continue
        said = msgspec.msgpack.decode(note)
        details.fill(event, said, code)
        if event["kind"] == Kind.PROFILE_UPDATED:
            event["profile"] = len(profiles)
            profiles.append(account.read(said, code))
    return np.array(profiles, PROFILE)
