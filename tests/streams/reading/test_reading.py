"""Tests that what the scanner takes is what the slow path reads, and that it takes what is usual.

The slow path is `decode` and `log_rows`. Of the scanner it shares no more than the names of the
columns' fields.
"""

import json
import struct
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import example as also
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from detectors.arrays import U8
from detectors.kinds import Kind
from streams.bench.load import Load
from streams.events.catalogue import EVENT_TYPES, types_on
from streams.events.clock import ClockAdvanced
from streams.events.decode import LIMIT_BYTES, decode
from streams.events.encode import encode
from streams.events.envelope import at_ms
from streams.events.event_type import EventType, name_of
from streams.events.examples import example
from streams.events.refusals import Refused
from streams.log_rows import HEARD, KIND_OF, event_hash, note_of, row_of
from streams.reading import READING, read_places
from streams.reading.loads import PADDING
from streams.topics import COMPLAINTS, INPUTS, INTERACTIONS, OUTCOMES

Made = tuple[object, ...]
NAMES = [
    name
    for name, known in EVENT_TYPES.items()
    if known.struct is not ClockAdvanced and KIND_OF[known.struct] not in HEARD
]


def read(topic: str, values: Sequence[bytes | None]) -> tuple[U8, NDArray[np.void]]:
    """Give values as one buffer, a 0 behind each, and what the scanner reads of them."""
    present = [value or b"" for value in values]
    lengths = np.array([len(value) for value in present], np.int64)
    starts = np.cumsum(lengths + 1) - lengths - 1
    buffer = np.frombuffer(b"\0".join([*present, bytes(PADDING)]), np.uint8)
    return buffer, read_places(topic, buffer, starts, lengths)


def as_read(topic: str, value: bytes | None) -> Made | None:
    """Give all that the scanner says of one value, or None if it declined."""
    buffer, readings = read(topic, [value])
    one = {name: readings[name].item() for name in READING.names or ()}
    if not one["taken"]:
        return None

    def text(name: str) -> bytes:
        start = one[f"{name}_at"]
        return buffer[start : start + one[f"{name}_len"]].tobytes()

    return (
        (one["kind"], one["code"], bits(one["amount"]), one["quantity"], one["reference"]),
        (one["lines"], one["at_ms"], one["id_hash"]),
        (text("subject"), text("source")),
        note_of(one["kind"], text("data")) if one["data_len"] else None,
    )


def as_meant(topic: str, value: bytes) -> Made | None:
    """Give the same as the slow path says it, or None if that refuses."""
    event = decode(topic, None, value)
    if isinstance(event, Refused) or type(event) is ClockAdvanced:
        return None
    kind, code, amount, quantity, reference, lines, note = row_of(event)
    return (
        (kind, code, bits(amount), float(np.float32(quantity)), reference),
        (lines, at_ms(event.time), event_hash(event)),
        ((event.subject or "").encode(), event.source.encode()),
        note,
    )


def bits(value: float) -> bytes:
    """Give all of a float, so that minus zero is another one than zero."""
    return struct.pack("<d", value)


def as_json(event: object) -> bytes:
    return json.dumps(event, separators=(",", ":")).encode()


def a_login(**attributes: object) -> dict[str, Any]:
    head = example(EVENT_TYPES["login.made"]) | attributes
    return {name: value for name, value in head.items() if value is not ...}


def a_purchase(amount: str) -> bytes:
    """Give a purchase whose amount is spelt so."""
    event = example(EVENT_TYPES["purchase.made"])
    return as_json(event | {"data": {"amount": "?"}}).replace(b'"?"', amount.encode())


def topic_of(name: str) -> str:
    return EVENT_TYPES[name].topics[0]


