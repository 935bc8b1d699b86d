"""The task: who does what about a customer by when, and the life it has.

    open -> acknowledged -> in progress -> closed
      snoozed in between; expired if nobody did it; withdrawn if the condition cleared first

What happens to a task is a `Change`, and `LIFE` says which may happen in which state. One
that may not is recorded on the task as refused; nothing is raised, because the log cannot be
unsaid.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from alerts.contract import Contract, Instant, Words, content_id
from alerts.fit import Fit
from alerts.handling import Cell, Kind
from alerts.playbooks import Channel, Step, ValueItem
from alerts.reasons import group, main_reason
from detectors.assessment import Marks, Reason


class State(StrEnum):
    """Where a task stands in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    SNOOZED = "snoozed"
    CLOSED = "closed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def live(self) -> bool:
        """Whether the task still takes a place in the account manager's budget.

        A snoozed one does: else snoozing would make room for more than can be done on the
        day on which all of them wake.
        """
        return self not in (State.CLOSED, State.EXPIRED, State.WITHDRAWN)


class Change(StrEnum):
    """What happened to a task."""

    OPENED = "opened"
    MERGED = "merged"
    RAISED = "raised"
    CLEARED = "cleared"
    ACKNOWLEDGED = "acknowledged"
    STARTED = "started"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    REASSIGNED = "reassigned"
    NOTED = "noted"
    CONTACTED = "contacted"  # a person reached out to the customer, and says so
    COUNTED = "counted"  # more customers of the case became known
    ENDED = "ended"  # what a case is about has worn off
    SENT = "sent"  # a machine sent the customer the approved text
    CLOSED = "closed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


# state -> what may happen in it -> the state after.
LIFE: Final[Mapping[State, Mapping[Change, State]]] = {
    State.OPEN: {
        Change.MERGED: State.OPEN,
        Change.RAISED: State.OPEN,
        Change.ACKNOWLEDGED: State.ACKNOWLEDGED,
        Change.STARTED: State.IN_PROGRESS,
        Change.SNOOZED: State.SNOOZED,
        Change.REASSIGNED: State.OPEN,
        Change.NOTED: State.OPEN,
        Change.CONTACTED: State.IN_PROGRESS,
        Change.COUNTED: State.OPEN,
        Change.ENDED: State.WITHDRAWN,
        Change.CLEARED: State.OPEN,
        Change.SENT: State.CLOSED,
        Change.CLOSED: State.CLOSED,
        Change.EXPIRED: State.EXPIRED,
        Change.WITHDRAWN: State.WITHDRAWN,
    },
    State.ACKNOWLEDGED: {
        Change.MERGED: State.ACKNOWLEDGED,
        Change.RAISED: State.OPEN,  # it is another task than the one that was seen
        Change.STARTED: State.IN_PROGRESS,
        Change.SNOOZED: State.SNOOZED,
        Change.REASSIGNED: State.OPEN,  # the new owner has not seen it
        Change.NOTED: State.ACKNOWLEDGED,
        Change.CONTACTED: State.IN_PROGRESS,
        Change.COUNTED: State.ACKNOWLEDGED,
        Change.ENDED: State.WITHDRAWN,
        Change.CLEARED: State.ACKNOWLEDGED,
        Change.SENT: State.CLOSED,
        Change.CLOSED: State.CLOSED,
        Change.EXPIRED: State.EXPIRED,
        Change.WITHDRAWN: State.WITHDRAWN,
    },
    # Somebody is on it: only people end it, however late.
    State.IN_PROGRESS: {
        Change.MERGED: State.IN_PROGRESS,
        Change.RAISED: State.IN_PROGRESS,
        Change.SNOOZED: State.SNOOZED,
        Change.REASSIGNED: State.OPEN,
        Change.NOTED: State.IN_PROGRESS,
        Change.CONTACTED: State.IN_PROGRESS,
        Change.COUNTED: State.IN_PROGRESS,
        Change.ENDED: State.WITHDRAWN,
        Change.CLEARED: State.IN_PROGRESS,
        Change.SENT: State.CLOSED,
        Change.CLOSED: State.CLOSED,
    },
    State.SNOOZED: {
        Change.MERGED: State.SNOOZED,
        Change.RAISED: State.OPEN,  # louder than what was put off
        Change.WOKEN: State.ACKNOWLEDGED,
        Change.ACKNOWLEDGED: State.ACKNOWLEDGED,
        Change.STARTED: State.IN_PROGRESS,
        Change.SNOOZED: State.SNOOZED,
        Change.REASSIGNED: State.OPEN,
        Change.NOTED: State.SNOOZED,
        Change.CONTACTED: State.IN_PROGRESS,
        Change.COUNTED: State.SNOOZED,
        Change.ENDED: State.WITHDRAWN,
        Change.CLEARED: State.SNOOZED,
        Change.SENT: State.CLOSED,
        Change.CLOSED: State.CLOSED,
        Change.WITHDRAWN: State.WITHDRAWN,
    },
    # What is over is over; a note may still be added.
    State.CLOSED: {Change.NOTED: State.CLOSED},
    State.EXPIRED: {Change.NOTED: State.EXPIRED},
    State.WITHDRAWN: {Change.NOTED: State.WITHDRAWN},
}


