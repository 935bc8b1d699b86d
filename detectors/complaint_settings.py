"""How long we have for each step of a complaint: the lengths of its clocks (`clocks.py`)."""

from pydantic import BaseModel, ConfigDict, Field

from detectors.arrays import DAY_MS, HOUR_MS


class ComplaintSettings(BaseModel):
    """How long each clock of a complaint runs, in plain time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # prior, from a case in one source: who waits on the line (phone, chat, visit) waits seconds
    live_answer_s: float = Field(30.0, gt=0)
    answer_hours: float = Field(1.0, gt=0)  # ours: first answer on every other channel
    analysis_hours: float = Field(24.0, gt=0)  # prior: cause and remedy; a promise may be earlier
    management_hours: float = Field(48.0, gt=0)  # ours: from the first escalation
    inform_hours: float = Field(24.0, gt=0)  # ours: to tell the customer that it is resolved
    check_days: float = Field(7.0, gt=0)  # ours: to ask whether it is really solved

    @property
    def spans_ms(self) -> dict[str, int]:
        """The lengths as `Terms` has them, ms."""
        return {
            "live_answer_ms": round(self.live_answer_s * 1000),
            "answer_ms": round(self.answer_hours * HOUR_MS),
            "analysis_ms": round(self.analysis_hours * HOUR_MS),
            "management_ms": round(self.management_hours * HOUR_MS),
            "inform_ms": round(self.inform_hours * HOUR_MS),
            "check_ms": round(self.check_days * DAY_MS),
        }
