"""What a desk does about company changes: cases, and the books of people who left."""

from datetime import datetime

from msgspec.structs import replace

from alerts import cases, keeping, life
from alerts.alert import CompanyChange
from alerts.cases import Case
from alerts.due import case_due_at
from alerts.handover import DEPARTURES, Handover, heir_of
from alerts.office import Office
from alerts.playbooks import Playbook
from alerts.rounds import due
from alerts.task import Change, Entry, Task, case_id


def heard(office: Office, change: CompanyChange) -> None:
    """Take in what a partition told of a change; the next round acts upon it."""
    books, settings = office.books, office.settings.cases
    before = books.case(change.id)
    since = due(books.clock, change.partition, change.at)
    case = cases.told(before, change, since, settings)
    if case == before:
        return
    books.put_case(case)
    if change.reason in DEPARTURES and change.owner and case.owner != change.owner:
        _left(office, case, change.owner, since)


def attend(office: Office, case: Case, now: datetime) -> None:
    """Do what time wants of a case: open its task, count who is exposed, end it."""
    if now >= case.until or case.closed_at is not None:
        _end(office, case, now)
        return
    case = replace(case, counted_to=now)
    office.books.put_case(case)
    if office.seat.desk_of(case.id) != office.seat.number:
        return
    task = office.books.task(case.task_id)
    n_exposed, _ = case.counted(now)
    if task is None and n_exposed > 0:
        playbook = _playbook(office, case)
        due_at = case_due_at(playbook, now, case.effective_at, office.settings)
        keeping.change(office, cases.opened(case, life.plan(playbook), due_at, now))
    elif task is not None:
        keeping.change(office, _counted(task, case, now))


def hand_over(office: Office, handover: Handover, now: datetime) -> None:
    """Give the heir what is open of somebody who left; in the end, a whole budget again."""
    books = office.books
    if handover.done:
        books.put_handover(replace(handover, over=True))
        books.unfilled.add(heir_of(handover.owner, books.handovers, now))
        return
    books.put_handover(replace(handover, done=True))
    for task in books.live_tasks(handover.owner):
        keeping.change(office, life.handed_over(task, handover.heir, handover.change, now))
    for waiting in books.waiting_for(handover.owner):
        books.put_waiting(replace(waiting, handling=office.job(waiting.alert, now).handling))


def _left(office: Office, case: Case, owner: str, since: datetime) -> None:
    known = office.books.handovers.get(owner)
    first = len(case.parts) == 1
    if first and (known is None or known.since < since):
        left = Handover(owner=owner, heir=case.owner, change=case.id, since=since, until=case.until)
        office.books.put_handover(left)
    elif known is not None and known.change == case.id and since < known.since:
        office.books.put_handover(replace(known, since=since))


def _end(office: Office, case: Case, now: datetime) -> None:
    task = office.books.task(case.task_id)
    if task is not None and task.state.live:
        keeping.change(office, life.ended(task, now, cases.WORN_OFF))
    elif case.closed_at is None:
        office.books.put_case(replace(case, closed_at=now))
    else:
        office.books.forget_case(case.id)


def _playbook(office: Office, case: Case) -> Playbook:
    return office.playbooks.find(case.reason, "awareness", "cohort")


def _counted(task: Task, case: Case, now: datetime) -> Task:
    n_exposed, worth = case.counted(now)
    entry = Entry(at=now, change=Change.COUNTED, by=life.DESK, cause=case_id(case.id))
    return life.counted(task, entry, n_exposed, worth)
