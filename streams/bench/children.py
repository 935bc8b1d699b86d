"""Roles as processes that are measured, from ready to stopped.

CPU seconds are the kernel's own, user and system. Those of a role count from the moment it is
ready, its rows recovered, to its end: what it polls, flushes and commits is in, what Python
takes to import it is not. Several processes of a role are not ready at one instant; what they
take without any work is then taken off instead.
"""

import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.request import urlopen

from streams.bench.ground import Place
from streams.bench.proc import cpu_s, memory_bytes, peak_bytes
from streams.bench.spent import Spent
from streams.embedded.environment import child_environment
from streams.embedded.folder import Folder
from streams.embedded.ports import HOST, Port
from streams.embedded.process import Process
from streams.exits import Exit

READY_WITHIN_S = 300.0  # a million rows are recovered before a scorer is ready
DONE_WITHIN_S = 1_800.0
STOPPED_WITHIN_S = 300.0  # a million rows may have to be flushed
ASK_S = 0.1  # a page of metrics costs the role a millisecond
RECORDS, LAG = "ebbwatch_worker_records_total", "ebbwatch_worker_lag_records"

Metrics = Mapping[str, float]


class Member:
    """One process of a role.

    Parameters
    ----------
    role : str
        `intake`, `scorer`, `trainer` or `desk`.
    place : Place
        Where it runs, with which settings.
    """

    def __init__(self, role: str, place: Place) -> None:
        self.role = role
        self._port, self._folder = Port(), Folder(place.state, role, keep=False)
        command = [sys.executable, "-m", "streams.cli", "run", role]
        command += ["--settings", str(place.settings_file)]
        command += ["--set", f"worker.health_port={self._port.number}"]
        environment = child_environment() | place.endpoints.environment()
        self.started_at = time.monotonic()
        self.process = Process(command, self._folder, environment)

    def wait_ready(self) -> None:
        """Come back when it has its partitions and their rows."""
        self.process.wait_until(lambda: self._answer("readyz") is not None, READY_WITHIN_S)

    @property
    def metrics(self) -> Metrics:
        """Give its metrics, summed over labels; empty while it is too busy to answer."""
        values: dict[str, float] = {}
        for line in (self._answer("metrics") or "").splitlines():
            if not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                name = name.partition("{")[0]
                values[name] = values.get(name, 0.0) + float(value)
        return values

    @property
    def cpu_s(self) -> float:
        """Give the CPU seconds used so far."""
        return cpu_s(self.process.pid)

    @property
    def memory_bytes(self) -> int:
        """Give the memory held now."""
        return memory_bytes(self.process.pid)

    @property
    def peak_bytes(self) -> int:
        """Give the most memory held at a time."""
        return peak_bytes(self.process.pid)

    def stop(self) -> float:
        """Let it flush and leave; gives the CPU seconds of its whole life.

        Raises
        ------
        EmbeddedError
            If it did not end well: rows that it has not flushed are work not done.
        """
        before_s = _reaped_cpu_s()
        self.process.stop(STOPPED_WITHIN_S)
        if self.process.code != Exit.CLEAN:
            raise self.process.failure(f"ended with code {self.process.code} when told to stop")
        return _reaped_cpu_s() - before_s

    def close(self) -> None:
        """See that it is no more, and give back what it held."""
        self.process.stop(STOPPED_WITHIN_S)
        self._port.release()
        self._folder.release()

    def _answer(self, page: str) -> str | None:
        try:
            with urlopen(f"http://{HOST}:{self._port.number}/{page}", timeout=10) as answer:
                text: str = answer.read().decode()
                return text
        except HTTPError as refused:  # not ready yet
            refused.close()
            return None
        except OSError:  # not listening yet, or busy
            return None


@dataclass(frozen=True)
class Done:
    """What the processes of a role did and took; `metrics` are summed over them at the end."""

    metrics: Metrics
    cpu_s: float
    wall_s: float
    memory_bytes: int
    peak_bytes: int

    def spent_on(self, metric: str) -> Spent:
        """Give what it took for the events that a metric counts."""
        return Spent(int(self.metrics[metric]), self.cpu_s, self.wall_s)


@contextmanager
def members(role: str, place: Place, n_workers: int = 1) -> Iterator[list[Member]]:
    """Run processes of a role while the block runs; they are ready when it begins."""
    with ExitStack() as stack:
        started = []
        for _ in range(n_workers):
            started.append(Member(role, place))
            stack.callback(started[-1].close)
        for member in started:
            member.wait_ready()
        yield started


def run_role(
    role: str,
    place: Place,
    n_records: int,
    n_workers: int = 1,
    *,
    idle_s: float | None = None,
    committed: bool = False,
    rest_s: float = 0.0,
) -> Done:
    """Run the processes of a role until they have taken so many records, and stop them.

    Parameters
    ----------
    n_records : int
        Of all inputs together.
    n_workers : int
        Processes. Of several, the first begins before the last is ready.
    idle_s : float, optional
        CPU seconds that as many take without any records (`idle_cpu_s`): what is beyond them
        counts. If not given, what is used from ready on counts.
    committed : bool
        Whether to wait until all is flushed and committed. Otherwise the stop has to do it,
        within the time that a worker has for it.
    rest_s : float
        Seconds to let pass before they are asked for their memory and stopped.

    Raises
    ------
    EmbeddedError
        If one ended by itself or they did not come that far in time; with its log's last lines.
    """
    with members(role, place, n_workers) as running:
        ready_s = sum(member.cpu_s for member in running)
        ready_at = time.monotonic()
        metrics = _until(running, n_records, committed=committed)
        time.sleep(rest_s)
        memory = sum(member.memory_bytes for member in running)
        peak = sum(member.peak_bytes for member in running)
        used_s = sum(member.stop() for member in running)
        cpu_s = used_s - (ready_s if idle_s is None else idle_s)
        return Done(metrics, cpu_s, time.monotonic() - ready_at - rest_s, memory, peak)


def idle_cpu_s(role: str, place: Place, n_workers: int) -> float:
    """Give the CPU seconds of processes of a role that start, find nothing to do, and stop."""
    with members(role, place, n_workers) as running:
        return sum(member.stop() for member in running)


def _until(running: list[Member], n_records: int, *, committed: bool) -> Metrics:
    give_up_at = time.monotonic() + DONE_WITHIN_S
    while True:
        pages = [member.metrics for member in running]
        taken = _summed(pages)
        all_taken = all(pages) and taken.get(RECORDS, 0.0) >= n_records
        if all_taken and not (committed and taken.get(LAG, 0.0)):
            return taken
        for member in running:
            if not member.process.alive:
                raise member.process.failure("ended")
            if time.monotonic() > give_up_at:
                raise member.process.failure(f"has not taken {n_records} records: {taken}")
        time.sleep(ASK_S)


def _summed(pages: Sequence[Metrics]) -> Metrics:
    summed: dict[str, float] = {}
    for page in pages:
        for name, value in page.items():
            summed[name] = summed.get(name, 0.0) + value
    return summed


def _reaped_cpu_s() -> float:
    # Of children that have ended and were waited for; the servers run on and are not in it.
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
