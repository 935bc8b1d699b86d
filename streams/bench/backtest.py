"""`ebbwatch bench backtest`: events per second of a history in one process, learning and desk on.

Reading the file, checking every row, the backtest itself and writing its results are all in it;
making the file is not.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from detectors.errors import EbbwatchError
from streams.backtest.run import backtest as run_backtest
from streams.bench.histories import FORMATS, PRESET, Format, History, opened, write
from streams.bench.proc import memory_bytes
from streams.bench.report import Figure, Told
from streams.bench.spent import Spent
from streams.demo import PRESET as DEMO
from streams.settings import Settings, load
from streams.sources.retail import Retail
from streams.sources.source import Source

RETAIL = "Complete Journey"
CPU, WALL = "events per CPU-second", "events per second"
N_WARM = 2_000

Load = Callable[[dict[str, object]], Settings]  # a person's settings over what the data brings


class One(msgspec.Struct, frozen=True):
    """A backtest: what it took, what came of it, and the memory held at its end."""

    spent: Spent
    alerts: int
    models: int
    memory_bytes: int


class Run(msgspec.Struct, frozen=True):
    """Each history once, by its name."""

    histories: dict[str, One]

    def figures(self) -> tuple[Figure, ...]:
        """Give events per second of each history."""
        found: list[Figure] = []
        for name, one in self.histories.items():
            found += [
                Figure(name, one.spent.per_cpu_s, CPU),
                Figure(f"{name}, by the wall clock", one.spent.per_wall_s, WALL),
            ]
        return tuple(found)


def backtest(
    history: History, kinds: Sequence[Format], chosen: Load, *, retail: bool, told: Told
) -> Run:
    """Run each kind of file, and the Complete Journey year if asked for.

    Raises
    ------
    EbbwatchError
        If an event was lost or refused.
    """
    found: dict[str, One] = {}
    with tempfile.TemporaryDirectory(prefix="ebbwatch-bench-") as folder:
        for kind in kinds:
            told(f"writing {history.n_events:,} events as {kind}")
            file = write(history, kind, Path(folder))
            told(f"{kind}: {history.n_events:,} events")
            preset = DEMO | PRESET
            found[kind] = _run(partial(opened, history, kind, file), preset, chosen, Path(folder))
        if retail:
            told(RETAIL)
            found[RETAIL] = _run(Retail, dict(DEMO), chosen, Path(folder))
    return Run(found)


def warm_up(chosen: Load) -> None:
    """Run a small history of each kind: it compiles, or reads what was compiled, and imports."""
    backtest(History(N_WARM), FORMATS, chosen, retail=False, told=lambda _: None)


def _run(opens: Callable[[], Source], preset: dict[str, object], chosen: Load, folder: Path) -> One:
    wall, cpu = time.monotonic(), time.process_time()
    source = opens()
    settings = chosen(preset | source.preset)
    metrics = run_backtest(source, settings, folder / "out", lambda _: None)
    spent = Spent(source.n_events, time.process_time() - cpu, time.monotonic() - wall)
    if metrics["events"] != source.n_events or metrics["refused"]:
        raise EbbwatchError(
            f"{source.n_events} events were given, {metrics['events']} taken and "
            f"{metrics['refused']} refused"
        )
    counts = msgspec.convert(metrics, type=_Counts)
    return One(spent, counts.alerts, counts.models, memory_bytes())


class _Counts(msgspec.Struct):
    alerts: int
    models: int


def loading(sets: Sequence[str], file: Path | None) -> Load:
    """Give how settings are read, once it is known what the data brings."""
    return lambda preset: load(sets, file, preset)
