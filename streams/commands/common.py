"""Options that several commands share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from detectors.errors import EmbeddedError
from streams.commands.shown import Language
from streams.embedded import Endpoints, endpoints, servers
from streams.embedded.environment import state_folder
from streams.runtime import settings_file
from streams.settings import Settings, load

Sets = Annotated[
    tuple[str, ...],
    Parameter("--set", negative="", help="key=value, as in churn.silence_days=60; may be repeated"),
]
SettingsFile = Annotated[
    Path | None, Parameter("--settings", help="TOML or JSON; else ebbwatch.toml if it is there")
]
In = Annotated[Language, Parameter(help="English or Chinese")]
AsJson = Annotated[bool, Parameter("--json", negative="", help="One JSON object as the last line")]


@contextmanager
def reachable() -> Iterator[Endpoints]:
    """Give the servers that run; those of a system that has ended are started to look back."""
    try:
        found = endpoints()
    except EmbeddedError:
        if not (state_folder() / "kafka").exists():
            raise
        with servers() as started:
            yield started
    else:
        yield found


def of_the_running(sets: tuple[str, ...] = (), file: Path | None = None) -> Settings:
    """Give the settings of the system that runs on this machine, where nothing else is said."""
    written = settings_file()
    if file is None and not sets and written.exists():
        return load((), written)
    return load(sets, file)
