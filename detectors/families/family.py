"""What a family of signs is: columns it owns, how events change them, features, and words.

A family is a module with the names of the protocol `Family`. `detectors/families/__init__.py`
lists them; the engine, the ledger and the contract tests find everything else from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import DTypeLike, NDArray

from detectors.arrays import F64, I64, NEVER, U8
from detectors.batch import At, Batch
from detectors.decay import days_since, log1p
from detectors.kinds import Kind
from detectors.on_demand import OnDemand

NO_OFFSET = -1
ACTIVITY = (Kind.PURCHASE_MADE, Kind.USAGE_RECORDED, Kind.LOGIN_MADE)  # signs of life

Block = Mapping[str, NDArray[Any]]  # one family's columns of the rows at hand, by name


@dataclass(frozen=True)
class Column:
    """One number kept for each customer. `empty` is its neutral value before any event."""

    name: str
    dtype: DTypeLike
    unit: str
    empty: float = 0


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


@dataclass(frozen=True)
class Words:
    """A reason in the languages of those who read it."""

    en: str
    zh: str


@dataclass(frozen=True)
class Telling:
    """A family's reason for one customer: its id in the reason tree, words, and since when."""

    id: str
    words: Words
    since_ms: int


class Family(Protocol):
    """The names that a family's module has."""

    COLUMNS: tuple[Column, ...]
    FEATURES: tuple[Feature, ...]

    def apply(self, block: Block, batch: Batch) -> None:
        """Take a batch of events into the columns, in place. No row occurs twice in a batch."""

    def features(self, block: Block, now_ms: I64) -> tuple[F64, ...]:
        """Measure each row of the block at its own instant: one array for each of `FEATURES`."""

    def reason(self, block: Block, value: Mapping[str, float], now_ms: int) -> Telling:
        """Say it in words, from a block of one row and its features by name."""


class HardEvidence(Protocol):
    """What a family has beside, if its evidence alone can lift the band."""

    def floor(self, block: Block, now_ms: I64) -> U8:
        """Give the band below which each row cannot be while the evidence lasts."""


EVIDENCE = (
    Column("evidence_ms", np.int64, "ms since 1970"),
    Column("evidence_offset", np.int64, "offset", empty=NO_OFFSET),
    Column("evidence_topic", np.uint8, "place in kinds.TOPICS"),
)


def remember(block: Block, batch: Batch) -> None:
    """Keep where the latest of these events stands, as the family's evidence.

    Of two events at the same instant the later in the log stays.
    """
    topic, offset = batch.evidence
    newer = batch.at_ms >= block["evidence_ms"][batch.rows]
    put(block, "evidence_offset", batch.rows, offset, newer)
    put(block, "evidence_topic", batch.rows, topic, newer)
    put(block, "evidence_ms", batch.rows, batch.at_ms, newer)


def rows_of(block: Block, at: At) -> Block:
    """See some rows of a block as a block of their own, each column once it is asked for."""
    return OnDemand(lambda name: block[name][at])


def put(block: Block, name: str, rows: At, value: NDArray[Any], where: NDArray[np.bool_]) -> None:
    """Write `value` into a column at `rows`, but only where the mask holds."""
    column = block[name]
    column[rows] = np.where(where, value, column[rows])


def latest(block: Block, name: str, batch: Batch) -> None:
    """Move an instant forward to the events' own. A maximum needs no order."""
    if not len(batch):
        return
    column = block[name]
    column[batch.rows] = np.maximum(column[batch.rows], batch.at_ms)


def earliest(block: Block, name: str, batch: Batch) -> None:
    """Move an instant back to the events' own, or set it if there was none."""
    column = block[name]
    before = column[batch.rows]
    column[batch.rows] = np.where(before == NEVER, batch.at_ms, np.minimum(before, batch.at_ms))


def log_days_since(at_ms: I64, now_ms: I64, most_days: float = 180.0) -> F64:
    """Give ``log(1 + days)`` since an instant; `most_days` if it was before, or never."""
    days = np.minimum(days_since(now_ms, at_ms), most_days)
    return log1p(np.where(at_ms == NEVER, most_days, days))


def as_family(module: ModuleType) -> Family:
    """See a module as the family it is."""
    return cast("Family", module)


def as_hard_evidence(module: ModuleType) -> HardEvidence:
    """See a module as one whose evidence can lift the band."""
    return cast("HardEvidence", module)
