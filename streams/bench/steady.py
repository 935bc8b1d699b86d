"""A feed at a constant rate, on the wall clock: it never waits for what it has sent.

Each event is due at an instant that was fixed at the beginning. A system that falls behind
makes nobody ask less of it (open loop), and its delay counts from the instant an event was
due, not from when the feed came to send it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from detectors.reasons import instant
from streams.bench.load import LINES
from streams.events.activity import Login, LoginMade, Purchase, PurchaseMade
from streams.events.complaints import Complaint, ComplaintOpened
from streams.events.encode import encode, key_of
from streams.events.envelope import AnyEvent
from streams.events.profiles import Profile, ProfileUpdated
from streams.partitions import partition_of
from streams.sources.pacing import topic_of
from streams.writer import Outgoing, Writer

SOURCE = "//shop.example/checkout"
N_OWNERS = 120  # so that a queue is about as long as people's are
PAST_MS = 600_000  # of everybody's last purchase, before the first event of the feed
WAKE_S = 0.005  # as long as Kafka's own producer waits for company (`linger.ms` since 4.0)
LOGIN_EVERY = 8  # events; all others are purchases
LOGIN = Login(channel="portal")
PURCHASE = Purchase(amount=40.0, currency="EUR", lines=LINES[:1])

Topic = tuple[str, int]  # and its partition


@dataclass(frozen=True)
class Pace:
    """So many events a second, so many of them complaints that open a task, for some seconds."""

    events_per_s: int
    tasks_per_s: int
    seconds: float

    @property
    def n_events(self) -> int:
        """Count the events."""
        return round(self.events_per_s * self.seconds)

    @property
    def complaint_every(self) -> int:
        """Give the distance from one complaint to the next, in events."""
        return max(1, self.events_per_s // self.tasks_per_s)

    @property
    def n_tasks(self) -> int:
        """Count the complaints."""
        return len(range(0, self.n_events, self.complaint_every))


@dataclass
class Sent:
    """When each complaint was due and when it was handed to Kafka's client, by customer, s."""

    due_s: dict[str, float]
    sent_s: dict[str, float]


def name(number: int) -> str:
    """Give a customer's id."""
    return f"customer-{number:08d}"


def past(n_customers: int, now_s: float) -> Iterator[AnyEvent]:
    """Give a profile and a purchase of every customer, from just before."""
    at = instant(int(now_s * 1000) - PAST_MS)
    for number in range(n_customers):
        head = _head(at, name(number))
        data = Profile(owner=f"manager-{number % N_OWNERS:03d}", tier="ABC"[number % 3])
        yield ProfileUpdated(**head, id=f"profile-{number}", data=data)
        yield PurchaseMade(**head, id=f"past-{number}", data=PURCHASE)


class Feed:
    """Sends at a pace, and knows which customers have not complained yet.

    Parameters
    ----------
    writer : Writer
        Is started and stopped by whoever made it.
    n_partitions, n_customers : int
        Of the inputs, and of those whose past was written.
    """

    def __init__(self, writer: Writer, n_partitions: int, n_customers: int) -> None:
        self._writer, self._n_partitions, self._n_customers = writer, n_partitions, n_customers
        self._n_complained = self._n_sent = 0
        self._chance = np.random.default_rng(7)
        self._waiting: dict[Topic, list[Outgoing]] = defaultdict(list)
        self._writing: dict[Topic, asyncio.Task[None]] = {}

    async def run(self, pace: Pace) -> Sent:
        """Send all events of a pace when they are due; come back when Kafka has them all."""
        whose = self._chance.integers(self._n_complained, self._n_customers, pace.n_events).tolist()
        begin_s = time.time() + 0.1
        sent, number = Sent({}, {}), 0
        self._writing.clear()
        while number < pace.n_events:
            await asyncio.sleep(WAKE_S)
            n_due = min(pace.n_events, int((time.time() - begin_s) * pace.events_per_s) + 1)
            events = []
            while number < n_due:
                due_s = begin_s + number / pace.events_per_s
                events.append(self._event(number, whose[number], due_s, pace, sent))
                number += 1
            self._send(events)
            now_s = time.time()
            for event in events:
                if type(event) is ComplaintOpened:
                    sent.sent_s[event.subject or ""] = now_s
        await asyncio.gather(*self._writing.values())
        return sent

    def _event(self, number: int, whose: int, due_s: float, pace: Pace, sent: Sent) -> AnyEvent:
        self._n_sent += 1
        event_id, at = f"steady-{self._n_sent}", instant(int(due_s * 1000))
        if number % pace.complaint_every == 0:
            customer = name(self._n_complained)
            self._n_complained += 1
            sent.due_s[customer] = due_s
            data = Complaint(complaint_id=f"c-{self._n_sent}", severity="critical")
            return ComplaintOpened(**_head(at, customer), id=event_id, data=data)
        head = _head(at, name(whose))
        if number % LOGIN_EVERY == 0:
            return LoginMade(**head, id=event_id, data=LOGIN)
        return PurchaseMade(**head, id=event_id, data=PURCHASE)

    def _send(self, events: Iterable[AnyEvent]) -> None:
        for event in events:
            key = key_of(event) or b""
            place = topic_of(event), partition_of(key, self._n_partitions)
            self._waiting[place].append((key, encode(event), ()))
        for place, waiting in self._waiting.items():
            writing = self._writing.get(place)
            if waiting and (writing is None or writing.done()):
                if writing is not None:
                    writing.result()
                self._writing[place] = asyncio.create_task(self._write(place))

    async def _write(self, place: Topic) -> None:
        # One write at a time to a partition; what came meanwhile goes together with the next.
        while records := self._waiting[place]:
            self._waiting[place] = []
            await self._writer.write(*place, records)


def _head(at: datetime, customer: str) -> dict[str, Any]:
    return {"specversion": "1.0", "source": SOURCE, "time": at, "subject": customer}
