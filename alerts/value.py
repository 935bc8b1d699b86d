"""Value: what acting on an alert is expected to bring.

Tasks are ranked by it and never by risk alone: the riskiest are not the most savable, and a
customer worth nothing is not worth a call. The factors are priors and say so; measured lift
replaces them once the hold-out is large enough.
"""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat

from alerts.alert import Alert
from alerts.contract import Contract
from alerts.reasons import NEGLECT, group, main_reason
from detectors.assessment import Reason

UNKNOWN = "unknown"


class SaveabilitySettings(BaseModel):
    """The chance that acting helps, by stage. All priors.

    Early action cuts churn by 40 % in the one source that gives a figure; the rest is ours.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    none: float = Field(default=0.40, ge=0, le=1)  # nothing has been done yet
    awareness: float = Field(default=0.40, ge=0, le=1)  # looks around
    consideration: float = Field(default=0.30, ge=0, le=1)  # compares
    decision: float = Field(default=0.10, ge=0, le=1)  # is switching: "limited effect"

    def at(self, stage: str | None) -> float:
        """Give the chance at a stage; one not known is none."""
        chance: float = getattr(self, stage or "none", self.none)
        return chance


class ValueSettings(BaseModel):
    """How likely acting helps, and what it costs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    saveability: SaveabilitySettings = SaveabilitySettings()
    # By tier, 1 where none is named: ours, until lift by tier is measured.
    tier_factor: Mapping[str, NonNegativeFloat] = {}
    # By reason id, else by its group; 1 where neither is named. A failed card is easily
    # mended, a customer who has closed down cannot be kept. All our own guesses.
    reason_factor: Mapping[str, NonNegativeFloat] = {
        "payment": 1.5,
        "change": 0.8,
        "need.moved": 0.2,
        "need.ended": 0.0,
    }
    complaint_factor: float = Field(
        default=1.5, ge=0
    )  # who complains still hopes, inside the window
    save_window_days: float = Field(default=14.0, ge=0)  # after it the complaint counts as ignored
    saveability_max: float = Field(default=0.9, gt=0, le=1)  # nobody is certain to stay
    cost: float = Field(
        default=20.0, ge=0
    )  # half an hour of a person, in the currency of the value
    # By tier: what winning one such customer anew costs; not known, so it is not shown.
    acquisition_cost: Mapping[str, NonNegativeFloat] = {}


class Worth(Contract, frozen=True):
    """What acting is worth, the chance it rests on, and what a new customer would cost."""

    saveability: float
    expected_value: float
    replacement_cost: float | None = None


def worth(alert: Alert, settings: ValueSettings) -> Worth:
    """Give saveability, 0 to 0.9, and expected value = risk x value x saveability - cost."""
    chance = saveability(alert, settings)
    return Worth(
        saveability=chance,
        expected_value=expected_value(alert.risk, alert.value, chance, settings.cost),
        replacement_cost=settings.acquisition_cost.get(alert.tier),
    )


def expected_value(risk: float, value: float, chance: float, cost: float) -> float:
    """Give what acting is expected to bring, in the currency of `value`, to the cent.

    Examples
    --------
    >>> expected_value(0.30, 71_621.0, 0.35, 400.0)
    7120.2
    """
    return round(risk * value * chance - cost, 2)


def saveability(alert: Alert, settings: ValueSettings) -> float:
    """Give the chance that acting keeps a customer who would otherwise go, 0 to 0.9.

    By stage, reason and tier. Whose complaint is inside its save window still hopes.
    """
    chance = settings.saveability.at(alert.stage) * settings.tier_factor.get(alert.tier, 1.0)
    reason = about(alert)
    factor = 1.0 if reason is None else _factor(alert, reason, settings)
    return round(min(settings.saveability_max, chance * factor), 6)


def about(alert: Alert) -> Reason | None:
    """Pick the reason that a task for the alert is about: a care task is about our silence."""
    if not alert.care:
        return main_reason(alert.reasons)
    for reason in alert.reasons:
        if reason.id == NEGLECT:
            return reason
    return None


def reason_id(alert: Alert) -> str | None:
    """Name what a task for the alert is about, None if nothing is known."""
    reason = about(alert)
    if reason is not None:
        return reason.id
    return NEGLECT if alert.care else None


def _factor(alert: Alert, reason: Reason, settings: ValueSettings) -> float:
    if group(reason.id) == "complaint":
        # Broken at the last level nobody hopes any more.
        lost_hope = alert.stage == "decision" or alert.breach == "management"
        open_for = alert.as_of - reason.since if reason.since is not None else timedelta()
        hopes = open_for <= timedelta(days=settings.save_window_days) and not lost_hope
        return settings.complaint_factor if hopes else 1.0
    factors = settings.reason_factor
    return factors.get(reason.id, factors.get(group(reason.id), 1.0))
