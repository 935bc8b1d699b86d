"""Tests of the way in: what is taken, and what is refused for which reason."""

import json
from typing import Any

import msgspec
import pytest

from streams.events.activity import PurchaseMade
from streams.events.catalogue import EVENT_TYPES
from streams.events.clock import ClockAdvanced
from streams.events.decode import LIMIT_BYTES, decode
from streams.events.event_type import EventType
from streams.events.examples import example
from streams.events.profiles import ProfileUpdated
from streams.events.refusals import Refusal, Refused
from streams.topics import CHANGES, COMPLAINTS, INPUTS, INTERACTIONS, PROFILES

KEY = b"718"
STRUCTURED = ("content-type", b"application/cloudevents+json; charset=utf-8")


def a_purchase(**attributes: object) -> dict[str, Any]:
    """Give a purchase as plain values; an attribute given as ... is left out."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": "retail/31198705046",
        "source": "/shop",
        "type": "purchase.made",
        "time": "2017-03-04T17:22:09Z",
        "subject": "718",
        "data": {"amount": 42.17, "lines": ["GROCERY"]},
    }
    event |= attributes
    return {name: value for name, value in event.items() if value is not ...}


def a_purchase_of(**data: object) -> dict[str, Any]:
    """Give a purchase whose data has these fields as well."""
    return a_purchase(data={"amount": 42.17, "lines": ["GROCERY"], **data})


def as_json(event: object) -> bytes:
    return json.dumps(event).encode()


def in_binary_mode(event: dict[str, Any]) -> tuple[bytes, list[tuple[str, bytes | None]]]:
    headers: list[tuple[str, bytes | None]] = [
        (f"ce_{name}", str(value).encode()) for name, value in event.items() if name != "data"
    ]
    return as_json(event["data"]), [("content-type", b"application/json"), *headers]


def refused(result: object) -> Refused:
    assert isinstance(result, Refused), result
    return result


def test_a_purchase_is_typed_whole() -> None:
    event = decode(INTERACTIONS, KEY, as_json(a_purchase()))
    assert isinstance(event, PurchaseMade)
    assert (event.subject, event.time.isoformat()) == ("718", "2017-03-04T17:22:09+00:00")
    assert (event.data.amount, event.data.lines) == (42.17, ("GROCERY",))
    assert event.data.currency is None


@pytest.mark.parametrize("whole", [True, False], ids=["every field", "required fields only"])
@pytest.mark.parametrize("known", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_every_type_is_read_from_each_of_its_topics(known: EventType, whole: bool) -> None:
    value = as_json(example(known, whole=whole))
    for topic in known.topics:
        assert type(decode(topic, None, value)) is known.struct


@pytest.mark.parametrize("known", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_binary_mode_means_what_structured_mode_means(known: EventType) -> None:
    event = example(known)
    data, headers = in_binary_mode(event)
    topic = known.topics[0]
    assert decode(topic, None, data, headers) == decode(topic, None, as_json(event), [STRUCTURED])


@pytest.mark.parametrize(
    ("attributes", "headers"),
    [
        pytest.param({"traceparent": "00-4b"}, [], id="an extension attribute"),
        pytest.param({"sequence": {"deep": [1]}}, [], id="an extension that is no text"),
        pytest.param({}, [STRUCTURED], id="structured mode that says so"),
        pytest.param(
            {}, [("content-type", b"Application/CloudEvents+JSON ;a=b")], id="said otherwise"
        ),
        pytest.param({}, [("traceparent", b"00-4b")], id="headers that are not ours"),
        pytest.param({}, [("content-type", None)], id="a header without a value"),
        pytest.param({}, [("content-type", b"application/json")], id="said to be JSON only"),
        pytest.param({"time": "2017-03-04T18:22:09.000001+01:00"}, [], id="another time zone"),
        pytest.param({"datacontenttype": "application/json"}, [], id="a content type of the data"),
    ],
)
def test_taken_as_well(attributes: dict[str, Any], headers: list[tuple[str, bytes | None]]) -> None:
    value = as_json(a_purchase(**attributes))
    assert isinstance(decode(INTERACTIONS, KEY, value, headers), PurchaseMade)


def test_a_null_key_is_taken() -> None:
    assert isinstance(decode(INTERACTIONS, None, as_json(a_purchase())), PurchaseMade)


def test_a_key_in_other_letters_than_latin_is_compared_as_utf8() -> None:
    value = as_json(a_purchase(subject="客户-7"))
    assert isinstance(decode(INTERACTIONS, "客户-7".encode(), value), PurchaseMade)


def test_a_profile_tells_what_was_emptied_from_what_was_left_out() -> None:
    profile = a_purchase(type="profile.updated", data={"owner": None, "tier": "top"})
    event = decode(PROFILES, KEY, as_json(profile))
    assert isinstance(event, ProfileUpdated)
    assert (event.data.owner, event.data.tier) == (None, "top")
    assert event.data.region is msgspec.UNSET


@pytest.mark.parametrize("topic", INPUTS)
def test_a_clock_goes_to_every_input_whatever_its_key(topic: str) -> None:
    value = as_json(example(EVENT_TYPES["clock.advanced"]))
    for key in (None, b"clock.advanced"):
        assert isinstance(decode(topic, key, value), ClockAdvanced)


@pytest.mark.parametrize(
    ("value", "reason", "path"),
    [
        pytest.param(b"", "malformed_json", None, id="nothing at all"),
        pytest.param(b"hello", "malformed_json", None, id="no JSON"),
        pytest.param(as_json(a_purchase())[:-1], "malformed_json", None, id="cut off"),
        pytest.param(as_json(a_purchase()) + b"x", "malformed_json", None, id="more behind it"),
        pytest.param(
            as_json(a_purchase(type="weather.seen"))[:-1],
            "malformed_json",
            None,
            id="cut off behind an unknown type",
        ),
        pytest.param(
            as_json(a_purchase()).replace(b"retail", b"\xff\xfe"),
            "malformed_json",
            None,
            id="not UTF-8",
        ),
        pytest.param(
            as_json(a_purchase()).replace(b"retail", b"\\ud800"),
            "malformed_json",
            None,
            id="half a character",
        ),
        pytest.param(b'{"a":' * 100_000, "malformed_json", None, id="nested without end"),
        pytest.param(b"[]", "bad_field", "$", id="a list"),
        pytest.param(b"null", "bad_field", "$", id="JSON null"),
        pytest.param(as_json(a_purchase(type=...)), "bad_field", "$.type", id="no type"),
        pytest.param(as_json(a_purchase(type=7)), "bad_field", "$.type", id="type is a number"),
        pytest.param(as_json(a_purchase(type="weather.seen")), "unknown_type", "$.type", id="new"),
        pytest.param(
            as_json(a_purchase(type="complaint.opened")), "wrong_topic", "$.type", id="misplaced"
        ),
        pytest.param(as_json(a_purchase(id=...)), "bad_field", "$.id", id="no id"),
        pytest.param(as_json(a_purchase(id="")), "bad_field", "$.id", id="empty id"),
        pytest.param(as_json(a_purchase(id="7" * 201)), "bad_field", "$.id", id="endless id"),
        pytest.param(as_json(a_purchase(subject=...)), "bad_field", "$.subject", id="no customer"),
        pytest.param(as_json(a_purchase(subject=718)), "bad_field", "$.subject", id="no text"),
        pytest.param(as_json(a_purchase(data=...)), "bad_field", "$.data", id="no data"),
        pytest.param(
            as_json(a_purchase(specversion="0.3")), "bad_field", "$.specversion", id="old version"
        ),
        pytest.param(
            as_json(a_purchase(specversion=...)), "bad_field", "$.specversion", id="no version"
        ),
        pytest.param(
            as_json(a_purchase(time="2017-03-04T17:22:09")), "naive_time", "$.time", id="naive time"
        ),
        pytest.param(as_json(a_purchase(time="yesterday")), "bad_field", "$.time", id="no time"),
        pytest.param(as_json(a_purchase(time=1488648129)), "bad_field", "$.time", id="epoch time"),
        pytest.param(
            as_json(a_purchase_of(amount="42")), "bad_field", "$.data.amount", id="no number"
        ),
        pytest.param(as_json(a_purchase_of(amount=-1)), "bad_field", "$.data.amount", id="below"),
        pytest.param(
            as_json(a_purchase()).replace(b"42.17", b"1e999"),
            "bad_field",
            "$.data.amount",
            id="endless number",
        ),
        pytest.param(
            as_json(a_purchase_of(lanes=[])), "bad_field", "$.data.lanes", id="unknown field"
        ),
        pytest.param(
            as_json(a_purchase_of(lines=["A", 7])), "bad_field", "$.data.lines[1]", id="in list"
        ),
    ],
)
def test_refused_for(value: bytes, reason: str, path: str | None) -> None:
    result = refused(decode(INTERACTIONS, KEY, value))
    assert (result.reason, result.path) == (reason, path)
    assert len(result.detail) <= 200


def test_a_naive_time_in_the_data_is_named() -> None:
    answer = {"complaint_id": "c1", "level": 1, "promised_at": "2025-03-04T17:00:00"}
    event = a_purchase(type="complaint.answered", data=answer)
    result = refused(decode(COMPLAINTS, KEY, as_json(event)))
    assert (result.reason, result.path) == (Refusal.NAIVE_TIME, "$.data.promised_at")


def test_a_key_that_is_not_the_subject_is_refused() -> None:
    result = refused(decode(INTERACTIONS, b"817", as_json(a_purchase())))
    assert (result.reason, result.path) == (Refusal.KEY_MISMATCH, "$.subject")
    assert "718" not in result.detail  # ids of customers stay out of reasons


def test_a_company_change_of_one_customer_is_refused() -> None:
    event = example(EVENT_TYPES["price.changed"]) | {"subject": "718"}
    assert refused(decode(CHANGES, None, as_json(event))).path == "$.subject"


def test_no_value_is_a_deletion_where_the_topic_is_compacted_and_a_fault_elsewhere() -> None:
    assert refused(decode(PROFILES, KEY, None)).reason is Refusal.TOMBSTONE
    assert refused(decode(INTERACTIONS, KEY, None)).reason is Refusal.NULL_VALUE


def test_a_value_of_the_limit_is_read_and_one_byte_more_is_refused() -> None:
    value = as_json(a_purchase())
    padded = value + b" " * (LIMIT_BYTES - len(value))
    assert isinstance(decode(INTERACTIONS, KEY, padded), PurchaseMade)
    assert refused(decode(INTERACTIONS, KEY, padded + b" ")).reason is Refusal.OVERSIZE


def test_only_what_is_a_fault_becomes_a_dead_letter() -> None:
    skipped = {reason for reason in Refusal if not reason.is_fault}
    assert skipped == {Refusal.UNKNOWN_TYPE, Refusal.TOMBSTONE}


@pytest.mark.parametrize(
    ("headers", "value", "reason"),
    [
        pytest.param({"ce_type": None}, None, "bad_field", id="attribute without a value"),
        pytest.param({"ce_specversion": None}, None, "bad_field", id="no version"),
        pytest.param({"ce_type": b"weather.seen"}, None, "unknown_type", id="unknown type"),
        pytest.param({"ce_time": b"2017-03-04T17:22:09"}, None, "naive_time", id="naive time"),
        pytest.param({"ce_id": b"\xff"}, None, "malformed_json", id="header is not UTF-8"),
        pytest.param({"ce_subject": b"817"}, None, "key_mismatch", id="another customer"),
        pytest.param({"content-type": b"text/xml"}, None, "content_type", id="data is XML"),
        pytest.param(
            {"content-type": b"application/cloudevents+avro"}, None, "content_type", id="Avro"
        ),
        pytest.param(
            {"content-type": b"application/cloudevents-batch+json"}, None, "content_type", id="many"
        ),
        pytest.param({}, b'{"amount":', "malformed_json", id="data cut off"),
        pytest.param({}, b"", "malformed_json", id="no data"),
        pytest.param({}, b'{"amount":1},"subject":"9"', "malformed_json", id="data breaks out"),
    ],
)
def test_binary_mode_refused_for(
    headers: dict[str, bytes | None], value: bytes | None, reason: str
) -> None:
    data, usual = in_binary_mode(a_purchase())
    changed = dict(usual) | headers
    result = decode(INTERACTIONS, KEY, data if value is None else value, list(changed.items()))
    assert refused(result).reason == reason


def test_an_attribute_called_data_is_not_the_data() -> None:
    data, headers = in_binary_mode(a_purchase())
    event = decode(INTERACTIONS, KEY, data, [*headers, ("ce_data", b"{}")])
    assert isinstance(event, PurchaseMade)


@pytest.mark.parametrize("known", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_each_required_field_that_is_missing_is_named(known: EventType) -> None:
    whole = example(known, whole=False)
    for name in whole["data"]:
        event = whole | {"data": {k: v for k, v in whole["data"].items() if k != name}}
        result = refused(decode(known.topics[0], None, as_json(event)))
        assert (result.reason, result.path) == (Refusal.BAD_FIELD, f"$.data.{name}")


def test_no_topic_of_ours_is_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError):
        decode("churn.tasks", None, b"{}")
