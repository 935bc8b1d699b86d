"""Logs for tests: events one by one, and the same events cut into slices."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import msgspec
import numpy as np

from detectors.arrays import DAY_MS, MONDAY_MS, WEEK_MS
from detectors.kinds import Kind
from detectors.slices import COLUMNS, Marks, Model, Slice, Tick

SOURCES = ("test", "web", "erp")
BEGIN_MS = MONDAY_MS + 2400 * WEEK_MS  # a Monday in 2015


@dataclass(frozen=True)
class One:
    """One event, as plain values."""

    row: int
    kind: Kind
    at_ms: int
    offset: int
    topic: int = 0
    amount: float = 0.0
    code: int = 0
    reference: int = 0
    lines: int = 0
    note: bytes | None = None
    source: int = 0  # place in SOURCES
    id_hash: int = 0

    @property
    def said(self) -> dict[str, Any]:
        """What the note says, by the field names of the public contract."""
        known: dict[str, Any] = msgspec.msgpack.decode(self.note or b"\x80")
        return {name: value for name, value in known.items() if value is not None}


def at(days: float) -> int:
    """Give an instant so many days after the beginning."""
    return BEGIN_MS + round(days * DAY_MS)


def a_slice(events: Sequence[One], first: int = 0, taken: tuple[int, ...] = (-1,) * 5) -> Slice:
    """Give events as one slice."""
    values = {name: [getattr(one, name, 0) for one in events] for name in COLUMNS}
    columns = {name: np.array(values[name], dtype) for name, dtype in COLUMNS.items()}
    notes = tuple((n, one.note) for n, one in enumerate(events) if one.note is not None)
    newest = list(taken)
    for one in events:
        newest[one.topic] = max(newest[one.topic], one.offset)
    return Slice(first, Marks(tuple(newest)), SOURCES, columns, notes)


def cut(
    steps: Iterable[One | Tick | Model], sizes: int | Iterable[int]
) -> Iterator[Slice | Tick | Model]:
    """Give a log with slices of at most so many events, cut at every tick and model too.

    `sizes` is that of all slices, or of each in turn; beyond the last the rest is one slice.
    """
    turn = repeat(sizes) if isinstance(sizes, int) else iter(sizes)
    size = next(turn, None)
    waiting: list[One] = []
    first, taken = 0, Marks().taken
    for step in [*steps, None]:
        if waiting and (not isinstance(step, One) or len(waiting) == size):
            made = a_slice(waiting, first, taken)
            first, taken, size = first + len(waiting), made.marks.taken, next(turn, None)
            waiting = []
            yield made
        if isinstance(step, One):
            waiting.append(step)
        elif step is not None:
            yield step


def a_profile(row: int, offset: int, owner: str, days: float = 0.0) -> One:
    """Give a profile that names the account manager."""
    note = msgspec.msgpack.encode({"owner": owner, "language": "en"})
    return One(row, Kind.PROFILE_UPDATED, at(days), offset, topic=2, note=note)


def some_steps(
    n: int, n_customers: int, seed: int, days: int = 120, late: float = 0.1, skew: bool = False
) -> list[One | Tick]:
    """Give a log of mixed events with daily ticks: repeats, late ones, complaints, contacts."""
    rng = np.random.default_rng(seed)
    when = np.sort(rng.uniform(0, days, n))
    when = when - np.where(rng.random(n) < late, rng.exponential(3.0, n), 0.0)
    weights = 1.0 / np.arange(1, n_customers + 1) if skew else np.ones(n_customers)
    rows = rng.choice(n_customers, n, p=weights / weights.sum())
    kinds = rng.choice(
        [Kind.PURCHASE_MADE, Kind.USAGE_RECORDED, Kind.LOGIN_MADE, Kind.CONTACT_MADE,
         Kind.COMPLAINT_OPENED, Kind.COMPLAINT_RESOLVED, Kind.COMPLAINT_REOPENED,
         Kind.PROGRAMME_USED, Kind.PAYMENT_FAILED, Kind.CUSTOMER_CHURNED],
        n, p=[0.5, 0.1, 0.05, 0.08, 0.08, 0.06, 0.02, 0.05, 0.05, 0.01],
    )  # fmt: skip
    steps: list[One | Tick] = []
    due = 1
    for offset, (row, kind, day) in enumerate(zip(rows, kinds, when, strict=True)):
        while day > due:
            steps.append(Tick(at(due)))
            due += 1
        steps.append(
            One(
                int(row), Kind(kind), at(max(day, 0.001)), offset,
                amount=float(np.round(rng.lognormal(3, 1), 2)),
                code=int(rng.integers(0, 4)),
                reference=int(rng.integers(1, 9)) * 1000 + int(row),
                lines=int(rng.integers(0, 2**16)),
            )
        )  # fmt: skip
    return steps