class Entry(Contract, frozen=True, kw_only=True):
    """One line of a task's history. `cause` is the id of the alert or action behind it."""

    at: Instant
    change: Change
    by: str
    cause: str = ""
    note: str = ""


class Task(Contract, frozen=True, kw_only=True):
    """Who does what about a customer, by when and why.

    `desk_key` is the key of `churn.log.desk` under which actions on the task are sent: the
    account manager it was opened for, whoever owns it now, or a case's change. `alerts` are the
    ids of all alerts it stands for, the first one first.

    A case has no `customer`; its `cohort` is the change that it is about, its values are those
    of all `n_exposed` customers together. `cell` says whether it is in a queue of nobody in
    particular ("pool", "message"), `informed` who else is told ("head", "management"), `breach`
    which clock of a complaint was broken, and `breach_alert` what said so. `message` is the
    text that a machine sends. `channel` is how the customer is reached, `region` whose clock they
    live by, `refused` are the channels that they do not want. `replacement_cost` is what winning
    such a customer anew would cost, where known, `fit` how well what is brought fits them, and
    `marks` what ties the customer to us.
    """

    id: str
    customer: str
    owner: str
    desk_key: str
    state: State
    opened_at: Instant
    due_at: Instant
    urgent: bool
    band: str
    stage: str | None
    tier: str
    risk: float
    value: float
    value_basis: str
    value_at_risk: float
    saveability: float
    expected_value: float
    language: str
    reasons: tuple[Reason, ...]
    playbook: str
    title: Words
    steps: tuple[Step, ...]
    channels: tuple[Channel, ...]
    offer: Words
    closes_when: Words
    alerts: tuple[str, ...]
    history: tuple[Entry, ...]
    started_at: Instant | None = None
    snoozed_until: Instant | None = None
    finished_at: Instant | None = None
    outcome: str | None = None
    outcome_reason: str | None = None
    kind: Kind = Kind.CUSTOMER
    cell: Cell = "task"
    cohort: str | None = None
    n_exposed: int = 0
    informed: str = ""
    breach: str | None = None
    breach_alert: str | None = None
    channel: str = ""
    matters: tuple[str, ...] = ()
    reduced: bool = False
    value_item: ValueItem | None = None
    message: Words | None = None
    replacement_cost: float | None = None
    fit: Fit | None = None
    region: str = ""
    refused: tuple[str, ...] = ()
    marks: Marks = Marks()

    @property
    def answers(self) -> bool:
        """Whether it answers the customer, who came to us, and is no outreach of ours."""
        reason = main_reason(self.reasons)
        return self.breach is not None or (reason is not None and group(reason.id) == "complaint")

    @property
    def ending(self) -> str:
        """How a finished task ended: its outcome, else its state."""
        return self.outcome or self.state.value


def case_id(change: str) -> str:
    """Name the case of a company change, so that every desk knows it without asking."""
    return content_id("case", change)


def task_id(first_alert: str) -> str:
    """Name a task by the alert that began it, and so by customer and instant."""
    return content_id("task", first_alert)
