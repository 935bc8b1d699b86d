"""Records: what is read from `churn.log.desk` and what is written to `churn.tasks`.

All of it is JSON, and the same value always gives the same bytes. `churn.tasks` is compacted:
its key is the id of the task, of the alert where no task came of it, or of the action where
there was no task to act on.
"""

import msgspec

from alerts.actions import AnyAction, ContactChannel, Result
from alerts.alert import Alert, Cleared, CompanyChange, Tick
from alerts.contract import Contract, Instant, decoded
from alerts.decision import Decision
from alerts.playbooks import ValueItem
from alerts.task import Change, Task

DeskRecord = Alert | Cleared | CompanyChange | Tick | AnyAction


class TaskChanged(Contract, frozen=True, kw_only=True, tag_field="type", tag="task_changed"):
    """A task as it is after a change; `decision` and `alert_id` where an alert caused it.

    `position` is the offset in the desk's partition of `churn.log.desk` of the record at which
    it was decided.
    """

    task: Task
    change: Change
    decision: Decision | None
    alert_id: str | None
    at: Instant
    position: int


class DecisionMade(Contract, frozen=True, kw_only=True, tag_field="type", tag="decision_made"):
    """What the desk decided about an alert; the latest one of an alert stands."""

    alert_id: str
    customer: str
    owner: str
    decision: Decision
    task_id: str | None
    as_of: Instant
    band: str
    risk: float
    expected_value: float
    urgent: bool
    at: Instant
    position: int


class ActionRefused(Contract, frozen=True, kw_only=True, tag_field="type", tag="action_refused"):
    """Somebody acted on a task that this desk does not have."""

    action_id: str
    task_id: str
    by: str
    why: str
    at: Instant
    position: int


class TaskClosed(Contract, frozen=True, kw_only=True):
    """What came of a task, to go back to its customer as an event on `customer.outcomes`.

    `action_id` names it: the same closing reported twice is one event.
    """

    action_id: str
    task_id: str
    customer: str
    owner: str
    outcome: Result
    reason: str | None
    note: str
    by: str
    opened_at: Instant
    at: Instant


class CustomerContacted(Contract, frozen=True, kw_only=True):
    """That somebody reached out because of a task, to go back to its customer like a closing."""

    action_id: str
    task_id: str
    customer: str
    channel: ContactChannel
    value_item: ValueItem | None
    answered: bool | None
    at: Instant


TaskRecord = TaskChanged | DecisionMade | ActionRefused

_encoder = msgspec.json.Encoder(order="deterministic")
_desk: msgspec.json.Decoder[DeskRecord] = msgspec.json.Decoder(DeskRecord)
_tasks: msgspec.json.Decoder[TaskRecord] = msgspec.json.Decoder(TaskRecord)


def encode(record: Contract) -> bytes:
    """Give a record as JSON; the same record gives the same bytes."""
    return _encoder.encode(record)


def decode_desk(record: bytes, place: str) -> DeskRecord:
    """Read a record of `churn.log.desk`; `place` names it in the error.

    Raises
    ------
    FormatError
        If it is none that this version knows.
    """
    return decoded(_desk, record, place)


def decode_task(record: bytes, place: str) -> TaskRecord:
    """Read a record of `churn.tasks`; `place` names it in the error.

    Raises
    ------
    FormatError
        If it is none that this version knows.
    """
    return decoded(_tasks, record, place)


def key(record: TaskRecord) -> str:
    """Give the key of a record of `churn.tasks`."""
    match record:
        case TaskChanged():
            return record.task.id
        case DecisionMade():
            return record.alert_id
        case ActionRefused():
            return record.action_id
