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
    unverified: Counter[str] = field(default_factory=Counter)  # held as broken, by clock
    model_version: dict[int, int] = field(default_factory=dict)  # by partition
    tick_ms: dict[int, int] = field(default_factory=dict)  # by partition
    bands: dict[int, tuple[int, ...]] = field(default_factory=dict)  # customers, by partition
    paused: dict[int, tuple[str, ...]] = field(default_factory=dict)  # sources, by partition
    departures: Counter[str] = field(default_factory=Counter)  # by kind
    new: int = 0
    returned: int = 0

    def add(self, partition: int, outcome: Outcome) -> None:
        """Count what came of a step."""
        self.events += outcome.n_events
        self.repeated += outcome.n_repeated
        self.assessments += len(outcome.assessments)
        self.crossings.update(told.band for told in outcome.assessments if told.crossed)
        self.late += sum(told.late for told in outcome.assessments)
        for one in outcome.breaches:
            if one.unverified:
                self.unverified[one.clock] += not one.withdrawn  # taken back or broken later
            else:
                (self.withdrawn if one.withdrawn else self.breaches)[one.clock] += 1
        self.departures.update(left.kind for left in outcome.churned)
        self.new += outcome.n_new
        self.returned += outcome.n_returned
        if outcome.tick_ms is not None:
            self.ticks += 1
            self.tick_ms[partition] = outcome.tick_ms
            self.bands[partition] = outcome.bands
            self.paused[partition] = outcome.paused
        if outcome.switch is not None:
            self.model_version[partition] = outcome.switch.version
