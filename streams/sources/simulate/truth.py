"""What is true of the run and what the system never sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detectors.arrays import F32, I8
from streams.sources.simulate.causes import Kind, Stage, saveability
from streams.sources.simulate.shape import Shape
from streams.sources.simulate.texts import Meaning
from streams.sources.truth import BrokenClock, Change, Silence


@dataclass(frozen=True)
class Departure:
    """A customer left, at `left_ms`; `told` says whether an event said so, ever.

    Stage days are those of the last way out, None where a stage was passed over.
    """

    customer: str
    left_ms: int
    kind: Kind
    reason: str
    told: bool
    aware_ms: int | None
    considering_ms: int | None
    deciding_ms: int | None
    saveability: float


@dataclass(frozen=True)
class Move:
    """A customer came to a stage, for a reason id (empty: none)."""

    customer: str
    at_ms: int
    stage: Stage
    reason: str


@dataclass(frozen=True)
class Saved:
    """A customer on the way out came back, because of how they were treated."""

    customer: str
    at_ms: int
    by: str
    reason: str


@dataclass
class Truth:
    """Filled while the events of a run are taken; whole once the last has been.

    `hazard[day, n]` is the chance to leave on that day, given everything but the dice;
    `risk_30d[week, n]` the chance to leave within the 30 days after each Monday 00:00 UTC, if
    nothing new happens. Both are NaN for who is no customer then. `meant` says what each
    complaint's text says, `damaged` what was done to it; by complaint id.
    """

    shape: Shape
    ids: tuple[str, ...]
    departures: list[Departure] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    broken: list[BrokenClock] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    returned: list[tuple[str, int]] = field(default_factory=list)
    meant: dict[str, Meaning] = field(default_factory=dict)
    damaged: dict[str, tuple[str, ...]] = field(default_factory=dict)
    alias_of: dict[str, str] = field(default_factory=dict)
    planted: dict[str, list[str]] = field(default_factory=dict)
    held_back: int = 0
    lost: int = 0

    def __post_init__(self) -> None:
        """Make room."""
        n, n_days = len(self.ids), self.shape.n_days
        self.hazard: F32 = np.full((n_days, n), np.nan, np.float32)
        self.risk_30d: F32 = np.full((-(-n_days // 7), n), np.nan, np.float32)
        self.stage: I8 = np.zeros((n_days, n), np.int8)
        self.cause: I8 = np.full((n_days, n), -1, np.int8)

    def saveability(self, day: int, customer: int) -> float:
        """Give the chance that a treatment on a day keeps a customer who would otherwise go."""
        return saveability(int(self.stage[day, customer]), int(self.cause[day, customer]))

    def clocks(self) -> Mapping[str, int]:
        """Count broken clocks by kind."""
        return _counts(one.clock for one in self.broken)

    def reasons(self) -> Mapping[str, int]:
        """Count departures by reason id."""
        return _counts(one.reason for one in self.departures)

    def kinds(self) -> Mapping[str, int]:
        """Count departures by kind."""
        return _counts(one.kind for one in self.departures)

    def table(self) -> list[dict[str, Any]]:
        """Give the side table: one row for each customer, with the last departure if any."""
        last = {one.customer: one for one in self.departures}
        return [_row(customer, last.get(customer)) for customer in self.ids]


def _row(customer: str, left: Departure | None) -> dict[str, Any]:
    if left is None:
        return {"customer": customer, "left_ms": None, "kind": None, "reason": None}
    return {name: getattr(left, name) for name in Departure.__dataclass_fields__}


def _counts(values: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items()))
