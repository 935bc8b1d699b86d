"""The steps of a complaint as public events, and the record of those that really happened."""

from collections.abc import Iterator
from typing import Literal

from streams.events.complaints import (
    Answer,
    ComplaintAnswered,
    ComplaintEscalated,
    ComplaintInformed,
    ComplaintOpened,
    ComplaintRated,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintTriaged,
    Rating,
    Triage,
)
from streams.events.complaints import Step as StepData
from streams.events.contacts import Contact, ContactMade
from streams.events.envelope import AnyEvent, Data, at_ms
from streams.sources.simulate.chance import Sampled
from streams.sources.simulate.clocks import LIVE_CHANNELS, Step, What, broken
from streams.sources.simulate.diary import Stamp, moment
from streams.sources.simulate.industry import CRM, TICKETS
from streams.sources.simulate.shape import MINUTE_MS
from streams.sources.simulate.texts import Meaning
from streams.sources.truth import BrokenClock

OPENED, TRIAGED = Stamp(ComplaintOpened, TICKETS), Stamp(ComplaintTriaged, TICKETS)
STAMPS = {
    "answered": Stamp(ComplaintAnswered, TICKETS),
    "escalated": Stamp(ComplaintEscalated, TICKETS),
    "resolved": Stamp(ComplaintResolved, TICKETS),
    "informed": Stamp(ComplaintInformed, TICKETS),
    "reopened": Stamp(ComplaintReopened, TICKETS),
    "rated": Stamp(ComplaintRated, TICKETS),
    "checked": Stamp(ContactMade, CRM),
}
WHAT: dict[type[AnyEvent], What] = {
    ComplaintOpened: "opened",
    ComplaintEscalated: "escalated",
    ComplaintResolved: "resolved",
    ComplaintInformed: "informed",
    ComplaintReopened: "reopened",
}
OWN = {"reopened", "rated"}  # what only a customer who is still there does
LEVELS: tuple[Literal[1], Literal[2], Literal[3]] = (1, 2, 3)
TRIAGED_SHARE = 0.3


def told(customer: str, number: str, steps: list[Step]) -> Iterator[tuple[AnyEvent, int, bool]]:
    """Give the events after the opening, each with its instant and whether it is the customer's."""
    for step in steps[1:]:
        event = STAMPS[step.what].on(customer, step.at_ms, _data(number, step), f"/{step.level}")
        yield event, step.at_ms, step.what in OWN


def triaged(
    customer: str, number: str, about: Meaning, draw: Sampled, *, opened_ms: int
) -> tuple[AnyEvent, int] | None:
    """Give a person's reading of some complaints: the true kind, severity and mood."""
    if draw.random() >= TRIAGED_SHARE:
        return None
    at = opened_ms + int(draw.uniform(10, 600) * MINUTE_MS)
    data = Triage(complaint_id=number, kind=about.kind, severity=about.severity, mood=about.mood)
    return TRIAGED.on(customer, at, data), at


def _data(number: str, step: Step) -> Data:
    if step.what == "answered":
        promised = None if step.promised_ms is None else moment(step.promised_ms)
        return Answer(complaint_id=number, level=LEVELS[step.level - 1], promised_at=promised)
    if step.what == "rated":
        return Rating(complaint_id=number, rating=step.rating or 0.0)
    if step.what == "checked":
        return Contact(
            direction="out",
            channel="phone",
            reason="complaint_check",
            answered=True,
            contact_id=f"check-{number}-{step.at_ms}",
            reference=number,
        )
    return StepData(complaint_id=number)


class Record:
    """The steps of all complaints as they went out: what a system may be held to."""

    def __init__(self) -> None:
        self._whose: dict[str, tuple[str, bool]] = {}
        self._steps: dict[str, list[Step]] = {}

    def see(self, event: AnyEvent) -> None:
        """Take an event that went out; what is no step of a complaint is passed over."""
        data, ms = event.data, at_ms(event.time)
        if isinstance(event, ComplaintOpened):
            live = event.data.channel in LIVE_CHANNELS
            self._whose[event.data.complaint_id] = event.subject, live
            self._steps[event.data.complaint_id] = [Step(ms, "opened")]
        elif isinstance(data, Answer):
            promised = None if data.promised_at is None else at_ms(data.promised_at)
            step = Step(ms, "answered", level=data.level, promised_ms=promised)
            self._steps[data.complaint_id].append(step)
        elif isinstance(data, Rating):
            self._steps[data.complaint_id].append(Step(ms, "rated", rating=data.rating))
        elif isinstance(data, StepData):
            self._steps[data.complaint_id].append(Step(ms, WHAT[type(event)]))
        elif isinstance(data, Contact) and data.reason == "complaint_check":
            self._steps[data.reference or ""].append(Step(ms, "checked"))

    def broken(self, until_ms: int) -> list[BrokenClock]:
        """Give every clock that broke before an instant, in order of time."""
        found = [
            BrokenClock(number, customer, one.clock, one.at_ms)
            for number, (customer, live) in self._whose.items()
            for one in broken(self._steps[number], until_ms, live=live)
        ]
        return sorted(found, key=lambda one: (one.at_ms, one.complaint_id, one.clock))
