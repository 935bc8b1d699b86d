"""Everything on one machine: the servers, the topics, and each role as a process of its own.

What runs is written down in the state folder, so that commands in another terminal speak to
the same servers with the same settings.
"""

import asyncio
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from detectors.errors import EmbeddedError
from streams import topics_apply
from streams.embedded import Endpoints, servers
from streams.embedded.environment import child_environment, state_folder
from streams.embedded.folder import Folder
from streams.embedded.process import Process
from streams.settings import Settings, secrets

DECIDERS = ("intake", "scorer", "trainer", "desk")
ROLES = (*DECIDERS, "courier", "console")
SETTINGS = "settings.json"
READY = "event=worker_ready"
NOTE = "note.txt"  # what is invented in a demonstration, told wherever its tasks are shown


@dataclass
class Running:
    """A system that runs: where its servers are, and its roles' processes."""

    endpoints: Endpoints
    settings: Settings
    roles: dict[str, Process]

    @property
    def ready(self) -> bool:
        """Whether every role has begun to work; on a first run machine code is made before."""
        logs = (process.log.read_text(encoding="utf-8") for process in self.roles.values())
        return all(READY in log for log in logs)

    def check(self) -> None:
        """See that every role still runs.

        Raises
        ------
        EmbeddedError
            If one ended; with the last lines of its log.
        """
        for process in self.roles.values():
            if not process.alive:
                raise process.failure("ended")


def settings_file(state: Path | None = None) -> Path:
    """Give where the settings of the system that runs on this machine are written down."""
    return (state or state_folder()) / SETTINGS


def begin_demo(notes: Iterable[str], state: Path | None = None) -> None:
    """Throw away the data of an earlier demonstration, and write down what is invented in this.

    Raises
    ------
    EmbeddedError
        If the folder holds data that no demonstration left there.
    """
    folder = state or state_folder()
    if (folder / "kafka").exists() and not (folder / NOTE).exists():
        raise EmbeddedError(
            f"{folder} holds the data of `ebbwatch up`, and a demonstration starts empty",
            remedy="Name another folder in EBBWATCH_STATE_DIR, or remove this one.",
        )
    for name in ("kafka", "store", *ROLES):
        shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NOTE).write_text("\n".join(notes))


@contextmanager
def running(settings: Settings, state: Path | None = None) -> Iterator[Running]:
    """Run servers and roles while the block runs; they stop in the reverse order.

    Raises
    ------
    EmbeddedError
        If a server does not start.
    SettingsError
        If the topics that exist are cut otherwise.
    """
    folder = state or state_folder()
    with ExitStack() as stack:
        endpoints = stack.enter_context(servers(folder))
        asyncio.run(_apply(endpoints, settings))
        settings_file(folder).write_text(settings.model_dump_json(indent=2))
        extra = endpoints.environment() | secrets(settings)
        roles = {name: stack.enter_context(_role(name, folder, extra)) for name in ROLES}
        yield Running(endpoints, settings, roles)


async def _apply(endpoints: Endpoints, settings: Settings) -> None:
    async with topics_apply.connected(endpoints.bootstrap_servers) as admin:
        await topics_apply.apply(admin, settings.topics)


@contextmanager
def _role(name: str, state: Path, environment: dict[str, str]) -> Iterator[Process]:
    folder = Folder(state, name, keep=True)
    command = [sys.executable, "-m", "streams.cli", "run", name]
    command += ["--settings", str(settings_file(state))]
    process = Process(command, folder, child_environment() | environment)
    try:
        yield process
    finally:
        process.stop()
        folder.release()
