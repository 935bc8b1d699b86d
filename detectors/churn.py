"""The churn definition: who is still a customer, and what became of them after a snapshot.

Labels are kept as one bit a week, set by an event's own time: whatever order events come in,
a snapshot's label is the same. Bit k stands for the snapshot of the k-th Monday, modulo 64.
"""

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from detectors.arrays import DAY_MS, I64, MONDAY_MS, NEVER, U8, U64, WEEK_MS, Mask
from detectors.batch import Batch
from detectors.families.family import Block, Column, latest
from detectors.kinds import Kind

SIGNS_OF_LIFE = (Kind.PURCHASE_MADE, Kind.USAGE_RECORDED)


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
    Column("seen_weeks", np.uint64, "bits"),  # snapshots whose horizon holds what the label asks
)


def apply(block: Block, batch: Batch, settings: ChurnSettings, tick_ms: int) -> None:
    """Take a batch of events into the columns, in place.

    `tick_ms` is the last tick: labels asked until then were given, and their bits belong to
    other weeks by now.
    """
    alive, churned = batch.of(*SIGNS_OF_LIFE), batch.of(Kind.CUSTOMER_CHURNED)
    latest(block, "active_ms", alive)
    latest(block, "churned_ms", churned)
    latest(block, "returned_ms", batch.of(Kind.CUSTOMER_RETURNED))
    told = alive if settings.label == "silence" else churned
    block["seen_weeks"][told.rows] |= weeks_before(told.at_ms, settings.horizon_days, tick_ms)


def weeks_before(at_ms: I64, horizon_days: int, tick_ms: int = 0) -> U64:
    """Give the bits of all Mondays whose horizon ``(Monday, Monday + horizon]`` holds `at_ms`.

    Mondays whose horizon was over at `tick_ms` are left out.

    Examples
    --------
    >>> noon = np.array([MONDAY_MS + 3 * WEEK_MS + DAY_MS // 2])
    >>> [f"{bits:04b}" for bits in weeks_before(noon, 14)]
    ['1100']
    """
    newest = -((MONDAY_MS - at_ms) // WEEK_MS) - 1  # last Monday strictly before
    oldest = -((MONDAY_MS + horizon_days * DAY_MS - at_ms) // WEEK_MS)
    oldest = np.maximum(oldest, (tick_ms - horizon_days * DAY_MS - MONDAY_MS) // WEEK_MS + 1)
    n_weeks = np.maximum(newest - oldest + 1, 0).astype(np.uint64)
    bits = (np.uint64(1) << n_weeks) - np.uint64(1)
    # Turned to the left by the place of the oldest: what leaves at the top comes in below.
    left, right = (oldest % 64).astype(np.uint64), (-oldest % 64).astype(np.uint64)
    turned: U64 = (bits << left) | (bits >> right)
    return turned


def watched(block: Block, now_ms: I64, settings: ChurnSettings) -> Mask:
    """Say who is still a customer at `now_ms`: has shown life lately enough and has not left."""
    active_ms = block["active_ms"]
    here = block["churned_ms"] <= np.maximum(active_ms, block["returned_ms"])
    limit_ms = settings.active_limit_ms
    if limit_ms is None:
        return here
    result: Mask = here & (active_ms != NEVER) & (now_ms - active_ms <= limit_ms)
    return result


def take_label(block: Block, as_of_ms: int, settings: ChurnSettings) -> tuple[U8, Mask]:
    """Take the labels of the snapshot of that Monday, freeing their bits, in place.

    Returns
    -------
    label : uint8, shape (n,)
        1 for who churned within the horizon.
    changed : bool, shape (n,)
        Rows whose bit was set.
    """
    bit = np.uint64(1) << np.uint64((as_of_ms - MONDAY_MS) // WEEK_MS % 64)
    seen: Mask = (block["seen_weeks"] & bit) != 0
    block["seen_weeks"][...] &= ~bit
    return (seen == (settings.label == "churned")).astype(np.uint8), seen


def churned_ms(block: Block, settings: ChurnSettings) -> I64:
    """Give when each row churned, if it did: as told, or when the silence was long enough."""
    if settings.label == "churned":
        return block["churned_ms"].copy()
    ends: I64 = block["active_ms"] + settings.silence_days * DAY_MS
    return ends
