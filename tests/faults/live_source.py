"""A small history for the live tests: seeded customers who buy, slow down and leave."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from streams.events.activity import Purchase, PurchaseMade
from streams.events.envelope import AnyEvent
from streams.events.profiles import Profile, ProfileUpdated
from streams.sources.columns.rows import DeadLetter
from streams.topics import INTERACTIONS

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
N_CUSTOMERS, N_DAYS = 150, 70
OWNERS = ("Ada", "Bo", "Chen", "Dana")
LINES = ("pumps", "valves", "filters", "service")


class SmallTown:
    """Some 6,000 purchases of 150 customers in ten weeks; two in five leave on the way."""

    name = "small-town"
    notes: tuple[str, ...] = ("All of it is invented.",)
    n_refused = 0
    refused: tuple[DeadLetter, ...] = ()

    def __init__(self, seed: int = 7) -> None:
        chance = random.Random(seed)
        found = [event for number in range(N_CUSTOMERS) for event in _purchases(number, chance)]
        self._events = sorted(found, key=lambda event: (event.time, event.id))

    @property
    def preset(self) -> dict[str, object]:
        return {
            "churn.label": "silence",
            "churn.silence_days": 14,
            "churn.prior_rate": 0.2,
            "intake.ticks": "feed",
            "intake.tick_hours": 24,
        }

    @property
    def topics(self) -> tuple[str, ...]:
        return (INTERACTIONS,)

    @property
    def n_events(self) -> int:
        return N_CUSTOMERS + len(self._events)

    def profiles(self) -> Iterator[AnyEvent]:
        for number in range(N_CUSTOMERS):
            yield ProfileUpdated(
                specversion="1.0",
                id=f"profile-{number}",
                source="crm",
                time=BEGIN,
                subject=f"c{number}",
                data=Profile(owner=OWNERS[number % len(OWNERS)], language="en"),
            )

    def events(self) -> Iterator[AnyEvent]:
        return iter(self._events)


def _purchases(number: int, chance: random.Random) -> Iterator[PurchaseMade]:
    """Give one customer's purchases: a rhythm of their own, slower before they leave."""
    gap_days = chance.uniform(0.7, 2.2)
    leaves_day = chance.uniform(10, 1.8 * N_DAYS)
    day, nth = chance.uniform(0.1, gap_days), 0
    while day < min(leaves_day, N_DAYS - 0.1):
        yield PurchaseMade(
            specversion="1.0",
            id=f"order-{number}-{nth}",
            source="shop",
            time=BEGIN + timedelta(milliseconds=round(day * 86_400_000)),
            subject=f"c{number}",
            data=Purchase(
                amount=round(chance.lognormvariate(3.5, 0.6), 2),
                currency="EUR",
                quantity=float(chance.randint(1, 9)),
                lines=tuple(sorted(chance.sample(LINES, chance.randint(1, 2)))),
            ),
        )
        slower = 2.0 if leaves_day - day < 7 else 1.0
        day, nth = day + chance.expovariate(1 / (gap_days * slower)), nth + 1
