"""What people say on `churn.log.desk`: what they do with a task.

`at` is an instant of the desk's own time: now where events are live, the board's clock where
a feed plays history. Each action has an id made from its content; saying it twice is saying
it once.
"""

from datetime import datetime
from typing import Literal, TypedDict

from alerts.contract import Contract, Instant, content_id
from alerts.playbooks import ValueItem

# As on `customer.outcomes`, and as people type it.
Result = Literal["saved", "lost", "false-alarm", "not-reachable"]

# Where customers are met, in the words of the public events.
ContactChannel = Literal[
    "phone", "email", "chat", "message", "visit", "app", "portal", "letter", "public", "other"
]


class Action(Contract, frozen=True, kw_only=True, tag_field="kind"):
    """What every action carries: which task, who, when, and the action's own id."""

    id: str
    task_id: str
    by: str
    at: Instant


class Signature(TypedDict):
    """The fields of `Action`, to make one of."""

    id: str
    task_id: str
    by: str
    at: datetime


class Acknowledge(Action, frozen=True, kw_only=True, tag="acknowledge"):
    """I have seen it."""


class Start(Action, frozen=True, kw_only=True, tag="start"):
    """I am on it."""


class Snooze(Action, frozen=True, kw_only=True, tag="snooze"):
    """Not before `until`."""

    until: Instant


class Close(Action, frozen=True, kw_only=True, tag="close"):
    """It is over. `reason` is a name of the reason tree: why the customer was leaving."""

    outcome: Result
    reason: str | None = None
    note: str = ""


class Reassign(Action, frozen=True, kw_only=True, tag="reassign"):
    """Somebody else does it."""

    to: str


class Note(Action, frozen=True, kw_only=True, tag="note"):
    """Something to remember."""

    text: str


class Contacted(Action, frozen=True, kw_only=True, tag="contacted"):
    """I reached out to the customer, when `at` says.

    `answered` is null while nobody knows; `value_item` is what they got out of it.
    """

    channel: ContactChannel
    answered: bool | None = None
    value_item: ValueItem | None = None


class Sent(Action, frozen=True, kw_only=True, tag="sent"):
    """A machine sent the customer the text of a message, and that is all of the task."""

    channel: ContactChannel
    value_item: ValueItem | None = None


AnyAction = Acknowledge | Start | Snooze | Close | Reassign | Note | Contacted | Sent


def action_id(kind: str, task_id: str, by: str, at: Instant) -> str:
    """Name an action by what it is. The same person's same act at one instant is one act."""
    return content_id(kind, task_id, by, at)
