"""A job: an alert with all that the desk worked out before it decides about it."""

from dataclasses import dataclass
from datetime import datetime

from alerts.alert import Alert
from alerts.handling import Handling, Kind
from alerts.playbooks import Playbook
from alerts.task import Task
from alerts.value import Worth


@dataclass(frozen=True, kw_only=True)
class Job:
    """What acting on an alert would be: what it is worth, whose work it is, how and by when."""

    alert: Alert
    worth: Worth
    handling: Handling
    playbook: Playbook
    due_at: datetime

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