# ------------------------------------------------------------------- what is usual is taken


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("whole", [True, False], ids=["every field", "required fields only"])
def test_an_example_of_each_type_is_taken_unless_it_is_nested(name: str, whole: bool) -> None:
    event = example(EVENT_TYPES[name], whole=whole)
    for field in ("links", "aliases", "consent", "parent"):
        event["data"].pop(field, None)
    value = as_json(event)
    assert as_read(topic_of(name), value) is not None
    assert as_read(topic_of(name), value) == as_meant(topic_of(name), value)


def test_every_event_of_the_bench_is_taken() -> None:
    load = Load(n_events=3_000, n_customers=300, hours=2)
    by_topic: dict[str, list[bytes]] = {}
    for event in (*load.past(), *load.events()):
        known = EVENT_TYPES[name_of(type(event))]
        if known.struct is not ClockAdvanced:
            by_topic.setdefault(known.topics[0], []).append(encode(event))
    assert sum(map(len, by_topic.values())) == load.n_past + load.n_events
    for topic, values in by_topic.items():
        assert read(topic, values)[1]["taken"].all()
        for value in values[::37]:
            assert as_read(topic, value) == as_meant(topic, value)


@pytest.mark.parametrize("reverse", [False, True], ids=["in order", "type and data turned round"])
@pytest.mark.parametrize("name", NAMES)
def test_order_and_white_space_do_not_matter(name: str, reverse: bool) -> None:
    event = example(EVENT_TYPES[name], whole=False)
    turned = dict(sorted(event.items(), reverse=reverse))
    value = b"\n " + json.dumps(turned, indent="\t").encode() + b" \r\n"
    assert as_read(topic_of(name), value) is not None
    assert as_read(topic_of(name), value) == as_meant(topic_of(name), value)


@pytest.mark.parametrize(
    ("direction", "answered", "code"),
    [
        ("in", None, 3),
        ("in", True, 3),
        ("in", False, 4),
        ("out", None, 0),
        ("out", True, 1),
        ("out", False, 2),
    ],
)
def test_the_code_of_a_contact_comes_from_two_fields(
    direction: str, answered: bool | None, code: int
) -> None:
    event = example(EVENT_TYPES["contact.made"])
    for order in (1, -1):
        data = {"direction": direction, "channel": "phone", "answered": answered}
        value = as_json(event | {"data": dict(list(data.items())[::order])})
        assert read(INTERACTIONS, [value])[1]["code"].item() == code
        assert as_read(INTERACTIONS, value) == as_meant(INTERACTIONS, value)


def test_a_complaint_that_says_its_id_only_needs_no_note() -> None:
    value = as_json(example(EVENT_TYPES["complaint.resolved"], whole=False))
    reading = read(COMPLAINTS, [value])[1][0]
    assert (reading["taken"], reading["kind"]) == (1, Kind.COMPLAINT_RESOLVED)
    assert reading["data_len"] == 0


def test_the_reference_that_counts_does_not_depend_on_the_order() -> None:
    event = example(EVENT_TYPES["customer.contacted"])
    for order in (1, -1):
        value = as_json(event | {"data": dict(list(event["data"].items())[::order])})
        assert as_read(OUTCOMES, value) is not None
        assert as_read(OUTCOMES, value) == as_meant(OUTCOMES, value)


def test_places_of_many_values_point_into_one_buffer() -> None:
    values = [as_json(a_login(subject=f"customer-{at}")) for at in range(100)]
    buffer, readings = read(INTERACTIONS, [*values, None, b"", values[0]])
    assert readings["taken"].tolist() == [1] * 100 + [0, 0, 1]
    for at in (0, 99):
        start, length = readings["subject_at"][at], readings["subject_len"][at]
        assert buffer[start : start + length].tobytes() == f"customer-{at}".encode()


def test_nothing_gives_nothing() -> None:
    assert len(read(INTERACTIONS, [])[1]) == 0


def test_a_topic_that_is_none_of_ours_is_the_callers_fault() -> None:
    with pytest.raises(KeyError):
        read("churn.tasks", [LOGIN])


# ----------------------------------------------------- what is not usual is exact or declined

