"""The judge: scores a block of customers under the model in force, and writes what is worth it.

Few rows of a block have something to say: a band that changed, a line that was crossed, a
risk that moved far. Only those become assessments, with reasons.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detectors import bands, churn
from detectors.arrays import F64, I64, Mask, Rows
from detectors.assessment import Assessment, Reason
from detectors.bands import Band
from detectors.errors import FormatError
from detectors.families import FLOORS, value
from detectors.families.family import Block, rows_of
from detectors.on_demand import OnDemand
from detectors.reasons import Picture, family_logits, instant, reasons
from detectors.score import FEATURES_HASH, measure, risk
from detectors.settings import CoreSettings
from detectors.slices import Model
from detectors.worth import BASES, lifetime_value, yearly_revenue

Blocks = Mapping[str, Block]
BAND_NAMES = tuple(band.name.lower() for band in Band)


@dataclass(frozen=True, eq=False)
class Cause:
    """Why customers are scored now: each by an event of their own, or all by time."""

    name: str  # "event" or "time"
    adverse: Mask
    late: Mask


@dataclass(frozen=True, eq=False)
class Scored:
    """A block of n customers just scored: arrays of shape (n,), `x` of (n, n_features)."""

    blocks: Blocks
    rows: Rows
    now_ms: I64
    x: F64
    watched: Mask
    risk: F64
    hard: Mask
    moves: bands.Moves
    cause: Cause


class Judge:
    """Scores and writes for one partition, under one model.

    Raises
    ------
    FormatError
        If the model belongs to another feature list.
    """

    def __init__(self, partition: int, settings: CoreSettings, model: Model) -> None:
        if model.features_hash != FEATURES_HASH:
            raise FormatError(
                f"model {model.version} is of feature list {model.features_hash}; "
                f"this version has {FEATURES_HASH}"
            )
        self.partition, self.settings, self.model = partition, settings, model
        self.weights, self.usual = model.arrays()

    def risk(self, blocks: Blocks, now_ms: I64) -> tuple[F64, F64, Mask]:
        """Measure and score: features, risks, and who is still a customer (others risk 0)."""
        x = measure(blocks, now_ms)
        watched = churn.watched(blocks["churn"], now_ms, self.settings.churn)
        return x, np.where(watched, risk(x, self.weights, self.model.intercept), 0.0), watched

    def score(self, blocks: Blocks, rows: Rows, now_ms: I64, cause: Cause) -> Scored:
        """Score a block and move its bands, in place."""
        x, risks, watched = self.risk(blocks, now_ms)
        floor = np.zeros(len(rows), np.uint8)
        for name, family in FLOORS.items():
            floor = np.maximum(floor, family.floor(blocks[name], now_ms))
        floor[~watched] = Band.CALM
        moves = bands.move(blocks["bands"], risks, floor, now_ms, self.settings.bands)
        return Scored(blocks, rows, now_ms, x, watched, risks, floor >= Band.AT_RISK, moves, cause)

    def tell(self, scored: Scored, names: Sequence[str]) -> Iterator[tuple[int, Assessment]]:
        """Write the assessments worth writing: (place in the block, assessment)."""
        reported = scored.blocks["ledger"]["reported_risk"]
        moved = np.abs(scored.risk - reported) >= self.settings.assessment.report_change
        band, moves = scored.blocks["bands"]["band"], scored.moves
        # New bad news about a customer already at risk is a line crossed again.
        again = scored.cause.adverse & (band >= Band.AT_RISK)
        told = np.flatnonzero((band != moves.before) | moves.crossed | again | moved)
        if not len(told):
            return
        reported[told] = scored.risk[told]
        worth, basis = self._worth(scored, told)
        for n, at in enumerate(told.tolist()):
            crossed = bool(moves.crossed[at] | again[at])
            value = round(float(worth[n]), 2), BASES[int(basis[n])]
            yield at, self._write(scored, at, names, value, crossed=crossed)

    def loudest(self, x: F64) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
        """Give the place of the family that raises each risk most, -1 where none does."""
        by_family = family_logits(x, self.weights, self.usual)
        place = np.argmax(by_family, axis=1)
        return np.where(by_family[np.arange(len(x)), place] > 0, place, -1).astype(np.int8)

    def _write(
        self,
        scored: Scored,
        at: int,
        names: Sequence[str],
        value: tuple[float, str],
        *,
        crossed: bool,
    ) -> Assessment:
        account, now_ms = scored.blocks["account"], int(scored.now_ms[at])
        band = int(scored.blocks["bands"]["band"][at])
        risk_at, (worth, basis) = float(scored.risk[at]), value
        return Assessment(
            partition=self.partition,
            number=int(scored.rows[at]),
            as_of=instant(now_ms),
            risk=risk_at,
            band=BAND_NAMES[band],
            previous_band=BAND_NAMES[scored.moves.before[at]],
            stage=None,
            basis=self.model.basis,
            model_version=self.model.version,
            settings_id=self.settings.settings_id,
            owner=names[account["owner"][at]],
            tier=names[account["tier"][at]],
            language=names[account["language"][at]],
            value=worth,
            value_basis=basis,
            value_at_risk=round(risk_at * worth, 2),
            cause=scored.cause.name,
            adverse=bool(scored.cause.adverse[at]),
            hard=bool(scored.hard[at]),
            late=bool(scored.cause.late[at]),
            crossed=crossed,
            cleared=bool(scored.moves.cleared[at]),
            reasons=self._reasons(scored, at, now_ms) if band > Band.CALM else (),
        )

    def _reasons(self, scored: Scored, at: int, now_ms: int) -> tuple[Reason, ...]:
        x = scored.x[at]
        parts = (x - self.usual) * self.weights
        picture = Picture(x, parts, self.usual, now_ms, self.partition)
        return reasons(OnDemand(lambda part: row_of(scored.blocks[part], at)), picture)

    def _worth(self, scored: Scored, told: Rows) -> tuple[F64, Rows]:
        spend = value.yearly_spend(rows_of(scored.blocks["value"], told), scored.now_ms[told])
        known = scored.blocks["account"]["yearly_revenue"][told]
        revenue, basis = yearly_revenue(known, spend, self.settings.value)
        return lifetime_value(revenue, self.settings.value), basis


def row_of(block: Block, at: int) -> Block:
    """See one row of a block as a block of one."""
    return rows_of(block, slice(at, at + 1))
