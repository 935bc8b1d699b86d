"""Events at hand: a slice's columns as one record an event, the way compiled code reads them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.account import NO_PROFILE
from detectors.slices import COLUMNS, Columns

# What a family sees of an event: the columns of the log, and the place of its profile, if any.
EVENT = np.dtype([*COLUMNS.items(), ("profile", np.int32)], align=True)

Events = NDArray[Any]


def events_of(columns: Columns) -> Events:
    """Give the events of a slice, shape (n,), of dtype `EVENT`; without their profiles yet."""
    events = np.empty(len(columns["row"]), EVENT)
    for name in COLUMNS:
        events[name] = columns[name]
    events["profile"] = NO_PROFILE
    return events
