"""What a person says with a form, made into an action. Pure; whatever is wrong is refused."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar, get_args

from alerts.actions import (
    Acknowledge,
    AnyAction,
    Close,
    ContactChannel,
    Contacted,
    Note,
    Reassign,
    Result,
    Signature,
    Snooze,
    Start,
)
from alerts.handling import Kind
from alerts.playbooks import GROUPS, ValueItem
from alerts.task import LIFE, Change, Task
from detectors.errors import ContractError

Fields = Mapping[str, str]
Word = TypeVar("Word", bound=str)

TEXT_MAX = 2_000  # characters of a note: a page; more belongs into another system
SNOOZE_DAYS = (1, 3, 7, 14)
CHANNELS: tuple[ContactChannel, ...] = get_args(ContactChannel)
RESULTS: tuple[Result, ...] = get_args(Result)
BRINGS: tuple[ValueItem, ...] = get_args(ValueItem)
REASONS: tuple[str, ...] = tuple(sorted(GROUPS))

# The change that a button asks for; what a state does not allow has no button.
ASKS: Mapping[str, Change] = {
    "acknowledge": Change.ACKNOWLEDGED,
    "start": Change.STARTED,
    "contacted": Change.CONTACTED,
    "snooze": Change.SNOOZED,
    "close": Change.CLOSED,
    "reassign": Change.REASSIGNED,
    "note": Change.NOTED,
}


def offered(task: Task) -> tuple[str, ...]:
    """Give the actions that a task allows as it stands; a case has nobody to reach out to."""
    allowed = LIFE[task.state]
    return tuple(
        kind
        for kind, change in ASKS.items()
        if change in allowed and not (kind == "contacted" and task.kind is Kind.CASE)
    )


def action(kind: str, fields: Fields, signature: Signature, heirs: list[str]) -> AnyAction:
    """Make the action of a form.

    Raises
    ------
    ContractError
        If the kind is unknown, or a field is missing or none of those that may be.
    """
    make = _MAKE.get(kind)
    if make is None:
        raise ContractError(f"no action {kind!r}")
    if kind == "reassign" and fields.get("to") not in heirs:
        raise ContractError("to: none of the team")
    return make(fields, signature)


def _contacted(fields: Fields, signature: Signature) -> Contacted:
    brought = fields.get("brought") or None
    answered = {"yes": True, "no": False}.get(fields.get("answered", ""))
    return Contacted(
        **signature,
        channel=_one("channel", fields.get("channel"), CHANNELS),
        value_item=None if brought is None else _one("brought", brought, BRINGS),
        answered=answered,
    )


def _snooze(fields: Fields, signature: Signature) -> Snooze:
    days = _one("days", fields.get("days"), tuple(map(str, SNOOZE_DAYS)))
    return Snooze(**signature, until=signature["at"] + timedelta(days=int(days)))


def _close(fields: Fields, signature: Signature) -> Close:
    reason = fields.get("reason") or None
    return Close(
        **signature,
        outcome=_one("outcome", fields.get("outcome"), RESULTS),
        reason=None if reason is None else _one("reason", reason, REASONS),
        note=_text(fields.get("note", "")),
    )


def _note(fields: Fields, signature: Signature) -> Note:
    text = _text(fields.get("text", ""))
    if not text:
        raise ContractError("text: is empty")
    return Note(**signature, text=text)


_MAKE: Mapping[str, Callable[[Fields, Signature], AnyAction]] = {
    "acknowledge": lambda _, signature: Acknowledge(**signature),
    "start": lambda _, signature: Start(**signature),
    "contacted": _contacted,
    "snooze": _snooze,
    "close": _close,
    "reassign": lambda fields, signature: Reassign(**signature, to=fields["to"]),
    "note": _note,
}


def _one(name: str, given: str | None, known: tuple[Word, ...]) -> Word:
    for word in known:
        if word == given:
            return word
    raise ContractError(f"{name}: was {given!r}, must be one of {', '.join(known)}")


def _text(given: str) -> str:
    if len(given) > TEXT_MAX:
        raise ContractError(f"a note is at most {TEXT_MAX} characters long")
    return given.strip()
