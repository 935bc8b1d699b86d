"""What the company changes, and whom it hits: one event, many customers.

Such an event belongs to no customer and stands in every partition's log. A customer is hit who
fits each limit that it gives: segment, region, account manager, source, product line, size of
order. Fails for who fits only later: a cohort is made once, at the announcement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors import churn, living
from detectors.arrays import Mask
from detectors.chained import Row
from detectors.compiled import compiled
from detectors.customers import Table
from detectors.families import BITS, exposure, value
from detectors.families.family import Event
from detectors.kinds import Kind
from detectors.terms import Terms
from detectors.words import Threshold

EXPOSURE = BITS["exposure"]
ANY = 0  # a limit that was not given
ANYWHERE = -1  # and where it is a place among the sources

# Whom an event is about, names as numbers, and what the kernel found: how many it hit, what those
# of known revenue bring in a year, of how many nothing is known.
SCOPE = np.dtype(
    [
        ("segment", np.int32),
        ("region", np.int32),
        ("owner", np.int32),
        ("source", np.int32),
        ("n_exposed", np.int64),
        ("n_unknown", np.int64),
        ("revenue", np.float64),
        ("why", np.uint8),  # number of the reason, 0 for what touches nobody
        ("again", np.bool_),  # said before a crash, as rows show that are ahead
    ],
    align=True,
)
Scopes = NDArray[Any]
NAMED = ("segment", "region", "owner")
BY_ORDER = (Threshold.UNKNOWN, Threshold.MINIMUM_ORDER, Threshold.MINIMUM_DELIVERY)


class Hearing(NamedTuple):
    """When an event of the company is heard: the step's position, the last tick.

    `hit`, bool of shape (n_rows,), is set for those exposed: their rows have changed.
    """

    position: int
    tick_ms: int
    terms: Terms
    hit: Mask


@dataclass(frozen=True)
class Change:
    """One change of the company as one partition heard it: whom it hits there, what is at stake.

    `id` is 16 hex digits, the same in all partitions; `reason` a name of the reason tree.
    `effective_ms` is NEVER where nobody said when it takes effect. `owner` and `successor` are
    those of a departure, else empty.
    """

    id: str
    reason: str
    at_ms: int
    effective_ms: int
    owner: str
    successor: str
    has_plan: bool
    n_exposed: int
    value_exposed: float


def read(
    said: Mapping[str, Any], code: Callable[[str], int], source: Callable[[str], int]
) -> NDArray[Any]:
    """Read whom an event of the company is about, by the field names of the contract: a `SCOPE`.

    Parameters
    ----------
    said : the event's note
    code, source : give the number of a name, and the place of a source
    """
    scope = np.zeros((), SCOPE)
    for name in NAMED:
        scope[name] = code(said.get(name) or "")
    scope["source"] = source(said["source"]) if said.get("source") else ANYWHERE
    return scope


@compiled
def hits(row: Row, event: Event, scope: np.record) -> bool:
    """Say whether an event of the company hits a customer."""
    own = row.account
    fits = (
        _fits(scope.segment, own.segment, ANY)
        and _fits(scope.region, own.region, ANY)
        and _fits(scope.owner, own.owner, ANY)
        and _fits(scope.source, row.churn.source, ANYWHERE)
    )
    if not fits or (event.lines and not (row.value.lines_ever & event.lines)):
        return False
    by_order = event.kind == Kind.MINIMUM_ORDER_RAISED and event.word in BY_ORDER
    return not by_order or event.number <= 0 or 0 < value.mean_order(row.value) < event.number


@compiled
def _fits(limit: int, value: int, none: int) -> bool:
    return bool(limit == none) or bool(limit == value)


@compiled
def felt(row: Row, event: Event) -> float:
    """Give how strongly an event is felt by one whom it hits.

    Who orders just less than a new minimum has a choice to make; who orders far less never had.
    """
    strength = exposure.strength_of(event)
    if event.kind == Kind.MINIMUM_ORDER_RAISED and event.word in BY_ORDER and event.number > 0:
        strength *= 0.5 + 0.5 * value.mean_order(row.value) / event.number
    return strength


@compiled
def hear(rows: Table, event: Event, scope: np.record, hearing: Hearing) -> None:
    """Take an event of the company: a source falls silent or is back, or customers are hit."""
    feeds = hearing.terms.feeds
    if event.kind == Kind.OUTAGE_BEGAN and scope.source != ANYWHERE:
        living.declare(feeds[scope.source], event.at_ms)
    elif event.kind == Kind.OUTAGE_ENDED and scope.source != ANYWHERE:
        living.resume(feeds[scope.source], event.at_ms)
    else:
        expose(rows, event, scope, hearing)


@compiled
def expose(rows: Table, event: Event, scope: np.record, hearing: Hearing) -> None:
    """Let an event of the company happen to all whom it hits, and count them in `scope`."""
    if exposure.strength_of(event) <= 0:
        return
    scope.why = exposure.why(event)
    for place in range(len(rows)):
        row = rows[place]
        own = row.ledger
        if own.position >= hearing.position:
            scope.again = True
            continue
        now_ms = max(own.seen_ms, hearing.tick_ms)
        if not own.first_ms or not churn.watched(row.churn, now_ms, hearing.terms):
            continue
        strength = felt(row, event) if hits(row, event, scope) else 0.0
        if strength > 0:
            exposure.expose(row.exposure, event, strength)
            row.ledger.families |= EXPOSURE
            hearing.hit[place] = True
            _count(row, scope, now_ms)


@compiled
def _count(row: Row, scope: np.record, now_ms: int) -> None:
    scope.n_exposed += 1
    known = row.account.yearly_revenue
    revenue = known if known >= 0 else value.yearly_spend(row.value, now_ms)
    if known >= 0 or revenue > 0:
        scope.revenue += revenue
    else:
        scope.n_unknown += 1
