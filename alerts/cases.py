"""Cases: one task that stands for all customers whom one company change hits.

Every desk hears of every change and keeps the same page about it, but only one of them, by the
change's id, has the task. A case counts from the rounds on that know of it: which partition of
the scorer told it first changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from alerts.alert import Alert, CompanyChange
from alerts.contract import Contract, Instant
from alerts.handling import Kind
from alerts.handover import DEPARTURES
from alerts.playbooks import Step
from alerts.reasons import is_cause, main_reason
from alerts.settings import CaseSettings
from alerts.task import Change, Entry, State, Task, case_id

WORN_OFF = "the exposure has ended"
NO_PLAN = Step(
    "Write the plan: what changes, from when, what stays guaranteed, whom to ask.",
    "制定计划：变什么、何时起、什么不变、问谁。",
)
UNRESOLVED = "complaint.unresolved"


class Part(Contract, frozen=True, kw_only=True):
    """What one partition of the scorer told of a change, for rounds from `due` on."""

    partition: int
    due: Instant
    n_exposed: int
    value_exposed: float


class Case(Contract, frozen=True, kw_only=True):
    """What one desk knows of a change, and what became of its customers at this desk.

    `n_alerts` were merged into the case, of `n_customers`; of these `n_cleared` fell below the
    line again. `n_closed` tasks of their own were closed by people.
    """

    id: str
    reason: str
    at: Instant
    has_plan: bool
    until: Instant
    owner: str
    effective_at: Instant | None = None
    parts: tuple[Part, ...] = ()
    counted_to: Instant | None = None
    closed_at: Instant | None = None
    n_alerts: int = 0
    n_customers: int = 0
    n_cleared: int = 0
    n_closed: int = 0

    @property
    def task_id(self) -> str:
        """The id of the one task about it."""
        return case_id(self.id)

    @property
    def due(self) -> datetime:
        """When the desk has to do something about it: count what was told, or end it."""
        return min((part.due for part in self._uncounted()), default=self.until)

    def open_at(self, now: datetime) -> bool:
        """Say whether alerts are merged into it."""
        known = any(part.due <= now for part in self.parts)
        return known and self.closed_at is None and now < self.until

    def counted(self, now: datetime) -> tuple[int, float]:
        """Give how many customers are exposed, as known now, and what they are worth."""
        known = [part for part in self.parts if part.due <= now]
        worth = sum(part.value_exposed for part in known)
        return sum(part.n_exposed for part in known), round(worth, 2)

    def _uncounted(self) -> Iterable[Part]:
        to = self.counted_to
        return (part for part in self.parts if to is None or part.due > to)


def told(case: Case | None, change: CompanyChange, due: datetime, settings: CaseSettings) -> Case:
    """Take in what a partition told of a change, which may be the first to tell it."""
    if case is None:
        successor = change.successor if change.reason in DEPARTURES else None
        case = Case(
            id=change.id,
            reason=change.reason,
            at=change.at,
            has_plan=change.has_plan,
            until=change.at + settings.lasts(change.reason),
            owner=successor or settings.retention_lead,
            effective_at=change.effective_at,
        )
    if any(part.partition == change.partition for part in case.parts):
        return case
    part = Part(
        partition=change.partition,
        due=due,
        n_exposed=change.n_exposed,
        value_exposed=change.value_exposed,
    )
    parts = sorted((*case.parts, part), key=lambda one: one.partition)
    return replace(case, parts=tuple(parts))


def belongs(alert: Alert, case: Case, settings: CaseSettings) -> bool:
    """Say whether a case stands for an alert, and not a task of its own.

    Who is going, to whom we broke a promise, or who has another strong reason to go, is not
    helped by what helps the others. A decline is no such reason but what the change does.
    """
    reason = main_reason(alert.reasons)
    broken = alert.breach is not None or (reason is not None and reason.id == UNRESOLVED)
    strong = any(
        other is not reason
        and other.id != case.reason
        and is_cause(other)
        and other.contribution >= settings.strong_reason
        for other in alert.reasons
    )
    return not (broken or strong or alert.care or alert.stage == "decision")


def opened(case: Case, plan: dict[str, Any], due_at: datetime, now: datetime) -> Task:
    """Open the one task about a case. `plan` is its playbook's."""
    n_exposed, worth = case.counted(now)
    if not case.has_plan:
        plan = plan | {"steps": (NO_PLAN, *plan["steps"])}
    return Task(
        id=case.task_id,
        customer="",
        owner=case.owner,
        desk_key=case.id,
        state=State.OPEN,
        opened_at=now,
        due_at=due_at,
        urgent=case.reason == "relation.poached",  # on the same day
        band="watch",
        stage="awareness",
        tier="cohort",
        risk=0.0,  # of nobody in particular
        value=worth,
        value_basis="exposed",
        value_at_risk=worth,
        saveability=0.0,
        # It stands for all of them, so it is ranked by all of what they are worth.
        expected_value=worth,
        language="en",
        reasons=(),
        alerts=(),
        history=(Entry(at=now, change=Change.OPENED, by="desk", cause=case.id),),
        kind=Kind.CASE,
        cohort=case.id,
        n_exposed=n_exposed,
        **plan,
    )


class Progress(Contract, frozen=True, kw_only=True):
    """How far a case has come, over all desks."""

    n_exposed: int
    value_exposed: float
    n_alerts: int
    n_customers: int
    n_cleared: int
    n_closed: int


def progress(pages: Iterable[Case]) -> Progress | None:
    """Add up what the desks know of one case; None if no desk has heard of it.

    All of them were told how many are exposed; one that is behind knows of fewer.
    """
    known = list(pages)
    if not known:
        return None
    widest = max(known, key=lambda case: len(case.parts))
    return Progress(
        n_exposed=sum(part.n_exposed for part in widest.parts),
        value_exposed=round(sum(part.value_exposed for part in widest.parts), 2),
        n_alerts=sum(case.n_alerts for case in known),
        n_customers=sum(case.n_customers for case in known),
        n_cleared=sum(case.n_cleared for case in known),
        n_closed=sum(case.n_closed for case in known),
    )
