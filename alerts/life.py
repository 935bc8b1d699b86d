"""What happens to a task: each function takes the task as it was and gives it as it is then."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from alerts.actions import (
    Acknowledge,
    AnyAction,
    Close,
    Note,
    Reassign,
    Snooze,
    Start,
)
from alerts.alert import BANDS, Alert, Cleared, higher
from alerts.playbooks import Playbook
from alerts.task import LIFE, Change, Entry, State, Task, task_id
from alerts.value import Worth

DESK = "desk"  # who did it, where no person did

# Share of the playbook's time until due, by band: who is more likely to go than to stay will
# have gone in half of it. A guess.
HASTE = {"critical": 0.5}


def opened(
    alert: Alert, worth: Worth, playbook: Playbook, now: datetime, *, alerts: tuple[str, ...]
) -> Task:
    """Open a task for an alert; `alerts` are all it stands for, itself the last."""
    return Task(
        id=task_id(alerts[0]),
        customer=alert.customer,
        owner=alert.owner,
        desk_key=alert.owner,
        state=State.OPEN,
        opened_at=now,
        due_at=now + _within(playbook, alert.band),
        urgent=alert.urgent,
        alerts=alerts,
        history=(Entry(at=now, change=Change.OPENED, by=DESK, cause=alert.id),),
        **_told(alert),
        **_figures(alert, worth),
        **_plan(playbook),
    )


def raised(task: Task, alert: Alert, worth: Worth, playbook: Playbook, now: datetime) -> Task:
    """Raise a task by an alert that is worse: due earlier, ranked anew, another plan.

    Nothing about it is ever lowered: of due times the earlier, of bands and figures the higher.
    """
    better = _figures(alert, worth) if worth.expected_value > task.expected_value else {}
    told = _told(alert) | {"band": max(task.band, alert.band, key=BANDS.index)}
    return _changed(
        task,
        Entry(at=now, change=Change.RAISED, by=DESK, cause=alert.id, note=alert.band),
        alerts=(*task.alerts, alert.id),
        urgent=task.urgent or alert.urgent,
        due_at=min(task.due_at, now + _within(playbook, alert.band)),
        **told,
        **better,
        **_plan(playbook),
    )


def merged(task: Task, alert: Alert, worth: Worth, now: datetime) -> Task:
    """Merge an alert that is no worse: the newest reasons, the same plan, the higher figures."""
    better = _figures(alert, worth) if worth.expected_value > task.expected_value else {}
    return _changed(
        task,
        Entry(at=now, change=Change.MERGED, by=DESK, cause=alert.id),
        alerts=(*task.alerts, alert.id),
        reasons=alert.reasons,
        **better,
    )


def relieved(task: Task, told: Cleared) -> Task:
    """Withdraw a task whose condition cleared before anybody started; else tell who did."""
    started = task.started_at is not None
    change = Change.CLEARED if started else Change.WITHDRAWN
    ending = {} if started else {"finished_at": told.as_of}
    return _changed(task, Entry(at=told.as_of, change=change, by=DESK, cause=told.id), **ending)


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
        case Close(outcome=outcome, reason=reason, note=note):
            entry = _of(entry, Change.CLOSED, note)
            ending = {"outcome": outcome, "outcome_reason": reason, "finished_at": action.at}
            return _changed(task, entry, **ending)
        case Reassign(to=to):
            return _changed(task, _of(entry, Change.REASSIGNED, to), owner=to)
        case Note(text=text):
            return _changed(task, _of(entry, Change.NOTED, text))


def worse(task: Task, alert: Alert) -> bool:
    """Say whether an alert says more than the task already stands for."""
    return higher(alert.band, task.band) or (alert.urgent and not task.urgent)


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


def _within(playbook: Playbook, band: str) -> timedelta:
    return playbook.within * HASTE.get(band, 1.0)


def _told(alert: Alert) -> dict[str, Any]:
    names = ("band", "stage", "tier", "language", "reasons")
    return {name: getattr(alert, name) for name in names}


def _figures(alert: Alert, worth: Worth) -> dict[str, Any]:
    return {
        "risk": alert.risk,
        "value": alert.value,
        "value_basis": alert.value_basis,
        "value_at_risk": alert.value_at_risk,
        "saveability": worth.saveability,
        "expected_value": worth.expected_value,
    }


def _plan(playbook: Playbook) -> dict[str, Any]:
    return {
        "playbook": playbook.key,
        "title": playbook.title,
        "steps": playbook.steps,
        "channels": playbook.channels,
        "offer": playbook.offer,
        "closes_when": playbook.closes_when,
    }
