"""The judge: writes what the kernels found worth telling, with reasons, under one model."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from detectors.arrays import F32, F64, Rows
from detectors.assessment import Assessment, Reason
from detectors.bands import Band
from detectors.errors import FormatError
from detectors.judging import Told
from detectors.kernels import Findings
from detectors.reasons import Picture, family_logits, instant, reasons
from detectors.score import FEATURES_HASH
from detectors.settings import CoreSettings
from detectors.slices import Model
from detectors.worth import BASES, lifetime_value, yearly_revenue

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
        told = findings.told[:n_told]
        rows = findings.rows[:n_told].view(np.recarray)
        worth, basis = self._worth(told, findings.rows["account"]["yearly_revenue"][:n_told])
        for at in range(n_told):
            value = round(float(worth[at]), 2), BASES[int(basis[at])]
            yield self._assessment(told[at], rows[at], findings.x[at], (by, names, *value))

    def loudest(self, x: F32) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
        """Give the place of the family that raises each risk most, -1 where none does."""
        by_family = family_logits(x.astype(np.float64), self.weights, self.usual)
        place = np.argmax(by_family, axis=1)
        return np.where(by_family[np.arange(len(x)), place] > 0, place, -1).astype(np.int8)

    def reasons(self, row: np.record, x: F32, now_ms: int) -> tuple[Reason, ...]:
        """Say why a customer is at risk."""
        measured = x.astype(np.float64)
        parts = (measured - self.usual) * self.weights
        return reasons(row, Picture(measured, parts, self.usual, now_ms, self.partition))

    def _assessment(
        self,
        told: np.void,
        row: np.record,
        x: F32,
        known: tuple[str, Sequence[str], float, str],
    ) -> Assessment:
        by, names, worth, basis = known
        found: Any = told.item()  # in the order of TOLD, as plain values
        number, now_ms, risk, _, before, hard, crossed, cleared, adverse, late = found
        band, account = int(row.bands.band), row.account
        return Assessment(
            partition=self.partition,
            number=number,
            as_of=instant(now_ms),
            risk=risk,
            band=BAND_NAMES[band],
            previous_band=BAND_NAMES[before],
            stage=None,
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
            reasons=self.reasons(row, x, now_ms) if band > Band.CALM else (),
        )

    def _worth(self, told: Told, known: F64) -> tuple[F64, Rows]:
        revenue, basis = yearly_revenue(known, told["yearly_spend"], self.settings.value)
        return lifetime_value(revenue, self.settings.value), basis
