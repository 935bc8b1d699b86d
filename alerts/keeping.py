"""What becomes of tasks and of what was put off: by time, by recoveries, by people."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from alerts import case_counts, contact, fit, life
from alerts.actions import AnyAction, Close, Contacted, Sent
from alerts.alert import Alert, Cleared
from alerts.decision import Decision
from alerts.handling import Kind
from alerts.office import Office
from alerts.pages import Waiting
from alerts.playbooks import ValueItem
from alerts.task import Change, State, Task


def relieve(office: Office, told: Cleared) -> None:
    """Take back what stands for what is over: a condition, a breach that was none, our silence."""
    waiting = office.books.waiting(told.customer)
    if waiting is not None and _takes_back(told, waiting.alert):
        office.books.take_waiting(told.customer)
        office.decide(waiting, Decision.WITHDRAWN, told.as_of)
    task = office.books.live_task(told.customer)
    held = told.unverified  # no task stands for that
    care = task is not None and task.kind is Kind.CARE
    if task is not None and not held and told.takes_back(breach=task.breach, care=care):
        change(office, life.relieved(task, told))
    if told.breach is None and not told.care:
        case_counts.recovered(office, told.customer)


def _takes_back(told: Cleared, alert: Alert) -> bool:
    of_breach = told.breach is not None
    sure = not of_breach or told.unverified == alert.unverified
    return sure and told.takes_back(breach=alert.breach, care=alert.care)


def refuse_outreach(office: Office, customer: str, alert_id: str, now: datetime) -> None:
    """Take back what was to be said to a customer who does not want to hear from us."""
    task = office.books.live_task(customer)
    if task is not None and not task.answers and task.started_at is None:
        change(office, life.withdrawn(task, now, cause=alert_id, note="no consent"))


def attend(office: Office, task: Task, now: datetime) -> None:
    """Do what time wants of a task: forget it, wake it, end it."""
    if not task.state.live:
        office.books.forget_task(task.id)
    elif task.state is State.SNOOZED:
        change(office, life.woken(task, now))
    else:
        change(office, life.expired(task, now))


def act(office: Office, action: AnyAction) -> None:
    """Do what a person did."""
    task = office.books.task(action.task_id)
    if task is None:
        if not case_counts.heard_of(office, action):
            office.minutes.refuse(action, "unknown task")
        return
    if any(entry.cause == action.id for entry in task.history):
        return
    snooze_max = timedelta(days=office.settings.snooze_days_max)
    after = life.acted(task, action, snooze_max=snooze_max)
    done = after.history[-1].change is not Change.REFUSED
    change(office, after)
    if not done or task.kind is Kind.CASE:
        return
    if isinstance(action, Close):
        office.minutes.close(after, action)
    if isinstance(action, Contacted):
        office.minutes.contact(after, action)
        _remember(office, task, action.at, action.value_item)
    if isinstance(action, Sent):
        office.minutes.contact(after, action)
        if after.state.live:
            _remember(office, task, action.at, action.value_item)


def change(
    office: Office, task: Task, decision: Decision | None = None, alert_id: str | None = None
) -> None:
    """Keep a task as it is after a change, and take the change down."""
    before = office.books.task(task.id)
    office.books.put_task(task)
    office.minutes.change(task, decision, alert_id)
    if task.finished_at is not None and (before is None or before.state.live):
        if task.kind is Kind.CASE:
            case_counts.closed(office, task, task.finished_at)
        else:
            _finish(office, task, task.finished_at)


def expire(office: Office, waiting: Waiting, now: datetime) -> None:
    """Let go of an alert for which there was never room."""
    office.books.take_waiting(waiting.alert.customer)
    office.decide(waiting, Decision.EXPIRED, now)


def _finish(office: Office, task: Task, at: datetime) -> None:
    told = any(entry.change is Change.CONTACTED for entry in task.history)
    if task.state is State.CLOSED and not told:
        # A person closed it, so somebody tried to reach the customer, and brought what was to be.
        reached = task.outcome != "not-reachable"
        _remember(office, task, at, task.value_item if reached else None)
    if task.state is State.CLOSED:
        case_counts.own_task_closed(office, task)
    cool_until = at + office.settings.cool_down.days(task.ending)
    customer = office.books.customer(task.customer)
    office.books.put_customer(
        task.customer,
        replace(customer, task_id=None, cool_until=cool_until, cool_band=task.band),
    )


def _remember(office: Office, task: Task, at: datetime, item: ValueItem | None) -> None:
    # An answer is no outreach: who complains is not called less often for it.
    if task.answers:
        return
    customer = office.books.customer(task.customer)
    contacts = contact.remembered(customer.contacts, at, office.settings.contact)
    brought = fit.remembered(customer.brought, item, at)
    office.books.put_customer(task.customer, replace(customer, contacts=contacts, brought=brought))
