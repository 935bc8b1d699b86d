"""`ebbwatch bench skew`: one customer with a tenth of all events, against everybody alike."""

import msgspec

from detectors.arrays import HOUR_MS
from detectors.errors import EbbwatchError
from streams.bench.drawn_log import evenly, unevenly
from streams.bench.engine_run import EngineRun
from streams.bench.report import Figure, Told
from streams.bench.spent import Spent
from streams.settings import Settings


class Run(msgspec.Struct, frozen=True):
    """What one engine spent on as many events, evenly spread and skewed."""

    even: Spent
    skewed: Spent
    top_share: float

    def figures(self) -> tuple[Figure, ...]:
        """Give both speeds, and how much of it the skew leaves."""
        return (
            Figure("even", self.even.per_cpu_s, "events per CPU-second"),
            Figure("skewed", self.skewed.per_cpu_s, "events per CPU-second"),
            Figure("skewed / even", self.skewed.per_cpu_s / self.even.per_cpu_s, "times as many"),
        )


def skew(
    n_events: int, n_customers: int, top_share: float, settings: Settings, *, told: Told
) -> Run:
    """Run once: the engine alone, over slices, the even feed first.

    Raises
    ------
    EbbwatchError
        If an event was not taken.
    """
    feeds = {
        "even": evenly(n_events, n_customers),
        "skewed": unevenly(n_events, n_customers, top_share),
    }
    spent: dict[str, Spent] = {}
    for name, rows in feeds.items():
        told(f"{name}: the past")
        run = EngineRun(n_customers, settings)
        told(f"{name}: {n_events:,} events")
        spent[name] = run.take(run.log.events(rows, (run.now_ms, run.now_ms + HOUR_MS)))
        if spent[name].n_events != n_events:
            raise EbbwatchError(f"{n_events} events were given, {spent[name].n_events} taken")
    return Run(spent["even"], spent["skewed"], top_share)
