"""The broker's jars: fetched once, by exact version, and nothing but the bytes we know.

`jars.lock` names each artifact and its SHA-256, never where it comes from: `jgo` knows the
repositories. Every file is hashed when it is fetched; later starts look at its size and time
only, unless these changed.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jgo.maven import Artifact, MavenContext

from detectors.errors import EmbeddedError

LOCK = Path(__file__).with_name("jars.lock")
VERIFIED = "verified"  # the file that says which files were hashed
TIMEOUT_S = 60  # of one read; the largest jar has 8 MB
TRIES = 3  # a cut connection is common, three in a row are not
AT_ONCE = 6  # beyond that, the fetch is no faster

REMEDY = (
    "The broker's jars come from a Maven repository, once. Check the network, any proxy "
    "(HTTPS_PROXY) and the room on the disk, then start again: what was fetched whole stays."
)


Repositories = dict[str, str] | None


@dataclass(frozen=True)
class Jar:
    """One artifact of the lock file."""

    group: str
    name: str
    version: str
    sha256: str

    def artifact(self, maven: MavenContext) -> Artifact:
        """Give the same as jgo knows it."""
        return maven.project(self.group, self.name).at_version(self.version).artifact()


Jars = list[tuple[Jar, Path]]


def locked(lock: Path = LOCK) -> tuple[Jar, ...]:
    """Read the lock file: `group:name:version sha256` a line, `#` for comments."""
    lines = (line.split("#")[0].split() for line in lock.read_text().splitlines())
    return tuple(_jar(*line) for line in lines if line)


def lock_id(*also: str) -> str:
    """Give a short name for what was made from just these jars, and from what `also` tells."""
    return hashlib.sha256("\n".join((LOCK.read_text(), *also)).encode()).hexdigest()[:12]


def classpath(cache: Path, lock: Path = LOCK, repositories: Repositories = None) -> str:
    """Give Kafka's class path, with every jar there and as locked; fetches what is missing.

    Parameters
    ----------
    cache : Path
        Where fetched jars are kept.
    lock : Path
        The lock file.
    repositories : mapping of name to address, optional
        Maven repositories to ask; the one of everyone if not given.

    Raises
    ------
    EmbeddedError
        If a jar cannot be fetched or written, or its bytes are not the locked ones.
    """
    maven = MavenContext(repo_cache=cache / "jars", remote_repos=repositories, timeout=TIMEOUT_S)
    jars = [(jar, _path(jar, maven)) for jar in locked(lock)]
    if not _verified(cache, jars):
        with _one_at_a_time(cache), ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda one: _fetch(one[0], one[1], maven), jars))
            _remember(cache, jars)
    return ":".join(str(path) for _, path in jars)


def _jar(coordinates: str, sha256: str) -> Jar:
    group, name, version = coordinates.split(":")
    return Jar(group, name, version, sha256)


def _path(jar: Jar, maven: MavenContext) -> Path:
    path = jar.artifact(maven).cached_path
    assert path is not None  # the context has a cache
    return path


def _fetch(jar: Jar, path: Path, maven: MavenContext) -> None:
    artifact, failure = jar.artifact(maven), ""
    for _ in range(TRIES):
        try:
            if sha256_of(artifact.resolve()) == jar.sha256:
                return
            failure = f"{artifact} has not the SHA-256 of {LOCK.name}"
        except (OSError, RuntimeError) as error:  # those of requests are OSErrors
            failure = f"{artifact} could not be fetched: {error}"
        # Half a file, or another one: jgo would take it as it is the next time.
        path.unlink(missing_ok=True)
    raise EmbeddedError(failure, remedy=REMEDY)


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verified(cache: Path, jars: Jars) -> bool:
    try:
        return (cache / VERIFIED).read_text() == _stamps(jars)
    except FileNotFoundError:
        return False


def _remember(cache: Path, jars: Jars) -> None:
    (cache / VERIFIED).write_text(_stamps(jars))


def _stamps(jars: Jars) -> str:
    found = ((path.stat(), jar, path) for jar, path in jars)
    return "".join(
        f"{jar.sha256} {at.st_size} {at.st_mtime_ns} {path.name}\n" for at, jar, path in found
    )


@contextmanager
def _one_at_a_time(cache: Path) -> Iterator[None]:
    # Two processes writing one jar would each see half of it.
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock = (cache / "jars.busy").open("w")
    except OSError as error:
        raise EmbeddedError(
            f"cache folder {cache} cannot be written: {error}",
            remedy="Free or unlock it, or name another in EBBWATCH_CACHE_DIR.",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
