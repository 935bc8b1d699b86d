"""How tasks went, for each account manager; and whether customers are treated alike."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median

from alerts.alert import Alert
from alerts.task import Change, State, Task
from streams.report.shares import share_of

HOUR_S = 3600.0
WEEK_S = 7 * 24 * HOUR_S


@dataclass(frozen=True)
class Manager:
    """One account manager. Shares are of finished tasks; None where there are none."""

    owner: str
    tasks: int
    alerts_a_week: float | None
    hours_to_acknowledge: float | None
    closed_before_due: float | None
    outcomes: dict[str, int]


def by_manager(tasks: Sequence[Task], alerts: Sequence[Alert]) -> list[Manager]:
    """Give every account manager who had an alert or a task, by name."""
    of_owner: defaultdict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        of_owner[task.owner].append(task)
    n_alerts = Counter(alert.owner for alert in alerts)
    weeks = _weeks(alerts)
    return [
        _manager(owner, of_owner[owner], n_alerts[owner] / weeks if weeks else None)
        for owner in sorted({*of_owner, *n_alerts})
    ]


@dataclass(frozen=True)
class Group:
    """Customers of one language, tier or region: how they fare beside the others.

    `false_alarms` is the share of closed tasks that turned out to be none.
    """

    by: str
    name: str
    alerts: int
    urgent: float | None
    tasks: int
    contacted: float | None
    false_alarms: float | None


GROUPED: dict[str, Callable[[Alert | Task], str]] = {
    "language": attrgetter("language"),
    "tier": attrgetter("tier"),
}


def parity(tasks: Sequence[Task], alerts: Sequence[Alert]) -> list[Group]:
    """Give alerts, contacts and false alarms of every language and tier."""
    found = []
    for by, key in GROUPED.items():
        for name in sorted({*map(key, tasks), *map(key, alerts)}):
            mine = [alert for alert in alerts if key(alert) == name]
            own = [task for task in tasks if key(task) == name]
            closed = [task.outcome for task in own if task.state is State.CLOSED]
            found.append(
                Group(
                    by,
                    name,
                    len(mine),
                    share_of([alert.urgent for alert in mine]),
                    len(own),
                    share_of([task.outcome not in {None, "not-reachable"} for task in own]),
                    share_of([outcome == "false-alarm" for outcome in closed]),
                )
            )
    return found


def _manager(owner: str, tasks: list[Task], alerts_a_week: float | None) -> Manager:
    waits = [
        (entry.at - task.opened_at).total_seconds() / HOUR_S
        for task in tasks
        for entry in task.history
        if entry.change is Change.ACKNOWLEDGED
    ]
    finished = [task for task in tasks if task.finished_at is not None]
    in_time = [
        task.state is State.CLOSED
        and task.finished_at is not None
        and task.finished_at <= task.due_at
        for task in finished
    ]
    return Manager(
        owner,
        len(tasks),
        alerts_a_week,
        median(waits) if waits else None,
        share_of(in_time),
        dict(sorted(Counter(task.ending for task in finished).items())),
    )


def _weeks(alerts: Sequence[Alert]) -> float:
    if not alerts:
        return 0.0
    instants = [alert.as_of for alert in alerts]
    return max((max(instants) - min(instants)).total_seconds() / WEEK_S, 1.0)
