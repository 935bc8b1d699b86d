"""A small town where some customers have two ids, and some live on each other."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from streams.events.envelope import AnyEvent
from streams.events.outcomes import Churn, CustomerChurned
from streams.events.profiles import (
    CustomerMerged,
    CustomerUnmerged,
    Identity,
    Link,
    Profile,
    ProfileUpdated,
)
from streams.topics import INTERACTIONS, OUTCOMES, PROFILES
from tests.faults.live_source import BEGIN, SmallTown

PAIRS = {f"c{number}": f"c{number + 1}" for number in range(0, 24, 2)}  # absorbed: survivor
APART = "c6"  # the merge was a mistake
MERGED_DAY, APART_DAY, LOST_DAY = 20, 45, 50
LOST = {f"c{number}": (f"c{number + 1}", f"c{number + 2}") for number in range(60, 90, 3)}


class TwinTown(SmallTown):
    """The same purchases; twelve pairs of ids are merged, and ten customers with links leave."""

    name = "twin-town"

    def __init__(self) -> None:
        super().__init__()
        self.purchases = Counter(event.subject for event in self._events)
        found: list[AnyEvent] = [*self._events, *_merges(), *_losses()]
        self._all = sorted(found, key=lambda event: (event.time, event.id))

    @property
    def topics(self) -> tuple[str, ...]:
        """Purchases, who is who, and who left."""
        return (INTERACTIONS, PROFILES, OUTCOMES)

    @property
    def n_events(self) -> int:
        """Count all events."""
        return len(list(self.profiles())) + len(self._all)

    def profiles(self) -> Iterator[AnyEvent]:
        """Give the account managers, and the links."""
        yield from super().profiles()
        for who, (buyer, supplier) in LOST.items():
            links = (
                Link(customer=buyer, direction="customer"),
                Link(customer=supplier, direction="supplier"),
            )
            yield ProfileUpdated(
                specversion="1.0",
                id=f"links-{who}",
                source="crm",
                time=BEGIN,
                subject=who,
                data=Profile(links=links),
            )

    def events(self) -> Iterator[AnyEvent]:
        """Give what happened."""
        return iter(self._all)


def _merges() -> Iterator[AnyEvent]:
    for absorbed, survivor in PAIRS.items():
        yield from _identity(CustomerMerged, absorbed, survivor, MERGED_DAY)
    yield from _identity(CustomerUnmerged, APART, PAIRS[APART], APART_DAY)


def _identity(
    of: type[CustomerMerged | CustomerUnmerged], absorbed: str, survivor: str, day: int
) -> Iterator[AnyEvent]:
    for who, other in ((absorbed, survivor), (survivor, absorbed)):
        yield of(
            specversion="1.0",
            id=f"{of.__name__}-{who}",
            source="crm",
            time=BEGIN + timedelta(days=day, hours=3),
            subject=who,
            data=Identity(
                role="absorbed" if who == absorbed else "survivor", other=other, decided_by="tax-id"
            ),
        )


def _losses() -> Iterator[AnyEvent]:
    for who in LOST:
        for source in ("crm", "erp"):  # two systems tell of one loss
            yield CustomerChurned(
                specversion="1.0",
                id=f"lost-{who}",
                source=source,
                time=BEGIN + timedelta(days=LOST_DAY, hours=5),
                subject=who,
                data=Churn(kind="voluntary"),
            )
