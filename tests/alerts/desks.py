"""Desks for tests: what is said to one, and one that remembers all that came of it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from alerts.actions import (
    Acknowledge,
    AnyAction,
    Close,
    Contacted,
    Note,
    Reassign,
    Result,
    Sent,
    Snooze,
    Start,
    action_id,
)
from alerts.alert import Alert, Cause, Cleared, CompanyChange, Tick, alert_id
from alerts.books import Books
from alerts.decision import Decision
from alerts.desk import Desk
from alerts.handover import Seat
from alerts.holdout import held_out
from alerts.job import Job
from alerts.minutes import Outcome
from alerts.office import Office
from alerts.pages import NO_CHANGES, Page, read
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
    **more: Any,
) -> Alert:
    """Give the alert of a customer, so many days after the beginning."""
    what = "".join(f".{name}" for name in sorted(more))
    return Alert(
        id=alert_id(customer, day(at), f"raised.{band}.{stage}{what}"),
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
        **more,
    )


def complaint(customer: str = "ada", at: float = 0.5, **changed: Any) -> Alert:
    """Give the alert of a complaint: an adverse event, decided at once."""
    told = an_alert(customer, at, cause="event", because="complaint.open")
    return msgspec.structs.replace(told, **changed)


def a_breach(customer: str = "ada", at: float = 0.5, **changed: Any) -> Alert:
    """Give the alert of a complaint whose analysis clock was broken."""
    because = "complaint.unresolved"
    told: dict[str, Any]
    told = {"cause": "event", "urgent": True, "breach": "analysis", "because": because}
    return an_alert(customer, at, **told | changed)


def failed_payment(customer: str = "ada", at: float = 0.5, **changed: Any) -> Alert:
    """Give the alert of a failed payment: decided at once, and no complaint."""
    told: dict[str, Any] = {"cause": "event", "because": "payment.failed"}
    return an_alert(customer, at, **told | changed)


def all_clear(
    customer: str,
    at: float,
    *,
    owner: str = "kim",
    partition: int = 0,
    breach: str | None = None,
    care: bool = False,
) -> Cleared:
    """Say that a customer fell below the line, or that a breach or our silence was none."""
    return Cleared(
        id=alert_id(customer, day(at), "cleared"),
        customer=customer,
        owner=owner,
        partition=partition,
        as_of=day(at),
        band="watch",
        risk=0.2,
        breach=breach,
        care=care,
    )


def a_change(
    at: float = 0.5, *, reason: str = "change.policy", partition: int = 0, **changed: Any
) -> CompanyChange:
    """Say what one partition knows of a company change."""
    told: dict[str, Any]
    told = {"id": "c0ffee00c0ffee00", "has_plan": True, "n_exposed": 10, "value_exposed": 5000.0}
    return CompanyChange(reason=reason, partition=partition, at=day(at), **told | changed)


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


def close(
    task: Task | str, at: float, outcome: Result = "saved", note: str = "called them"
) -> Close:
    return Close(**_who(task, "close", at), outcome=outcome, reason="decline.quiet", note=note)


def contacted(task: Task | str, at: float, **told: Any) -> Contacted:
    return Contacted(**_who(task, "contacted", at), **{"channel": "phone"} | told)


def sent(task: Task | str, at: float) -> Sent:
    return Sent(**_who(task, "sent", at), channel="email", value_item="terms")


def reassign(task: Task | str, at: float, to: str) -> Reassign:
    return Reassign(**_who(task, "reassign", at), to=to)


def note(task: Task | str, at: float, text: str) -> Note:
    return Note(**_who(task, "note", at), text=text)


NO_QUIET = {"quiet": {"from_hour": 0, "until_hour": 0, "rest_days": ()}}


def settings(**changed: Any) -> DeskSettings:
    """Give settings without what would surprise a test: a control group, and quiet hours."""
    return DeskSettings(**{"hold_out": {"share": 0.0}, "contact": NO_QUIET} | changed)


def an_office(**changed: Any) -> Office:
    """Give the office of a desk that has heard nothing yet."""
    chosen = settings(**changed)
    return Office(chosen, PLAYBOOKS, Books(chosen), Seat())


def a_job(alert: Alert, at: float | None = None, **changed: Any) -> Job:
    """Work out what acting on an alert would be, so many days after the beginning."""
    job = an_office().job(alert, alert.as_of if at is None else day(at))
    return replace(job, **changed)


def in_control_group(share: float = 0.10) -> str:
    """Find a customer whom chance has put into the control group."""
    salt = DeskSettings().hold_out.salt
    return next(str(n) for n in range(1000) if held_out(str(n), share=share, salt=salt))


class Played:
    """A desk and all that came of it: its tasks, the decisions by alert, its documents."""

    def __init__(self, *, seat: Seat | None = None, **changed: Any) -> None:
        self.settings, self.seat = settings(**changed), seat
        self.desk = Desk(self.settings, PLAYBOOKS, seat=seat)
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
        kept = self.documents, self.desk.position
        self.desk = Desk(self.settings, PLAYBOOKS, *kept, seat=self.seat)

    @property
    def documents(self) -> Mapping[str, bytes]:
        """What a board would hold now."""
        return self.changes.puts

    def pages(self) -> list[Page]:
        """Give what the desk remembers."""
        return [read(key, document) for key, document in self.documents.items()]

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
        contacted(task, at),
        sent(task, at),
    ]
