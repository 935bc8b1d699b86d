"""Tiers: where a customer stands by what they bring in a year, where no profile says it. Compiled.

They move on their own events only, as of the last purchase: who falls silent keeps the tier that
their value gave them, for it is what may be lost. A line is passed by a margin, so nobody who
buys about as much as it asks for goes to and fro. Fails for who buys less than once a season.
"""

import numpy as np

from detectors.arrays import F64, I64, NEVER, Rows
from detectors.chained import Row
from detectors.compiled import compiled, kernel
from detectors.customers import Table
from detectors.decay import could_days, days_between
from detectors.families.family import Event
from detectors.kinds import Kind
from detectors.ledger import Ledger
from detectors.terms import Terms
from detectors.tier_lines import Worths

NO_RANK = 0  # of whom no profile and no value says a tier; 1 is the first
UNKNOWN = -1.0
YEAR_DAYS, HALF_LIFE_DAYS = 365.25, 90.0
LEAST_DAYS = 28.0  # ours: a first order is not the beginning of one a day
MOVING = (Kind.PURCHASE_MADE, Kind.PROFILE_UPDATED)  # what changes what a customer brings


@compiled
def move(row: Row, event: Event, terms: Terms) -> None:
    """Bring the customer's rank to where their value puts them, in place; a profile's tier wins."""
    own = row.account
    if own.tier != 0:
        own.rank = NO_RANK
        return
    if len(terms.tier_lines) == 0 or event.kind not in MOVING:
        return
    revenue = yearly(row)
    if revenue < 0.0:
        return
    place = _place(own.segment, terms)
    better = _rank(revenue / (1.0 + terms.tier_margin), place, terms)
    worse = _rank(revenue / (1.0 - terms.tier_margin), place, terms)
    if own.rank == NO_RANK:
        own.rank = _rank(revenue, place, terms)
    elif better < own.rank:
        own.rank = better
    elif worse > own.rank:
        own.rank = worse


@compiled
def yearly(row: Row) -> float:
    """Give what a customer brings in a year, by profile, else as they bought; UNKNOWN if neither.

    As of their last purchase, over the season that they could have bought in.
    """
    told: float = row.account.yearly_revenue
    own = row.loyalty
    if told >= 0.0 or own.order_ms == NEVER:
        return told if told >= 0.0 else UNKNOWN
    could = could_days(days_between(own.first_ms, own.order_ms), HALF_LIFE_DAYS)
    yearly_spend: float = own.spend_90d / max(could, LEAST_DAYS) * YEAR_DAYS
    return yearly_spend


@compiled
def _rank(revenue: float, place: int, terms: Terms) -> int:
    rank = 1
    for line in range(terms.tier_lines.shape[1]):
        if revenue < terms.tier_lines[place, line]:
            rank += 1
    return rank


@compiled
def _place(segment: int, terms: Terms) -> int:
    for place in range(len(terms.tier_segments)):
        if terms.tier_segments[place] == segment:
            return place + 1
    return 0


def worths(ledger: Ledger, numbers: Rows) -> Worths:
    """Give what customers bring in a year, by number, and their segments."""
    revenue = np.empty(len(numbers))
    _measure(ledger.rows, numbers.astype(np.int64), revenue)
    places, segment = np.unique(ledger.rows["account"]["segment"][numbers], return_inverse=True)
    names = tuple(ledger.names[place] for place in places.tolist())
    return Worths(revenue.astype(np.float32), segment.astype(np.uint16), names)


@kernel
def _measure(rows: Table, numbers: I64, revenue: F64) -> None:
    for place in range(len(numbers)):
        revenue[place] = yearly(rows[numbers[place]])
