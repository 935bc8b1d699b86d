"""Settings of the core, composed from those of its parts; the shell reads them from files."""

from pydantic import BaseModel, ConfigDict, Field

from detectors.bands import BandSettings
from detectors.churn import ChurnSettings
from detectors.worth import ValueSettings


class AssessmentSettings(BaseModel):
    """When an assessment is worth writing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Besides every change of band: a fifth of the scale is news, less would be one a visit.
    report_change: float = Field(0.20, gt=0, le=1)


class CoreSettings(BaseModel):
    """Everything that can change what the core says of a customer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    churn: ChurnSettings = ChurnSettings()
    bands: BandSettings = BandSettings()
    value: ValueSettings = ValueSettings()
    assessment: AssessmentSettings = AssessmentSettings()
    settings_id: str = ""
