"""The minutes of a step: what the desk decided, for the shell to write, send and count."""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from alerts.actions import AnyAction, Close, Contacted, Sent
from alerts.decision import Decision
from alerts.pages import NO_CHANGES, Changes, Waiting
from alerts.records import (
    ActionRefused,
    CustomerContacted,
    DecisionMade,
    TaskChanged,
    TaskClosed,
    TaskRecord,
    encode,
    key,
)
from alerts.task import Task


class Outcome(msgspec.Struct, frozen=True):
    """What came of one step.

    `rounds` are the instants of the rounds that were run; `closed` and `contacted` are to be
    reported back to the customers; `changes` is to be kept by the board, together with
    the step's position.
    """

    decisions: tuple[DecisionMade, ...] = ()
    tasks: tuple[TaskChanged, ...] = ()
    refused: tuple[ActionRefused, ...] = ()
    closed: tuple[TaskClosed, ...] = ()
    contacted: tuple[CustomerContacted, ...] = ()
    rounds: tuple[datetime, ...] = ()
    changes: Changes = NO_CHANGES

    def messages(self) -> list[tuple[str, bytes]]:
        """Give key and bytes of each record for `churn.tasks`, in the order to send them."""
        records: tuple[TaskRecord, ...] = (*self.decisions, *self.tasks, *self.refused)
        return [(key(record), encode(record)) for record in records]


@dataclass
class Minutes:
    """Takes down what is decided in one step, at one position of the log."""

    position: int
    decisions: list[DecisionMade] = field(default_factory=list)
    tasks: list[TaskChanged] = field(default_factory=list)
    refused: list[ActionRefused] = field(default_factory=list)
    closed: list[TaskClosed] = field(default_factory=list)
    contacted: list[CustomerContacted] = field(default_factory=list)
    rounds: tuple[datetime, ...] = ()

    def decide(
        self, waiting: Waiting, decision: Decision, at: datetime, task_id: str | None = None
    ) -> None:
        """Take down what was decided about an alert."""
        alert = waiting.alert
        made = DecisionMade(
            alert_id=alert.id,
            customer=alert.customer,
            owner=waiting.handling.owner,
            decision=decision,
            task_id=task_id,
            as_of=alert.as_of,
            band=alert.band,
            risk=alert.risk,
            expected_value=waiting.worth.expected_value,
            urgent=waiting.handling.urgent,
            at=at,
            position=self.position,
        )
        self.decisions.append(made)

    def change(self, task: Task, decision: Decision | None, alert_id: str | None) -> None:
        """Take down a task after the last change in its history."""
        last = task.history[-1]
        changed = TaskChanged(
            task=task,
            change=last.change,
            decision=decision,
            alert_id=alert_id,
            at=last.at,
            position=self.position,
        )
        self.tasks.append(changed)

    def close(self, task: Task, action: Close) -> None:
        """Take down what came of a task, by the word of a person."""
        closed = TaskClosed(
            action_id=action.id,
            task_id=task.id,
            customer=task.customer,
            owner=task.owner,
            outcome=action.outcome,
            reason=action.reason,
            note=action.note,
            by=action.by,
            opened_at=task.opened_at,
            at=action.at,
        )
        self.closed.append(closed)

    def contact(self, task: Task, action: Contacted | Sent) -> None:
        """Take down that a customer was contacted, by the word of whoever did it."""
        contacted = CustomerContacted(
            action_id=action.id,
            task_id=task.id,
            customer=task.customer,
            channel=action.channel,
            value_item=action.value_item,
            answered=action.answered if isinstance(action, Contacted) else None,
            at=action.at,
        )
        self.contacted.append(contacted)

    def refuse(self, action: AnyAction, why: str) -> None:
        """Take down that somebody acted on a task that is not here."""
        refused = ActionRefused(
            action_id=action.id,
            task_id=action.task_id,
            by=action.by,
            why=why,
            at=action.at,
            position=self.position,
        )
        self.refused.append(refused)

    def outcome(self, changes: Changes) -> Outcome:
        """Give the minutes as a value."""
        return Outcome(
            decisions=tuple(self.decisions),
            tasks=tuple(self.tasks),
            refused=tuple(self.refused),
            closed=tuple(self.closed),
            contacted=tuple(self.contacted),
            rounds=self.rounds,
            changes=changes,
        )
