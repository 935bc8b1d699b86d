"""What a customer is worth: lifetime value, and on what knowledge it rests.

One customer at a time: those of whom something is said at once are mostly one or two.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from detectors.tier_lines import TierSettings

Basis = Literal["unknown", "spend", "revenue"]


class ValueSettings(BaseModel):
    """The lifetime value formula."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    years_kept: float = Field(3.0, gt=0)  # prior; it fell from 5 to 3
    loyalty: float = Field(1.0, gt=0)  # coefficient undefined in its source: neutral
    loyalty_by_marks: bool = False  # ours: times 0.5 to 1.5, by trust, use and preference
    margin: float = Field(1.0, gt=0, le=1)  # 1: value is revenue
    discount: float = Field(0.0, ge=0, lt=1)  # a year; 0: no interest
    usual_revenue: float = Field(1000.0, gt=0)  # a year, where nothing is known: never zero
    tiers: TierSettings = TierSettings()


def lifetime_value(yearly_revenue: float, settings: ValueSettings, loyalty: float = 1.0) -> float:
    """Give what a customer brings over the years they are expected to stay.

    ``revenue x margin x loyalty x (1 - (1 + d) ** -years) / d``, which for ``d = 0`` is
    ``revenue x margin x loyalty x years``. The settings' coefficient of loyalty is times that of
    the customer, `loyalty`.

    Examples
    --------
    >>> round(lifetime_value(120_000.0, ValueSettings(loyalty=0.8)))
    288000
    >>> settings = ValueSettings(loyalty=0.8, margin=0.3, discount=0.1)
    >>> round(lifetime_value(120_000.0, settings))
    71621
    """
    d, years = settings.discount, settings.years_kept
    annuity = years if d == 0 else (1 - (1 + d) ** -years) / d
    return yearly_revenue * (settings.margin * settings.loyalty * loyalty * annuity)


def yearly_revenue(profile: float, spend: float, settings: ValueSettings) -> tuple[float, Basis]:
    """Give yearly revenue, and on what knowledge it rests.

    Parameters
    ----------
    profile : float
        As the profile says, below 0 where it says nothing.
    spend : float
        The customer's own spending rate a year, 0 where none was seen.

    Examples
    --------
    >>> yearly_revenue(-1.0, 300.0, ValueSettings())
    (300.0, 'spend')
    """
    if profile >= 0:
        return profile, "revenue"
    if spend > 0:
        return spend, "spend"
    return settings.usual_revenue, "unknown"