USUAL_NUMBERS = ["0", "7", "0.0", "10.87", "1e3", "1E+3", "25e-2", "0.1", "0.30", "1000000000000"]
USUAL_NUMBERS += ["123456789012.345", "1.7976931348623e-5", "9007199254740992e-4", "0e7"]
ODD_NUMBERS = ["-0", "-0.0", "01", "-1", "+1", ".5", "1.", "1e", "1e+", "1e999", "1000000000000.1"]
ODD_NUMBERS += ["0.1000000000000000055511151231257827", "9007199254740993e-4", "1e-30", "NaN"]
ODD_NUMBERS += ["1 2", "0x1", "1_0", "null", '"1"', "[1]", "true", "18446744073709551617", "1e23"]
ODD_NUMBERS += ["00", "--1", "1e5.5", "1ee5", "92233720368547758080000", "1e-0022", "1e0000000001"]


@pytest.mark.parametrize("amount", USUAL_NUMBERS)
def test_usual_numbers_are_taken_exactly(amount: str) -> None:
    value = a_purchase(amount)
    assert as_read(INTERACTIONS, value) is not None
    assert as_read(INTERACTIONS, value) == as_meant(INTERACTIONS, value)


@pytest.mark.parametrize("amount", ODD_NUMBERS)
def test_odd_numbers_are_exact_or_declined(amount: str) -> None:
    value = a_purchase(amount)
    assert as_read(INTERACTIONS, value) in (None, as_meant(INTERACTIONS, value))


USUAL_TIMES = ["2024-02-29T23:59:59Z", "2000-02-29T00:00:00.1Z", "1969-12-31T23:59:59.9999Z"]
USUAL_TIMES += ["2024-03-11T00:00:00.999999999+01:00", "2024-12-31T23:59:59.9999995Z"]
USUAL_TIMES += ["2024-03-11T00:00:00-00:30", "2024-01-01T00:00:00+23:59", "0002-01-01T00:00:00Z"]
USUAL_TIMES += ["2024-03-11T00:00:00.00049999999Z", "9998-12-31T23:59:59.123Z"]
ODD_TIMES = ["2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-04-31T00:00:00Z"]
ODD_TIMES += ["2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z"]
ODD_TIMES += ["2024-03-11T24:00:00Z", "2024-03-11T00:60:00Z", "2024-03-11T23:59:60Z"]
ODD_TIMES += ["2024-03-11T00:00:00", "2024-03-11T00:00:00.Z", "2024-03-11T00:00Z", "2024-03-11"]
ODD_TIMES += ["2024-03-11T00:00:00+24:00", "2024-03-11T00:00:00+00:60", "2024-03-11t00:00:00z"]
ODD_TIMES += ["2024-03-11T00:00:00+0100", "2024-03-11T00:00:00+01", "2024-03-11 00:00:00Z"]
ODD_TIMES += ["0000-03-11T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59.9999999Z"]
ODD_TIMES += ["2024-03-11T00:00:00Zx", "2024-03-11T00:00:00+01:00x", "2024-03-11T00:00:00,5Z"]
ODD_TIMES += ["2024-03-11T0/:00:00Z", "2024-03-1:T00:00:00Z", "20240311T000000Z----", "+024-03-11"]


@pytest.mark.parametrize("time", USUAL_TIMES)
def test_usual_times_are_taken_exactly(time: str) -> None:
    value = as_json(a_login(time=time))
    assert as_read(INTERACTIONS, value) is not None
    assert as_read(INTERACTIONS, value) == as_meant(INTERACTIONS, value)


@pytest.mark.parametrize("time", ODD_TIMES)
def test_odd_times_are_exact_or_declined(time: str) -> None:
    value = as_json(a_login(time=time))
    assert as_read(INTERACTIONS, value) in (None, as_meant(INTERACTIONS, value))


