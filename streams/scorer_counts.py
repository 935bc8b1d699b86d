"""What a scorer counts: plain numbers, read by `metrics.py` when somebody asks."""

from collections import Counter
from dataclasses import dataclass, field

from detectors.outcome import Outcome


@dataclass
class ScorerCounts:
    """Counters and gauges of one scorer since its start."""

    events: int = 0
    repeated: int = 0
    ticks: int = 0
    assessments: int = 0
    crossings: Counter[str] = field(default_factory=Counter)  # by band
    late: int = 0
    breaches: Counter[str] = field(default_factory=Counter)  # by clock
    withdrawn: Counter[str] = field(default_factory=Counter)  # of these, by clock
    model_version: dict[int, int] = field(default_factory=dict)  # by partition
    tick_ms: dict[int, int] = field(default_factory=dict)  # by partition
    bands: dict[int, tuple[int, ...]] = field(default_factory=dict)  # customers, by partition

    def add(self, partition: int, outcome: Outcome) -> None:
        """Count what came of a step."""
        self.events += outcome.n_events
        self.repeated += outcome.n_repeated
        self.assessments += len(outcome.assessments)
        self.crossings.update(told.band for told in outcome.assessments if told.crossed)
        self.late += sum(told.late for told in outcome.assessments)
        self.breaches.update(one.clock for one in outcome.breaches if not one.withdrawn)
        self.withdrawn.update(one.clock for one in outcome.breaches if one.withdrawn)
        if outcome.tick_ms is not None:
            self.ticks += 1
            self.tick_ms[partition] = outcome.tick_ms
            self.bands[partition] = outcome.bands
        if outcome.switch is not None:
            self.model_version[partition] = outcome.switch.version
