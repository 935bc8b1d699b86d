"""How large the invented company is, and how long it is watched."""

from dataclasses import dataclass
from datetime import UTC, datetime

from streams.events.envelope import at_ms
from streams.sources.simulate.industry import MANAGERS

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
# A Monday, so that weeks of the run are weeks of the system.
BEGIN_MS = at_ms(datetime(2024, 9, 2, tzinfo=UTC))


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Size and length of a run. The same shape gives the same bytes.

    Parameters
    ----------
    n_customers : int
        Companies, those who join on the way included; at least 40, for every cause is planted.
    days : int
        Days watched after the warm-up. Fewer leave less room between the company's changes.
    warm_up_days : int
        Days before, in which rhythms become known. Customers leave in them too.
    seed : int
        Of all chance.
    n_managers : int
        Account managers, 3 to 20; fewer means larger books.
    """

    n_customers: int = 3_000
    days: int = 365
    warm_up_days: int = 119
    seed: int = 1
    n_managers: int = 15

    def __post_init__(self) -> None:
        """Refuse what could not hold all that is promised."""
        if self.n_customers < 40 or self.days < 120:
            raise ValueError(f"{self}: at least 40 customers and 120 days")
        if not 3 <= self.n_managers <= len(MANAGERS):
            raise ValueError(f"{self}: from 3 to {len(MANAGERS)} managers, for they need names")

    @property
    def n_days(self) -> int:
        """All days, the warm-up included."""
        return self.warm_up_days + self.days

    @property
    def n_planted(self) -> int:
        """Customers at least who are pushed to leave for each cause."""
        return max(1, self.n_customers // 750)

    def day_at(self, share: float) -> int:
        """Give the day at a share of the watched time, 0 its first day.

        Examples
        --------
        >>> Shape(days=200, warm_up_days=100).day_at(0.5)
        200
        """
        return self.warm_up_days + int(self.days * share)


def day_ms(day: int) -> int:
    """Give the first millisecond of a day of the run, in ms since 1970.

    Examples
    --------
    >>> day_ms(7) - day_ms(0)
    604800000
    """
    return BEGIN_MS + day * DAY_MS
