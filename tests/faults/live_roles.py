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
STARTED_WITHIN_S, STOPPED_WITHIN_S = 60.0, 30.0
PR_SET_PDEATHSIG = 1

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["streams.cli"])


def _run(arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
    # Nothing may be left behind when the tests themselves are killed.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.update(environment)
    os.chdir(log.parent)
    sys.argv = ["ebbwatch", *arguments]

    from streams.cli import main

    main()


class Member:
    """One process of a role."""

    def __init__(self, role: str, settings: Path, environment: Mapping[str, str]) -> None:
        self.role, self._log = role, settings.with_suffix(".log")
        arguments = ["run", role, "--settings", str(settings)]
        self._process: ForkServerProcess = _forks.Process(
            target=_run, args=(arguments, dict(environment), self._log)
        )
        self._process.start()

    @property
    def code(self) -> int | None:
        """Give the exit code, None while it runs."""
        return self._process.exitcode

    def __str__(self) -> str:
        text = self._log.read_text() if self._log.exists() else ""
        return f"{self.role} (exit code {self.code}): {text[-LOG_TAIL:]}"

    async def ready(self) -> None:
        """Wait until it has got its partitions."""
        async with asyncio.timeout(STARTED_WITHIN_S):
            while not (self._log.exists() and READY in self._log.read_text()):
                assert self.code is None, str(self)
                await asyncio.sleep(POLL_S)

    async def ended(self) -> int:
        """Wait for its end; gives the exit code."""
        while (code := self.code) is None:
            await asyncio.sleep(POLL_S)
        return code

    async def killed(self) -> None:
        """End it as a power cut would."""
        assert self.code is None, str(self)
        self._process.kill()
        assert await self.ended() == -signal.SIGKILL, str(self)

    async def stopped(self) -> None:
        """Let it leave; it may not leave any other way."""
        assert self.code is None, str(self)
        self._process.terminate()
        async with asyncio.timeout(STOPPED_WITHIN_S):
            assert await self.ended() == Exit.CLEAN, str(self)

    async def gone(self) -> None:
        """See that it is no more, whatever it was doing."""
        self._process.kill()
        await self.ended()
        self._process.close()
