"""The office: what all parts of a desk work with. One a desk."""

from dataclasses import dataclass, field
from datetime import datetime

from alerts import handover
from alerts.alert import Alert
from alerts.books import Books
from alerts.cases import Case
from alerts.decision import Decision, Situation, within_budget
from alerts.handling import Handling, handled
from alerts.handover import Seat
from alerts.job import Job
from alerts.minutes import Minutes
from alerts.pages import NOTHING_READ, Waiting
from alerts.playbooks import Playbook, Playbooks
from alerts.reaching import is_written_to
from alerts.settings import DeskSettings
from alerts.value import reason_id, worth


@dataclass
class Office:
    """Settings, playbooks, books and the minutes of the step at hand."""

    settings: DeskSettings
    playbooks: Playbooks
    books: Books
    seat: Seat
    minutes: Minutes = field(default_factory=lambda: Minutes(NOTHING_READ))
    _jobs_at: datetime | None = None
    _jobs: dict[str, Job] = field(default_factory=dict)  # of that instant, by alert

    def job(self, alert: Alert, now: datetime) -> Job:
        """Work out what acting on an alert would be, now; once, where it is asked for again."""
        owner = handover.heir_of(alert.owner, self.books.handovers, now)
        brought = self.books.customer(alert.customer).brought
        if now != self._jobs_at:
            self._jobs_at, self._jobs = now, {}
        known = self._jobs.get(alert.id)
        if known and known.alert is alert and (known.heir, known.brought) == (owner, brought):
            return known
        playbook = self.playbook(alert)
        job = self._jobs[alert.id] = Job(
            now=now,
            settings=self.settings,
            alert=alert,
            worth=worth(alert, self.settings.value),
            handling=self._handled(alert, playbook, owner),
            playbook=playbook,
            brought=brought,
            heir=owner,
        )
        return job

    def playbook(self, alert: Alert) -> Playbook:
        """Find what to do about an alert."""
        return self.playbooks.find(reason_id(alert), alert.stage, alert.tier)

    def room(self, handling: Handling, now: datetime) -> bool:
        """Say whether whoever has to do it has room for one more."""
        whole = self.settings.budget(handling.owner)
        mine = handover.share(handling.owner, whole, self.books.handovers, now, self.seat)
        n_open = self.books.n_open(handling.owner)
        return within_budget(handling, n_open, mine, self.settings) is Decision.OPENED

    def situation(self, alert: Alert, now: datetime, case: Case | None) -> Situation:
        """Gather what is known of an alert's customer; `case` is what may stand for it."""
        customer = self.books.customer(alert.customer)
        return Situation(
            now=now,
            task=self.books.live_task(alert.customer),
            case=case,
            cool_until=customer.cool_until,
            cool_band=customer.cool_band,
            contacts=customer.contacts,
        )

    def decide(
        self, waiting: Waiting, decision: Decision, now: datetime, task_id: str | None = None
    ) -> None:
        """Take down what was decided about an alert."""
        self.minutes.decide(waiting, decision, now, task_id)

    def _handled(self, alert: Alert, playbook: Playbook, owner: str) -> Handling:
        auto = playbook.sends(alert.tier) and is_written_to(alert.refused)
        return handled(alert, owner, self.settings.tiers, auto=auto)
