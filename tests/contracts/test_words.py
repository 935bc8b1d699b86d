"""The core's numbers for words are those of the public contract, word for word, in its order."""

from enum import IntEnum
from typing import Any, get_args

import msgspec
import pytest

from detectors import words
from detectors.details import SAID
from detectors.kinds import Kind
from detectors.tree import REASONS
from detectors.words import meanings
from streams.events import vocabulary
from streams.events.activity import Delivery
from streams.events.changes import PolicyChange, RaisedMinimum, Repositioning
from streams.events.contacts import ContactMade, SurveyAnswer
from streams.events.outcomes import Churn
from streams.events.payments import FailedPayment
from streams.log_rows import IN_SHORT, KIND_OF, SECRET
from streams.sources.simulate import causes

STRUCT_OF = {kind: struct for struct, kind in KIND_OF.items()}
STRUCT_OF[Kind.COMPLAINT_CHECKED] = ContactMade  # of which only that may be processed


def literal(struct: type[Any], name: str) -> tuple[str, ...]:
    """Give the words that a field may be, in their order."""
    [field] = [field for field in msgspec.structs.fields(struct) if field.name == name]
    of = field.type
    found = [one for part in (of, *get_args(of)) for one in get_args(part) if isinstance(one, str)]
    return tuple(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("numbers", "spelt"),
    [
        (words.Channel, get_args(vocabulary.Channel)),
        (words.ContactReason, get_args(vocabulary.ContactReason)),
        (words.ValueItem, get_args(vocabulary.ValueItem)),
        (words.Advantage, get_args(vocabulary.Advantage)),
        (words.ComplaintKind, get_args(vocabulary.ComplaintKind)),
        (words.ComplaintScope, get_args(vocabulary.ComplaintScope)),
        (words.Mood, get_args(vocabulary.Mood)),
        (words.Delivered, literal(Delivery, "outcome")),
        (words.Failure, literal(FailedPayment, "failure")),
        (words.Intent, literal(SurveyAnswer, "intent")),
        (words.ChurnKind, literal(Churn, "kind")),
        (words.Policy, literal(PolicyChange, "policy")),
        (words.Repositioned, literal(Repositioning, "detail")),
        (words.Threshold, literal(RaisedMinimum, "detail")),
    ],
)
def test_words_are_those_of_the_contract(numbers: type[IntEnum], spelt: tuple[str, ...]) -> None:
    assert list(meanings(numbers)) == list(spelt)
    assert list(meanings(numbers).values()) == list(range(1, len(spelt) + 1))


@pytest.mark.parametrize("kind", SAID)
def test_details_are_read_from_fields_that_events_have(kind: Kind) -> None:
    [data] = [f.type for f in msgspec.structs.fields(STRUCT_OF[kind]) if f.name == "data"]
    fields = {field.name for field in msgspec.structs.fields(data)}
    found_by_reading = {"mood", "unreadable"} if kind is Kind.COMPLAINT_OPENED else set()
    fields |= {short for name, (short, _) in IN_SHORT.items() if name in fields}
    assert set(SAID[kind]) - found_by_reading <= fields
    assert not set(SAID[kind]) & SECRET


def test_the_tree_is_that_of_the_simulated_causes() -> None:
    assert set(causes.REASONS) == set(REASONS)
