"""What a courier counts: plain numbers, read by `metrics.py` when somebody asks."""

from collections import Counter
from dataclasses import dataclass, field

from alerts.outbox import Backlog


@dataclass
class CourierCounts:
    """Counters of one courier since its start, and what the outbox held when last looked at."""

    endings: Counter[tuple[str, str]] = field(default_factory=Counter)  # by channel and ending
    tries: Counter[str] = field(default_factory=Counter)  # by channel
    put_off: Counter[str] = field(default_factory=Counter)  # by channel
    unreached: set[str] = field(default_factory=set)  # people without an address
    backlog: Backlog = field(default_factory=lambda: Backlog(n_waiting=0, oldest_s=0.0, n_dead=0))
