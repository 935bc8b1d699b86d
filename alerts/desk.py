"""The desk: turns alerts into tasks under a budget. The one writer of task state.

It reads one partition of `churn.log.desk` and nothing else: no clock, no chance, no look-up.
What time brings (an alert out of a sweep, an all-clear, an expiry) waits for its round, so
that it is ranked with the rest and does not depend on which partition of the scorer came
first. What an adverse event brings is decided at once; where a budget is nearly full, who
came first then matters, and the order of the log is the order.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from alerts import life
from alerts.actions import AnyAction, Close
from alerts.alert import Alert, Cleared, Tick
from alerts.books import Books
from alerts.contact import remembered
from alerts.decision import JOINING, Decision, Situation, before_budget, not_before, within_budget
from alerts.minutes import Minutes, Outcome
from alerts.pages import NOTHING_READ, Waiting
from alerts.playbooks import Playbook, Playbooks
from alerts.records import DeskRecord
from alerts.rounds import held, ticked
from alerts.settings import DeskSettings
from alerts.task import State, Task
from alerts.value import main_reason, worth

SEEN_MAX = 16  # alerts of one customer; a restarted scorer says a minute's worth again


class Desk:
    """The decider of one partition of `churn.log.desk`.

    Parameters
    ----------
    documents : key -> JSON
        The desk's pages as the board keeps them, and
    position : int
        the position up to which they hold. Without them the desk starts empty.
    """

    def __init__(
        self,
        settings: DeskSettings,
        playbooks: Playbooks,
        documents: Mapping[str, bytes] | None = None,
        position: int = NOTHING_READ,
    ) -> None:
        self.position = position
        self._settings = settings
        self._playbooks = playbooks
        self._books = Books(settings)
        self._books.restore(documents or {})
        self._minutes = Minutes(position)
        # Customers heard in this round about whom only the budget has still to decide.
        self._undecided: list[str] = []

    def step(self, position: int, record: DeskRecord) -> Outcome:
        """Take the log's record at `position`; a record taken before changes nothing."""
        if position <= self.position:
            return Outcome()
        self._minutes = Minutes(position)
        match record:
            case Tick():
                self._tick(record)
            case Alert(cause="event"):
                self._at_once(record)
            case Alert() | Cleared():
                self._hold(record)
            case _:
                self._act(record)
        self.position = position
        return self._minutes.outcome(self._books.changes())

    # What was said, and when it is heard.

    def _tick(self, tick: Tick) -> None:
        clock, rounds = ticked(self._books.clock, tick)
        if clock is not self._books.clock:
            self._books.set_clock(clock)
        for at in rounds:
            self._round(at)
        self._minutes.rounds = rounds

    def _round(self, at: datetime) -> None:
        # All-clears and expiries make room; only then is it given away, to the best of all.
        for record in self._books.release(at):
            self._hear(record, at)
        for page in self._books.due(at):
            self._attend(page, at)
        for owner in sorted(self._books.unfilled):
            self._fill(owner, at)
        for customer in self._undecided:
            self._let_wait(customer, at)
        self._undecided.clear()
        self._books.unfilled.clear()

    def _hold(self, record: Alert | Cleared) -> None:
        if not self._repeated(record):
            self._books.hold(held(self._books.clock, record))

    def _at_once(self, alert: Alert) -> None:
        if self._repeated(alert):
            return
        # What was said of the customer before comes first, held or not.
        for earlier in self._books.release_of(alert.customer):
            self._hear(earlier, alert.as_of)
        self._hear(alert, alert.as_of)
        waiting = self._books.waiting(alert.customer)
        if waiting is not None and waiting.decision is None:
            n_open = self._books.n_open(alert.owner)
            if within_budget(alert, n_open, self._settings) is Decision.OPENED:
                self._open(waiting, alert.as_of)
        self._let_wait(alert.customer, alert.as_of)
        self._undecided.clear()

    def _hear(self, record: Alert | Cleared, now: datetime) -> None:
        customer = self._books.customer(record.customer)
        seen = (*customer.seen, record.id)[-SEEN_MAX:]
        self._books.put_customer(record.customer, replace(customer, seen=seen))
        if isinstance(record, Alert):
            self._settle(record, now)
        else:
            self._relieve(record)

    def _repeated(self, record: Alert | Cleared) -> bool:
        seen = self._books.customer(record.customer).seen
        return record.id in seen or self._books.holds(record.id)

    # What is decided about an alert.

    def _settle(self, alert: Alert, now: datetime) -> None:
        stands_for: tuple[str, ...] = (alert.id,)
        earlier = self._books.take_waiting(alert.customer)
        if earlier is not None:
            stands_for = (*earlier.alerts, alert.id)
            self._decide(earlier, Decision.REPLACED, now)
        waiting = Waiting(
            alert=alert,
            alerts=stands_for,
            worth=worth(alert, self._settings.value),
            decision=None,
            not_before=now,
            expires_at=now,
        )
        self._place(waiting, now)

    def _place(self, waiting: Waiting, now: datetime) -> None:
        # All but the budget. What passes is put in the queue, and the budget decides.
        alert, known = waiting.alert, self._known_of(waiting.alert, now)
        decision = before_budget(alert, known, self._settings)
        task = known.task if decision in JOINING else None
        if decision is None:
            self._undecided.append(alert.customer)
        else:
            self._decide(waiting, decision, now, task)
        if task is not None:
            self._join(task, waiting, decision, now)
        if decision is None or decision.postponed:
            ripe_at = not_before(alert, known, decision, self._settings)
            expires_at = ripe_at + timedelta(days=self._settings.waiting_days)
            self._books.put_waiting(
                replace(waiting, decision=decision, not_before=ripe_at, expires_at=expires_at)
            )

    def _known_of(self, alert: Alert, now: datetime) -> Situation:
        customer = self._books.customer(alert.customer)
        return Situation(
            now=now,
            task=self._books.live_task(alert.customer),
            cool_until=customer.cool_until,
            cool_band=customer.cool_band,
            contacts=customer.contacts,
        )

    def _join(self, task: Task, waiting: Waiting, decision: Decision | None, now: datetime) -> None:
        alert = waiting.alert
        if decision is Decision.RAISED:
            after = life.raised(task, alert, waiting.worth, self._playbook(alert), now)
        else:
            after = life.merged(task, alert, waiting.worth, now)
        self._change(after, decision, alert.id)

    def _fill(self, owner: str, now: datetime) -> None:
        while (first := self._books.first(owner)) is not None:
            n_open = self._books.n_open(owner)
            if within_budget(first.alert, n_open, self._settings) is not Decision.OPENED:
                return
            self._open(first, now)

    def _open(self, waiting: Waiting, now: datetime) -> None:
        alert = waiting.alert
        self._books.take_waiting(alert.customer)
        plan = self._playbook(alert)
        task = life.opened(alert, waiting.worth, plan, now, alerts=waiting.alerts)
        customer = self._books.customer(alert.customer)
        self._books.put_customer(alert.customer, replace(customer, task_id=task.id))
        self._decide(waiting, Decision.OPENED, now, task)
        self._change(task, Decision.OPENED, alert.id)

    def _let_wait(self, customer: str, now: datetime) -> None:
        waiting = self._books.waiting(customer)
        if waiting is not None and waiting.decision is None:
            decision = Decision.WAITING_FOR_BUDGET
            self._books.put_waiting(replace(waiting, decision=decision))
            self._decide(waiting, decision, now)

    def _playbook(self, alert: Alert) -> Playbook:
        reason = main_reason(alert.reasons)
        named = None if reason is None else reason.id
        return self._playbooks.find(named, alert.stage, alert.tier)

    def _decide(
        self, waiting: Waiting, decision: Decision, now: datetime, task: Task | None = None
    ) -> None:
        expected, task_id = waiting.worth.expected_value, None if task is None else task.id
        self._minutes.decide(waiting.alert, decision, now, worth=expected, task_id=task_id)

    # What becomes of tasks and of what was put off.

    def _relieve(self, told: Cleared) -> None:
        waiting = self._books.take_waiting(told.customer)
        if waiting is not None:
            self._decide(waiting, Decision.WITHDRAWN, told.as_of)
        task = self._books.live_task(told.customer)
        if task is not None:
            self._change(life.relieved(task, told))

    def _attend(self, page: Task | Waiting, now: datetime) -> None:
        match page:
            case Task() if not page.state.live:
                self._books.forget_task(page.id)
            case Task(state=State.SNOOZED):
                self._change(life.woken(page, now))
            case Task():
                self._change(life.expired(page, now))
            case Waiting(queued=True):
                self._books.take_waiting(page.alert.customer)
                self._decide(page, Decision.EXPIRED, now)
            case Waiting():
                self._place(page, now)

    def _act(self, action: AnyAction) -> None:
        task = self._books.task(action.task_id)
        if task is None:
            self._minutes.refuse(action, "unknown task")
            return
        if any(entry.cause == action.id for entry in task.history):
            return
        snooze_max = timedelta(days=self._settings.snooze_days_max)
        after = life.acted(task, action, snooze_max=snooze_max)
        self._change(after)
        if isinstance(action, Close) and task.state.live:
            self._minutes.close(after, action)

    def _change(
        self, task: Task, decision: Decision | None = None, alert_id: str | None = None
    ) -> None:
        before = self._books.task(task.id)
        self._books.put_task(task)
        self._minutes.change(task, decision, alert_id)
        if task.finished_at is not None and (before is None or before.state.live):
            self._finish(task, task.finished_at)

    def _finish(self, task: Task, at: datetime) -> None:
        customer = self._books.customer(task.customer)
        if task.state is State.CLOSED:
            # A person closed it, so somebody tried to reach the customer.
            contacts = remembered(customer.contacts, at, self._settings.contact)
            customer = replace(customer, contacts=contacts)
        cool_until = at + self._settings.cool_down.days(task.ending)
        self._books.put_customer(
            task.customer,
            replace(customer, task_id=None, cool_until=cool_until, cool_band=task.band),
        )
