"""What happens to a task: each function takes the task as it was and gives it as it is then."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from alerts.actions import (
    Acknowledge,
    AnyAction,
    Close,
    Contacted,
    Note,
    Reassign,
    Sent,
    Snooze,
    Start,
)
from alerts.alert import BANDS, Cleared, higher
from alerts.handling import Cell, Kind
from alerts.job import Job
from alerts.playbooks import Playbook
from alerts.reaching import reached_by
from alerts.task import LIFE, Change, Entry, State, Task, task_id

DESK, COURIER = "desk", "courier"  # who did it, where no person did
INFORMED = ("", "head", "management")  # in the order in which they are told

# What a task says of its customer in the words of the alert.
TOLD = (
    "band", "stage", "tier", "language", "reasons", "cohort", "matters", "reduced", "region",
    "refused", "marks",
)  # fmt: skip

MACHINES = (DESK, COURIER)
SHARED: tuple[Cell, ...] = ("pool", "message")  # queues of nobody in particular
LEARNED_LATE = "answered in time, learned late"

# What a person must be able to stand for: it teaches the system, and nobody checks it.
CLAIMS = ("saved", "false-alarm")
SENT = "sent"  # how a message ends, of which nobody knows yet what it did


def opened(job: Job, now: datetime, *, alerts: tuple[str, ...]) -> Task:
    """Open a task for an alert; `alerts` are all it stands for, itself the last."""
    alert = job.alert
    return Task(
        id=task_id(alerts[0]),
        customer=alert.customer,
        owner=job.handling.owner,
        desk_key=alert.owner,
        state=State.OPEN,
        opened_at=now,
        due_at=job.due_at,
        urgent=job.handling.urgent,
        alerts=alerts,
        history=(Entry(at=now, change=Change.OPENED, by=DESK, cause=alert.id),),
        kind=job.handling.kind,
        cell=job.handling.cell,
        informed=job.handling.informed,
        **_told(job),
        **_breach(job),
        **_figures(job),
        **plan(job.playbook),
        **_message(job),
    )


def raised(task: Task, job: Job, now: datetime) -> Task:
    """Raise a task by an alert that is worse: due earlier, ranked anew, another plan.

    Nothing about it is ever lowered: of due times the earlier, of bands and figures the higher.
    What a machine or nobody in particular was to do goes to whoever the alert is for.
    """
    alert, handling = job.alert, job.handling
    took = job.takes_over(task)
    better = _figures(job) if job.worth.expected_value > task.expected_value else {}
    told = _told(job) | {"band": max(task.band, alert.band, key=BANDS.index)}
    return _changed(
        task,
        Entry(at=now, change=Change.RAISED, by=DESK, cause=alert.id, note=alert.band),
        alerts=(*task.alerts, alert.id),
        urgent=task.urgent or handling.urgent,
        due_at=min(task.due_at, job.due_at),
        informed=_further(task.informed, handling.informed),
        kind=handling.kind if took else task.kind,
        cell=handling.cell if took else task.cell,
        owner=handling.owner if took and task.cell in SHARED else task.owner,
        **told,
        **_breach(job),
        **better,
        **plan(job.playbook),
        message=task.message if task.kind is Kind.MESSAGE and not took else None,
    )


def merged(task: Task, job: Job, now: datetime) -> Task:
    """Merge an alert that is no worse: the newest reasons, the same plan, the higher figures."""
    better = _figures(job) if job.worth.expected_value > task.expected_value else {}
    return _changed(
        task,
        Entry(at=now, change=Change.MERGED, by=DESK, cause=job.alert.id),
        alerts=(*task.alerts, job.alert.id),
        reasons=job.alert.reasons,
        **better,
    )


def relieved(task: Task, told: Cleared) -> Task:
    """Withdraw a task whose condition cleared before anybody started; else tell who did.

    A breach that was none takes back what stands for nothing else.
    """
    note = "" if told.breach is None else LEARNED_LATE
    entry = Entry(at=told.as_of, change=Change.CLEARED, by=DESK, cause=told.id, note=note)
    other = told.breach is not None and task.alerts != (task.breach_alert,)
    if task.started_at is not None or other:
        return _changed(task, entry)
    return withdrawn(task, told.as_of, cause=told.id, note=note)


def withdrawn(task: Task, at: datetime, *, cause: str = "", note: str = "") -> Task:
    """End a task that nobody started, because there is nothing to do any more."""
    entry = Entry(at=at, change=Change.WITHDRAWN, by=DESK, cause=cause, note=note)
    return _changed(task, entry, finished_at=at)


def handed_over(task: Task, to: str, change: str, now: datetime) -> Task:
    """Give a task of somebody who left to whoever has their customers now."""
    entry = Entry(at=now, change=Change.REASSIGNED, by=DESK, cause=change, note=to)
    return _changed(task, entry, owner=to)


def counted(task: Task, entry: Entry, n_exposed: int, worth: float) -> Task:
    """Tell a case how many customers it stands for, and what they are worth."""
    worths = dict.fromkeys(("value", "value_at_risk", "expected_value"), worth)
    return _changed(task, entry, n_exposed=n_exposed, **worths)


def ended(task: Task, now: datetime, note: str) -> Task:
    """End a case whose cause has worn off."""
    entry = Entry(at=now, change=Change.ENDED, by=DESK, note=note)
    return _changed(task, entry, finished_at=now)


def expired(task: Task, now: datetime) -> Task:
    """End a task that nobody did."""
    return _changed(task, Entry(at=now, change=Change.EXPIRED, by=DESK), finished_at=now)


def woken(task: Task, now: datetime) -> Task:
    """Bring back a task that was put off until now."""
    return _changed(task, Entry(at=now, change=Change.WOKEN, by=DESK))


def acted(task: Task, action: AnyAction, *, snooze_max: timedelta) -> Task:
    """Do what a person did; what may not be done is recorded as refused."""
    entry = Entry(at=action.at, change=Change.NOTED, by=action.by, cause=action.id)
    match action:
        case Acknowledge():
            return _changed(task, _of(entry, Change.ACKNOWLEDGED))
        case Start():
            return _changed(task, _of(entry, Change.STARTED), started_at=action.at)
        case Snooze(until=until):
            if not action.at < until <= action.at + snooze_max:
                return _refused(task, entry, f"snooze until {until.isoformat()}")
            due_at = max(task.due_at, until)
            entry = _of(entry, Change.SNOOZED, until.isoformat())
            return _changed(task, entry, snoozed_until=until, due_at=due_at)
        case Contacted() | Sent():
            return _reached(task, action, entry)
        case Close():
            return _closed(task, action, entry)
        case Reassign(to=to):
            # Whoever takes it out of a queue of all makes it their own.
            entry = _of(entry, Change.REASSIGNED, to)
            return _changed(
                task, entry, owner=to, cell="task" if task.cell == "pool" else task.cell
            )
        case Note(text=text):
            return _changed(task, _of(entry, Change.NOTED, text))


def allowed(action: Close) -> bool:
    """Say whether a closing needs nothing on record: it claims nothing, or says why."""
    return action.outcome not in CLAIMS or bool(action.note.strip())


def on_record(task: Task) -> bool:
    """Say whether a person has told of a contact, or written a note, on the task."""
    told = (Change.CONTACTED, Change.NOTED)
    return any(entry.change in told and entry.by not in MACHINES for entry in task.history)


def worse(task: Task, job: Job) -> bool:
    """Say whether an alert says more than the task already stands for."""
    return (
        higher(job.alert.band, task.band)
        or (job.handling.urgent and not task.urgent)
        or (job.alert.breach is not None and job.alert.breach != task.breach)
        or job.takes_over(task)
    )


def _closed(task: Task, action: Close, entry: Entry) -> Task:
    # A case's is seen from the closing alone: desks that have no more than that decide alike.
    noted = on_record(task) and task.kind is not Kind.CASE
    if not (allowed(action) or noted):
        return _refused(task, entry, f"{action.outcome} without a contact or a note")
    ending = {"outcome": action.outcome, "outcome_reason": action.reason}
    entry = _of(entry, Change.CLOSED, action.note)
    return _changed(task, entry, finished_at=action.at, **ending)


def _reached(task: Task, action: Contacted | Sent, entry: Entry) -> Task:
    if isinstance(action, Contacted):
        entry = _of(entry, Change.CONTACTED, action.channel)
        return _changed(task, entry, started_at=task.started_at or action.at)
    if task.kind is not Kind.MESSAGE:
        # Meanwhile it has become a person's: they should know of it.
        return _changed(task, _of(entry, Change.NOTED, f"message sent: {action.channel}"))
    entry = _of(entry, Change.SENT, action.channel)
    return _changed(task, entry, finished_at=action.at, outcome=SENT)


def _changed(task: Task, entry: Entry, **fields: object) -> Task:
    state = LIFE[task.state].get(entry.change)
    if state is None:
        return _refused(task, entry, f"{entry.change.value} while {task.state.value}")
    if state is not State.SNOOZED:
        fields["snoozed_until"] = None
    return msgspec.structs.replace(task, state=state, history=(*task.history, entry), **fields)


def _refused(task: Task, entry: Entry, why: str) -> Task:
    entry = _of(entry, Change.REFUSED, why)
    return msgspec.structs.replace(task, history=(*task.history, entry))


def _of(entry: Entry, change: Change, note: str = "") -> Entry:
    return msgspec.structs.replace(entry, change=change, note=note)


def _told(job: Job) -> dict[str, Any]:
    alert, channels = job.alert, job.settings.contact.channels
    channel = reached_by(alert.channel, alert.tier, channels, alert.refused)
    said = {name: getattr(alert, name) for name in TOLD}
    return {"channel": channel, "fit": job.fit} | said


def _breach(job: Job) -> dict[str, Any]:
    alert = job.alert
    return {} if alert.breach is None else {"breach": alert.breach, "breach_alert": alert.id}


def _figures(job: Job) -> dict[str, Any]:
    return {
        "risk": job.alert.risk,
        "value": job.alert.value,
        "value_basis": job.alert.value_basis,
        "value_at_risk": job.alert.value_at_risk,
        "saveability": job.worth.saveability,
        "expected_value": job.worth.expected_value,
        "replacement_cost": job.worth.replacement_cost,
    }


def plan(playbook: Playbook) -> dict[str, Any]:
    """Give what a task takes over from its playbook."""
    return {
        "playbook": playbook.key,
        "title": playbook.title,
        "steps": playbook.steps,
        "channels": playbook.channels,
        "offer": playbook.offer,
        "closes_when": playbook.closes_when,
        "value_item": playbook.value_item,
    }


def _message(job: Job) -> dict[str, Any]:
    return {"message": job.playbook.message if job.handling.kind is Kind.MESSAGE else None}


def _further(told: str, more: str) -> str:
    # Whom one has told, one has told; management is the last to be.
    return max(told, more, key=INFORMED.index)
