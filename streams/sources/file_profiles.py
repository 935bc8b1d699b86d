"""Profiles at the beginning: from rows of files, and invented where a mapping says so."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import UNSET
from xxhash import xxh3_64_hexdigest, xxh3_64_intdigest

from streams.events.envelope import AnyEvent
from streams.events.profiles import Profile, ProfileUpdated
from streams.sources.columns.rows import RuleColumns
from streams.sources.file_events import data_of_rows
from streams.sources.plan import Plan


def profiles_of(
    plan: Plan, rules: Sequence[RuleColumns], customers: Iterable[str], time: datetime
) -> tuple[AnyEvent, ...]:
    """Make one profile for each customer of whom anything is known, in order of their ids.

    A customer's first row counts, of the first rule that says something; then the constants of
    the mapping; then the account manager to whom the customer is dealt.

    Parameters
    ----------
    customers : iterable of str
        Who occurs in the events: they are dealt to managers too.
    time : datetime
        Event time of all profiles: not after the first event.
    """
    known: dict[str, dict[str, object]] = {}
    for columns in rules:
        names = [field.target.name for field in columns.rule.fields]
        told = columns.table["customer"].to_pylist()
        for customer, data in zip(told, data_of_rows(columns, columns.table), strict=True):
            mine = known.setdefault(customer, {})
            for name in names:
                value = getattr(data, name)
                if value is not UNSET:
                    mine.setdefault(name, value)
    if plan.managers or plan.constants:
        for customer in customers:
            known.setdefault(customer, {})
    return tuple(_profile(plan, customer, known[customer], time) for customer in sorted(known))


def dealt(customer: str, managers: Sequence[str]) -> str:
    """Give the invented account manager of a customer, by a hash of the id.

    Examples
    --------
    >>> dealt("718", ["Manager 1", "Manager 2"])
    'Manager 1'
    """
    return managers[xxh3_64_intdigest(customer.encode()) % len(managers)]


def _profile(plan: Plan, customer: str, found: dict[str, object], time: datetime) -> AnyEvent:
    fields: dict[str, Any] = plan.constants | found
    if plan.managers:
        fields.setdefault("owner", dealt(customer, plan.managers))
    return ProfileUpdated(
        specversion="1.0",
        id=f"profile-{xxh3_64_hexdigest(customer.encode())}",
        source=plan.name,
        time=time,
        subject=customer,
        data=Profile(**fields),
    )
