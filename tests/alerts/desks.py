"""Desks for tests: what is said to one, and one that remembers all that came of it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from alerts.actions import (
    Acknowledge,
    AnyAction,
    Close,
    Note,
    Reassign,
    Result,
    Snooze,
    Start,
    action_id,
)
from alerts.alert import Alert, Cause, Cleared, Tick, alert_id
from alerts.decision import Decision
from alerts.desk import Desk
from alerts.holdout import held_out
from alerts.minutes import Outcome
from alerts.pages import NO_CHANGES
from alerts.playbooks import shipped
from alerts.records import DeskRecord
from alerts.settings import DeskSettings
from alerts.task import Task
from detectors.assessment import Reason

PLAYBOOKS = shipped()
FIRST_DAY = datetime(2017, 1, 2, tzinfo=UTC)


def day(n: float) -> datetime:
    """Give the instant so many days after the beginning, a Monday."""
    return FIRST_DAY + timedelta(days=n)


def a_reason(name: str = "decline.quiet", *, since: datetime | None = None) -> Reason:
    """Give a reason of some id."""
    return Reason(
        family="silence",
        id=name,
        en=f"Because of {name}.",
        zh=f"因为 {name}。",
        feature="silence_days",
        value=30.0,
        usual=4.0,
        contribution=1.2,
        since=since,
        evidence=None,
    )


def an_alert(
    customer: str = "ada",
    at: float = 0.5,
    *,
    band: str = "at_risk",
    risk: float = 0.5,
    value: float = 1000.0,
    owner: str = "kim",
    partition: int = 0,
    cause: Cause = "time",
    urgent: bool = False,
    stage: str | None = None,
    tier: str = "middle",
    because: str = "decline.quiet",
    consented: bool = True,
) -> Alert:
    """Give the alert of a customer, so many days after the beginning."""
    return Alert(
        id=alert_id(customer, day(at), f"raised.{band}.{stage}"),
        customer=customer,
        owner=owner,
        partition=partition,
        as_of=day(at),
        band=band,
        risk=risk,
        value=float(value),
        value_basis="spend",
        value_at_risk=round(risk * float(value), 2),
        tier=tier,
        stage=stage,
        urgent=urgent,
        cause=cause,
        reasons=(a_reason(because, since=day(at)),),
        basis="rules",
        model_version=0,
        settings_id="s",
        late=False,
        language="en",
        consented=consented,
    )


def complaint(customer: str = "ada", at: float = 0.5, **changed: Any) -> Alert:
    """Give the alert of a complaint: an adverse event, decided at once."""
    told = an_alert(customer, at, cause="event", because="complaint.open")
    return msgspec.structs.replace(told, **changed)


def all_clear(customer: str, at: float, *, owner: str = "kim", partition: int = 0) -> Cleared:
    """Say that a customer fell below the line."""
    return Cleared(
        id=alert_id(customer, day(at), "cleared"),
        customer=customer,
        owner=owner,
        partition=partition,
        as_of=day(at),
        band="watch",
        risk=0.2,
    )


def a_tick(at: float, *, partition: int = 0, partitions: int = 1) -> Tick:
    """Say that a partition has told everything up to a day."""
    return Tick(partition=partition, partitions=partitions, at=day(at))


def _who(task: Task | str, kind: str, at: float) -> dict[str, Any]:
    task_id = task if isinstance(task, str) else task.id
    made = action_id(kind, task_id, "kim", day(at))
    return {"id": made, "task_id": task_id, "by": "kim", "at": day(at)}


def acknowledge(task: Task | str, at: float) -> Acknowledge:
    return Acknowledge(**_who(task, "acknowledge", at))


def start(task: Task | str, at: float) -> Start:
    return Start(**_who(task, "start", at))


def snooze(task: Task | str, at: float, until: float) -> Snooze:
    return Snooze(**_who(task, "snooze", at), until=day(until))


def close(task: Task | str, at: float, outcome: Result = "saved") -> Close:
    return Close(**_who(task, "close", at), outcome=outcome, reason="decline.quiet")


def reassign(task: Task | str, at: float, to: str) -> Reassign:
    return Reassign(**_who(task, "reassign", at), to=to)


def note(task: Task | str, at: float, text: str) -> Note:
    return Note(**_who(task, "note", at), text=text)


def settings(**changed: Any) -> DeskSettings:
    """Give settings without a control group, which would surprise a test's customers."""
    return DeskSettings(**{"hold_out": {"share": 0.0}} | changed)


def in_control_group(share: float = 0.10) -> str:
    """Find a customer whom chance has put into the control group."""
    salt = DeskSettings().hold_out.salt
    return next(str(n) for n in range(1000) if held_out(str(n), share=share, salt=salt))


class Played:
    """A desk and all that came of it: its tasks, the decisions by alert, its documents."""

    def __init__(self, **changed: Any) -> None:
        self.settings = settings(**changed)
        self.desk = Desk(self.settings, PLAYBOOKS)
        self.said: list[DeskRecord] = []
        self.outcomes: list[Outcome] = []
        self.tasks: dict[str, Task] = {}
        self.decisions: defaultdict[str, list[Decision]] = defaultdict(list)
        self.changes = NO_CHANGES

    def hear(self, *records: DeskRecord) -> "Played":
        """Say something to the desk, at the next positions of its log."""
        for record in records:
            self.take(self.desk.step(len(self.said), record))
            self.said.append(record)
        return self

    def take(self, outcome: Outcome) -> None:
        """Remember what came of a step."""
        self.outcomes.append(outcome)
        self.changes = self.changes.then(outcome.changes)
        for made in outcome.decisions:
            self.decisions[made.alert_id].append(made.decision)
        for changed in outcome.tasks:
            self.tasks[changed.task.id] = changed.task

    def open_again(self) -> None:
        """Go on with a desk that knows only the documents."""
        self.desk = Desk(self.settings, PLAYBOOKS, self.documents, self.desk.position)

    @property
    def documents(self) -> Mapping[str, bytes]:
        """What a board would hold now."""
        return self.changes.puts

    @property
    def live(self) -> dict[str, Task]:
        """Give the live tasks by customer."""
        return {task.customer: task for task in self.tasks.values() if task.state.live}

    def task(self, customer: str = "ada") -> Task:
        """Give the only task of a customer."""
        (found,) = (task for task in self.tasks.values() if task.customer == customer)
        return found

    def said_of(self, alert: Alert) -> list[Decision]:
        """Give what was decided about an alert, one after the other."""
        return self.decisions[alert.id]


def actions(task: Task | str, at: float) -> list[AnyAction]:
    """Give one action of each kind."""
    return [
        acknowledge(task, at),
        start(task, at),
        snooze(task, at, at + 1),
        close(task, at),
        reassign(task, at, "lee"),
        note(task, at, "called"),
    ]
