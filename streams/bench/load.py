"""What the bench feeds: the customers of a company, their past, and some hours of their life.

Drawn from a seed: the same load is the same bytes. The hours lie around the midnight of a
Monday and so hold all that a scorer does: a tick before the first event and after every hour,
snapshots, labels that mature. At each tick every customer is scored once more, so longer hours
for the same events cost more. A single hour begins at midnight, with the snapshots in it.
Fails to be any real company: every customer who is busy is as busy as any other.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from detectors.arrays import DAY_MS, HOUR_MS, WEEK_MS
from detectors.reasons import instant
from streams.events.activity import (
    Login,
    LoginMade,
    ProgrammeUse,
    ProgrammeUsed,
    Purchase,
    PurchaseMade,
    Usage,
    UsageRecorded,
)
from streams.events.clock import Advance, ClockAdvanced
from streams.events.complaints import Complaint, ComplaintOpened, ComplaintResolved, Step
from streams.events.contacts import Contact, ContactMade
from streams.events.envelope import AnyEvent, at_ms
from streams.events.profiles import Profile, ProfileUpdated
from streams.sources.simulate.texts import Meaning, written

MIDNIGHT_MS = at_ms(datetime(2024, 3, 11, tzinfo=UTC))  # of a Monday
# What was before: most customers are as busy as ever, every tenth one has been falling silent.
BUSY_PAST_MS, QUIET_PAST_MS = DAY_MS, 4 * WEEK_MS
QUIET_SHARE = 0.1

OWNERS = tuple(f"manager-{number:02d}" for number in range(12))
LINES = ("bearings", "belts", "drives", "filters", "motors", "pumps", "seals", "sensors", "valves")
SHARES = {
    "purchase": 0.92,
    "login": 0.02,
    "usage": 0.02,
    "contact": 0.02,
    "complaint": 0.01,
    "offer": 0.01,
}
_LATE = Meaning("delivery", "major", "annoyed")
SOURCE = "//shop.example/checkout"


@dataclass(frozen=True)
class Load:
    """`n_events` within some hours, spread evenly over `n_customers`, after a past of their own.

    `past_purchases` is how many each customer has made before, on average.
    """

    n_events: int = 400_000
    n_customers: int = 100_000
    hours: int = 1
    seed: int = 7
    past_purchases: int = 2

    @property
    def n_past(self) -> int:
        """Count the events of the past: profiles and purchases."""
        return self.n_customers * (1 + self.past_purchases)

    def past(self) -> Iterator[AnyEvent]:
        """Give every customer's profile, then their earlier purchases in the order of time."""
        for number in range(self.n_customers):
            data = Profile(
                owner=OWNERS[number % len(OWNERS)], tier="ABC"[number % 3], language="en"
            )
            yield ProfileUpdated(
                specversion="1.0",
                id=f"profile-{number}",
                source="//crm.example.com",
                time=instant(self._begin_ms - QUIET_PAST_MS),
                subject=_name(number),
                data=data,
            )
        for customers, past_ms in ((self._quiet, QUIET_PAST_MS), (self._busy, BUSY_PAST_MS)):
            n_purchases = len(customers) * self.past_purchases
            span_ms = self._begin_ms - past_ms, self._begin_ms
            yield from self._drawn(n_purchases, customers, span_ms)

    def events(self) -> Iterator[AnyEvent]:
        """Give the events of the hours, a clock after each of them."""
        due_ms = self._begin_ms
        end_ms = due_ms + self.hours * HOUR_MS
        for event in self._drawn(self.n_events, self._busy, (due_ms, end_ms), tuple(SHARES)):
            while at_ms(event.time) >= due_ms:
                yield _clock(due_ms)
                due_ms += HOUR_MS
            yield event
        yield _clock(end_ms)

    @property
    def _begin_ms(self) -> int:
        return MIDNIGHT_MS - self.hours // 2 * HOUR_MS

    @property
    def _busy(self) -> range:
        return range(self.n_customers - len(self._quiet))

    @property
    def _quiet(self) -> range:
        return range(self.n_customers - int(self.n_customers * QUIET_SHARE), self.n_customers)

    def _drawn(
        self,
        n_events: int,
        customers: range,
        span_ms: tuple[int, int],
        kinds: tuple[str, ...] = ("purchase",),
    ) -> Iterator[AnyEvent]:
        chance = np.random.default_rng((self.seed, n_events, *span_ms))
        shares = np.array([SHARES[kind] for kind in kinds])
        drawn = zip(
            np.sort(chance.integers(*span_ms, n_events)).tolist(),
            chance.integers(customers.start, customers.stop, n_events).tolist(),
            chance.choice(len(kinds), n_events, p=shares / shares.sum()).tolist(),
            chance.gamma(2.0, 20.0, n_events).round(2).tolist(),
            strict=True,
        )
        open_complaints: deque[tuple[str, str]] = deque()
        for place, (when_ms, customer, kind, amount) in enumerate(drawn):
            head = {
                "specversion": "1.0",
                "id": f"{span_ms[0]:012x}-{place:012x}",
                "source": SOURCE,
                "time": instant(when_ms),
                "subject": _name(customer),
                "datacontenttype": "application/json",
            }
            if kinds[kind] == "complaint":
                yield _complaint(head, place, open_complaints)
            else:
                yield _MADE[kinds[kind]](head, place, amount)


