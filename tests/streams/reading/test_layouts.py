"""Tests of what the scanner makes of structs that it was not written for."""

from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, defstruct, inspect

from streams.events.activity import Purchase, PurchaseMade
from streams.events.catalogue import EVENT_TYPES
from streams.events.clock import ClockAdvanced
from streams.events.envelope import Amount, CustomerEvent, Data, Name, Names
from streams.events.event_type import Basis, EventType, Purpose
from streams.log_rows import HEARD, KIND_OF
from streams.reading.dictionaries import Dictionaries
from streams.reading.fields import Form, shape_of
from streams.reading.layouts import is_readable


def test_all_types_are_readable_but_the_clock_and_what_the_intake_hears() -> None:
    unreadable = {known.struct for known in EVENT_TYPES.values() if not is_readable(known)}
    heard = {struct for struct, kind in KIND_OF.items() if kind in HEARD}
    assert unreadable == {ClockAdvanced} | heard


def purchases_with(*fields: Any, **options: Any) -> EventType:
    """Give an event type like a purchase, whose data has other fields."""
    data = defstruct("Odd", fields, bases=(Data,), kw_only=True, frozen=True, **options)
    struct: Any = defstruct(
        "OddMade", [("data", data)], bases=(CustomerEvent,), kw_only=True, frozen=True, tag="odd"
    )
    return EventType(struct, ("customer.interactions",), Basis.CONTRACT, Purpose.OUTREACH)


@pytest.mark.parametrize(
    ("fields", "readable"),
    [
        pytest.param([("amount", Amount), ("new", Name | None, None)], True, id="a new field"),
        pytest.param([("amount", Amount | None, None)], True, id="an amount that may be missing"),
        pytest.param([("amount", Amount, 3.0)], False, id="an amount that is there by default"),
        pytest.param([("amount", Name)], False, id="an amount that is a text"),
        pytest.param([("amount", Amount), ("rating", Amount)], False, id="two amounts"),
        pytest.param([("line", Name), ("lines", Names, ())], False, id="a line and lines"),
        pytest.param([("x" * 40, Name)], False, id="a name too long for the dictionaries"),
        pytest.param([(f"f{at}", Name) for at in range(64)], False, id="too many fields"),
    ],
)
def test_a_type_laid_out_otherwise_is_left_out(
    monkeypatch: pytest.MonkeyPatch, fields: list[Any], readable: bool
) -> None:
    known = purchases_with(*fields)
    monkeypatch.setitem(KIND_OF, known.struct, KIND_OF[PurchaseMade])
    assert is_readable(known) is readable


def test_a_type_without_a_kind_is_left_out() -> None:
    assert not is_readable(purchases_with(("amount", Amount)))


def test_a_type_that_allows_unknown_fields_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    known = purchases_with(("amount", Amount), forbid_unknown_fields=False)
    monkeypatch.setitem(KIND_OF, known.struct, KIND_OF[PurchaseMade])
    assert not is_readable(known)


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        pytest.param(Annotated[str, Meta(pattern="^a")], Form.OTHER, id="a pattern"),
        pytest.param(Annotated[float, Meta(gt=0)], Form.OTHER, id="above, not at least"),
        pytest.param(Annotated[int, Meta(multiple_of=2)], Form.OTHER, id="even numbers"),
        pytest.param(Literal["a", 1], Form.OTHER, id="words and numbers"),
        pytest.param(Literal["a", "b"], Form.WORD, id="words"),
        pytest.param(Literal[1, 2], Form.NUMERAL, id="numbers"),
        pytest.param(str | int, Form.OTHER, id="a text or a number"),
        pytest.param(tuple[Purchase, ...], Form.OTHER, id="objects"),
        pytest.param(tuple[str, ...] | None, Form.TEXTS, id="texts"),
        pytest.param(list[str], Form.OTHER, id="a list"),
        pytest.param(dict[str, str], Form.OTHER, id="a mapping"),
    ],
)
def test_what_the_scanner_cannot_read_is_of_no_form(kind: Any, form: Form) -> None:
    assert shape_of(inspect.type_info(kind), Dictionaries()).form is form
