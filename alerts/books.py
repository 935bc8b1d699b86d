"""The books of a desk: its pages, and beside them what can be derived from them.

Who has how many tasks open, who is next in a queue, what falls due: kept in memory only, in
step with the pages, so that a step costs what it changes and not what there is. Books opened
again from the documents are the same books.
"""

import heapq
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from alerts.alert import Alert, Cleared
from alerts.cases import Case
from alerts.handling import Kind
from alerts.handover import Handover
from alerts.pages import Changes, Customer, Documents, Page, Rank, Waiting, key, read
from alerts.rounds import Clock, Held, order
from alerts.settings import DeskSettings
from alerts.task import State, Task

UNKNOWN_CUSTOMER = Customer()


class Books:
    """One desk's memory."""

    def __init__(self, settings: DeskSettings) -> None:
        self._settings = settings
        self.clock = Clock()
        # Account managers whose queue may have somebody for whom there is room.
        self.unfilled: set[str] = set()
        self._tasks: dict[str, Task] = {}
        self._customers: dict[str, Customer] = {}
        self._waiting: dict[str, Waiting] = {}
        self._held: dict[str, Held] = {}
        self._cases: dict[str, Case] = {}
        self.handovers: dict[str, Handover] = {}
        self._changed: dict[str, Page | None] = {}
        self._n_open: Counter[str] = Counter()
        self._queues: dict[str, list[tuple[Rank, str]]] = defaultdict(list)
        self._held_of: dict[str, set[str]] = defaultdict(set)
        # Heaps of what is due when. What has changed since is passed over when its time comes.
        self._releases: list[tuple[datetime, str]] = []
        self._agenda: list[tuple[datetime, str, str]] = []

    def restore(self, documents: Mapping[str, bytes]) -> None:
        """Open the books again from their documents.

        Raises
        ------
        FormatError
            If a document is none that this version knows.
        """
        for name, document in documents.items():
            match read(name, document):
                case Task() as task:
                    self.put_task(task)
                case Customer() as customer:
                    self.put_customer(name.partition("/")[2], customer)
                case Waiting() as waiting:
                    self.put_waiting(waiting)
                case Held() as held:
                    self.hold(held)
                case Case() as case:
                    self.put_case(case)
                case Handover() as handover:
                    self.put_handover(handover)
                case Clock() as clock:
                    self.clock = clock
        self._changed.clear()

    def changes(self) -> Changes:
        """Give what has changed since the last call."""
        puts = {name: page for name, page in self._changed.items() if page is not None}
        deletes = frozenset(name for name, page in self._changed.items() if page is None)
        self._changed.clear()
        return Changes(Documents(puts), deletes)

    def set_clock(self, clock: Clock) -> None:
        """Move the clock."""
        self.clock = clock
        self._changed[key(clock)] = clock

    def task(self, task_id: str) -> Task | None:
        """Give a task, live or finished."""
        return self._tasks.get(task_id)

    def live_task(self, customer: str) -> Task | None:
        """Give the one task that is open for a customer."""
        task_id = self.customer(customer).task_id
        return None if task_id is None else self._tasks[task_id]

    def put_task(self, task: Task) -> None:
        """Keep a task as it is now."""
        before = self._tasks.get(task.id)
        if before is not None and before.state.live:
            self._n_open[before.owner] -= 1
            self.unfilled.add(before.owner)
        if task.state.live:
            self._n_open[task.owner] += 1
        self._tasks[task.id] = task
        self._changed[key(task)] = task
        self._remind(self._duty_of_task(task), "task", task.id)

    def forget_task(self, task_id: str) -> None:
        """Remove a finished task."""
        self._changed[key(self._tasks.pop(task_id))] = None

    def live_tasks(self, owner: str) -> list[Task]:
        """Give an account manager's live tasks, by id. Looks at all: for rare occasions."""
        mine = (task for task in self._tasks.values() if task.owner == owner and task.state.live)
        return sorted(mine, key=lambda task: task.id)

    def n_open(self, owner: str) -> int:
        """Give how many tasks take up an account manager's budget."""
        return self._n_open[owner]

    def customer(self, name: str) -> Customer:
        """Give what is remembered of a customer, who may be new."""
        return self._customers.get(name, UNKNOWN_CUSTOMER)

    def put_customer(self, name: str, customer: Customer) -> None:
        """Keep what is remembered of a customer."""
        self._customers[name] = customer
        self._changed[key(customer, name)] = customer

    def put_waiting(self, waiting: Waiting) -> None:
        """Keep an alert that was put off, in place of an earlier one of the customer."""
        customer, owner = waiting.alert.customer, waiting.handling.owner
        self._leave_queue(customer)
        self._waiting[customer] = waiting
        self._changed[key(waiting)] = waiting
        if waiting.queued:
            insort(self._queues[owner], (waiting.rank, customer))
            self.unfilled.add(owner)
        self._remind(_duty_of_waiting(waiting), "waiting", customer)

    def waiting(self, customer: str) -> Waiting | None:
        """Give the alert of a customer that was put off."""
        return self._waiting.get(customer)

    def waiting_for(self, owner: str) -> list[Waiting]:
        """Give what was put off for an account manager, by alert. Looks at all."""
        mine = (one for one in self._waiting.values() if one.handling.owner == owner)
        return sorted(mine, key=lambda one: one.alert.id)

    def take_waiting(self, customer: str) -> Waiting | None:
        """Take out the alert of a customer that was put off, if there is one."""
        self._leave_queue(customer)
        waiting = self._waiting.pop(customer, None)
        if waiting is not None:
            self._changed[key(waiting)] = None
        return waiting

    def first(self, owner: str) -> Waiting | None:
        """Give the alert that is next in an account manager's queue."""
        queue = self._queues[owner]
        return self._waiting[queue[0][1]] if queue else None

    def case(self, change: str | None) -> Case | None:
        """Give what is known of a company change."""
        return None if change is None else self._cases.get(change)

    def case_of_task(self, task_id: str) -> Case | None:
        """Give the case that a task is about, wherever the task is."""
        return next((case for case in self._cases.values() if case.task_id == task_id), None)

    def put_case(self, case: Case) -> None:
        """Keep what is known of a company change."""
        self._cases[case.id] = case
        self._changed[key(case)] = case
        self._remind(self._duty_of_case(case), "case", case.id)

    def forget_case(self, change: str) -> None:
        """Remove a company change that is over."""
        self._changed[key(self._cases.pop(change))] = None

    def put_handover(self, handover: Handover) -> None:
        """Keep who has somebody's customers."""
        self.handovers[handover.owner] = handover
        self._changed[key(handover)] = handover
        self._remind(handover.due, "handover", handover.owner)

    def holds(self, record_id: str) -> bool:
        """Say whether something with this id is held for its round."""
        return record_id in self._held

    def hold(self, held: Held) -> None:
        """Keep something said for its round."""
        self._held[held.record.id] = held
        self._held_of[held.record.customer].add(held.record.id)
        self._changed[key(held)] = held
        heapq.heappush(self._releases, (held.due, held.record.id))

    def release(self, until: datetime) -> list[Alert | Cleared]:
        """Take out what was held for rounds up to an instant, in a round's order."""
        names = []
        while self._releases and self._releases[0][0] <= until:
            names.append(heapq.heappop(self._releases)[1])
        return self._take_held(names)

    def release_of(self, customer: str) -> list[Alert | Cleared]:
        """Take out what is held of one customer, in a round's order."""
        return self._take_held(list(self._held_of.get(customer, ())))

    def due(self, until: datetime) -> Iterator[Task | Waiting | Case | Handover]:
        """Give what falls due up to an instant, by its time: to expire, wake, ripen, forget."""
        while self._agenda and self._agenda[0][0] <= until:
            at, kind, name = heapq.heappop(self._agenda)
            page = self._page(kind, name)
            if page is not None and self._duty(page) == at:
                yield page

    def _page(self, kind: str, name: str) -> Task | Waiting | Case | Handover | None:
        match kind:
            case "task":
                return self._tasks.get(name)
            case "waiting":
                return self._waiting.get(name)
            case "case":
                return self._cases.get(name)
        return self.handovers.get(name)

    def _duty(self, page: Task | Waiting | Case | Handover) -> datetime | None:
        match page:
            case Task():
                return self._duty_of_task(page)
            case Waiting():
                return _duty_of_waiting(page)
            case Case():
                return self._duty_of_case(page)
        return page.due

    def _take_held(self, names: list[str]) -> list[Alert | Cleared]:
        found = [self._held.pop(name) for name in names if name in self._held]
        for held in found:
            self._changed[key(held)] = None
            self._held_of[held.record.customer].discard(held.record.id)
            if not self._held_of[held.record.customer]:
                del self._held_of[held.record.customer]
        return sorted((held.record for held in found), key=order)

    def _leave_queue(self, customer: str) -> None:
        waiting = self._waiting.get(customer)
        if waiting is not None and waiting.queued:
            queue = self._queues[waiting.handling.owner]
            del queue[bisect_left(queue, (waiting.rank, customer))]

    def _remind(self, at: datetime | None, kind: str, name: str) -> None:
        if at is not None:
            heapq.heappush(self._agenda, (at, kind, name))

    def _duty_of_task(self, task: Task) -> datetime | None:
        # When the desk has to do something about it: wake it, end it, forget it.
        if task.finished_at is not None:
            return task.finished_at + timedelta(days=self._settings.finished_kept_days)
        if task.state is State.IN_PROGRESS:
            return None
        if task.kind is Kind.CASE and task.snoozed_until is None:
            return None  # it is over when what it is about is over
        if task.snoozed_until is not None:
            return task.snoozed_until
        return task.due_at + timedelta(days=self._settings.grace_days)

    def _duty_of_case(self, case: Case) -> datetime:
        if case.closed_at is None:
            return case.due
        # As long as late alerts may belong to it, and its task is kept.
        kept = timedelta(days=self._settings.finished_kept_days)
        return max(case.closed_at, case.until) + kept


def _duty_of_waiting(waiting: Waiting) -> datetime:
    return waiting.expires_at if waiting.queued else waiting.not_before
