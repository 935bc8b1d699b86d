"""What a customer is worth: lifetime value, and on what knowledge it rests."""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from detectors.arrays import F64

BASES = ("unknown", "spend", "revenue")


class ValueSettings(BaseModel):
    """The lifetime value formula."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    years_kept: float = Field(3.0, gt=0)  # prior; it fell from 5 to 3
    loyalty: float = Field(1.0, gt=0)  # coefficient undefined in its source: neutral
    margin: float = Field(1.0, gt=0, le=1)  # 1: value is revenue
    discount: float = Field(0.0, ge=0, lt=1)  # a year; 0: no interest
    usual_revenue: float = Field(1000.0, gt=0)  # a year, where nothing is known: never zero


def lifetime_value(yearly_revenue: F64, settings: ValueSettings) -> F64:
    """Give what customers bring over the years they are expected to stay.

    ``revenue x margin x loyalty x (1 - (1 + d) ** -years) / d``, which for ``d = 0`` is
    ``revenue x margin x loyalty x years``.

    Examples
    --------
    >>> lifetime_value(np.array([120_000.0]), ValueSettings(loyalty=0.8))
    array([288000.])
    >>> settings = ValueSettings(loyalty=0.8, margin=0.3, discount=0.1)
    >>> lifetime_value(np.array([120_000.0]), settings).round()
    array([71621.])
    """
    d, years = settings.discount, settings.years_kept
    annuity = years if d == 0 else (1 - (1 + d) ** -years) / d
    return yearly_revenue * (settings.margin * settings.loyalty * annuity)


def yearly_revenue(
    profile: F64, spend: F64, settings: ValueSettings
) -> tuple[F64, NDArray[np.intp]]:
    """Give yearly revenue and its basis, a place in `BASES`, of each customer.

    Parameters
    ----------
    profile : float64, shape (n,)
        As the profile says, below 0 where it says nothing.
    spend : float64, shape (n,)
        The customer's own spending rate a year, 0 where none was seen.
    """
    basis = np.where(profile >= 0, 2, np.where(spend > 0, 1, 0))
    return np.choose(basis, [np.full(len(spend), settings.usual_revenue), spend, profile]), basis
