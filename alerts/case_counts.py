"""What a desk counts of a case: whom it stands for, and how they are doing."""

from datetime import datetime

from msgspec.structs import replace

from alerts import life
from alerts.actions import AnyAction, Close
from alerts.alert import Alert
from alerts.cases import Case
from alerts.office import Office
from alerts.task import Task


def merged(office: Office, alert: Alert, case: Case) -> None:
    """Count an alert that a case stands for."""
    customer = office.books.customer(alert.customer)
    first = customer.case != case.id
    office.books.put_customer(alert.customer, replace(customer, case=case.id))
    office.books.put_case(
        replace(case, n_alerts=case.n_alerts + 1, n_customers=case.n_customers + first)
    )


def recovered(office: Office, name: str) -> None:
    """Count a customer of a case who fell below the line again."""
    customer = office.books.customer(name)
    case = office.books.case(customer.case)
    if case is not None:
        office.books.put_customer(name, replace(customer, case=None))
        office.books.put_case(replace(case, n_cleared=case.n_cleared + 1))


def own_task_closed(office: Office, task: Task) -> None:
    """Count a customer whom the change hit, and whose own task was closed."""
    case = office.books.case(task.cohort)
    if case is not None:
        office.books.put_case(replace(case, n_closed=case.n_closed + 1))


def closed(office: Office, task: Task, at: datetime) -> None:
    """Merge no more into a case whose task is finished."""
    case = office.books.case(task.cohort)
    if case is not None and case.closed_at is None:
        office.books.put_case(replace(case, closed_at=at))


def heard_of(office: Office, action: AnyAction) -> bool:
    """Take in what somebody did with a case whose task is at another desk.

    A closing is told to every desk, because every desk merges into the case. What may be
    refused is seen from the action alone, so that all of them decide the same.
    """
    case = office.books.case_of_task(action.task_id)
    if case is None:
        return False
    if isinstance(action, Close) and case.closed_at is None and life.allowed(action):
        office.books.put_case(replace(case, closed_at=action.at))
    return True
