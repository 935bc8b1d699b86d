"""Records of public topics for tests, as the intake gets them."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from aiokafka import ConsumerRecord

from detectors.arrays import DAY_MS
from detectors.slices import Slice, Tick
from streams.events.activity import Purchase, PurchaseMade
from streams.events.clock import Advance, ClockAdvanced
from streams.events.decode import decode
from streams.events.encode import encode, key_of
from streams.events.envelope import AnyEvent
from streams.events.refusals import Refused
from streams.fetching.batches import batch_of
from streams.fetching.packed import Packed, Record
from streams.reading.reading import READING
from streams.sequencer import IntakeSettings, Sequencer, Tail
from streams.sequencing.arrivals import Arrival, Arrivals
from streams.sequencing.arrivals import arrived as put_together
from streams.sequencing.customer_numbers import Numbers
from streams.sequencing.decoding import decoded
from streams.sequencing.names import Names
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


def read(arrivals: list[Arrival], topic: str = TOPIC, declining: Collection[int] = ()) -> Arrivals:
    """Give records as a scanner does that reads all events but those at `declining`."""
    buffer, readings = b"", np.zeros(len(arrivals), READING)
    for place, one in enumerate(arrivals):
        event = decode(one.topic, None, one.value, one.headers)
        if place in declining or isinstance(event, Refused | ClockAdvanced):
            continue
        found = decoded(event, len(buffer))
        readings[place] = found.reading
        buffer += found.texts
        if readings[place]["data_len"]:  # a scanner gives the place of `data`, not the note
            data = msgspec.json.encode(event.data)
            readings[place]["data_at"], readings[place]["data_len"] = len(buffer), len(data)
            buffer += data
    return put_together(packed(arrivals, topic), np.frombuffer(buffer, np.uint8), readings)


def packed(arrivals: Sequence[Arrival], topic: str = TOPIC) -> Packed:
    """Give records as a fetch gives them, each in a batch of its own."""
    return Packed.of(topic, 0, [batch_of(record_of(one)) for one in arrivals])


def record_of(one: Arrival) -> Record:
    """Give a record as aiokafka does."""
    said = (one.key, one.value, None, len(one.key or b""), len(one.value or b""), one.headers)
    return ConsumerRecord(one.topic, 0, one.offset, one.known_ms, 0, *said)


def a_sequencer(
    tail: Tail | None = None, names: Names | None = None, **settings: object
) -> Sequencer:
    """Give the sequencer of the one partition there is, on feeds' clocks, an hour a tick."""
    chosen = IntakeSettings.model_validate({"ticks": "feed", **settings})
    return Sequencer(chosen, Numbers(0, 1, names or Names()), tail or Tail())


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
