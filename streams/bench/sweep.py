"""`ebbwatch bench sweep`: one tick over all customers of an engine, and how cost grows."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from detectors.arrays import HOUR_MS
from detectors.errors import EbbwatchError
from streams.bench.drawn_log import evenly
from streams.bench.engine_run import EngineRun
from streams.bench.growth_plot import Line, drawn
from streams.bench.report import Figure, Report, Told
from streams.bench.spent import Spent
from streams.settings import Settings

EVENT, ROW = "µs of CPU per event", "µs of CPU per row swept"
PLOT = "growth.svg"


class Run(msgspec.Struct, frozen=True):
    """What an engine of so many customers spent: on an hour's tick, Monday's, and on events."""

    n_customers: int
    hourly: Spent
    monday: Spent
    events: Spent

    def figures(self) -> tuple[Figure, ...]:
        """Give seconds for a sweep, and the cost of a row and of an event."""
        n = f"{self.n_customers:,}"
        return (
            Figure(f"{n}: sweep", self.hourly.wall_s, "s"),
            Figure(f"{n}: sweep with snapshots", self.monday.wall_s, "s"),
            Figure(f"{n}: row swept", 1e6 / self.hourly.per_cpu_s, ROW),
            Figure(f"{n}: event", 1e6 / self.events.per_cpu_s, EVENT),
        )


def sweep(
    sizes: Sequence[int], n_events: int, settings: Settings, *, n_runs: int, told: Told
) -> list[Run]:
    """Measure `n_runs` ticks and as many stretches of events in one engine of each size.

    Raises
    ------
    EbbwatchError
        If an engine did not take every event: then the cost means nothing.
    """
    warm = EngineRun(1_000, settings)  # compiles, or reads what was compiled
    _measured(warm, 1_000)
    runs: list[Run] = []
    for n_customers in sizes:
        told(f"{n_customers:,} customers and their past")
        engine_run = EngineRun(n_customers, settings)
        for number in range(n_runs):
            told(f"{n_customers:,} customers, run {number + 1} of {n_runs}")
            if number:
                engine_run.week()
            runs.append(_measured(engine_run, n_events))
    return runs


def _measured(run: EngineRun, n_events: int) -> Run:
    rows = evenly(n_events, run.n_customers, seed=run.now_ms)
    events = run.take(run.log.events(rows, (run.now_ms, run.now_ms + HOUR_MS)))
    if events.n_events != n_events:
        raise EbbwatchError(f"{n_events} events were given and {events.n_events} taken")
    return Run(run.n_customers, run.tick(), run.tick_monday(), events)


def plot(found: Report, sizes: Sequence[int], out: Path) -> Path:
    """Write how the cost of an event and of a row grows with the customers; gives the file."""
    out.mkdir(parents=True, exist_ok=True)
    lines = [
        Line(name, [(n, found.figures[f"{n:,}: {name}"].median) for n in sizes])
        for name in ("event", "row swept")
    ]
    file = out / PLOT
    file.write_text(drawn(lines, x="customers", y="µs of CPU"), encoding="utf-8")
    return file
