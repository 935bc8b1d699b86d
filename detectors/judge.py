"""The judge: writes what the kernels found worth telling, with reasons, under one model."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from detectors.arrays import F32, F64, I64
from detectors.assessment import Assessment, Reason
from detectors.bands import Band
from detectors.errors import FormatError
from detectors.evidence import STAGES
from detectors.judging import Told
from detectors.kernels import Findings
from detectors.plain import Row, Rows
from detectors.reasons import Picture, family_logits, instant, reasons
from detectors.score import FEATURES_HASH
from detectors.settings import CoreSettings
from detectors.slices import Model
from detectors.worth import BASES, lifetime_value, yearly_revenue

BREACH_NAMES = (None, None, "analysis", "management")  # by level
BAND_NAMES = tuple(band.name.lower() for band in Band)


class Judge:
    """Writes for one partition, under one model.

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
        self.terms = settings.terms(model)

    def write(
        self, findings: Findings, n_told: int, by: str, names: Sequence[str]
    ) -> Iterator[Assessment]:
        """Write the first `n_told` findings; `by` is their cause, "event" or "time"."""
        if not n_told:
            return
        told, table = findings.told[:n_told], findings.rows[:n_told]
        rows, x = Rows(table), findings.x[:n_told].astype(np.float64)
        worth, basis = self._worth(told, table["account"]["yearly_revenue"])
        known = zip(told.tolist(), worth.tolist(), basis.tolist(), strict=True)
        for at, (found, value, on) in enumerate(known):
            valued = round(value, 2), BASES[on]
            yield self._assessment(found, rows[at], x[at], (by, names, *valued))

    def loudest(self, x: F32) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
        """Give the place of the family that raises each risk most, -1 where none does."""
        by_family = family_logits(x.astype(np.float64), self.weights, self.usual)
        place = np.argmax(by_family, axis=1)
        return np.where(by_family[np.arange(len(x)), place] > 0, place, -1).astype(np.int8)

    def reasons(self, row: Row, x: F64, now_ms: int, living_ms: int) -> tuple[Reason, ...]:
        """Say why a customer is at risk, from their measured features."""
        parts = (x - self.usual) * self.weights
        return reasons(row, Picture(x, parts, self.usual, now_ms, living_ms, self.partition))

    def _assessment(
        self, found: tuple[Any, ...], row: Row, x: F64, known: tuple[str, Sequence[str], float, str]
    ) -> Assessment:
        by, names, worth, basis = known
        number, now_ms, living_ms, fresh_ms, risk, _, cohort, before, _, breach, *flags = found
        care, hard, crossed, cleared, adverse, late = flags
        band, account = row["bands"].band, row["account"]
        why = self.reasons(row, x, now_ms, living_ms) if band > Band.CALM or crossed else ()
        return Assessment(
            partition=self.partition,
            number=number,
            as_of=instant(now_ms),
            risk=risk,
            band=BAND_NAMES[band],
            previous_band=BAND_NAMES[before],
            stage=STAGES[row["stages"].stage],
            basis=self.model.basis,
            model_version=self.model.version,
            settings_id=self.settings.settings_id,
            owner=names[account.owner],
            tier=names[account.tier],
            language=names[account.language],
            value=worth,
            value_basis=basis,
            value_at_risk=round(risk * worth, 2),
            cause=by,
            adverse=adverse,
            hard=hard,
            late=late,
            crossed=crossed,
            cleared=cleared,
            reasons=why,
            cohort=f"{cohort:016x}" if why and why[0].family == "exposure" else None,
            breach=BREACH_NAMES[breach],
            care=care,
            fresh_as_of=instant(fresh_ms) if fresh_ms else None,
        )

    def _worth(self, told: Told, known: F64) -> tuple[F64, I64]:
        revenue, basis = yearly_revenue(known, told["yearly_spend"], self.settings.value)
        return lifetime_value(revenue, self.settings.value), basis