LOGIN = as_json(a_login())


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="no value"),
        pytest.param(LOGIN + b"x", id="more behind it"),
        pytest.param(LOGIN[:-1], id="cut off"),
        pytest.param(LOGIN[:-1] + b",}", id="a comma too many"),
        pytest.param(LOGIN.replace(b'"718"', b'"71\\u0038"'), id="an escape"),
        pytest.param(LOGIN.replace(b'"718"', '"客户"'.encode()), id="letters beyond ASCII"),
        pytest.param(LOGIN.replace(b'"718"', b'"7\t8"'), id="a control character"),
        pytest.param(LOGIN[:-1] + b',"subject":"718"}', id="an attribute twice"),
        pytest.param(as_json(a_login(data={"line": "A"}))[:-2] + b',"line":"B"}}', id="twice"),
        pytest.param(as_json(a_login(extension={"deep": 1})), id="an extension that is nested"),
        pytest.param(as_json(a_login(data={"lane": "A"})), id="a field that nobody knows"),
        pytest.param(as_json(a_login(data={"channel": "fax"})), id="a word of no list"),
        pytest.param(as_json(a_login(type="clock.advanced", data={"to": "now"})), id="a clock"),
        pytest.param(as_json(a_login(type="weather.seen")), id="a type that nobody knows"),
        pytest.param(as_json(a_login(id="7" * 201)), id="an endless id"),
        pytest.param(as_json(a_login(id="")), id="an empty id"),
        pytest.param(as_json(a_login(subject=None)), id="no customer"),
        pytest.param(as_json(a_login(specversion="0.3")), id="an old version"),
        pytest.param(LOGIN + b" " * LIMIT_BYTES, id="beyond the limit"),
        *(
            pytest.param(as_json(a_login(**{name: ...})), id=f"no {name}")
            for name in ("specversion", "id", "source", "type", "time", "subject", "data")
        ),
    ],
)
def test_declined(value: bytes | None) -> None:
    assert as_read(INTERACTIONS, value) is None


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({"traceparent": "00-4b"}, id="an extension"),
        pytest.param({"sequence": 7, "rate": -2.5e3, "a": True, "b": False, "c": None}, id="five"),
        pytest.param({"x" * 60: "", "": "nameless"}, id="odd names"),
        pytest.param({"datacontenttype": None}, id="no content type"),
        pytest.param({"id": "7" * 200, "source": "s" * 200, "subject": "c" * 200}, id="long ones"),
        pytest.param({"data": {"channel": None, "line": None}}, id="nulls"),
    ],
)
def test_taken_as_well(attributes: dict[str, object]) -> None:
    value = as_json(a_login(**attributes))
    assert as_read(INTERACTIONS, value) is not None
    assert as_read(INTERACTIONS, value) == as_meant(INTERACTIONS, value)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("They leak.", True),
        ("", True),
        (None, True),
        ("x" * 100_000, True),
        ("x" * 100_001, False),
        ("They\nleak.", False),
        ("漏水了", False),
    ],
)
def test_free_text_is_taken_where_it_is_plain(text: str | None, taken: bool) -> None:
    complaint = example(EVENT_TYPES["complaint.opened"], whole=False)
    complaint["data"]["text"] = text
    found = as_read(COMPLAINTS, as_json(complaint))
    assert found == (as_meant(COMPLAINTS, as_json(complaint)) if taken else None)


def test_nested_objects_are_left_to_python() -> None:
    profile = example(EVENT_TYPES["profile.updated"])
    assert as_read("customer.profiles", as_json(profile)) is None


def test_a_field_emptied_goes_into_the_note_and_one_left_out_does_not() -> None:
    profile = example(EVENT_TYPES["profile.updated"]) | {"data": {"owner": None}}
    read_so = as_read("customer.profiles", as_json(profile))
    assert read_so is not None
    assert read_so == as_meant("customer.profiles", as_json(profile))
    assert read_so[-1] == msgspec.msgpack.encode({"owner": None})


