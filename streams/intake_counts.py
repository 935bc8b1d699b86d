"""What an intake counts: plain numbers, read by `metrics.py` when somebody asks."""

from collections import Counter
from dataclasses import dataclass, field

from streams.complaints.reader import Heard
from streams.sequencer import Sequenced

# A page of metrics has a line for each source. Who writes complaints are a few systems; a
# sender that makes up a source for each event would fill it.
SOURCES_MAX = 50
OTHERS = "others"


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
    texts: Counter[str] = field(default_factory=Counter)  # of complaints, by source
    unreadable: Counter[str] = field(default_factory=Counter)  # of these, by source
    repairs: Counter[str] = field(default_factory=Counter)  # texts that needed it, by repair
    labels: Counter[str] = field(default_factory=Counter)  # "taken", or "unknown": text not kept
    text_model_version: int = 0

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
        self._hear(done.heard)

    def _hear(self, heard: Heard) -> None:
        for source, found in heard.texts:
            known = source in self.texts or len(self.texts) < SOURCES_MAX
            told = source if known else OTHERS
            self.texts[told] += 1
            self.unreadable[told] += not found.is_read
            self.repairs.update(str(repair.name).lower() for repair in found.repairs)
        self.labels["taken"] += len(heard.labels)
        self.labels["unknown"] += heard.n_unknown
