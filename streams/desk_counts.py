"""What a desk counts: plain numbers, read by `metrics.py` when somebody asks."""

from collections import Counter
from dataclasses import dataclass, field

from alerts.minutes import Outcome


@dataclass
class DeskCounts:
    """Counters of one desk worker since its start."""

    decisions: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)  # by outcome
    refused: int = 0
    rounds: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count what came of a step."""
        self.decisions.update(made.decision.value for made in outcome.decisions)
        self.changes.update(changed.change.value for changed in outcome.tasks)
        self.closed.update(closed.outcome for closed in outcome.closed)
        self.refused += len(outcome.refused)
        self.rounds += len(outcome.rounds)
