"""Settings of the fit: what counts how much where something is to be brought to a customer."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from alerts.playbooks import GROUPS, ValueItem


class RelevanceSettings(BaseModel):
    """How well what is brought answers the reason, and what matters to the customer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: float = Field(default=1.0, ge=0, le=1)  # the playbook is about this very reason
    group: float = Field(default=0.8, ge=0, le=1)  # ours: about its group
    standard: float = Field(default=0.26, ge=0, le=1)  # prior: 74 % dislike standard content
    unknown: float = Field(default=0.8, ge=0, le=1)  # ours: nobody has asked what matters
    beside: float = Field(default=0.6, ge=0, le=1)  # ours: it is another thing that matters
    # What speaks to what: words that customers say in surveys, by what a contact brings. Ours.
    speaks_to: Mapping[ValueItem, tuple[str, ...]] = {
        "training": ("efficiency", "digital"),
        "certificate": ("green", "quality", "safety"),
        "finding": ("efficiency", "green", "personal"),
        "terms": ("cost", "price"),
        "fix_news": ("lead time", "supply", "quality", "personal"),
    }


class TimelinessSettings(BaseModel):
    """How close to the moment it comes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    half_life_days: float = Field(default=60.0, gt=0)  # ours: of a reason that was an event
    # Groups of reasons that go on until they are mended, and do not grow stale.
    lasting: tuple[str, ...] = ("change", "complaint", "decline", "payment", "relation", "unknown")
    repeat_days: float = Field(default=14.0, gt=0)  # ours: the same again is half as good as new

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = [name for name in self.lasting if name not in GROUPS]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no group of reasons")
        return self


class ChannelFitSettings(BaseModel):
    """How right the channel is. A channel that the customer refused counts 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preferred: float = Field(default=1.0, ge=0, le=1)  # as the profile says
    answered: float = Field(default=0.8, ge=0, le=1)  # ours: they answered on it last
    usual: float = Field(default=0.6, ge=0, le=1)  # ours: nothing is known of them
    other: float = Field(default=0.4, ge=0, le=1)  # ours: they have one, and it is another
    personal: float = Field(default=0.8, ge=0, le=1)  # ours: the top tier, person to person


class FitSettings(BaseModel):
    """When what a task would bring is worth a contact."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    usefulness_min: float = Field(default=0.2, ge=0, le=1)  # ours; 0: all that there is fits
    relevance: RelevanceSettings = RelevanceSettings()
    timeliness: TimelinessSettings = TimelinessSettings()
    channel: ChannelFitSettings = ChannelFitSettings()
