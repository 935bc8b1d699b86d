"""What a family of signs is: columns it owns, how an event changes them, features, and words.

A family is a module with the names of the protocol `Family`. `detectors/families/__init__.py`
lists them; the engine, the ledger and the contract tests find everything else from there.
`apply`, `features` and `floor` are compiled: they are about one customer, `own` being the
family's columns of that customer, and `event` one record of `detectors.events.EVENT`. A family
with `CLOCK = LIVING` is measured on the clock that stands while the customer's source is silent.
One with `BESIDE = "volume"` is measured with that family's columns at hand:
``features(own, beside, now_ms)``. One that has `enters` is rare: only who has had something to do
with it has columns of it, and all others share blank ones, which must stay so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import DTypeLike

from detectors import plain
from detectors.compiled import compiled
from detectors.kinds import Kind

NO_OFFSET = -1
ACTIVITY = (Kind.PURCHASE_MADE, Kind.USAGE_RECORDED, Kind.LOGIN_MADE)  # signs of life

# "latest": that of the customer whose instant is the later; "days": bits counted back from a day;
# "pooled": places put together by the first of such columns; "own": the survivor's stays.
Joining = Literal[
    "later",
    "earlier",
    "larger",
    "either",
    "sum",
    "decayed",
    "latest",
    "days",
    "pooled",
    "own",
]

Own = np.record  # one family's columns of one customer
Event = np.record


@dataclass(frozen=True)
class Column:
    """One number kept for each customer, or a few of a kind (`places`).

    `empty` is its neutral value before any event. `joins` says what becomes of two customers'
    columns when they turn out to be one; None: as `detectors.joining` reads the unit.
    """

    name: str
    dtype: DTypeLike
    unit: str
    empty: float = 0
    places: int | None = None
    joins: Joining | None = None


@dataclass(frozen=True)
class Feature:
    """One number given to the model.

    `sign` is the direction in which it raises the risk; a learned weight of the other sign is
    never shown as a reason. `weight` is what the expert rules give one unit of it, in logit,
    and `usual` the value of an ordinary customer, for reasons before anything was learned.
    """

    name: str
    unit: str
    sign: int
    meaning: str
    weight: float = 0.0
    usual: float = 0.0


class Words(NamedTuple):  # this and the next are made for every reason: tuples are made fast
    """A reason in the languages of those who read it."""

    en: str
    zh: str


class Telling(NamedTuple):
    """A family's reason for one customer: its id in the reason tree, words, and since when."""

    id: str
    words: Words
    since_ms: int


def weightiest(features: tuple[Feature, ...], value: Mapping[str, float]) -> str:
    """Give the name of the feature that raises the risk most by the rules: what a reason is about.

    Examples
    --------
    >>> late, lost = Feature("late", "", +1, "", 0.2), Feature("lost", "", +1, "", 0.5)
    >>> weightiest((late, lost), {"late": 2.0, "lost": 1.0})
    'lost'
    """
    return max(features, key=lambda one: one.weight * (value[one.name] - one.usual)).name


class Family(Protocol):
    """The names that a family's module has.

    `KINDS` are the kinds of events that it goes by. It may name some of them in `BACKGROUND`: those
    that change its columns, but say nothing by themselves.
    """

    KINDS: tuple[Kind, ...]
    COLUMNS: tuple[Column, ...]
    FEATURES: tuple[Feature, ...]

    def apply(self, own: Own, event: Event) -> None:
        """Take one event of the customer into the columns, in place (compiled)."""

    def features(self, own: Own, now_ms: int) -> tuple[float, ...]:
        """Measure the customer at an instant: one number for each of `FEATURES` (compiled)."""

    def reason(self, own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
        """Say it in words, from the columns and the features by name."""


class HardEvidence(Protocol):
    """What a family has beside, if its evidence alone can lift the band."""

    def floor(self, own: Own, now_ms: int) -> int:
        """Give the band below which the customer cannot be while the evidence lasts (compiled)."""


class StageEvidence(Protocol):
    """What a family has beside, if it can show how far a customer has gone."""

    def stage(self, own: Own, now_ms: int) -> int:
        """Give the stage that the family's evidence shows, 0 for none (compiled)."""


class RareSigns(Protocol):
    """What a family has beside, if most customers never have anything of it.

    It may not go by events of the company: they are taken without asking.
    """

    KINDS: tuple[Kind, ...]

    def enters(self, event: Event) -> bool:
        """Say whether an event could change blank columns (compiled). If in doubt it can."""


EVIDENCE = (
    Column("evidence_ms", np.int64, "ms since 1970"),
    Column("evidence_offset", np.int64, "offset", empty=NO_OFFSET),
    Column("evidence_topic", np.uint8, "place in kinds.TOPICS"),
)


@compiled
def remember(own: Own, event: Event) -> None:
    """Keep where the latest of the family's events stands, as its evidence.

    Of two events at the same instant the later in the log stays.
    """
    if event.at_ms >= own.evidence_ms:
        own.evidence_ms = event.at_ms
        own.evidence_offset = event.offset
        own.evidence_topic = event.topic
