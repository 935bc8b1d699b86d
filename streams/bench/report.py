"""What the bench says: the machine, and the median of each figure over the runs."""

import os
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Protocol

import msgspec
from rich.table import Table

from streams.embedded.jars import locked

Told = Callable[[str], None]  # what is being done, for a person who waits


class Figure(msgspec.Struct, frozen=True):
    """One number of one run: of what, how much, and in what."""

    name: str
    value: float
    unit: str


class Measured(Protocol):
    """A run that has figures; whatever else it has goes into the JSON as well."""

    def figures(self) -> Sequence[Figure]:
        """Give them in the order in which a person wants them."""


class Machine(msgspec.Struct, frozen=True):
    """On what it was measured; `load` is that of the minute before: above 0, we were not alone."""

    cpu: str
    cores: int
    load: float
    python: str
    numpy: str
    numba: str
    aiokafka: str
    kafka: str


class Summary(msgspec.Struct, frozen=True):
    """A figure over all runs that had it."""

    unit: str
    median: float
    lowest: float
    highest: float
    n_runs: int


class Report(msgspec.Struct, frozen=True):
    """Figures of one or several runs of a bench, and the runs themselves.

    `done` says what was done, in words; `notes` what to know before one reads the figures. A
    figure that could not be measured is absent.
    """

    bench: str
    machine: Machine
    done: str
    figures: dict[str, Summary]
    notes: tuple[str, ...]
    runs: tuple[Measured, ...]

    def as_json(self) -> str:
        """Give one JSON object on one line."""
        return msgspec.json.encode(self).decode()

    def table(self) -> Table:
        """Give it for a person."""
        table = Table(title=self.done, caption="\n".join(self.notes) or None)
        for heading in ("", "median", "lowest", "highest", "runs"):
            table.add_column(heading, justify="right" if heading else "left")
        table.add_column("unit")
        for name, one in self.figures.items():
            numbers = map(told, (one.median, one.lowest, one.highest))
            table.add_row(name, *numbers, str(one.n_runs), one.unit)
        return table


def report(
    bench: str, done: str, runs: Sequence[Measured], *, machine: Machine, notes: Sequence[str] = ()
) -> Report:
    """Put runs together."""
    values: dict[str, list[float]] = {}
    units: dict[str, str] = {}
    for run in runs:
        for figure in run.figures():
            values.setdefault(figure.name, []).append(figure.value)
            units[figure.name] = figure.unit
    figures = {
        name: Summary(units[name], median(some), min(some), max(some), len(some))
        for name, some in values.items()
    }
    return Report(bench, machine, done, figures, tuple(notes), tuple(runs))


def told(value: float) -> str:
    """Give a number with as many digits as are worth reading.

    Examples
    --------
    >>> told(71234.4), told(7.1234), told(0.00712)
    ('71,234', '7.12', '0.00712')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def this_machine() -> Machine:
    """Describe the machine we run on."""
    return Machine(
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 2),
        python=platform.python_version(),
        numpy=version("numpy"),
        numba=version("numba"),
        aiokafka=version("aiokafka"),
        kafka=next(jar.version for jar in locked() if jar.name == "kafka-server"),
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
