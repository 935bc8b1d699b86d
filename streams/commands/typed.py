"""What a person types, made into an event: short words, levels, and ids made from content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Literal

import msgspec
from msgspec.inspect import StructType, type_info

from alerts.contract import content_id
from detectors.errors import ContractError
from streams.events import EVENT_TYPES, AnyEvent, CompanyEvent, EventType, build

SOURCE = "ebbwatch.send"

Severity = Literal["low", "medium", "high", "minor", "major", "critical"]
SEVERITIES: Mapping[str, str] = {"low": "minor", "medium": "major", "high": "critical"}

# The types that people send by hand. Every other one goes by its own name.
WORDS: Mapping[str, str] = {
    "complaint": "complaint.opened",
    "answered": "complaint.answered",
    "escalated": "complaint.escalated",
    "resolved": "complaint.resolved",
    "reopened": "complaint.reopened",
    "rated": "complaint.rated",
    "purchase": "purchase.made",
    "usage": "usage.recorded",
    "login": "login.made",
    "contact": "contact.made",
    "payment-failed": "payment.failed",
    "paid": "payment.paid",
    "cancellation": "contract.cancellation_asked",
    "profile": "profile.updated",
    "churned": "customer.churned",
    "returned": "customer.returned",
}
_FOR_FEEDS = "clock.advanced"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """An event as somebody typed it. `data` is a JSON object; `text` and the rest stand in it."""

    word: str
    customer: str | None = None
    text: str | None = None
    severity: Severity | None = None
    complaint: str | None = None
    data: str = "{}"


def event_type(word: str) -> EventType:
    """Find an event type by a short word or its own name.

    Raises
    ------
    ContractError
        If there is none; names those that are spelt much like it.

    Examples
    --------
    >>> event_type("complaint").name
    'complaint.opened'
    """
    name = WORDS.get(word, word)
    if name in EVENT_TYPES and name != _FOR_FEEDS:
        return EVENT_TYPES[name]
    if name == _FOR_FEEDS:
        raise ContractError(f"{name} is for feeds of history; see `ebbwatch feed`")
    close = get_close_matches(word, [*WORDS, *EVENT_TYPES], n=3)
    meant = f"did you mean {' or '.join(close)}?" if close else f"short words: {', '.join(WORDS)}"
    raise ContractError(f"there is no event type {word!r}; {meant}")


def event_of(typed: Typed, at: datetime) -> AnyEvent:
    """Make the event, checked as the intake will. The same content at one instant has one id.

    Raises
    ------
    ContractError
        Naming what is missing, unknown or wrong, and the fields that the type has.
    """
    known = event_type(typed.word)
    if issubclass(known.struct, CompanyEvent) != (typed.customer is None):
        needs = "is of the company, of no --customer" if typed.customer else "needs --customer ID"
        raise ContractError(f"{known.name} {needs}")
    data = _data(typed, known)
    if known.name == "complaint.opened":
        # A complaint needs a name, so that somebody can say later that it is resolved.
        data.setdefault("complaint_id", "c-" + content_id(typed.customer, at, typed.text)[:8])
    told = msgspec.json.encode(data, order="deterministic").decode()
    event_id = content_id(known.name, typed.customer or "", at, told)
    try:
        return build(
            known.name, data, event_id=event_id, source=SOURCE, time=at, subject=typed.customer
        )
    except ContractError as error:
        raise ContractError(f"{error} ({_fields_told(known)})") from error


def _data(typed: Typed, known: EventType) -> dict[str, Any]:
    try:
        data = msgspec.json.decode(typed.data, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        example = """as in --data '{"amount": 12}'"""
        raise ContractError(f"--data is no JSON object, {example}: {error}") from error
    severity = None if typed.severity is None else SEVERITIES.get(typed.severity, typed.severity)
    options = {
        ("severity",): severity,
        ("complaint_id",): typed.complaint,
        ("text", "note"): typed.text,
    }
    fields = _fields(known)
    for names, value in options.items():
        if value is None:
            continue
        name = next((name for name in names if name in fields), None)
        if name is None:
            told = _fields_told(known)
            raise ContractError(f"{known.name} has no {' or '.join(names)} ({told})")
        data[name] = value
    return data


def _fields(known: EventType) -> dict[str, bool]:
    """Give the fields of a type's data, and whether each is required."""
    event = type_info(known.struct)
    assert isinstance(event, StructType)
    data = next(field.type for field in event.fields if field.name == "data")
    assert isinstance(data, StructType)
    return {field.name: field.required for field in data.fields}


def _fields_told(known: EventType) -> str:
    fields = _fields(known)
    if not fields:
        return "it has no fields"
    names = (f"{name} (required)" if needed else name for name, needed in fields.items())
    return f"its fields: {', '.join(names)}"
