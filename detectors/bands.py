"""Bands: calm, watch, at risk, critical. Where the risk stands, without flapping.

A band is entered at its threshold and left a margin below it, and either only after the risk
has stayed there for some days (dwell). Hard evidence lifts a band at once. A change of model
moves bands quietly: what it lifts raises an alert only after the customer's own risk has
moved on from there.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from detectors.arrays import NEVER
from detectors.compiled import compiled
from detectors.families.family import Column, Own
from detectors.terms import Terms


class Band(IntEnum):
    """Where the risk stands."""

    CALM = 0
    WATCH = 1
    AT_RISK = 2
    CRITICAL = 3


class BandSettings(BaseModel):
    """Where bands begin and how slowly they change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    watch: float = Field(0.15, gt=0, lt=1)  # half as likely again as an ordinary customer
    at_risk: float = Field(0.30, gt=0, lt=1)  # three times the usual tenth: worth a person's time
    critical: float = Field(0.55, gt=0, lt=1)  # more likely to go than to stay
    margin: float = Field(0.05, ge=0, lt=1)  # a week's noise of the score of an unchanged customer
    rise_days: float = Field(1.0, ge=0)  # one full day: a single odd hour raises nobody
    fall_days: float = Field(3.0, ge=0)  # slower down than up: a saved customer is seen twice

    @model_validator(mode="after")
    def _in_order(self) -> "BandSettings":
        if not self.watch < self.at_risk < self.critical:
            raise ValueError("bands.watch, bands.at_risk and bands.critical must rise")
        return self


COLUMNS = (
    Column("band", np.int8, "Band"),
    Column("rising_since_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("falling_since_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("lifted_risk", np.float32, "risk"),  # when a model change lifted the band; else 0
)


class Move(NamedTuple):
    """What a move did: the band before, whether the alert line was crossed or fallen below.

    `changed` says whether any column did.
    """

    before: int
    crossed: bool
    cleared: bool
    changed: bool


@compiled
def move(own: Own, risk: float, floor: int, now_ms: int, terms: Terms) -> Move:
    """Move the band to where the risk has stood long enough, in place.

    Parameters
    ----------
    own : the band columns of one customer
    risk : float, 0 to 1
    floor : int
        Band that hard evidence holds up; entered at once and not left while it lasts.
    now_ms : int
        The customer's instant; never before their last one.

    Returns
    -------
    Move
        `crossed` rose to at risk or above, `cleared` fell below it.
    """
    before, lifted = int(own.band), own.lifted_risk
    entered, held = band_of(risk, terms), band_of(risk + terms.margin, terms)
    rising_ms = _since(own.rising_since_ms, entered > before, now_ms)
    falling_ms = _since(own.falling_since_ms, held < before, now_ms)
    moved = before
    if entered > before and now_ms - rising_ms >= terms.rise_ms:
        moved = entered
    elif held < before and now_ms - falling_ms >= terms.fall_ms:
        moved = held
    after = max(moved, floor)
    # The next line takes a dwell of its own.
    if before != moved and before != after:  # noqa: PLR1714, a set would be made for each
        rising_ms = falling_ms = NEVER
    moved_on = bool(lifted > 0 and risk >= float(lifted) + terms.margin)
    crossed = after >= Band.AT_RISK and (after > before or moved_on)
    cleared = before >= Band.AT_RISK and after < Band.AT_RISK
    dwells = rising_ms != own.rising_since_ms or falling_ms != own.falling_since_ms
    own.band, own.rising_since_ms, own.falling_since_ms = after, rising_ms, falling_ms
    if crossed or cleared:
        own.lifted_risk = 0.0
    changed = bool(dwells or after != before or own.lifted_risk != lifted)
    return Move(before, crossed, cleared, changed)


@compiled
def lift(own: Own, risk: float, terms: Terms) -> bool:
    """Raise the band to where another model sees the same customer, raising no alert.

    Says whether it rose. A band that the new model would lower falls by `move`, in time.
    """
    entered = band_of(risk, terms)
    if entered <= own.band:
        return False
    own.band = entered
    own.rising_since_ms = NEVER
    if entered >= Band.AT_RISK:
        own.lifted_risk = risk
    return True


@compiled
def band_of(risk: float, terms: Terms) -> int:
    """Give the band that a risk stands in."""
    return int(risk >= terms.watch) + int(risk >= terms.at_risk) + int(risk >= terms.critical)


@compiled
def _since(since_ms: int, holds: bool, now_ms: int) -> int:
    # Since when a condition holds without a break; NEVER where it does not.
    if not holds:
        return NEVER
    return now_ms if since_ms == NEVER else since_ms
