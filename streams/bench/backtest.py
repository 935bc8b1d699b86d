"""`ebbwatch bench backtest`: events per second of a history in one process, learning and desk on.

Reading the file, checking every row, the backtest itself and writing its results are all in it;
making the file is not. Beside it the log of the same history, replayed.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from detectors.errors import EbbwatchError
from streams.backtest.run import backtest as run_backtest
from streams.bench.histories import FORMATS, PRESET, Format, History, opened, write
from streams.bench.proc import forget_peak, peak_bytes
from streams.bench.replaying import Log, log_of, replay
from streams.bench.report import Figure, Told
from streams.bench.spent import Spent
from streams.demo import PRESET as DEMO
from streams.settings import Settings, load
from streams.sources.retail import Retail
from streams.sources.source import Source

RETAIL = "Complete Journey"
REPLAY = "replay"
CPU, WALL, GIGABYTES = "events per CPU-second", "events per second", "GB"
N_WARM = 2_000

Load = Callable[[dict[str, object]], Settings]  # a person's settings over what the data brings


class One(msgspec.Struct, frozen=True):
    """A backtest: what it took, what came of it, and the most memory held meanwhile."""

    spent: Spent
    alerts: int
    models: int
    peak_bytes: int


class Run(msgspec.Struct, frozen=True):
    """Each history once, by its name, and logs replayed."""

    histories: dict[str, One]
    replays: dict[str, Spent]

    def figures(self) -> tuple[Figure, ...]:
        """Give events per second of each history, and memory."""
        found: list[Figure] = []
        spent = {name: one.spent for name, one in self.histories.items()} | self.replays
        for name, one in spent.items():
            found += [
                Figure(name, one.per_cpu_s, CPU),
                Figure(f"{name}, by the wall clock", one.per_wall_s, WALL),
            ]
        peaks = {name: one.peak_bytes / 1e9 for name, one in self.histories.items()}
        return (*found, *(Figure(f"{name}, memory", gb, GIGABYTES) for name, gb in peaks.items()))


class Case(NamedTuple):
    """A history as a kind of file, and whether its log is replayed too."""

    name: str
    history: History
    kind: Format
    replayed: bool


def cases(histories: Sequence[History], kinds: Sequence[Format], *, replayed: bool) -> list[Case]:
    """Give what is run: the first history as every kind of file, the others as Parquet.

    Or as the last of `kinds`, if Parquet is none of them. Of each history one log is `replayed`.
    """
    first, *others = histories
    usual: Format = "parquet" if "parquet" in kinds else kinds[-1]
    found = [Case(kind, first, kind, replayed and kind == usual) for kind in kinds]
    return found + [Case(f"{usual}, {one.n_each} each", one, usual, replayed) for one in others]


def backtests(
    work: Sequence[Case], chosen: Load, *, retail: bool, n_runs: int, told: Told
) -> list[Run]:
    """Write each file, then run all of them as often as asked for, and the Complete Journey.

    Raises
    ------
    EbbwatchError
        If an event was lost or refused.
    """
    with tempfile.TemporaryDirectory(prefix="ebbwatch-bench-") as name:
        opens = dict[str, Callable[[], Source]]()
        for number, case in enumerate(work):
            told(f"writing {case.history.n_events:,} events as {case.kind}")
            folder = Path(name) / str(number)
            folder.mkdir()
            file = write(case.history, case.kind, folder)
            opens[case.name] = partial(opened, case.history, case.kind, file)
        logs = dict[str, _Log]()
        for case in work:
            if case.replayed:
                told(f"log of {case.name}")
                settings = chosen(_preset(case.name))
                named = case.name.replace(case.kind, REPLAY)
                logs[named] = _Log(log_of(opens[case.name](), settings), settings)
        if retail:
            opens[RETAIL] = Retail
        runs = list[Run]()
        for number in range(1, n_runs + 1):
            heard = partial(_told_of, told, f"run {number} of {n_runs}")
            runs.append(_run_all(opens, logs, chosen, Path(name), told=heard))
        return runs


class _Log(NamedTuple):
    log: Log
    settings: Settings


def warm_up(chosen: Load) -> None:
    """Run a small history of each kind: it compiles, or reads what was compiled, and imports."""
    work = cases([History(N_WARM)], FORMATS, replayed=True)
    backtests(work, chosen, retail=False, n_runs=1, told=lambda _: None)


def _told_of(told: Told, where: str, what: str) -> None:
    told(f"{where}: {what}")


def _run_all(
    opens: dict[str, Callable[[], Source]],
    logs: dict[str, _Log],
    chosen: Load,
    folder: Path,
    *,
    told: Told,
) -> Run:
    histories, replays = dict[str, One](), dict[str, Spent]()
    for name, opening in opens.items():
        told(name)
        histories[name] = _run(opening, _preset(name), chosen, folder)
    for name, one in logs.items():
        told(name)
        replays[name] = replay(one.log, one.settings)
    return Run(histories, replays)


def _preset(name: str) -> dict[str, object]:
    return dict(DEMO) if name == RETAIL else DEMO | PRESET


def _run(opens: Callable[[], Source], preset: dict[str, object], chosen: Load, folder: Path) -> One:
    forget_peak()
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
    return One(spent, counts.alerts, counts.models, peak_bytes())


class _Counts(msgspec.Struct):
    alerts: int
    models: int


def loading(sets: Sequence[str], file: Path | None) -> Load:
    """Give how settings are read, once it is known what the data brings."""
    return lambda preset: load(sets, file, preset)
