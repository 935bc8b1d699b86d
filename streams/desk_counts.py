"""What a desk counts: plain numbers, read by `metrics.py` when somebody asks."""

from collections import Counter
from dataclasses import dataclass, field

from alerts.minutes import Outcome
from alerts.task import Change


@dataclass
class DeskCounts:
    """Counters of one desk worker since its start."""

    decisions: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)  # by outcome
    opened: Counter[str] = field(default_factory=Counter)  # tasks, by what they are about
    informed: Counter[str] = field(default_factory=Counter)  # tasks opened, by who else is told
    broken: Counter[str] = field(default_factory=Counter)  # tasks opened or raised, by clock
    contacted: int = 0
    refused: int = 0
    rounds: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count what came of a step."""
        self.decisions.update(made.decision.value for made in outcome.decisions)
        self.changes.update(changed.change.value for changed in outcome.tasks)
        self.closed.update(closed.outcome for closed in outcome.closed)
        self.contacted += len(outcome.contacted)
        for changed in outcome.tasks:
            task, alert = changed.task, changed.alert_id
            if changed.change is Change.OPENED:
                self.opened[task.kind.value] += 1
                self.informed[task.informed or "nobody"] += 1
            if alert is not None and alert == task.breach_alert:
                self.broken[task.breach or ""] += 1
        self.refused += len(outcome.refused)
        self.rounds += len(outcome.rounds)
