"""Who left, came and stayed, month by month; kinds of churn are never added up."""

from collections import Counter
from dataclasses import dataclass

from detectors.kinds import Kind
from streams.report.history import Customer, History, by_month, named
from streams.report.shares import share

KINDS = ("voluntary", "involuntary", "natural")


@dataclass(frozen=True)
class Churned:
    """One month. Rates are of those active in the month before; None where there was nobody.

    `revenue_churn` is the yearly revenue of the leavers over that of the active ones, by
    profile; customers without a stated revenue count in neither. `net_loss_run` is how many
    months in a row more left than came or came back.
    """

    month: str
    active_at_start: int
    new: int
    returned: int
    churned: dict[str, int]
    churn_rate: dict[str, float | None]
    retention: float | None
    revenue_churn: float | None
    net_loss_run: int


def monthly(history: History) -> list[Churned]:
    """Give every month of a history but the first, which has nobody at its start."""
    left, back = (
        by_month(history.of(Kind.CUSTOMER_CHURNED)),
        by_month(history.of(Kind.CUSTOMER_RETURNED)),
    )
    revenue, months = _revenues(history), history.months()
    seen: set[Customer] = history.active(months[0]) if months else set()
    found, run = list[Churned](), 0
    for month in months[1:]:
        before, now = history.active(month - 1), history.active(month)
        gone = Counter(str(one.said.get("kind", KINDS[0])) for one in left.get(month, ()))
        returned, new = len(back.get(month, ())), len(now - seen)
        run = run + 1 if gone.total() > new + returned else 0
        leavers = {one.customer for one in left.get(month, ()) if one.customer}
        found.append(
            Churned(
                named(month),
                len(before),
                new,
                returned,
                {kind: gone[kind] for kind in KINDS},
                {kind: share(gone[kind], len(before)) for kind in KINDS},
                share(len(before & now), len(before)),
                share(_sum(revenue, leavers), _sum(revenue, before | leavers)),
                run,
            )
        )
        seen |= now
    return found


def longest_loss_run(months: list[Churned]) -> int:
    """Give the longest run of months with a net loss."""
    return max((month.net_loss_run for month in months), default=0)


def _revenues(history: History) -> dict[Customer, float]:
    stated: dict[Customer, float] = {}
    for one in history.of(Kind.PROFILE_UPDATED):
        revenue = one.said.get("yearly_revenue")
        if one.customer is not None and revenue is not None:
            stated[one.customer] = float(revenue)
    return stated


def _sum(revenue: dict[Customer, float], customers: set[Customer]) -> float:
    return sum(revenue[customer] for customer in sorted(customers & revenue.keys()))
