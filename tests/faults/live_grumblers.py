"""A history of complaints alone, for the tests of texts: one topic, so its order is no chance."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_args

import numpy as np

from streams.events.complaints import Complaint, ComplaintOpened, ComplaintTriaged, Triage
from streams.events.envelope import AnyEvent
from streams.events.vocabulary import ComplaintKind, Severity
from streams.sources.simulate.texts import Meaning, meaning, written
from streams.topics import COMPLAINTS
from tests.faults.live_source import BEGIN, N_CUSTOMERS, N_DAYS, SmallTown

KINDS: tuple[ComplaintKind, ...] = get_args(ComplaintKind)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
UNREADABLE = "���ķ���̫����"
N_COMPLAINTS = 1_200


class Grumblers(SmallTown):
    """Customers who complain, in two languages; people say of half of it what was meant."""

    name = "grumblers"

    def __init__(self, seed: int = 7) -> None:
        chance, draw = random.Random(seed), np.random.default_rng(seed)
        found = [event for n in range(N_COMPLAINTS) for event in _complaint(n, chance, draw)]
        self._grumbles = sorted(found, key=lambda event: (event.time, event.id))

    @property
    def topics(self) -> tuple[str, ...]:
        return (COMPLAINTS,)

    @property
    def n_events(self) -> int:
        return N_CUSTOMERS + len(self._grumbles)

    def events(self) -> Iterator[AnyEvent]:
        return iter(self._grumbles)


def _complaint(number: int, chance: random.Random, draw: np.random.Generator) -> list[AnyEvent]:
    about = meaning(draw, chance.choice(KINDS), chance.choice(SEVERITIES))
    opened_ms = round(chance.uniform(0.1, N_DAYS - 1) * 86_400_000)
    head: dict[str, Any] = {
        "specversion": "1.0",
        "source": "crm",
        "subject": f"c{chance.randrange(N_CUSTOMERS)}",
    }
    text = written(draw, about, chinese=number % 2 == 0)
    opened = ComplaintOpened(
        **head,
        id=f"opened-{number}",
        time=BEGIN + timedelta(milliseconds=opened_ms),
        data=Complaint(
            complaint_id=f"k{number}",
            kind=about.kind if number % 3 == 0 else None,
            severity=about.severity if number % 5 == 0 else None,
            text=UNREADABLE if number % 40 == 7 else text,
        ),
    )
    late_ms = opened_ms + round(chance.uniform(0.01, 0.9) * 86_400_000)
    return [opened, _triage(number, about, head, late_ms)] if number % 4 < 2 else [opened]


def _triage(number: int, about: Meaning, head: dict[str, Any], at_ms: int) -> AnyEvent:
    said = Triage(
        complaint_id=f"k{number}", kind=about.kind, severity=about.severity, mood=about.mood
    )
    time = BEGIN + timedelta(milliseconds=at_ms)
    return ComplaintTriaged(**head, id=f"triaged-{number}", time=time, data=said)
