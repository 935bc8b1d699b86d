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

from alerts import case_counts, cases, casework, keeping, life
from alerts.alert import Alert, Cleared, CompanyChange, Tick
from alerts.books import Books
from alerts.cases import Case
from alerts.decision import JOINING, Decision, Situation, before_budget, not_before
from alerts.handover import Handover, Seat
from alerts.job import Job
from alerts.minutes import Minutes, Outcome
from alerts.office import Office
from alerts.pages import NOTHING_READ, Waiting
from alerts.playbooks import Playbooks
from alerts.records import DeskRecord
from alerts.rounds import held, ticked
from alerts.settings import DeskSettings
from alerts.task import Task

SEEN_MAX = 16  # alerts of one customer; a restarted scorer says a minute's worth again


class Desk:
    """The decider of one partition of `churn.log.desk`.

    Parameters
    ----------
    documents : key -> JSON
        The desk's pages as the board keeps them, and
    position : int
        the position up to which they hold. Without them the desk starts empty.
    seat : which of the desks it is
        One desk alone hears everybody.
    """

    def __init__(
        self,
        settings: DeskSettings,
        playbooks: Playbooks,
        documents: Mapping[str, bytes] | None = None,
        position: int = NOTHING_READ,
        *,
        seat: Seat | None = None,
    ) -> None:
        self.position = position
        self._settings = settings
        self._books = Books(settings)
        self._books.restore(documents or {})
        self._office = Office(settings, playbooks, self._books, seat or Seat())
        # Customers heard in this round about whom only the budget has still to decide.
        self._undecided: list[str] = []

    def step(self, position: int, record: DeskRecord) -> Outcome:
        """Take the log's record at `position`; a record taken before changes nothing."""
        if position <= self.position:
            return Outcome()
        minutes = self._office.minutes = Minutes(position)
        match record:
            case Tick():
                self._tick(record)
            case Alert(cause="event"):
                self._at_once(record)
            case Alert() | Cleared():
                self._hold(record)
            case CompanyChange():
                casework.heard(self._office, record)
            case _:
                keeping.act(self._office, record)
        self.position = position
        return minutes.outcome(self._books.changes())

    # What was said, and when it is heard.

    def _tick(self, tick: Tick) -> None:
        clock, rounds = ticked(self._books.clock, tick)
        if clock is not self._books.clock:
            self._books.set_clock(clock)
        for at in rounds:
            self._round(at)
        self._office.minutes.rounds = rounds

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
        undecided = waiting is not None and waiting.decision is None
        if waiting is not None and undecided and self._office.room(waiting.handling, alert.as_of):
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
            keeping.relieve(self._office, record)

    def _repeated(self, record: Alert | Cleared) -> bool:
        seen = self._books.customer(record.customer).seen
        return record.id in seen or self._books.holds(record.id)

    # What is decided about an alert.

    def _settle(self, alert: Alert, now: datetime) -> None:
        stands_for: tuple[str, ...] = (alert.id,)
        earlier = self._books.waiting(alert.customer)
        job = self._office.job(alert, now)
        waiting = _waiting(job)
        if earlier is not None and alert.unverified:
            # What is sure keeps its place before what is not, which is only told.
            self._office.decide(waiting, Decision.UNVERIFIED, now)
            return
        if earlier is not None:
            stands_for = (*earlier.alerts, alert.id)
            if alert.care and not earlier.alert.care:
                # Something is wrong with them; that we were silent as well is part of it.
                self._books.put_waiting(replace(earlier, alerts=stands_for))
                self._office.decide(waiting, Decision.REPLACED, now)
                return
            self._books.take_waiting(alert.customer)
            self._office.decide(earlier, Decision.REPLACED, now)
        self._place(replace(waiting, alerts=stands_for), job)

    def _place(self, waiting: Waiting, job: Job) -> None:
        # All but the budget. What passes is put in the queue, and the budget decides.
        alert, known = waiting.alert, self._known_of(waiting.alert, job.now)
        decision = before_budget(job, known, self._settings)
        if decision is None:
            self._undecided.append(alert.customer)
        else:
            self._carry_out(waiting, job, decision, known)
        if decision is None or decision.postponed:
            ripe_at = not_before(job, known, decision, self._settings)
            expires_at = ripe_at + timedelta(days=self._settings.waiting_days)
            times = {"not_before": ripe_at, "expires_at": expires_at}
            self._books.put_waiting(replace(waiting, decision=decision, **times))

    def _known_of(self, alert: Alert, now: datetime) -> Situation:
        case = self._books.case(alert.cohort)
        if case is not None:
            stands = case.open_at(now) and cases.belongs(alert, case, self._settings.cases)
            case = case if stands else None
        return self._office.situation(alert, now, case)

    def _carry_out(self, waiting: Waiting, job: Job, decision: Decision, known: Situation) -> None:
        alert, now = waiting.alert, known.now
        if decision in JOINING and known.task is not None:
            self._office.decide(waiting, decision, now, known.task.id)
            join = life.raised if decision is Decision.RAISED else life.merged
            keeping.change(self._office, join(known.task, job, now), decision, alert.id)
        elif decision is Decision.MERGED_INTO_CASE and known.case is not None:
            self._office.decide(waiting, decision, now, known.case.task_id)
            case_counts.merged(self._office, alert, known.case)
        else:
            self._office.decide(waiting, decision, now)
        if decision is Decision.NO_CONSENT:
            keeping.refuse_outreach(self._office, alert.customer, alert.id, now)

    def _fill(self, owner: str, now: datetime) -> None:
        while (first := self._books.first(owner)) is not None:
            if not self._office.room(first.handling, now):
                return
            self._open(first, now)

    def _open(self, waiting: Waiting, now: datetime) -> None:
        alert = waiting.alert
        self._books.take_waiting(alert.customer)
        task = life.opened(self._office.job(alert, now), now, alerts=waiting.alerts)
        customer = self._books.customer(alert.customer)
        self._books.put_customer(alert.customer, replace(customer, task_id=task.id))
        self._office.decide(waiting, Decision.OPENED, now, task.id)
        keeping.change(self._office, task, Decision.OPENED, alert.id)

    def _let_wait(self, customer: str, now: datetime) -> None:
        waiting = self._books.waiting(customer)
        if waiting is not None and waiting.decision is None:
            decision = Decision.WAITING_FOR_BUDGET
            self._books.put_waiting(replace(waiting, decision=decision))
            self._office.decide(waiting, decision, now)

    def _attend(self, page: Task | Waiting | Case | Handover, now: datetime) -> None:
        match page:
            case Task():
                keeping.attend(self._office, page, now)
            case Waiting(queued=True):
                keeping.expire(self._office, page, now)
            case Waiting():
                self._books.take_waiting(page.alert.customer)
                job = self._office.job(page.alert, now)
                self._place(replace(page, handling=job.handling), job)
            case Case():
                casework.attend(self._office, page, now)
            case Handover():
                casework.hand_over(self._office, page, now)


def _waiting(job: Job) -> Waiting:
    return Waiting(
        alert=job.alert,
        alerts=(job.alert.id,),
        worth=job.worth,
        handling=job.handling,
        decision=None,
        not_before=job.now,
        expires_at=job.now,
    )
