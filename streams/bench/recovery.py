"""`ebbwatch bench recovery`: how long a role takes to be back with all its customers' rows."""

import time

import msgspec

from detectors.errors import EbbwatchError
from detectors.layout import LAYOUT
from streams.bench.children import members
from streams.bench.ground import Place, ends, ground, n_new
from streams.bench.live import SCORER_EVENTS, take_past
from streams.bench.load import Load
from streams.bench.report import Figure, Told
from streams.settings import Settings
from streams.topics import CUSTOMERS, LEDGER_CHANGELOG

CHANGELOGS = {"scorer": LEDGER_CHANGELOG, "intake": CUSTOMERS}
RECOVERY_S = "ebbwatch_worker_recovery_seconds"


class Flushed(msgspec.Struct, frozen=True):
    """What the scorer wrote of its ledger while it took the past: rows, and bytes on disk."""

    n_events: int
    n_rows: int
    row_bytes: int
    disk_bytes: int


class Back(msgspec.Struct, frozen=True):
    """How a role came back: seconds from its start, those of reading rows, and CPU seconds."""

    ready_s: float
    recovery_s: float
    cpu_s: float
    n_records: int


class Run(msgspec.Struct, frozen=True):
    """One start of each role over the same changelogs."""

    back: dict[str, Back]
    flushed: Flushed

    def figures(self) -> tuple[Figure, ...]:
        """Give how long each took and how fast it read, and what had been flushed."""
        found: list[Figure] = []
        for role, back in self.back.items():
            found += [
                Figure(f"{role}: start to ready", back.ready_s, "s"),
                Figure(f"{role}: of it, reading rows", back.recovery_s, "s"),
                Figure(f"{role}: rows", back.n_records / back.recovery_s, "records per second"),
            ]
        flushed = self.flushed
        return (
            *found,
            Figure("flushed", flushed.n_rows / flushed.n_events, "rows per event"),
            Figure("row", flushed.row_bytes, "bytes"),
            Figure("row on disk", flushed.disk_bytes / flushed.n_rows, "bytes"),
        )


def recovery(load: Load, settings: Settings, *, n_runs: int, told: Told) -> list[Run]:
    """Let a scorer take the past of a load once, and start roles anew `n_runs` times.

    Raises
    ------
    EbbwatchError
        If the scorer did not take the whole past, or left rows unwritten.
    """
    with ground(settings) as place:
        told(f"{load.n_customers:,} customers and their past")
        before = ends(place)
        _, scorer = take_past(load, place)
        if (n_events := int(scorer.metrics[SCORER_EVENTS])) != load.n_past:
            raise EbbwatchError(f"{load.n_past} events were sent and {n_events} scored")
        after = ends(place)
        flushed = Flushed(
            n_events=load.n_past,
            n_rows=n_new(before, after, (LEDGER_CHANGELOG,)),
            row_bytes=LAYOUT.common.itemsize,  # of most customers, see `detectors/rare.py`
            disk_bytes=place.bytes_on_disk(LEDGER_CHANGELOG),
        )
        n_records = {role: n_new(before, after, (topic,)) for role, topic in CHANGELOGS.items()}
        if flushed.n_rows < load.n_customers:
            raise EbbwatchError(f"{flushed.n_rows} rows of {load.n_customers} customers")
        runs: list[Run] = []
        for number in range(n_runs):
            told(f"start {number + 1} of {n_runs}")
            back = {role: _started(role, place, n) for role, n in n_records.items()}
            runs.append(Run(back, flushed))
        return runs


def _started(role: str, place: Place, n_records: int) -> Back:
    with members(role, place) as (member,):
        ready_s, cpu_s = time.monotonic() - member.started_at, member.cpu_s
        return Back(ready_s, member.metrics[RECOVERY_S], cpu_s, n_records)
