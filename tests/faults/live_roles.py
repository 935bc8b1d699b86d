"""Roles as processes that can be killed, each a fork of one that has imported everything.

`python -m streams.cli run ROLE` spends seconds on imports, on a busy machine ten; the tests
start some thirty. A fork runs the same command from its first line on.
"""

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from streams.exits import Exit

READY, LOG_TAIL = "worker_ready", 3_000
POLL_S = 0.02
AGAIN_S = 0.5  # what a supervisor waits before it starts a role again
STARTED_WITHIN_S, STOPPED_WITHIN_S = 60.0, 30.0
RESTARTED = frozenset({Exit.UNEXPECTED, Exit.STALLED})
PR_SET_PDEATHSIG = 1

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["streams.cli"])


def _run(arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
    # Nothing may be left behind when the tests themselves are killed.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.update(environment)
    os.chdir(log.parent)
    sys.argv = ["ebbwatch", *arguments]

    from streams.cli import main

    main()


class Member:
    """One worker of a role, with a supervisor: where its process ends for want of a server, or
    because it has lost its place, another is started. Any other end fails the test.
    """

    def __init__(self, role: str, settings: Path, environment: Mapping[str, str]) -> None:
        self.role, self.ends = role, list[int]()
        self._settings, self._environment = settings, dict(environment)
        self._log = settings.with_suffix(".log")
        self._process = self._start()
        self._supervisor = asyncio.create_task(self._supervise())

    def __str__(self) -> str:
        text = self._log.read_text() if self._log.exists() else ""
        return f"{self.role} (ended with {self.ends}): {text[-LOG_TAIL:]}"

    def look(self) -> None:
        """See that nothing unforeseen has happened."""
        if self._supervisor.done() and not self._supervisor.cancelled():
            self._supervisor.result()

    async def ready(self) -> None:
        """Wait until it has got its partitions."""
        async with asyncio.timeout(STARTED_WITHIN_S):
            while not (self._log.exists() and READY in self._log.read_text()):
                self.look()
                await asyncio.sleep(POLL_S)

    async def killed(self) -> None:
        """End it as a power cut would."""
        self._supervisor.cancel()
        self._process.kill()
        assert await self._ended() == -signal.SIGKILL, str(self)

    async def stopped(self) -> None:
        """Let it leave; it may not leave any other way."""
        self._supervisor.cancel()
        self._process.terminate()
        async with asyncio.timeout(STOPPED_WITHIN_S):
            assert await self._ended() == Exit.CLEAN, str(self)

    async def gone(self) -> None:
        """See that it is no more, whatever it was doing."""
        self._supervisor.cancel()
        self._process.kill()
        await self._ended()

    def _start(self) -> ForkServerProcess:
        arguments = ["run", self.role, "--settings", str(self._settings)]
        process = _forks.Process(target=_run, args=(arguments, self._environment, self._log))
        process.start()
        return process

    async def _supervise(self) -> None:
        while True:
            code = await self._ended()
            self.ends.append(code)
            assert code in RESTARTED, str(self)
            await asyncio.sleep(AGAIN_S)
            self._process = self._start()

    async def _ended(self) -> int:
        while (code := self._process.exitcode) is None:
            await asyncio.sleep(POLL_S)
        return code