def test_a_company_event_must_have_no_subject() -> None:
    event = example(EVENT_TYPES["price.changed"])
    for subject, taken in ((..., True), (None, True), ("718", False)):
        value = as_json({**event, "subject": subject} if subject is not ... else event)
        assert (as_read("company.changes", value) is not None) is taken


# ------------------------------------------------------------------------ whatever comes in

PLAIN = "".join(map(chr, range(32, 128))).replace('"', "").replace("\\", "")
TEXTS = st.text(PLAIN, min_size=1, max_size=40)
AMOUNTS = st.floats(0, 1e12) | st.integers(0, 10**12) | st.decimals(0, 10**6, places=2).map(float)
COMPILING = settings(deadline=None)  # the first example may compile
VALUES: dict[type, st.SearchStrategy[Any]] = {
    str: TEXTS | st.text(PLAIN + '\n"\\é客', max_size=4) | st.none(),
    float: AMOUNTS | st.none(),
    bool: st.booleans() | st.none(),
    int: st.integers(-2, 10**17) | st.none(),
    list: st.lists(TEXTS, max_size=5) | st.none(),
}


@st.composite
def events(draw: st.DrawFn) -> tuple[str, bytes]:
    """Give an event of any type: usual or odd values, any order, white space, extensions."""
    topic = draw(st.sampled_from(INPUTS))
    known: EventType = draw(st.sampled_from(types_on(topic)))
    event = example(known, whole=draw(st.booleans()))
    for name, value in event["data"].items():
        if type(value) in VALUES and draw(st.integers(0, 2)) == 0:
            event["data"][name] = draw(VALUES[type(value)])
    event["time"] = draw(times())
    if draw(st.booleans()):
        event["id"], event["source"] = draw(TEXTS), draw(TEXTS)
    event |= draw(st.dictionaries(TEXTS, VALUES[str] | VALUES[float] | VALUES[bool], max_size=2))
    event["data"] = dict(draw(st.permutations(list(event["data"].items()))))
    turned = dict(draw(st.permutations(list(event.items()))))
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), ("\t,\n", "\r:  ")]))
    letters = draw(st.booleans())
    return topic, json.dumps(turned, separators=separators, ensure_ascii=letters).encode()


def times() -> st.SearchStrategy[str]:
    offsets = ["Z", "+00:00", "-07:30", "+23:59", "+24:00", "z", ""]
    fraction = st.text("0123456789", max_size=12).map(lambda digits: f".{digits}" if digits else "")
    when = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat())
    return st.builds(lambda *parts: "".join(parts), when, fraction, st.sampled_from(offsets))


@COMPILING
@given(events())
def test_any_event_is_read_as_it_is_meant_or_declined(event: tuple[str, bytes]) -> None:
    assert as_read(*event) in (None, as_meant(*event))


@COMPILING
@given(events(), st.data())
def test_a_damaged_event_is_read_as_it_is_meant_or_declined(
    event: tuple[str, bytes], data: st.DataObject
) -> None:
    topic, value = event
    damaged = bytearray(value)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        byte = data.draw(st.sampled_from(b'{}[]",:\\ 019.eE+-nt\x00\x1f\x7f\x80'))
        # Another byte, one more, one twice, or one less.
        new = data.draw(st.sampled_from([[byte], [byte, damaged[at]], [damaged[at]] * 2, []]))
        damaged[at : at + 1] = bytes(new)
    assert as_read(topic, bytes(damaged)) in (None, as_meant(topic, bytes(damaged)))


@COMPILING
@given(st.floats(0, 1e12), st.integers(0, 17))
@also(0.1 + 0.2, 17)
def test_any_number_is_read_as_it_is_meant_or_declined(amount: float, places: int) -> None:
    for spelt in (repr(amount), f"{amount:.{places}f}", f"{amount:.{places}e}"):
        value = a_purchase(spelt)
        assert as_read(INTERACTIONS, value) in (None, as_meant(INTERACTIONS, value))
