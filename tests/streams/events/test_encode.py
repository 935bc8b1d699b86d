"""Tests of the way out: what we send is what we read."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from detectors.errors import ContractError
from streams.events.activity import Purchase, PurchaseMade
from streams.events.catalogue import EVENT_TYPES
from streams.events.clock import Advance, ClockAdvanced
from streams.events.decode import decode
from streams.events.encode import STRUCTURED_HEADERS, build, encode, key_of
from streams.events.event_type import EventType
from streams.events.examples import example

NOON = datetime(2017, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize("known", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_an_event_comes_back_as_it_was_sent(known: EventType) -> None:
    sent = msgspec.convert(example(known), known.struct)
    topic = known.topics[0]
    assert decode(topic, key_of(sent), encode(sent), STRUCTURED_HEADERS) == sent


def test_fields_at_their_default_are_not_sent() -> None:
    event = PurchaseMade(
        specversion="1.0",
        id="7",
        source="/shop",
        time=NOON,
        subject="718",
        data=Purchase(amount=12.5),
    )
    assert msgspec.json.decode(encode(event)) == {
        "type": "purchase.made",
        "specversion": "1.0",
        "id": "7",
        "source": "/shop",
        "time": "2017-03-04T12:00:00Z",
        "subject": "718",
        "data": {"amount": 12.5},
    }


def test_the_key_is_the_customer_and_a_clock_has_its_own() -> None:
    about: Any = {"specversion": "1.0", "id": "7", "source": "/feed", "time": NOON}
    purchase = PurchaseMade(**about, subject="客户", data=Purchase(amount=1.0))
    assert key_of(purchase) == "客户".encode()
    assert key_of(ClockAdvanced(**about, data=Advance(to=NOON))) == b"clock.advanced"
    change = build("price.changed", {}, event_id="7", source="/erp", time=NOON)
    assert key_of(change) is None


def test_texts_are_read_as_the_field_wants_them() -> None:
    data = {"direction": "out", "channel": "phone", "answered": "true"}
    event: Any = build("contact.made", data, event_id="7", source="/crm", time=NOON, subject="718")
    assert event.data.answered is True


@pytest.mark.parametrize(
    ("name", "data", "changes", "says"),
    [
        pytest.param("weather.seen", {}, {}, "weather.seen", id="unknown type"),
        pytest.param("purchase.made", {}, {}, "amount", id="missing field"),
        pytest.param("purchase.made", {"amount": 1, "lanes": 2}, {}, "lanes", id="unknown field"),
        pytest.param("purchase.made", {"amount": "much"}, {}, "data.amount", id="no number"),
        pytest.param("login.made", {}, {"time": NOON.replace(tzinfo=None)}, "time", id="naive"),
        pytest.param("login.made", {}, {"subject": None}, "subject", id="no customer"),
        pytest.param("price.changed", {}, {}, "subject", id="a change of one customer"),
    ],
)
def test_an_event_that_the_intake_would_refuse_is_not_built(
    name: str, data: dict[str, object], changes: dict[str, Any], says: str
) -> None:
    about: dict[str, Any] = {"event_id": "7", "source": "/crm", "time": NOON, "subject": "718"}
    with pytest.raises(ContractError, match=says):
        build(name, data, **(about | changes))
