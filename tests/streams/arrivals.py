"""Records of public topics for tests, as the intake gets them."""

from datetime import UTC, datetime, timedelta

from detectors.arrays import DAY_MS
from detectors.slices import Slice, Tick
from streams.customer_numbers import Numbers
from streams.events.activity import Purchase, PurchaseMade
from streams.events.clock import Advance, ClockAdvanced
from streams.events.encode import encode, key_of
from streams.events.envelope import AnyEvent
from streams.sequencer import Arrival, IntakeSettings, Sequencer, Tail
from streams.tail import LogRecord

BEGIN = datetime(2017, 1, 2, tzinfo=UTC)
KNOWN_MS = 2**42
TOPIC = "customer.interactions"


def hours(number: float) -> datetime:
    """Give an instant so many hours after the beginning."""
    return BEGIN + timedelta(hours=number)


def a_purchase(customer: str, at_hours: float, *, event_id: str | None = None) -> PurchaseMade:
    """Give a purchase."""
    return PurchaseMade(
        specversion="1.0",
        id=event_id or f"{customer}-{at_hours}",
        source="shop",
        time=hours(at_hours),
        subject=customer,
        data=Purchase(amount=10.0, lines=("pumps",)),
    )


def a_clock(at_hours: float) -> ClockAdvanced:
    """Give a feed's clock."""
    to = hours(at_hours)
    return ClockAdvanced(
        specversion="1.0", id=f"clock-{at_hours}", source="feed", time=to, data=Advance(to=to)
    )


def arrived(*events: AnyEvent, first: int = 0, topic: str = TOPIC) -> list[Arrival]:
    """Give events as records at the offsets from `first` on."""
    return [
        Arrival(topic, first + n, KNOWN_MS, key_of(event), encode(event))
        for n, event in enumerate(events)
    ]


def a_sequencer(tail: Tail | None = None, **settings: object) -> Sequencer:
    """Give the sequencer of the one partition there is, on feeds' clocks, an hour a tick."""
    chosen = IntakeSettings.model_validate({"ticks": "feed", **settings})
    return Sequencer(chosen, Numbers(0, 1, {}), tail or Tail())


def told(records: list[LogRecord]) -> list[object]:
    """Give a log as plain facts, whatever its slices: (customer, hour) and ticks as ``T hour``."""
    facts: list[object] = []
    begin_ms = round(BEGIN.timestamp() * 1000)
    for record in records:
        if isinstance(record, Slice):
            columns = record.columns
            for row, at_ms in zip(columns["row"], columns["at_ms"], strict=True):
                facts.append((int(row), (int(at_ms) - begin_ms) / (DAY_MS / 24)))
        elif isinstance(record, Tick):
            facts.append(f"T {(record.at_ms - begin_ms) / (DAY_MS / 24):g}")
        else:
            facts.append(f"model {record.version}")
    return facts
