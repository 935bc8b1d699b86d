"""Why settings are as they are: who changed them, for what, and what a backtest said before.

A clear aim is worth more than a good guess, so a change names the measure that it is to move.
"""

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from streams.report.measures import MEASURES


class ChangeSettings(BaseModel):
    """The record of the last change of settings; all of it or nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    author: str = ""  # who answers for it
    reason: str = ""  # what was wrong before
    measure: str = ""  # what it is to move: a measure of docs/measures.md
    backtest: str = ""  # where its backtest lies, made before it went live
    required: bool = False  # true: `up` and `run` refuse deciding settings that nobody accounts for

    @field_validator("measure")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name and name not in MEASURES:
            raise ValueError(f"no such measure; there are {', '.join(MEASURES)}")
        return name

    @model_validator(mode="after")
    def _whole(self) -> "ChangeSettings":
        given = (self.author, self.reason, self.measure, self.backtest)
        if any(given) and not all(given):
            raise ValueError("a change names its author, reason, measure and backtest")
        return self

    @property
    def accounted(self) -> bool:
        """Whether somebody accounts for the settings."""
        return bool(self.author)
