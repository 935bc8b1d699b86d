"""What the bench says: the machine, and the median of each figure over the runs."""

import os
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

import msgspec
from rich.table import Table

from streams.bench.live import Run
from streams.bench.load import Load
from streams.bench.spent import Spent
from streams.embedded.jars import locked

PARTS: dict[str, Callable[[Run], Spent]] = {
    "bare loop": lambda run: run.bare,
    "intake": lambda run: run.intake,
    "scorer": lambda run: run.scorer,
    "both": lambda run: run.both,
}


class Machine(msgspec.Struct, frozen=True):
    """On what it was measured; `load` is that of the minute before: above 0, we were not alone."""

    cpu: str
    cores: int
    load: float
    python: str
    numpy: str
    aiokafka: str
    kafka: str


class Report(msgspec.Struct, frozen=True):
    """Figures of one or several runs: events per second, each the median over the runs."""

    machine: Machine
    n_events: int
    n_customers: int
    hours: int
    n_partitions: int
    per_cpu_s: dict[str, int]
    per_wall_s: dict[str, int]
    ratio: float
    runs: tuple[Run, ...]

    def as_json(self) -> str:
        """Give one JSON object on one line."""
        return msgspec.json.encode(self).decode()

    def table(self) -> Table:
        """Give it for a person."""
        what = f"{self.n_events:,} events of {self.n_customers:,} customers in {self.hours} hours"
        table = Table(title=what)
        for heading in ("", "events per CPU-second", "per second", "of the bare loop"):
            table.add_column(heading, justify="right" if heading else "left")
        bare = self.per_cpu_s["bare loop"]
        for part in PARTS:
            rate = self.per_cpu_s[part]
            share = self.ratio if part == "both" else rate / bare
            table.add_row(part, f"{rate:,}", f"{self.per_wall_s[part]:,}", f"{share:.2f}")
        return table


def this_machine() -> Machine:
    """Describe the machine we run on."""
    return Machine(
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 2),
        python=platform.python_version(),
        numpy=version("numpy"),
        aiokafka=version("aiokafka"),
        kafka=next(jar.version for jar in locked() if jar.name == "kafka-server"),
    )


def report(machine: Machine, load: Load, n_partitions: int, runs: Sequence[Run]) -> Report:
    """Put runs together."""
    return Report(
        machine=machine,
        n_events=load.n_events,
        n_customers=load.n_customers,
        hours=load.hours,
        n_partitions=n_partitions,
        per_cpu_s=_medians(runs, lambda spent: spent.per_cpu_s),
        per_wall_s=_medians(runs, lambda spent: spent.per_wall_s),
        ratio=round(median(run.ratio for run in runs), 3),
        runs=tuple(runs),
    )


def _medians(runs: Sequence[Run], rate: Callable[[Spent], float]) -> dict[str, int]:
    return {name: round(median(rate(part(run)) for run in runs)) for name, part in PARTS.items()}


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
