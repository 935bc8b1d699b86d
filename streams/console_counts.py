"""What a console counts: plain numbers, read by `metrics.py` when somebody asks."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

# Seconds; a page is one or two round trips to the store and one to Kafka.
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass
class ConsoleCounts:
    """Counters of one console since its start."""

    requests: Counter[tuple[str, str]] = field(default_factory=Counter)  # by page and status
    seconds: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))  # by bucket
    seconds_sum: float = 0.0
    views: Counter[str] = field(default_factory=Counter)  # written, by what was seen
    actions: Counter[str] = field(default_factory=Counter)  # sent, by kind
    refused: Counter[str] = field(default_factory=Counter)  # log-ins, forms, pages: by why

    def took(self, page: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self.requests[page, str(status)] += 1
        self.seconds[bisect_left(BOUNDS_S, seconds)] += 1
        self.seconds_sum += seconds
