"""Settings of the desk, composed from those of its parts; the shell reads them from files."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, PositiveInt

from alerts.contact import ContactSettings
from alerts.handling import TierSettings
from alerts.value import ValueSettings


class CoolDownSettings(BaseModel):
    """Days in which a customer is left alone after a task, by how it ended.

    A higher band than before, or an urgent alert, is heard all the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    saved: float = Field(default=30.0, ge=0)  # one horizon: whether it holds can be seen by then
    lost: float = Field(default=90.0, ge=0)  # nobody wants a call a week after they left
    false_alarm: float = Field(default=30.0, ge=0)  # what misled us takes a horizon to wear off
    not_reachable: float = Field(default=7.0, ge=0)  # try again, in another week
    expired: float = Field(default=7.0, ge=0)  # nobody had time; soon enough to still matter
    sent: float = Field(default=14.0, ge=0)  # two weeks to act upon a message
    withdrawn: float = Field(default=0.0, ge=0)  # nobody was called: margin and dwell guard enough

    def days(self, ending: str) -> timedelta:
        """Give the cool-down after an outcome or a final state."""
        found: float = getattr(self, ending.replace("-", "_"))
        return timedelta(days=found)


class HoldOutSettings(BaseModel):
    """The control group: customers who get no task, so that lift can be measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: float = Field(
        default=0.10, ge=0, lt=1
    )  # enough for an interval in a quarter, not too dear
    salt: str = "ebbwatch"  # another salt draws another group: never change it in a trial


class CaseSettings(BaseModel):
    """Cases: one task for all customers whom a company change hits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    retention_lead: str = "retention-lead"  # who owns a case, and a book that has no successor
    # Days for which a change is felt, by reason id; ours, no source.
    lasts_days: Mapping[str, PositiveFloat] = {
        "change.policy": 90.0,
        "change.repositioned": 180.0,
        "change.line_ended": 180.0,
        "change.threshold": 120.0,
        "relation.manager_left": 120.0,
        "relation.poached": 180.0,
        "competition.entered": 365.0,
    }
    lasts_days_else: float = Field(default=90.0, gt=0)  # ours; the shortest of those
    strong_reason: float = Field(
        default=0.7, ge=0
    )  # ours, logit: another reason that doubles the odds wants a task of its own
    effect_days: float = Field(
        default=7.0, gt=0
    )  # ours: a change that does not say when it takes effect is explained within a week

    @property
    def unknown_effect(self) -> timedelta:
        """Time to explain a change that does not say when it takes effect."""
        return timedelta(days=self.effect_days)

    def lasts(self, reason: str) -> timedelta:
        """Give how long a change is felt."""
        return timedelta(days=self.lasts_days.get(reason, self.lasts_days_else))


class DeskSettings(BaseModel):
    """Everything that can change what the desk decides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open_tasks_max: PositiveInt = 25  # per account manager; what one person can really do
    budgets: Mapping[str, NonNegativeInt] = {}  # owner -> open tasks, where it is another number
    urgent_extra: NonNegativeInt = 5  # beyond the budget: a working day of urgent calls
    waiting_days: float = Field(default=14.0, gt=0)  # older news of a customer is no reason to call
    grace_days: float = Field(default=7.0, ge=0)  # past its due time a week: nobody will do it
    snooze_days_max: float = Field(
        default=30.0, gt=0
    )  # later than a horizon is a no, and a no is a close
    finished_kept_days: float = Field(
        default=400.0, gt=0
    )  # as long as the log: a year can be compared
    cool_down: CoolDownSettings = CoolDownSettings()
    hold_out: HoldOutSettings = HoldOutSettings()
    contact: ContactSettings = ContactSettings()
    value: ValueSettings = ValueSettings()
    tiers: TierSettings = TierSettings()
    cases: CaseSettings = CaseSettings()
    # From the opening of a complaint to the analysis: a prior, and what first answers promise.
    analysis_hours: float = Field(default=24.0, gt=0)

    def budget(self, owner: str) -> int:
        """Give how many tasks an account manager may have open, or the pool, or the courier."""
        tiers = self.tiers
        shared = {tiers.pool: tiers.pool_max, tiers.automatic: tiers.messages_max}
        return self.budgets.get(owner, shared.get(owner, self.open_tasks_max))
