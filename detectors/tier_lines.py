"""Tier lines: how much a customer has to bring in a year to be in which tier, by segment.

The trainer hears of all customers each week, so it cuts them by shares (the first tenth, the next
three ...), and publishes the lines with the model: by the log they reach every scorer at one
place of its order. Lines of one's own in the settings go before them. Lifetime value is a year's
revenue times what is the same for all, so these are the quantiles of lifetime value too (but for
`value.loyalty_by_marks`). Fails where customers pay in different currencies.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple, Self

import msgspec
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, model_validator

from detectors.arrays import F32, F64

EVERYBODY = "*"  # whose segment has no lines of its own
TIERS_MAX = 4  # more tiers cost more than they bring
Lines = tuple[float, ...]


class TierSettings(BaseModel):
    """Who is in which tier, where no profile names one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Tier -> share of the customers, the most valuable first; {}: none is made from value.
    shares: Mapping[str, PositiveFloat] = {"top": 0.1, "middle": 0.3, "base": 0.6}
    margin: float = Field(0.1, ge=0, lt=1)  # ours: so far beyond a line, or nothing changes
    customers_min: int = Field(50, ge=1)  # ours: a segment of fewer goes by everybody's lines
    # Segment ("*": all others) -> money a year from which on each tier but the last begins.
    lines: Mapping[str, Lines] = {}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(self.shares) > TIERS_MAX:
            raise ValueError(f"there are {len(self.shares)} tiers, at most {TIERS_MAX} are allowed")
        if self.shares and not math.isclose(sum(self.shares.values()), 1.0):
            raise ValueError(f"the shares make {sum(self.shares.values()):g}, not 1")
        if self.lines and EVERYBODY not in self.lines:
            raise ValueError(f"no lines of {EVERYBODY!r}, for segments that are not named")
        for segment, lines in self.lines.items():
            falling = all(one > other for one, other in pairwise(lines))
            if len(lines) != len(self.shares) - 1 or not falling:
                raise ValueError(f"lines of {segment!r} are not {len(self.shares) - 1}, falling")
        return self

    @property
    def cuts(self) -> Lines:
        """The share of customers who are above each line."""
        return tuple(round(cut, 9) for cut in accumulate(self.shares.values()))[:-1]


class TierLines(msgspec.Struct, frozen=True):
    """Lines by segment, as the customers stood on a Monday: their version."""

    as_of_ms: int
    lines: dict[str, Lines]


class Worths(NamedTuple):
    """What customers of a snapshot bring in a year, and their segments.

    `revenue` is float32, below 0 where nothing is known; `segment` the place in `segments`; both
    of shape (n,).
    """

    revenue: F32
    segment: NDArray[np.uint16]
    segments: tuple[str, ...]


NO_WORTHS = Worths(np.empty(0, np.float32), np.empty(0, np.uint16), ())


def lines_of(told: Iterable[Worths], cuts: Sequence[float], customers_min: int) -> dict[str, Lines]:
    """Cut customers by what they bring in a year.

    Parameters
    ----------
    told : what each partition says
    cuts : share of the customers above each line, rising, each within 0 and 1
    customers_min : int
        A segment of fewer has no lines. Raising it gives steadier lines to fewer segments.

    Returns
    -------
    dict of segment -> lines, money a year, by segment; empty if nobody is known

    Examples
    --------
    >>> money, nobody = np.arange(1, 11, dtype=np.float32), np.zeros(10, np.uint16)
    >>> lines_of([Worths(money, nobody, ("",))], (0.1, 0.4), 1)
    {'*': (10.0, 7.0)}
    """
    by_segment: dict[str, list[F32]] = {EVERYBODY: []}
    for revenue, segment, segments in told:
        known = revenue >= 0
        by_segment[EVERYBODY].append(revenue[known])
        for place, name in enumerate(segments):
            if name:
                by_segment.setdefault(name, []).append(revenue[known & (segment == place)])
    found = {}
    for name in sorted(by_segment):
        money = np.sort(np.concatenate([*by_segment[name], np.empty(0, np.float32)]))[::-1]
        if len(money) >= (1 if name == EVERYBODY else customers_min):
            found[name] = tuple(float(money[math.ceil(cut * len(money)) - 1]) for cut in cuts)
    return found


def in_force(settings: TierSettings, learned: TierLines | None) -> dict[str, Lines]:
    """Give the lines that count: those of the settings, else learned ones that fit; or none."""
    if settings.lines:
        return dict(settings.lines)
    if learned is None or any(len(one) != len(settings.cuts) for one in learned.lines.values()):
        return {}
    return learned.lines if settings.shares else {}


def table(lines: Mapping[str, Lines]) -> F64:
    """Give lines as compiled code takes them, shape (n, n_lines): everybody's, then by segment."""
    if not lines:
        return np.empty((0, 0))
    return np.array([lines[name] for name in (EVERYBODY, *segments(lines))], np.float64)


def segments(lines: Mapping[str, Lines]) -> list[str]:
    """Give the segments that have lines of their own, in the order of `table`."""
    return sorted(lines.keys() - {EVERYBODY})
