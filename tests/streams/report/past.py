"""Small histories for the report, from plain values."""

from typing import Any

import msgspec

from detectors.arrays import DAY_MS
from detectors.kinds import Kind
from streams.report.history import History
from tests.detectors.logs import One, a_slice

BEGIN_MS = 1_704_067_200_000  # 2024-01-01


def one(row: int, kind: Kind, days: float, **told: Any) -> One:
    """Give an event some days after the beginning of 2024; `said` is its note."""
    said = told.pop("said", None)
    note = None if said is None else msgspec.msgpack.encode(said)
    return One(row, kind, BEGIN_MS + round(days * DAY_MS), offset=0, note=note, **told)


def history(*events: One, partition: int = 0) -> History:
    """Give a history of some events."""
    found = History()
    found.take(partition, a_slice(events))
    return found


def bought(row: int, *days: float, amount: float = 10.0, lines: int = 0) -> list[One]:
    """Let a customer buy on some days."""
    return [one(row, Kind.PURCHASE_MADE, day, amount=amount, lines=lines) for day in days]
