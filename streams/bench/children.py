"""Processes that are measured: a role from ready to stopped, and the bare loop.

CPU seconds are the kernel's own, user and system. Those of a role count from the moment it is
ready, its rows recovered, to its end: what it polls, flushes and commits is in, what Python
takes to import it is not.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import msgspec

from detectors.errors import EbbwatchError
from streams.bench.spent import Spent
from streams.embedded import Endpoints
from streams.embedded.environment import child_environment
from streams.embedded.folder import Folder
from streams.embedded.ports import HOST, Port
from streams.embedded.process import Process

READY_WITHIN_S = 120.0
DONE_WITHIN_S = 1_800.0
ASK_READY_S, ASK_DONE_S = 0.01, 0.1  # a page of metrics costs the role a millisecond
Starts = Sequence[tuple[str, int, int]]

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Place:
    """Where roles run: the servers, the folder of their logs, and their settings."""

    endpoints: Endpoints
    state: Path
    settings_file: Path


@dataclass(frozen=True)
class Done:
    """What a role did and what it took: records stepped, and its metrics at the end."""

    metrics: dict[str, float]
    cpu_s: float
    wall_s: float
    start_cpu_s: float

    def spent_on(self, metric: str) -> Spent:
        """Give what it took for the events that a metric counts."""
        return Spent(int(self.metrics[metric]), self.cpu_s, self.wall_s)


def run_role(role: str, place: Place, n_records: int) -> Done:
    """Run a role until it has taken so many records, and stop it.

    Raises
    ------
    EmbeddedError
        If it ended by itself or did not come that far in time; with the last lines of its log.
    """
    port = Port()
    folder = Folder(place.state, role, keep=False)
    command = [sys.executable, "-m", "streams.cli", "run", role]
    command += [
        "--settings",
        str(place.settings_file),
        "--set",
        f"worker.health_port={port.number}",
    ]
    environment = child_environment() | place.endpoints.environment()
    before_s = _children_cpu_s()
    process = Process(command, folder, environment)
    try:
        process.wait_until(lambda: _answer(port, "readyz") is not None, READY_WITHIN_S)
        ready_cpu_s, ready_at = _cpu_s(process.pid), time.monotonic()
        metrics: dict[str, float] = {}
        give_up_at = ready_at + DONE_WITHIN_S
        while metrics.get("ebbwatch_worker_records_total", 0) < n_records:
            if not process.alive:
                raise process.failure("ended")
            if time.monotonic() > give_up_at:
                raise process.failure(f"has not taken {n_records} records: {metrics}")
            time.sleep(ASK_DONE_S)
            metrics = _metrics(_answer(port, "metrics") or "")
    finally:
        process.stop()
        port.release()
        folder.release()
    cpu_s = _children_cpu_s() - before_s - ready_cpu_s
    return Done(metrics, cpu_s, time.monotonic() - ready_at, ready_cpu_s)


def run_bare(bootstrap_servers: str, starts: Starts, n_records: int) -> Spent:
    """Run the bare loop over so many records, from (topic, partition, offset) on."""
    module = ["-m", "streams.bench.bare"]
    command = [sys.executable, *module, bootstrap_servers, str(n_records)]
    told = subprocess.run(
        [*command, msgspec.json.encode(starts).decode()],
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=DONE_WITHIN_S,
        check=False,
    )
    if told.returncode:
        raise EbbwatchError(f"the bare loop ended with {told.returncode}: {told.stderr[-2000:]}")
    return msgspec.json.decode(told.stdout, type=Spent)


def _answer(port: Port, page: str) -> str | None:
    try:
        with urlopen(f"http://{HOST}:{port.number}/{page}", timeout=10) as answer:
            text: str = answer.read().decode()
            return text
    except (URLError, OSError):  # not listening yet, not ready yet, or busy
        return None


def _metrics(page: str) -> dict[str, float]:
    # Sums over labels: partitions, topics and kinds are all one here.
    values: dict[str, float] = {}
    for line in page.splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            name = name.partition("{")[0]
            values[name] = values.get(name, 0.0) + float(value)
    return values


def _cpu_s(pid: int) -> float:
    # The name stands in brackets and may hold spaces; user and system time are fields 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
