"""Priors: figures of others, for the time before there are own ones. None of them is a fact.

Periods are not always stated in the sources; rates are read as yearly.
"""

from typing import Literal

Industry = Literal["machinery", "brands", "digital_laggard", "clothing", "rival_in_market"]

# Share of customers lost in a year.
YEARLY_CHURN: dict[Industry, float] = {
    "machinery": 0.18,  # cars and electronics too: 15 to 20 %
    "brands": 0.20,  # "over 20 %" of some
    "digital_laggard": 0.18,  # firms weak in digital service
    "clothing": 0.12,
    "rival_in_market": 0.096,  # once a rival with better service is there
}
DAYS_A_YEAR = 365.0

# Why customers go, as suppliers believe: shares of groups of reasons. The rest is left open, and
# they must not be mixed with the shares that leavers gave (`tree.REASONS`).
BELIEVED_BY_GROUP: dict[str, float] = {"competition": 0.35, "need": 0.28, "technology": 0.23}

# What customers do after a bad experience, as shares of those asked. They could name several, so
# these sum to more than one and are never normalised. What they say is that most of the unhappy
# never tell us: no complaint is no good news.
AFTER_A_BAD_EXPERIENCE: dict[str, float] = {
    "switch": 0.37,
    "rant online": 0.28,
    "complain in social media": 0.26,
    "tell friends": 0.13,
    "go to social media with it": 0.10,
}


def within_horizon(yearly: float, days: float) -> float:
    """Give the share lost within some days, of a share lost in a year.

    Examples
    --------
    >>> round(within_horizon(0.18, 30), 3)
    0.016
    """
    share: float = 1 - (1 - yearly) ** (days / DAYS_A_YEAR)
    return share
