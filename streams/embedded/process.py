"""A server as a child process: begun, waited for, stopped, and never left behind."""

import contextlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from detectors.errors import EmbeddedError
from streams.embedded.environment import process_id
from streams.embedded.folder import Folder, writing

EXEC_CHILD = Path(__file__).with_name("exec_child.py")
STOP_S = 20.0  # until SIGTERM counts as unheard
POLL_S = 0.01
LAST_LINES = 15
FULL_BYTES = 1 << 20  # then not even the log may say so


class Process:
    """One run of a server.

    Parameters
    ----------
    command : sequence of str
        The program, with its whole path, and its arguments.
    folder : Folder
        Where it runs and logs; it holds the folder's lock as long as it lives.
    environment : mapping
        All it sees of the environment.
    """

    def __init__(
        self, command: Sequence[str], folder: Folder, environment: Mapping[str, str]
    ) -> None:
        self._folder = folder
        self.log = folder.new_log()
        guarded = [sys.executable, "-I", "-S", str(EXEC_CHILD), str(process_id()), *command]
        with writing(folder.path), self.log.open("wb") as log:
            self._popen = (
                _spawner()
                .submit(
                    subprocess.Popen,
                    guarded,
                    cwd=folder.path,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=[folder.fileno()],
                    # Ctrl-C is for us: we stop the workers first and the servers after them.
                    start_new_session=True,
                )
                .result()
            )

    @property
    def pid(self) -> int:
        """Give the server's own process id; there is no process between."""
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Say whether it still runs."""
        return self._popen.poll() is None

    @property
    def code(self) -> int | None:
        """Give its exit code once it has ended: minus a signal's number if that ended it."""
        return self._popen.poll()

    def wait_until(self, ready: Callable[[], bool], within_s: float) -> None:
        """Come back when `ready` says so.

        Raises
        ------
        EmbeddedError
            If the server ends first, or is not ready in time; with the last lines of its log.
        """
        give_up_at = time.monotonic() + within_s
        while not ready():
            if not self.alive:
                raise self.failure(f"ended with code {self._popen.returncode} before it was ready")
            if time.monotonic() > give_up_at:
                self.kill()
                raise self.failure(f"was not ready after {within_s:.0f} s")
            time.sleep(POLL_S)

    def stop(self, within_s: float = STOP_S) -> None:
        """End it cleanly; by force if it does not hear."""
        self._signal(signal.SIGTERM)
        try:
            self._popen.wait(within_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._signal(signal.SIGKILL)
        self._popen.wait()

    def failure(self, what: str) -> EmbeddedError:
        """Give the error that tells `what` went wrong, with the log's last lines.

        The folder stays, so that the log can be read.
        """
        self._folder.leave()
        lines = self.log.read_text(errors="replace").splitlines()
        # The frames of a Java stack would push what happened out of sight.
        happened = [line for line in lines if not line.startswith(("\tat ", "\t... "))]
        if shutil.disk_usage(self.log.parent).free < FULL_BYTES:
            what += ": the disk is full"
        told = "".join(f"\n  | {line}" for line in happened[-LAST_LINES:])
        return EmbeddedError(
            f"{self.log.stem} {what}{told}", remedy=f"Its log: {self.log}", log=self.log
        )

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._popen.send_signal(number)


@cache
def _spawner() -> ThreadPoolExecutor:
    # The kernel's "parent" is the thread that forked. This one lives as long as the process,
    # so a server may be started from a thread that ends.
    return ThreadPoolExecutor(1, "embedded-servers")
