"""The churn definition: who is still a customer, and what became of them after a snapshot.

Labels are kept as one bit a week, set by an event's own time: whatever order events come in,
a snapshot's label is the same. Bit k stands for the snapshot of the k-th Monday, modulo 64.
"""

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from detectors.arrays import DAY_MS, MONDAY_MS, NEVER, WEEK_MS
from detectors.compiled import compiled
from detectors.families.family import Column, Event, Own
from detectors.kinds import Kind
from detectors.terms import NO_LIMIT, Terms

SIGNS_OF_LIFE = (Kind.PURCHASE_MADE, Kind.USAGE_RECORDED)
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

    @property
    def horizon_days(self) -> int:
        """How far ahead the risk looks, days."""
        return self.silence_days if self.label == "silence" else self.churned_within_days

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
    Column("source", np.int32, "place in the ledger's sources", empty=NO_SOURCE, joins="own"),
    Column("seen_weeks", np.uint64, "bits"),  # snapshots whose horizon holds what the label asks
)


@compiled
def apply(own: Own, event: Event, terms: Terms, tick_ms: int) -> None:
    """Take one event of the customer into the columns, in place.

    `tick_ms` is the last tick: labels asked until then were given, and their bits belong to
    other weeks by now.
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
    if alive if terms.by_silence else churned:
        own.seen_weeks |= weeks_before(event.at_ms, terms.horizon_ms, tick_ms)


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
    here: bool = own.active_ms != NEVER and now_ms - own.active_ms <= terms.limit_ms
    return here


@compiled
def take_label(own: Own, as_of_ms: int, terms: Terms) -> tuple[bool, bool]:
    """Take the label of the snapshot of that Monday, freeing its bit, in place.

    Returns
    -------
    churned : bool
        Whether the customer churned within the horizon.
    changed : bool
        Whether the bit was set.
    """
    bit = _ONE << np.uint64((as_of_ms - MONDAY_MS) // WEEK_MS % _WEEKS)
    seen = own.seen_weeks & bit != NO_WEEKS
    own.seen_weeks &= ~bit
    return seen != terms.by_silence, seen


@compiled
def churned_ms(own: Own, terms: Terms) -> int:
    """Give when the customer churned, if so: as told, or when the silence was long enough."""
    at_ms: int = own.active_ms + terms.horizon_ms if terms.by_silence else own.churned_ms
    return at_ms
