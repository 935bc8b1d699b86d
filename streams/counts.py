"""What a worker counts: plain numbers, read by `metrics.py` when somebody asks."""

from collections import Counter
from dataclasses import dataclass, field

TopicPartition = tuple[str, int]


@dataclass(slots=True)
class Position:
    """Where the worker stands in one partition of an input. Offsets are those to read next."""

    delivered: int = 0  # handed to the role
    taken: int = 0  # by the role, not yet flushed
    acked: int = 0  # flushed, to be committed
    committed: int = 0  # confirmed by the broker
    end: int = 0  # of the partition, as last seen

    @property
    def lag(self) -> int:
        """Give the records not yet committed, 0 or more."""
        return max(self.end - self.committed, 0)


@dataclass(slots=True)
class Counts:
    """Counters and gauges of one worker, since its start. Seconds are seconds of wall time."""

    events: Counter[str] = field(default_factory=Counter)  # records delivered, by topic
    repeats: Counter[str] = field(default_factory=Counter)  # left out, this process had them
    slices: Counter[str] = field(default_factory=Counter)  # by topic
    written: Counter[str] = field(default_factory=Counter)  # records acknowledged, by topic
    restored: int = 0  # rows read back from the changelog
    step_seconds: float = 0.0
    flushes: int = 0
    flush_seconds: float = 0.0
    rebalances: int = 0
    recovery_seconds: float = 0.0  # of the last rebalance: from the assignment to ready
    uncommitted_seconds: float = 0.0  # that the oldest work not committed has stood still
    positions: dict[TopicPartition, Position] = field(default_factory=dict)

    def place(self, topic: str, partition: int) -> Position:
        """Give the position in a partition of an input, to be changed."""
        return self.positions.setdefault((topic, partition), Position())

    def forget(self, partition: int) -> None:
        """Drop the positions of a partition that went to another worker."""
        for key in [key for key in self.positions if key[1] == partition]:
            del self.positions[key]
