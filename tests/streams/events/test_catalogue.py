"""Tests over all event types: a new one is found by itself."""

import gc
import re
from collections.abc import Iterator

import msgspec
import pytest
from msgspec import Struct, inspect

from detectors.kinds import TOPICS, Kind
from streams.events.catalogue import EVENT_TYPES, types_on
from streams.events.envelope import CompanyEvent, CustomerEvent, Data, Event
from streams.events.event_type import EventType
from streams.events.examples import example
from streams.topics import CHANGES, INPUTS, TABLE

# What the program must never know of anybody: words of field names.
DENIED = (
    *("ethnicity", "race", "caste", "nationality", "immigration", "religion", "politics", "party"),
    *("union", "health", "genetic", "biometric", "sex", "gender", "orientation", "criminal"),
    *("conviction", "passport", "ssn", "birth", "birthday", "age", "income", "household"),
    *("address", "location", "latitude", "longitude"),
)


def structs_in(struct: type[Struct]) -> Iterator[type[Struct]]:
    yield struct
    todo: list[object] = [field.type for field in msgspec.structs.fields(struct)]
    while todo:
        kind = todo.pop()
        info = inspect.type_info(kind) if not isinstance(kind, inspect.Type) else kind
        match info:
            case inspect.Metadata(inner):
                todo.append(inner)
            case inspect.UnionType(types):
                todo.extend(types)
            case inspect.VarTupleType(item):
                todo.append(item)
            case inspect.StructType(cls):
                yield from structs_in(cls)


@pytest.fixture(params=EVENT_TYPES.values(), ids=list(EVENT_TYPES))
def known(request: pytest.FixtureRequest) -> EventType:
    found: EventType = request.param
    return found


def test_a_name_is_short_dotted_lower_case(known: EventType) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)?\.[a-z]+(_[a-z]+)*", known.name)


def test_a_type_says_in_one_line_what_happened(known: EventType) -> None:
    assert re.fullmatch(r"[A-Z`].{10,}\.", known.description)


def test_a_type_belongs_to_an_input_topic(known: EventType) -> None:
    assert known.topics
    assert set(known.topics) <= set(INPUTS)
    of_company = issubclass(known.struct, CompanyEvent)
    assert of_company == (CHANGES in known.topics)


def test_values_are_frozen_strict_and_out_of_the_collectors_sight(known: EventType) -> None:
    for struct in structs_in(known.struct):
        config = struct.__struct_config__
        assert (config.frozen, config.gc, config.omit_defaults) == (True, False, True), struct
        assert config.forbid_unknown_fields == issubclass(struct, Data), struct
    event = msgspec.convert(example(known), known.struct)
    assert not gc.is_tracked(event)
    assert not hasattr(event, "__dict__")


def test_data_is_given_by_name_only(known: EventType) -> None:
    data = next(s for s in structs_in(known.struct) if issubclass(s, Data))
    with pytest.raises(TypeError):
        data("by position")


def test_no_field_asks_for_what_we_must_not_know(known: EventType) -> None:
    for struct in structs_in(known.struct):
        words = {word for name in struct.__struct_fields__ for word in name.split("_")}
        assert words.isdisjoint(DENIED)


def test_every_event_struct_stands_in_the_catalogue() -> None:
    bases: set[type[Struct]] = {Event, CustomerEvent, CompanyEvent}
    made = {struct for base in bases for struct in base.__subclasses__()} - bases
    assert made == {known.struct for known in EVENT_TYPES.values()}


def test_every_type_but_the_clock_has_its_kind_in_the_log() -> None:
    names = {kind.name.lower().replace("_", ".", 1) for kind in Kind}
    ours = {name.replace(".", "_").replace("_", ".", 1) for name in EVENT_TYPES}
    assert ours - names == {"clock.advanced"}
    # A contact of which only this may be processed.
    assert names - ours == {"complaint.checked"}


def test_the_inputs_are_the_topics_of_the_log() -> None:
    assert INPUTS == TOPICS
    assert [topic.name for topic in TABLE if topic.holds == "events"] == list(INPUTS)


def test_every_input_has_types_beside_the_clock() -> None:
    for topic in INPUTS:
        assert len(types_on(topic)) > 1
