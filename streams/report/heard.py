"""What an outsider hears of a run: broken promises, alerts, company changes, decisions, tasks.

Gathered from the public topics of a live system (`listening.py`), or from a run in one process
that says the same. Saying a thing twice is saying it once.
"""

from collections import Counter
from collections.abc import Mapping

from alerts.alert import Alert, CompanyChange
from alerts.decision import Decision
from alerts.promise import BrokenPromise
from alerts.records import DecisionMade, TaskChanged, TaskRecord
from alerts.task import Task


class Heard:
    """Gathers, in the order of each topic. Of a task and of an alert's decision the last stands.

    `reasons` are the ids that stood in any task at any time. `on_board` has the live tasks of
    each owner as the board shows them, None where there is no board.
    """

    def __init__(self) -> None:
        self.promises: dict[BrokenPromise, None] = {}
        self.alerts: dict[str, Alert] = {}
        self.decisions: dict[str, DecisionMade] = {}
        self.tasks: dict[str, Task] = {}
        self.reasons: set[str] = set()
        self.on_board: Mapping[str, int] | None = None
        self._changes: dict[tuple[str, int], CompanyChange] = {}

    def promise(self, told: BrokenPromise) -> None:
        """Take a record of `churn.breaches`."""
        self.promises[told] = None

    def alert(self, told: object) -> None:
        """Take what a scorer said on `churn.log.desk`; what is no news of a customer is left."""
        if isinstance(told, Alert):
            self.alerts[told.id] = told
        elif isinstance(told, CompanyChange):
            self._changes[told.id, told.partition] = told

    def record(self, told: TaskRecord) -> None:
        """Take a record of `churn.tasks`."""
        if isinstance(told, DecisionMade):
            self.decisions[told.alert_id] = told
        elif isinstance(told, TaskChanged):
            self.tasks[told.task.id] = told.task
            self.reasons.update(reason.id for reason in told.task.reasons)

    def exposed(self, change: str) -> int:
        """Count the customers whom a change hits, over all partitions."""
        return sum(one.n_exposed for (id_, _), one in self._changes.items() if id_ == change)

    def merged(self, task_id: str) -> list[DecisionMade]:
        """Give what was merged into a case."""
        return [
            made
            for made in self.decisions.values()
            if made.decision is Decision.MERGED_INTO_CASE and made.task_id == task_id
        ]

    def live_by_owner(self) -> dict[str, int]:
        """Count the live tasks of each owner, as told."""
        return dict(Counter(task.owner for task in self.tasks.values() if task.state.live))
