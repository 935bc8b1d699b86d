"""A job: an alert with all that the desk worked out before it decides about it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from alerts.alert import Alert
from alerts.due import due_at
from alerts.handling import Handling, Kind
from alerts.playbooks import Playbook
from alerts.settings import DeskSettings
from alerts.task import Task
from alerts.value import Worth


@dataclass(frozen=True, kw_only=True)
class Job:
    """What acting on an alert at `now` would be: its worth, whose work it is, how and by when."""

    now: datetime
    settings: DeskSettings
    alert: Alert
    worth: Worth
    handling: Handling
    playbook: Playbook

    @cached_property
    def due_at(self) -> datetime:
        """By when it would be due; most alerts never come to that."""
        return due_at(self.alert, self.playbook, self.now, self.settings)

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