def _name(number: int) -> str:
    return f"customer-{number:08d}"


def _clock(to_ms: int) -> ClockAdvanced:
    to = instant(to_ms)
    return ClockAdvanced(
        specversion="1.0", id=f"clock-{to_ms}", source=SOURCE, time=to, data=Advance(to=to)
    )


def _purchase(head: dict[str, Any], place: int, amount: float) -> AnyEvent:
    first = place % len(LINES)
    data = Purchase(
        amount=amount,
        currency="EUR",
        quantity=float(1 + place % 5),
        lines=LINES[first : first + 1 + place % 3],
        reference=f"order-{place:012d}",
    )
    return PurchaseMade(**head, data=data)


def _login(head: dict[str, Any], place: int, amount: float) -> AnyEvent:
    return LoginMade(**head, data=Login(channel="portal"))


def _usage(head: dict[str, Any], place: int, amount: float) -> AnyEvent:
    data = Usage(amount=amount, unit="hours", line=LINES[place % len(LINES)])
    return UsageRecorded(**head, data=data)


def _contact(head: dict[str, Any], place: int, amount: float) -> AnyEvent:
    data = Contact(direction="out", channel="phone", reason="care", answered=place % 3 > 0)
    return ContactMade(**head, data=data)


def _offer(head: dict[str, Any], place: int, amount: float) -> AnyEvent:
    return ProgrammeUsed(**head, data=ProgrammeUse(points_earned=amount, offer="spring"))


# Every second one puts right what was opened longest ago.
def _complaint(head: dict[str, Any], place: int, still: deque[tuple[str, str]]) -> AnyEvent:
    if place % 2 and still:
        customer, complaint = still.popleft()
        return ComplaintResolved(**head | {"subject": customer}, data=Step(complaint_id=complaint))
    complaint = f"complaint-{place:012d}"
    still.append((head["subject"], complaint))
    said: dict[str, Any] = {"complaint_id": complaint, "severity": "major", "language": "en"}
    if len(still) % 2:
        data = Complaint(**said, kind="delivery", channel="phone")
    else:  # what is written says by itself what it is about
        text = written(np.random.default_rng(place), _LATE, chinese=False)
        data = Complaint(**said, channel="email", text=text)
    return ComplaintOpened(**head, data=data)


_MADE: dict[str, Callable[[dict[str, Any], int, float], AnyEvent]] = {
    "purchase": _purchase,
    "login": _login,
    "usage": _usage,
    "contact": _contact,
    "offer": _offer,
}
