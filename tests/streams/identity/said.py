"""What is said of customers, for tests: events of the public contract, an hour at a time."""

from xxhash import xxh64_hexdigest

from streams.events.envelope import AnyEvent
from streams.events.event_type import Purpose
from streams.events.outcomes import Churn, Comeback, CustomerChurned, CustomerReturned
from streams.events.profiles import (
    Alias,
    Consent,
    ConsentChanged,
    CustomerMerged,
    CustomerUnmerged,
    Identity,
    Link,
    Profile,
    ProfileUpdated,
)
from tests.streams.arrivals import hours

_MADE = {
    Profile: ProfileUpdated,
    Consent: ConsentChanged,
    Churn: CustomerChurned,
    Comeback: CustomerReturned,
}


def said(customer: str, at_hours: float, data: object, source: str = "crm") -> AnyEvent:
    """Give an event by its data; its id is its content."""
    event: AnyEvent = _MADE[type(data)](  # type: ignore[index]
        specversion="1.0",
        id=f"{customer}-{at_hours}-{xxh64_hexdigest(repr(data).encode())}",
        source=source,
        time=hours(at_hours),
        subject=customer,
        data=data,
    )
    return event


def merged(survivor: str, absorbed: str, at_hours: float) -> list[AnyEvent]:
    """Give a merge, told for both ids."""
    return _identity(CustomerMerged, survivor, absorbed, at_hours)


def unmerged(survivor: str, absorbed: str, at_hours: float) -> list[AnyEvent]:
    """Give the end of a merge, told for both ids."""
    return _identity(CustomerUnmerged, survivor, absorbed, at_hours)


def consents(customer: str, at_hours: float, *, granted: bool, purpose: Purpose) -> AnyEvent:
    """Give what a customer allows or withdraws."""
    return said(customer, at_hours, Consent(purpose=purpose, granted=granted))


def aliases(customer: str, at_hours: float, *ids: tuple[str, str, float | None]) -> AnyEvent:
    """Give a customer's ids in sources: (source, id, since which hour)."""
    known = tuple(
        Alias(source=source, id=name, since=None if since is None else hours(since))
        for source, name, since in ids
    )
    return said(customer, at_hours, Profile(aliases=known))


def linked(customer: str, at_hours: float, **others: str) -> AnyEvent:
    """Give a customer's links: what each other is to them."""
    links = tuple(
        Link(customer=one, direction="supplier" if it == "supplier" else "customer")
        for one, it in others.items()
    )
    return said(customer, at_hours, Profile(links=links))


def churned(customer: str, at_hours: float) -> AnyEvent:
    """Give a customer's leaving."""
    return said(customer, at_hours, Churn(kind="voluntary"))


def returned(customer: str, at_hours: float) -> AnyEvent:
    """Give a customer's return."""
    return said(customer, at_hours, Comeback())


def _identity(
    of: type[CustomerMerged | CustomerUnmerged], survivor: str, absorbed: str, at_hours: float
) -> list[AnyEvent]:
    return [
        of(
            specversion="1.0",
            id=f"{of.__name__}-{one}-{other}-{at_hours}",
            source="crm",
            time=hours(at_hours),
            subject=one,
            data=Identity(role=role, other=other, decided_by="tax-id"),  # type: ignore[arg-type]
        )
        for one, other, role in ((survivor, absorbed, "survivor"), (absorbed, survivor, "absorbed"))
    ]
