"""What an intake counts: plain numbers, read by `metrics.py` when somebody asks."""

from collections import Counter
from dataclasses import dataclass, field

from streams.sequencer import Sequenced


@dataclass
class IntakeCounts:
    """Counters of one intake since its start."""

    events: int = 0
    duplicates: int = 0
    repeated: int = 0
    withheld: int = 0  # no consent
    sent_on: int = 0  # of another customer's id
    told: int = 0  # what others had to hear
    records: Counter[str] = field(default_factory=Counter)  # log records, by kind
    refused: Counter[str] = field(default_factory=Counter)  # by reason

    def add(self, done: Sequenced) -> None:
        """Count what came of some arrivals."""
        self.events += done.n_events
        self.duplicates += done.n_duplicates
        self.repeated += done.n_repeated
        self.withheld += done.n_withheld
        self.sent_on += len(done.onward)
        self.told += len(done.told)
        self.records.update(type(record).__name__.lower() for record in done.records)
        self.refused.update(dropped.refused.reason.value for dropped in done.refusals)
