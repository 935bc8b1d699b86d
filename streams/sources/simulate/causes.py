"""Why customers leave: one row for each reason id of the tree.

A cause pushes: while it lasts it makes every step towards leaving likelier. `yearly` says how
often it comes by itself; causes with 0 follow from what happens (a bad delivery, a change of
ours, a neighbour's loss) or are only planted. Rates are our own settings: they make about one
customer in five leave in a year, which is what the machinery trade is said to see.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np

from detectors.arrays import F64

Kind = Literal["voluntary", "involuntary", "natural"]


class Stage(IntEnum):
    """How far a customer has gone; the last two are over the line."""

    CONTENT = 0
    AWARE = 1
    CONSIDERING = 2
    DECIDING = 3
    GONE = 4


@dataclass(frozen=True)
class Cause:
    """A reason id, and how it acts.

    `strength` is the push in units of log odds when it begins, `half_life_days` how long until
    half of it is left, `saveability` the factor of the domain's table.
    """

    reason: str
    kind: Kind = "voluntary"
    yearly: float = 0.0
    strength: float = 1.6
    half_life_days: float = 45.0
    saveability: float = 1.0

    @property
    def group(self) -> str:
        """The part of the reason id before the dot."""
        return self.reason.partition(".")[0]


CAUSES = (
    Cause("service.indifference", yearly=0.16),
    Cause("service.slow", yearly=0.08),
    Cause("service.delivery", yearly=0.05, half_life_days=35),
    Cause("complaint.open", half_life_days=20, saveability=1.5),
    Cause("complaint.unresolved", kind="involuntary", half_life_days=60),
    Cause("product.quality", yearly=0.04, half_life_days=35),
    Cause("product.fit", yearly=0.05, half_life_days=60),
    Cause("competition.price", yearly=0.20),
    Cause("competition.better", yearly=0.06),
    Cause("competition.recommended", yearly=0.03),
    Cause("competition.substitute", yearly=0.03, half_life_days=60),
    Cause("competition.entered", half_life_days=90),
    Cause("need.changed", yearly=0.06, half_life_days=60),
    Cause("need.moved", yearly=0.008, strength=2.4, half_life_days=60, saveability=0.2),
    Cause("need.ended", kind="natural", saveability=0.0),
    Cause("technology.migration", yearly=0.04, strength=1.8, half_life_days=60),
    Cause("technology.digital_gap", yearly=0.04),
    Cause("change.repositioned", kind="involuntary", half_life_days=90, saveability=0.8),
    Cause("change.line_ended", kind="involuntary", half_life_days=90, saveability=0.8),
    Cause("change.policy", kind="involuntary", half_life_days=45, saveability=0.8),
    Cause("change.threshold", kind="involuntary", half_life_days=60, saveability=0.8),
    Cause("relation.manager_left", half_life_days=60),
    Cause("relation.poached", half_life_days=75),
    Cause("relation.neglect", half_life_days=45),
    Cause("payment.failed", kind="involuntary", saveability=1.5),
    Cause("payment.strained", yearly=0.05, strength=1.3, saveability=1.5),
    Cause("payment.disputed", yearly=0.04, strength=1.4, half_life_days=30, saveability=1.5),
    Cause("network.neighbour", half_life_days=30),
    Cause("decline.quiet"),
    Cause("decline.spread", yearly=0.06, half_life_days=75),
    Cause("decline.line_lost", yearly=0.06, half_life_days=60),
)
REASONS = tuple(cause.reason for cause in CAUSES)
N_CAUSES = len(CAUSES)
NO_CAUSE = -1

# Chance that acting keeps a customer who would otherwise go, by stage; the domain's table.
_SAVED_IN_STAGE = (0.0, 0.40, 0.30, 0.10, 0.0)
_SAVED_MAX = 0.9
_KEPT: F64 = np.array([0.5 ** (1 / cause.half_life_days) for cause in CAUSES])


def cause_of(reason: str) -> int:
    """Give the place of a reason id in the table.

    Examples
    --------
    >>> CAUSES[cause_of("change.policy")].kind
    'involuntary'
    """
    return REASONS.index(reason)


def kept_a_day() -> F64:
    """Give the share of each cause's push that is left after a day, shape (n_causes,)."""
    return _KEPT.copy()


def saveability(stage: int, cause: int) -> float:
    """Give the chance that a treatment keeps a customer, 0 to 0.9.

    Examples
    --------
    >>> round(saveability(Stage.AWARE, cause_of("payment.failed")), 2)
    0.6
    >>> saveability(Stage.CONTENT, NO_CAUSE)
    0.0
    """
    factor = 1.0 if cause == NO_CAUSE else CAUSES[cause].saveability
    return min(_SAVED_MAX, _SAVED_IN_STAGE[stage] * factor)
