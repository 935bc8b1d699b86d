"""The judge: writes what the kernels found worth telling, with reasons, under one model."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from detectors.arrays import F32, F64, I8, I64, Mask
from detectors.assessment import Assessment, Marks, Reason
from detectors.bands import Band
from detectors.errors import FormatError
from detectors.evidence import STAGES
from detectors.facts import Approach, Profile, approaches, profiles
from detectors.judging import Told
from detectors.kernels import Findings
from detectors.marks import coefficient, marks, measured
from detectors.plain import Row, Rows
from detectors.reasons import Pictures, instant, loudest_families, neglect, reasons
from detectors.score import FEATURES_HASH
from detectors.settings import CoreSettings
from detectors.slices import Model
from detectors.tier_lines import in_force, segments
from detectors.worth import Basis, lifetime_value, yearly_revenue

BREACH_NAMES = (None, None, "analysis", "management")  # by level
BAND_NAMES = tuple(band.name.lower() for band in Band)


class Known(NamedTuple):
    """What stands beside the judgement of one customer."""

    band: int
    stage: int
    marks: Marks
    profile: Profile
    approach: Approach


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
        self._segments = segments(in_force(settings.value.tiers, model.tiers))
        self._tiers = ("", *settings.value.tiers.shares)
        learned = None if settings.value.tiers.lines else model.tiers
        self._tiers_as_of = instant(learned.as_of_ms) if learned else None
        self._ours: dict[str, Any] = {  # what stands in every assessment
            "partition": partition,
            "basis": model.basis,
            "model_version": model.version,
            "settings_id": settings.settings_id,
        }

    def tier_segments(self, place: Callable[[str], int]) -> I64:
        """Give the places in the ledger's names of the segments that have tier lines."""
        return np.array([place(name) for name in self._segments], np.int64)

    def write(
        self, findings: Findings, n_told: int, by: str, names: Sequence[str]
    ) -> Iterator[Assessment]:
        """Write the first `n_told` findings; `by` is their cause, "event" or "time".

        Of lines only an all-clear is given no reasons: it has no use for them.
        """
        if not n_told:
            return
        told, table = findings.told[:n_told], findings.rows[:n_told]
        rare = findings.rare.first(n_told)
        at_risk = (table["bands"]["band"] > Band.CALM) | told["crossed"]
        asked = at_risk
        if findings.only_lines:  # only who crossed a line, or is to be cared for, is asked about
            asked = at_risk & (told["crossed"] | told["care"])
        rows, x = Rows(table, names, rare), findings.x[:n_told]
        why = self._why(rows, x, told, asked)
        due = told["care"] & ~told["cleared"]
        each = zip(told.tolist(), asked.tolist(), due.tolist(), strict=True)
        known = self._known(rows, told, measured(table, rare, x, told))
        for at, ((found, is_asked, care), beside) in enumerate(zip(each, known, strict=True)):
            because = next(why) if is_asked else ()
            if care:
                because = self._cared(rows[at], x[at], int(told["now_ms"][at]), because)
            yield self._assessment(found, by, because, beside)

    def loudest(self, x: F32) -> I8:
        """Give the place of the family that raises each risk most, -1 where none does."""
        return loudest_families(x, self.weights, self.usual)

    def reasons(self, row: Row, x: F32, now_ms: int, living_ms: int) -> tuple[Reason, ...]:
        """Say why a customer is at risk, from their measured features."""
        return next(reasons([row], self._pictures(x[np.newaxis], [now_ms], [living_ms])))

    def _why(self, rows: Rows, x: F32, told: Told, asked: Mask) -> Iterator[tuple[Reason, ...]]:
        places = np.flatnonzero(asked)
        if not len(places):
            return iter(())
        now_ms, living_ms = (told[name][places].tolist() for name in ("now_ms", "living_ms"))
        pictures = self._pictures(x[places], now_ms, living_ms)
        return reasons(map(rows.__getitem__, places.tolist()), pictures)

    def _cared(
        self, row: Row, x: F32, now_ms: int, found: tuple[Reason, ...]
    ) -> tuple[Reason, ...]:
        """Tell why somebody is to be cared for, however calm they are."""
        if any(reason.family == "contact" for reason in found):
            return found
        return neglect(row, self._pictures(x[np.newaxis], [now_ms], [now_ms])), *found

    def _pictures(self, x: F32, now_ms: Sequence[int], living_ms: Sequence[int]) -> Pictures:
        seen = x.astype(np.float64)
        parts = (seen - self.usual) * self.weights
        return Pictures(seen, parts, self.usual, now_ms, living_ms, self.partition)

    def _worth(self, revenue: float, spend: float, tied: Marks) -> tuple[float, Basis]:
        value = self.settings.value
        revenue, basis = yearly_revenue(revenue, spend, value)
        loyalty = coefficient(tied) if value.loyalty_by_marks else 1.0
        return round(lifetime_value(revenue, value, loyalty), 2), basis

    def _known(self, rows: Rows, told: Told, ties: F64) -> Iterator[Known]:
        ranks, fresh_ms = told["rank_before"].tolist(), told["fresh_ms"].tolist()
        return map(
            Known,
            rows.part("bands")["band"],
            rows.part("stages")["stage"],
            map(marks, ties.tolist()),
            profiles(rows, self._tiers, ranks),
            approaches(rows, fresh_ms),
        )

    def _assessment(
        self, found: tuple[Any, ...], by: str, why: tuple[Reason, ...], known: Known
    ) -> Assessment:
        number, now_ms, _, _, risk, spend, cohort, before, _, _, breach, _, *flags = found
        care, hard, crossed, cleared, adverse, late, unverified = flags
        band, stage, tied, profile, approach = known
        worth, basis = self._worth(profile.yearly_revenue, spend, tied)
        return Assessment(
            **self._ours,
            number=number,
            as_of=instant(now_ms),
            risk=risk,
            band=BAND_NAMES[band],
            previous_band=BAND_NAMES[before],
            stage=STAGES[stage],
            owner=profile.owner,
            tier=profile.tier,
            language=profile.language,
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
            cohort=f"{cohort:016x}" if any(one.family == "exposure" for one in why) else None,
            breach=BREACH_NAMES[breach],
            care=care,
            unverified=unverified and breach > 0,
            marks=tied,
            tier_basis=profile.tier_basis,
            tier_as_of=self._tiers_as_of if profile.tier_basis == "value" else None,
            previous_tier=profile.previous_tier,
            **approach,
        )
