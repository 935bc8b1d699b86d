"""The churn definition: who is still a customer, and what became of them after a snapshot.

Labels are kept as one bit a week, set by an event's own time: whatever order events come in,
a snapshot's label is the same. Bit k stands for the snapshot of the k-th Monday, modulo 64.
"""

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from detectors import living
from detectors.arrays import DAY_MS, MONDAY_MS, NEVER, WEEK_MS
from detectors.compiled import compiled
from detectors.families.family import Column, Event, Own
from detectors.kinds import Kind
from detectors.priors import YEARLY_CHURN, Industry, within_horizon
from detectors.terms import NO_LIMIT, Terms

SIGNS_OF_LIFE = (Kind.PURCHASE_MADE, Kind.USAGE_RECORDED)
STAYED, CHURNED, NONE = 0, 1, 2  # labels
STRANGER, GONE, HERE = 0, 1, 2  # how a customer stands
NO_SOURCE = -1
NO_WEEKS = np.uint64(0)
_ONE, _WEEKS = np.uint64(1), 64


class ChurnSettings(BaseModel):
    """What counts as churn. Set per industry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Without contracts churn is silence; with them, or where someone tells us, it is an event.
    label: Literal["silence", "churned"] = "silence"
    # No purchase and no usage for so long is churn: the domain's 90 days without a contract.
    silence_days: int = Field(90, ge=1, le=400)
    # How far ahead an explicit churn is foreseen; silence looks `silence_days` ahead.
    churned_within_days: int = Field(30, ge=1, le=400)
    # Customers silent for longer are gone and not scored; None: as long as `silence_days` says.
    active_days: int | None = Field(None, ge=1)
    # Share of customers expected to churn within the horizon, until labels tell.
    prior_rate: float = Field(0.10, gt=0, lt=1)
    # A prior of the industry instead, a rate a year that is brought to the horizon.
    industry: Industry | None = None

    @property
    def horizon_days(self) -> int:
        """How far ahead the risk looks, days."""
        return self.silence_days if self.label == "silence" else self.churned_within_days

    @property
    def cold_start_rate(self) -> float:
        """Share of customers expected to churn within the horizon, before any label."""
        if self.industry is None:
            return self.prior_rate
        return within_horizon(YEARLY_CHURN[self.industry], self.horizon_days)

    @property
    def active_limit_ms(self) -> int | None:
        """Silence after which a customer is gone, ms; None where only an event says so."""
        if self.active_days is not None:
            return self.active_days * DAY_MS
        return self.silence_days * DAY_MS if self.label == "silence" else None


COLUMNS = (
    Column("active_ms", np.int64, "ms since 1970", empty=NEVER),  # last sign of life
    Column("churned_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("returned_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("seen_weeks", np.uint64, "bits"),  # snapshots whose horizon holds what the label asks
    Column("ended_weeks", np.uint64, "bits"),  # and those whose horizon holds an end of observation
    Column("source", np.int32, "place in the ledger's sources", empty=NO_SOURCE, joins="own"),
)


@compiled
def apply(own: Own, event: Event, ends: bool, terms: Terms, tick_ms: int) -> None:
    """Take one event of the customer into the columns, in place.

    `ends` says of a departure that it ends the observation. `tick_ms` is the last tick: labels
    asked until then were given, and their bits belong to other weeks by now.
    """
    alive, churned = event.kind in SIGNS_OF_LIFE, event.kind == Kind.CUSTOMER_CHURNED
    if alive:
        if event.at_ms >= own.active_ms:
            own.source = event.sender
        own.active_ms = max(own.active_ms, event.at_ms)
    elif churned:
        own.churned_ms = max(own.churned_ms, event.at_ms)
    elif event.kind == Kind.CUSTOMER_RETURNED:
        own.returned_ms = max(own.returned_ms, event.at_ms)
    if churned and ends:
        own.ended_weeks |= weeks_before(event.at_ms, terms.horizon_ms, tick_ms)
    elif alive if terms.by_silence else churned:
        own.seen_weeks |= weeks_before(event.at_ms, terms.horizon_ms, tick_ms)


@compiled
def standing(own: Own) -> int:
    """Give how a customer stands by events alone: STRANGER before any sign of life, GONE, HERE."""
    if own.churned_ms > max(own.active_ms, own.returned_ms):
        return GONE
    return STRANGER if own.active_ms == NEVER and own.returned_ms == NEVER else HERE


@compiled
def weeks_before(at_ms: int, horizon_ms: int, tick_ms: int = 0) -> np.uint64:
    """Give the bits of all Mondays whose horizon ``(Monday, Monday + horizon]`` holds `at_ms`.

    Mondays whose horizon was over at `tick_ms` are left out. A uint64.

    Examples
    --------
    >>> f"{weeks_before(MONDAY_MS + 3 * WEEK_MS + DAY_MS // 2, 14 * DAY_MS):04b}"
    '1100'
    """
    newest = -((MONDAY_MS - at_ms) // WEEK_MS) - 1  # last Monday strictly before
    oldest = -((MONDAY_MS + horizon_ms - at_ms) // WEEK_MS)
    oldest = max(oldest, (tick_ms - horizon_ms - MONDAY_MS) // WEEK_MS + 1)
    if newest < oldest:
        return NO_WEEKS
    bits = (_ONE << np.uint64(newest - oldest + 1)) - _ONE
    # Turned to the left by the place of the oldest: what leaves at the top comes in below.
    left = oldest % _WEEKS
    return (bits << np.uint64(left)) | (bits >> np.uint64(-left % _WEEKS))


@compiled
def watched(own: Own, now_ms: int, terms: Terms) -> bool:
    """Say who is still a customer at `now_ms`: has shown life lately enough and has not left."""
    if own.churned_ms > max(own.active_ms, own.returned_ms):
        return False
    if terms.limit_ms == NO_LIMIT:
        return True
    here: bool = own.active_ms != NEVER and silent_ms(own, now_ms, terms) <= terms.limit_ms
    return here


@compiled
def silent_ms(own: Own, now_ms: int, terms: Terms) -> int:
    """Give how long there has been no sign of life, while their source could be heard."""
    idle_ms = living.idle_ms(terms.feeds, own.source, own.active_ms, now_ms)
    silent: int = now_ms - own.active_ms - idle_ms
    return silent


@compiled
def take_label(own: Own, as_of_ms: int, terms: Terms) -> tuple[int, bool]:
    """Take the label of the snapshot of that Monday, freeing its bits, in place.

    Returns
    -------
    label : int
        CHURNED within the horizon, STAYED, or NONE: the observation ended, or a silence may have
        been the source's.
    changed : bool
        Whether a bit was set.
    """
    bit = _ONE << np.uint64((as_of_ms - MONDAY_MS) // WEEK_MS % _WEEKS)
    seen, ended = own.seen_weeks & bit != NO_WEEKS, own.ended_weeks & bit != NO_WEEKS
    own.seen_weeks &= ~bit
    own.ended_weeks &= ~bit
    if not terms.by_silence:
        label = CHURNED if seen else STAYED
        return NONE if ended and not seen else label, seen or ended
    if ended:
        return NONE, True
    return STAYED if seen else _silent_label(own, as_of_ms + terms.horizon_ms, terms), seen


@compiled
def _silent_label(own: Own, until_ms: int, terms: Terms) -> int:
    # Of who showed no life within the horizon: churned, unless an outage leaves it open.
    idle_ms = living.idle_ms(terms.feeds, own.source, own.active_ms, until_ms)
    unsure = idle_ms > 0 and until_ms - own.active_ms - idle_ms < terms.horizon_ms
    return NONE if unsure else CHURNED


@compiled
def churned_ms(own: Own, terms: Terms) -> int:
    """Give when the customer churned, if so: as told, or when the silence was long enough."""
    if not terms.by_silence:
        told_ms: int = own.churned_ms
        return told_ms
    until_ms: int = own.active_ms + terms.horizon_ms
    return until_ms + living.idle_ms(terms.feeds, own.source, own.active_ms, until_ms)
