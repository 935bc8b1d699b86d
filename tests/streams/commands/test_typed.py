"""What a person types, made into an event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from detectors.errors import ContractError
from streams.commands.typed import WORDS, Typed, event_of
from streams.events import EVENT_TYPES, AnyEvent, decode, encode, key_of, name_of
from streams.events.complaints import ComplaintOpened, ComplaintResolved

NOON = datetime(2017, 12, 31, 12, tzinfo=UTC)
COMPLAINT = Typed(word="complaint", customer="718", text="It never came", severity="high")


def complaint_of(event: AnyEvent) -> str:
    assert isinstance(event, ComplaintOpened)
    return event.data.complaint_id


def test_short_words_name_types_that_exist() -> None:
    assert [name for name in WORDS.values() if name not in EVENT_TYPES] == []


def test_a_complaint_is_what_was_typed() -> None:
    event = event_of(COMPLAINT, NOON)
    assert isinstance(event, ComplaintOpened)
    assert (event.subject, event.time) == ("718", NOON)
    assert (event.data.text, event.data.severity) == ("It never came", "critical")


@pytest.mark.parametrize(
    ("typed", "stands"),
    [("low", "minor"), ("medium", "major"), ("high", "critical"), ("major", "major")],
)
def test_severities_have_two_names(typed: str, stands: str) -> None:
    event = event_of(
        Typed(word="complaint", customer="1", data=f'{{"severity": "{stands}"}}'), NOON
    )
    level = replace(COMPLAINT, customer="1", text=None, severity=typed)  # type: ignore[arg-type]  # from the table
    assert event_of(level, NOON) == event


def test_the_intake_takes_what_is_made() -> None:
    event = event_of(COMPLAINT, NOON)
    assert decode("customer.complaints", key_of(event), encode(event)) == event


def test_the_same_at_one_instant_is_the_same_event() -> None:
    assert event_of(COMPLAINT, NOON) == event_of(replace(COMPLAINT), NOON)


@pytest.mark.parametrize(
    ("other", "at"),
    [
        pytest.param(COMPLAINT, NOON + timedelta(milliseconds=1), id="a moment later"),
        pytest.param(replace(COMPLAINT, customer="719"), NOON, id="another customer"),
        pytest.param(replace(COMPLAINT, text="It broke"), NOON, id="another text"),
    ],
)
def test_anything_else_is_another_complaint(other: Typed, at: datetime) -> None:
    one, two = event_of(COMPLAINT, NOON), event_of(other, at)
    assert one.id != two.id
    assert complaint_of(one) != complaint_of(two)


def test_a_resolution_names_its_complaint_and_a_text_is_its_note() -> None:
    typed = Typed(word="resolved", customer="718", complaint="c-1", text="New pump")
    event = event_of(typed, NOON)
    assert isinstance(event, ComplaintResolved)
    assert (event.data.complaint_id, event.data.note) == ("c-1", "New pump")


def test_any_type_of_the_catalogue_can_be_sent() -> None:
    typed = Typed(word="delivery.made", customer="718", data='{"outcome": "late"}')
    assert name_of(type(event_of(typed, NOON))) == "delivery.made"


def test_an_event_of_the_company_has_no_customer() -> None:
    assert event_of(Typed(word="price.changed"), NOON).subject is None


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        pytest.param(Typed(word="complant"), "mean complaint", id="misspelt"),
        pytest.param(Typed(word="zebra"), "short words: complaint,", id="like nothing"),
        pytest.param(Typed(word="clock.advanced"), "ebbwatch feed", id="a clock"),
        pytest.param(Typed(word="purchase"), "needs --customer ID", id="nobody's"),
        pytest.param(Typed(word="price.changed", customer="7"), "no --customer", id="company's"),
        pytest.param(
            Typed(word="purchase", customer="7"),
            r"missing required field `amount`.*its fields: amount \(required\), currency",
            id="a field missing",
        ),
        pytest.param(
            Typed(word="purchase", customer="7", text="hello"),
            "has no text or note",
            id="no place for text",
        ),
        pytest.param(
            Typed(word="purchase", customer="7", data="amount=3"),
            "no JSON object",
            id="no JSON",
        ),
        pytest.param(
            Typed(word="purchase", customer="7", data='{"amount": -1}'), ">= 0", id="out of range"
        ),
    ],
)
def test_what_is_wrong_is_said_before_it_is_sent(typed: Typed, told: str) -> None:
    with pytest.raises(ContractError, match=told):
        event_of(typed, NOON)
