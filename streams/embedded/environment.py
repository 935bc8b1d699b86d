"""What embedded servers take from the process they run in: its environment and its id.

Set-up runs this before any settings exist, so it stands beside `streams/settings.py` as the one
other place that reads the environment.
"""

import os
from pathlib import Path

PASSED_ON = ("HOME", "PATH", "TZ")


def variable(name: str) -> str | None:
    """Give an environment variable; an empty one counts as not set."""
    return os.environ.get(name) or None


def state_folder() -> Path:
    """Give the user's folder for data and logs: `EBBWATCH_STATE_DIR`, else the XDG one."""
    return _folder("EBBWATCH_STATE_DIR", "XDG_STATE_HOME", ".local/state")


def cache_folder() -> Path:
    """Give the user's folder for what can be had again: `EBBWATCH_CACHE_DIR`, else the XDG one."""
    return _folder("EBBWATCH_CACHE_DIR", "XDG_CACHE_HOME", ".cache")


def child_environment() -> dict[str, str]:
    """Give what a server sees: no option meant for another Java, and names of files in UTF-8."""
    passed = {name: value for name in PASSED_ON if (value := variable(name))}
    return passed | {"LC_ALL": "C.UTF-8"}


def process_id() -> int:
    """Give our own process id."""
    return os.getpid()


def process_runs(number: int) -> bool:
    """Say whether a process of this id runs."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


def _folder(own: str, xdg: str, below_home: str) -> Path:
    if chosen := variable(own):
        return Path(chosen).expanduser().absolute()
    home = variable(xdg)
    return (Path(home) if home else Path.home() / below_home) / "ebbwatch"
