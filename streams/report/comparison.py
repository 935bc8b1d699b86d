"""What happened, and what was raised: a run held against the truth of an invented history.

Each measure is a plain count of the one and of the other, in event time. Only who invented the
history can know it; what was raised is what an outsider heard (`heard.py`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts.handling import Kind
from alerts.promise import standing
from alerts.reasons import LABELS_ONLY, main_reason
from alerts.task import Change as Step
from alerts.task import Task, case_id
from detectors.arrays import HOUR_MS
from detectors.clocks import CLOCKS
from detectors.reasons import instant
from detectors.tree import REASONS
from streams.report.heard import Heard
from streams.sources.truth import Change, Known, Silence

OF_SILENCE = frozenset({"silence", "rhythm", "volume"})  # families that speak of what is missing
LEVELS = {"answer": 1, "analysis": 2, "management": 3}  # who has to keep it; others have none


@dataclass(frozen=True)
class Clock:
    """Promises of one kind: broken in truth, raised, and of both those without the other.

    One is the other if customer, clock and deadline are the same. `taken_back` were raised too,
    before it was learned that they had been kept; `alerts` named the clock, those included.
    """

    clock: str
    level: int | None
    broken: int
    raised: int
    missed: int
    wrong: int
    taken_back: int
    alerts: int


@dataclass(frozen=True)
class Outage:
    """What was raised of silence alone about the customers of a source that was silent itself.

    `alerts` and `tasks` while it was; `before` are the alerts of as long a time before. An alert
    may have come because a contract ends soon, of which no reason speaks; tasks there should be
    none.
    """

    source: str
    declared: bool
    began: datetime
    ended: datetime
    customers: int
    alerts: int
    tasks: int
    before: int


@dataclass(frozen=True)
class Cohort:
    """A company change: customers hit in truth and as counted, its cases, what they stand for.

    `own_tasks` are about the change too, but of customers with other strong reasons.
    """

    id: str
    reason: str
    at: datetime
    customers: int
    exposed: int
    cases: int
    alerts_merged: int
    customers_merged: int
    own_tasks: int


@dataclass(frozen=True)
class Book:
    """The customers of somebody who left: how many in truth, and in the case of the heir.

    `handed_over` tasks were open at the time; `since` were opened for these customers afterwards;
    `left_behind` are still, or were made, a task of whoever left.
    """

    owner: str
    heir: str | None
    at: datetime
    customers: int
    exposed: int
    cases_of_heir: int
    handed_over: int
    since: int
    left_behind: int


@dataclass(frozen=True)
class Comparison:
    """The truth of a history and what was raised, side by side.

    `idle_tasks` are about what nobody can do anything about: there should be none. `cases` counts
    all cases, whether or not there is a change to them. `board_agrees` says whether
    the board shows each owner the tasks that were told, None where there is no board.
    """

    clocks: tuple[Clock, ...]
    reasons: tuple[str, ...]
    reasons_missing: tuple[str, ...]
    idle_tasks: int
    outages: tuple[Outage, ...]
    changes: tuple[Cohort, ...]
    books: tuple[Book, ...]
    cases: int
    board_agrees: bool | None

    @property
    def holds(self) -> bool:
        """Whether all that had to be raised was, and nothing else."""
        clocks = all(one.missed == one.wrong == 0 for one in self.clocks)
        silent = all(one.tasks == 0 for one in self.outages)
        cases = all(one.cases == 1 for one in self.changes) and self.cases == len(self.changes)
        books = all(one.cases_of_heir == 1 and one.left_behind == 0 for one in self.books)
        whole = not (self.reasons_missing or self.idle_tasks) and self.board_agrees is not False
        return clocks and silent and cases and books and whole


def compared(known: Known, heard: Heard, tick_hours: int) -> Comparison:
    """Hold what was heard of a run against what is known of its history.

    `tick_hours` lie between two looks at everybody: the first look in an outage may still find what
    was so before it.
    """
    tasks = list(heard.tasks.values())
    board = heard.on_board
    return Comparison(
        clocks=tuple(_clocks(known, heard)),
        reasons=tuple(reason for reason in REASONS if reason in heard.reasons),
        reasons_missing=tuple(
            reason for reason in REASONS if reason not in heard.reasons | LABELS_ONLY
        ),
        idle_tasks=sum(_is_idle(task) for task in tasks),
        outages=tuple(_outage(one, heard, tick_hours) for one in known.silences),
        changes=tuple(_cohort(one, heard) for one in known.changes),
        books=tuple(_book(one, heard) for one in known.changes if one.owner),
        cases=sum(task.kind is Kind.CASE for task in tasks),
        board_agrees=None if board is None else dict(board) == heard.live_by_owner(),
    )


def _clocks(known: Known, heard: Heard) -> Iterable[Clock]:
    broken = Counter((one.clock, one.customer, one.at_ms) for one in known.broken)
    raised = Counter(
        (one.clock, one.customer, _ms(one.deadline))
        for one in standing(heard.promises)
        if one.deadline is not None
    )
    taken_back = Counter(one.clock for one in heard.promises if one.withdrawn)
    alerts = Counter(alert.breach for alert in heard.alerts.values())
    for clock in CLOCKS:
        yield Clock(
            clock=clock,
            level=LEVELS.get(clock),
            broken=_of(clock, broken),
            raised=_of(clock, raised),
            missed=_of(clock, broken - raised),
            wrong=_of(clock, raised - broken),
            taken_back=taken_back[clock],
            alerts=alerts[clock],
        )


def _of(clock: str, counts: Counter[tuple[str, str, int]]) -> int:
    return sum(n for (name, _, _), n in counts.items() if name == clock)


def _is_idle(task: Task) -> bool:
    reason = main_reason(task.reasons)
    return reason is not None and reason.id in LABELS_ONLY


def _outage(one: Silence, heard: Heard, tick_hours: int) -> Outage:
    begins_ms, lasts_ms = one.from_ms + tick_hours * HOUR_MS, one.to_ms - one.from_ms
    quiet = {
        alert.id: _ms(alert.as_of)
        for alert in heard.alerts.values()
        if alert.customer in one.customers
        and alert.reasons
        and all(reason.family in OF_SILENCE for reason in alert.reasons)
    }
    now = {id_ for id_, at_ms in quiet.items() if begins_ms < at_ms <= one.to_ms}
    return Outage(
        source=one.source,
        declared=one.declared,
        began=instant(one.from_ms),
        ended=instant(one.to_ms),
        customers=len(one.customers),
        alerts=len(now),
        tasks=sum(task.history[0].cause in now for task in heard.tasks.values()),
        before=sum(begins_ms - lasts_ms < at_ms <= begins_ms for at_ms in quiet.values()),
    )


def _cohort(change: Change, heard: Heard) -> Cohort:
    about = [task for task in heard.tasks.values() if task.cohort == change.id]
    merged = heard.merged(case_id(change.id))
    return Cohort(
        id=change.id,
        reason=change.reason,
        at=instant(change.at_ms),
        customers=len(change.customers),
        exposed=heard.exposed(change.id),
        cases=sum(task.kind is Kind.CASE for task in about),
        alerts_merged=len(merged),
        customers_merged=len({made.customer for made in merged}),
        own_tasks=sum(task.kind is not Kind.CASE for task in about),
    )


def _book(change: Change, heard: Heard) -> Book:
    tasks = list(heard.tasks.values())
    cases = [task for task in tasks if task.kind is Kind.CASE and task.cohort == change.id]
    # From the round on in which the case was opened everything is the heir's.
    since = min((task.opened_at for task in cases), default=None)
    later = [task for task in tasks if since is not None and task.opened_at > since]
    behind = [task for task in later if task.owner == change.owner]
    behind += [task for task in tasks if task not in later and _kept(task, change)]
    return Book(
        owner=change.owner or "",
        heir=change.successor,
        at=instant(change.at_ms),
        customers=len(change.customers),
        exposed=heard.exposed(change.id),
        cases_of_heir=sum(_is_heirs(task, change) for task in cases),
        handed_over=sum(_handed(task, change) for task in tasks),
        since=sum(task.customer in change.customers for task in later),
        left_behind=len(behind),
    )


def _is_heirs(task: Task, change: Change) -> bool:
    # Without a successor it is whoever has the cases, but never who left.
    return task.owner == (change.successor or task.owner) != change.owner


def _kept(task: Task, change: Change) -> bool:
    return task.owner == change.owner and task.state.live


def _handed(task: Task, change: Change) -> bool:
    return any(
        entry.change is Step.REASSIGNED and entry.cause == change.id for entry in task.history
    )


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
