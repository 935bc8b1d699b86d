"""What customers are worth and what we spend on them, by tier."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from alerts.task import Task
from detectors.kinds import Direction, Kind
from detectors.worth import ValueSettings, lifetime_value
from streams.report.history import Customer, History

UNKNOWN = ""
CONTACTS = (Kind.CONTACT_MADE, Kind.CUSTOMER_CONTACTED)


@dataclass(frozen=True)
class Tier:
    """One tier, as profiles name it; "" where they name none.

    `lifetime_value`, `acquisition_cost`, `share_of_wallet` are means over those of whom it is
    known. `contacts_a_month` are valued contacts by us for each customer. `spent` is what tasks
    that somebody worked on have cost, at the cost of one; `at_risk` the value at risk of all tasks.
    """

    tier: str
    customers: int
    lifetime_value: float | None
    acquisition_cost: float | None
    value_to_cost: float | None
    share_of_wallet: float | None
    contacts_a_month: float | None
    tasks: int
    spent: float
    at_risk: float


def by_tier(
    history: History, tasks: Sequence[Task], value: ValueSettings, task_cost: float
) -> list[Tier]:
    """Give every tier, by name."""
    profiles = _profiles(history)
    of_tier: defaultdict[str, list[Customer]] = defaultdict(list)
    for customer, said in profiles.items():
        of_tier[str(said.get("tier") or UNKNOWN)].append(customer)
    contacts, months = _valued_contacts(history), max(len(history.months()), 1)
    yearly = _yearly(history)
    found = []
    for tier in sorted({*of_tier, *(task.tier for task in tasks)}):
        who = of_tier[tier]
        members = _Members(
            [profiles[customer] for customer in who],
            [yearly.get(customer, 0.0) for customer in who],
            sum(contacts[customer] for customer in who) / months,
            [task for task in tasks if task.tier == tier],
        )
        found.append(_tier(tier, members, value, task_cost))
    return found


class _Members(NamedTuple):
    """Customers of one tier: profiles, what each buys in a year, and what was done for them."""

    profiles: list[dict[str, object]]
    yearly: list[float]
    contacts_a_month: float
    tasks: list[Task]


def _tier(tier: str, members: _Members, value: ValueSettings, task_cost: float) -> Tier:
    profiles, tasks = members.profiles, members.tasks
    revenue, cost = _numbers(profiles, "yearly_revenue"), _numbers(profiles, "acquisition_cost")
    mean_value = float(lifetime_value(np.array(revenue), value).mean()) if revenue else None
    mean_cost = float(np.mean(cost)) if cost else None
    shares = [
        min(ours / float(spend), 1.0)
        for said, ours in zip(profiles, members.yearly, strict=True)
        if isinstance(spend := said.get("yearly_spend"), int | float) and spend > 0
    ]
    worked = sum(task.started_at is not None or task.outcome is not None for task in tasks)
    return Tier(
        tier=tier,
        customers=len(profiles),
        lifetime_value=mean_value,
        acquisition_cost=mean_cost,
        value_to_cost=mean_value / mean_cost if mean_value is not None and mean_cost else None,
        share_of_wallet=float(np.mean(shares)) if shares else None,
        contacts_a_month=members.contacts_a_month / len(profiles) if profiles else None,
        tasks=len(tasks),
        spent=worked * task_cost,
        at_risk=round(sum(task.value_at_risk for task in tasks), 2),
    )


def completeness(history: History) -> dict[str, float | None]:
    """Give the share of customers whose mandatory fields are known.

    Mandatory are yearly revenue, acquisition cost and a complaint record: that complaints
    reach us at all, from whomever.
    """
    profiles = _profiles(history)
    n = len(profiles)
    return {
        name: len(_numbers(list(profiles.values()), name)) / n if n else None
        for name in ("yearly_revenue", "acquisition_cost")
    } | {"complaint_record": float(Kind.COMPLAINT_OPENED in history.kinds)}


def _profiles(history: History) -> dict[Customer, dict[str, object]]:
    found: defaultdict[Customer, dict[str, object]] = defaultdict(dict)
    for one in sorted(history.of(Kind.PROFILE_UPDATED), key=lambda one: one.at_ms):
        if one.customer is not None:
            found[one.customer].update(one.said)
    return found


def _valued_contacts(history: History) -> Counter[Customer | None]:
    return Counter(
        one.customer
        for one in history.of(*CONTACTS)
        if one.code < Direction.IN and one.said.get("value_item")
    )


def _yearly(history: History) -> dict[Customer, float]:
    months = history.months()[-12:]
    total: defaultdict[Customer, float] = defaultdict(float)
    for month in months:
        for customer, (_, spent) in history.bought(month).items():
            total[customer] += spent
    return {customer: spent * 12 / len(months) for customer, spent in total.items()}


def _numbers(profiles: list[dict[str, object]], name: str) -> list[float]:
    return [float(v) for one in profiles if isinstance(v := one.get(name), int | float)]
