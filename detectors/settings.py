"""Settings of the core, composed from those of its parts; the shell reads them from files."""

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from detectors.arrays import DAY_MS
from detectors.bands import BandSettings
from detectors.churn import ChurnSettings
from detectors.complaint_settings import ComplaintSettings
from detectors.living import NO_FEEDS
from detectors.outages import SourceSettings
from detectors.score import neutral
from detectors.slices import Model
from detectors.terms import NO_LIMIT, NO_NAME, Terms
from detectors.tier_lines import in_force, table
from detectors.worth import ValueSettings


class AssessmentSettings(BaseModel):
    """When an assessment is worth writing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Besides every change of band: a fifth of the scale is news, less would be one a visit.
    report_change: float = Field(0.20, gt=0, le=1)


class CareSettings(BaseModel):
    """How long customers of value may go without a contact of worth; base customers may."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    top_days: float = Field(30.0, gt=0)  # ours: a month without a word is neglect
    middle_days: float = Field(60.0, gt=0)  # ours: half as often


class NetworkSettings(BaseModel):
    """How far the loss of a neighbour is felt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Times the domain's gains (1.6 down the chain, half of it up); 0 switches it off.
    gain: float = Field(1.0, ge=0)


class CoreSettings(BaseModel):
    """Everything that can change what the core says of a customer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    churn: ChurnSettings = ChurnSettings()
    bands: BandSettings = BandSettings()
    value: ValueSettings = ValueSettings()
    assessment: AssessmentSettings = AssessmentSettings()
    care: CareSettings = CareSettings()
    complaints: ComplaintSettings = ComplaintSettings()
    sources: SourceSettings = SourceSettings()
    network: NetworkSettings = NetworkSettings()
    settings_id: str = ""

    def terms(self, model: Model) -> Terms:
        """Give these settings and a model as compiled code takes them."""
        churn, bands = self.churn, self.bands
        limit_ms, tiers = churn.active_limit_ms, self.value.tiers
        ranks = {name: rank for rank, name in enumerate(tiers.shares, start=1)}
        return Terms(
            weights=model.arrays()[0],
            intercept=float(model.intercept),
            by_silence=churn.label == "silence",
            horizon_ms=churn.horizon_days * DAY_MS,
            limit_ms=NO_LIMIT if limit_ms is None else limit_ms,
            watch=bands.watch,
            at_risk=bands.at_risk,
            critical=bands.critical,
            margin=bands.margin,
            rise_ms=float(bands.rise_days * DAY_MS),
            fall_ms=float(bands.fall_days * DAY_MS),
            report_change=self.assessment.report_change,
            care_top_ms=round(self.care.top_days * DAY_MS),
            care_middle_ms=round(self.care.middle_days * DAY_MS),
            network_gain=self.network.gain,
            neutral=neutral(),
            feeds=NO_FEEDS,
            tier_lines=table(in_force(tiers, model.tiers)),
            tier_segments=np.empty(0, np.int64),
            tier_margin=tiers.margin,
            top_rank=ranks.get("top", NO_NAME),
            middle_rank=ranks.get("middle", NO_NAME),
            **self.complaints.spans_ms,
        )
