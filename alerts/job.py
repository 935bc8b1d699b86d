"""A job: an alert with all that the desk worked out before it decides about it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from alerts.alert import Alert
from alerts.due import due_at
from alerts.fit import Brought, Fit, fit, fits_at, same
from alerts.handling import Handling, Kind
from alerts.playbooks import Playbook
from alerts.settings import DeskSettings
from alerts.task import Task
from alerts.value import Worth


@dataclass(frozen=True, kw_only=True)
class Job:
    """What acting on an alert at `now` would be: its worth, whose work it is, how and by when.

    `brought` is what contacts have brought the customer before, `heir` who has their manager's
    customers now.
    """

    now: datetime
    settings: DeskSettings
    alert: Alert
    worth: Worth
    handling: Handling
    playbook: Playbook
    brought: tuple[Brought, ...] = ()
    heir: str = ""

    @cached_property
    def due_at(self) -> datetime:
        """By when it would be due; most alerts never come to that."""
        return due_at(self.alert, self.playbook, self.now, self.settings)

    @cached_property
    def fit(self) -> Fit:
        """How well what would be brought fits the customer now."""
        settings = self.settings.contact.fit
        return fit(self.alert, self.playbook, self.now, self.brought, settings=settings)

    @property
    def useful(self) -> bool:
        """Whether it is worth a contact."""
        return self.fit.usefulness >= self._least

    @property
    def useful_if_new(self) -> bool:
        """Whether it would be, had the same never been brought."""
        return self._new.usefulness >= self._least

    @property
    def useful_at(self) -> datetime | None:
        """From which day on it is, if only time is missing: it was brought not long ago."""
        before = same(self.brought, self.playbook.value_item)
        return fits_at(self._new.usefulness, before, self.settings.contact.fit)

    @property
    def _least(self) -> float:
        return self.settings.contact.fit.usefulness_min

    @property
    def _new(self) -> Fit:
        settings = self.settings.contact.fit
        return fit(self.alert, self.playbook, self.now, (), settings=settings)

    def takes_over(self, task: Task) -> bool:
        """Say whether it is another kind of work than the task: a person's, or one's own.

        A message becomes a call, a care task one about what is wrong, and what anybody in the
        pool was to do becomes the account manager's own.
        """
        if self.handling.kind is not Kind.CUSTOMER:
            return False
        return task.kind in (Kind.MESSAGE, Kind.CARE) or (
            task.cell == "pool" and self.handling.cell != "pool"
        )
