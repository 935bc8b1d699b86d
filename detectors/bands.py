"""Bands: calm, watch, at risk, critical. Where the risk stands, without flapping.

A band is entered at its threshold and left a margin below it, and either only after the risk
has stayed there for some days (dwell). Hard evidence lifts a band at once. A change of model
moves bands quietly: what it lifts raises an alert only after the customer's own risk has
moved on from there.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from detectors.arrays import DAY_MS, F64, I64, NEVER, U8, Mask
from detectors.families.family import Block, Column


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

    def thresholds(self) -> F64:
        """Give the risks at which watch, at risk and critical begin, shape (3,)."""
        return np.array([self.watch, self.at_risk, self.critical])


COLUMNS = (
    Column("band", np.uint8, "Band"),
    Column("rising_since_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("falling_since_ms", np.int64, "ms since 1970", empty=NEVER),
    Column("lifted_risk", np.float32, "risk"),  # when a model change lifted the band; else 0
)


@dataclass(frozen=True, eq=False)
class Moves:
    """What a move did to n rows: bands before it, who crossed the alert line, who fell below.

    `changed` are the rows of which any column changed.
    """

    before: U8
    crossed: Mask
    cleared: Mask
    changed: Mask


def move(block: Block, risk: F64, floor: U8, now_ms: I64, settings: BandSettings) -> Moves:
    """Move each row's band to where its risk has stood long enough, in place.

    Parameters
    ----------
    block : the band columns of n rows
    risk : float64, shape (n,), 0 to 1
    floor : uint8, shape (n,)
        Band that hard evidence holds up; entered at once and not left while it lasts.
    now_ms : int64, shape (n,)
        Each row's instant; never before the row's last one.

    Returns
    -------
    Moves
        `crossed` rose to at risk or above, `cleared` fell below it.
    """
    was = {name: column.copy() for name, column in block.items()}
    before = was["band"]
    entered = np.searchsorted(settings.thresholds(), risk, side="right").astype(np.uint8)
    held = np.searchsorted(settings.thresholds(), risk + settings.margin, side="right")
    since = _since(block, "rising_since_ms", entered > before, now_ms)
    rises = (entered > before) & (now_ms - since >= settings.rise_days * DAY_MS)
    since = _since(block, "falling_since_ms", held < before, now_ms)
    falls = (held < before) & (now_ms - since >= settings.fall_days * DAY_MS)
    moved = np.where(rises, entered, np.where(falls, held, before)).astype(np.uint8)
    after = np.maximum(moved, floor)
    block["band"][...] = after
    # The next line takes a dwell of its own.
    for name in ("rising_since_ms", "falling_since_ms"):
        block[name][(moved != before) & (after != before)] = NEVER

    lifted = block["lifted_risk"]
    moved_on = (lifted > 0) & (risk >= lifted.astype(np.float64) + settings.margin)
    crossed = (after >= Band.AT_RISK) & ((after > before) | moved_on)
    cleared = (before >= Band.AT_RISK) & (after < Band.AT_RISK)
    lifted[crossed | cleared] = 0
    changed = np.zeros(len(risk), bool)
    for name, column in block.items():
        changed |= column != was[name]
    return Moves(before, crossed, cleared, changed)


def lift(block: Block, risk: F64, settings: BandSettings) -> Mask:
    """Raise bands to where another model sees the same customers, raising no alert.

    Returns
    -------
    bool, shape (n,)
        Rows whose band rose. A band that the new model would lower falls by `move`, in time.
    """
    entered = np.searchsorted(settings.thresholds(), risk, side="right").astype(np.uint8)
    lifts: Mask = entered > block["band"]
    alerts = lifts & (entered >= Band.AT_RISK)
    block["lifted_risk"][alerts] = risk[alerts]
    block["band"][lifts] = entered[lifts]
    block["rising_since_ms"][lifts] = NEVER
    return lifts


def _since(block: Block, name: str, holds: Mask, now_ms: I64) -> I64:
    """Keep since when a condition holds without a break; NEVER where it does not."""
    since = block[name]
    since[...] = np.where(holds, np.where(since == NEVER, now_ms, since), NEVER)
    return since.copy()
