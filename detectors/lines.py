"""Product lines that a customer buys: up to six, each with its own gap, and those that are lost.

A line is lost when it was bought regularly and others have been bought since for more than three
of its own gaps; or when the customer took it out of a contract. So silence alone loses no line, and
what an outage hides is none. Who buys more lines at once than there is room for, as in a
supermarket, is not looked at.
"""

import numpy as np

from detectors.compiled import compiled
from detectors.decay import n_bits
from detectors.families.family import Column, Own

PLACES = 6
REGULAR = 4  # purchases that make a gap
GAPS = 3.0  # ours
DAYS_MIN = 28  # ours
MEMORY = 0.7  # of a gap at the next
MOST = 250
NOWHERE = -1
_ONE, _NONE = np.uint64(1), np.uint64(0)

COLUMNS = (
    Column("dropped", np.uint64, "bits", joins="either"),
    Column("line_day", np.int32, "days since 1970", places=PLACES, joins="own"),
    Column("line_gap", np.float32, "days", places=PLACES, joins="own"),
    Column("line", np.uint8, "bit, from 1", places=PLACES, joins="own"),
    Column("line_n", np.uint8, "purchases", places=PLACES, joins="own"),
)


@compiled
def buy(own: Own, lines: np.uint64, day: int) -> None:
    """Take a purchase of some lines into the columns, in place; a late day changes no gap."""
    own.dropped &= ~lines
    if not 0 < n_bits(lines) <= PLACES:
        return
    for bit in range(64):
        if (lines >> np.uint64(bit)) & _ONE:
            _buy(own, bit + 1, day)


@compiled
def drop(own: Own, lines: np.uint64) -> None:
    """Take lines out, until they are bought again."""
    own.dropped |= lines


@compiled
def lost(own: Own) -> int:
    """Count the lines that are lost."""
    n_lost, latest = n_bits(own.dropped), _latest(own)
    for place in range(PLACES):
        if _silent(own, place, latest) and not own.dropped >> np.uint64(own.line[place] - 1) & _ONE:
            n_lost += 1
    return n_lost


@compiled
def _silent(own: Own, place: int, latest: int) -> bool:
    days = latest - own.line_day[place]
    regular = own.line_n[place] >= REGULAR
    return bool(regular and days > max(GAPS * own.line_gap[place], DAYS_MIN))


@compiled
def _latest(own: Own) -> int:
    latest = 0
    for place in range(PLACES):
        latest = max(latest, own.line_day[place])
    return latest


@compiled
def _buy(own: Own, line: int, day: int) -> None:
    place = _place_of(own, line)
    if own.line[place] != line:
        own.line[place], own.line_day[place] = line, day
        own.line_gap[place], own.line_n[place] = 0.0, 1
        return
    ahead = day - own.line_day[place]
    if ahead <= 0:
        return
    first = own.line_n[place] == 1
    own.line_gap[place] = (
        ahead if first else MEMORY * own.line_gap[place] + (1.0 - MEMORY) * float(ahead)
    )
    own.line_n[place] = min(own.line_n[place] + 1, MOST)
    own.line_day[place] = day


@compiled
def _place_of(own: Own, line: int) -> int:
    # Its own, else a free one, else that of the line bought least, and longest ago of those.
    best = 0
    for place in range(PLACES):
        if own.line[place] == line:
            return place
        fewer = own.line_n[place] < own.line_n[best]
        older = own.line_n[place] == own.line_n[best] and own.line_day[place] < own.line_day[best]
        if fewer or older:
            best = place
    return best
