"""A server's folder: its data and log, used by one server at a time."""

import contextlib
import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from detectors.errors import EmbeddedError
from streams.embedded.environment import process_id, process_runs

LOCK = "lock"  # held by our process and by the server's; it names ours
ADDRESS = "address"  # where clients find the server
DYING_S = 30.0  # a server whose parent was killed closes its files first; Kafka takes a second
ASKING_S = 1.0  # `announced` holds the lock for an instant
ABANDONED_S = 60.0  # a younger folder may be one that is just being made


class Folder:
    """A folder that one server uses, and everything that is in it.

    Parameters
    ----------
    state : Path
        The folder of all servers. Made if it is not there.
    name : str
        What kind of server it is for.
    keep : bool
        Whether the data is there again next time. Otherwise the folder has a name of its own,
        and `release` removes it.
    """

    def __init__(self, state: Path, name: str, *, keep: bool) -> None:
        self._leave = keep
        with writing(state):
            state.mkdir(parents=True, exist_ok=True)
            if keep:
                self.path = state / name
                self.path.mkdir(exist_ok=True)
            else:
                _sweep(state, name)
                self.path = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=state))
            self.log = self.path / f"{name}.log"
            self._lock = (self.path / LOCK).open("a+")
            self._take()

    def fileno(self) -> int:
        """Give the lock's descriptor; a child that inherits it holds the folder as well."""
        return self._lock.fileno()

    def new_log(self) -> Path:
        """Give the file for the next run's log; the one before is kept beside it."""
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log

    def announce(self, address: str) -> None:
        """Let other processes know where the server is, for as long as the folder is in use."""
        with writing(self.path):
            (self.path / ADDRESS).write_text(address)

    def leave(self) -> None:
        """Let `release` leave it to be looked at; a later start throws it away."""
        self._leave = True

    def release(self) -> None:
        """Let others have it; thrown away if it was not to be kept, nor left."""
        (self.path / ADDRESS).unlink(missing_ok=True)
        self._lock.close()
        if not self._leave:
            shutil.rmtree(self.path, ignore_errors=True)

    def _take(self) -> None:
        began_at = time.monotonic()
        while not _locked(self._lock.fileno(), fcntl.LOCK_EX):
            waited_s, owner = time.monotonic() - began_at, self._owner()
            if waited_s > (ASKING_S if process_runs(owner) else DYING_S):
                self._lock.close()
                raise EmbeddedError(
                    f"folder {self.path} is in use by process {owner}",
                    remedy="Stop that one, or name another folder in EBBWATCH_STATE_DIR.",
                )
            time.sleep(0.05)
        self._lock.truncate(0)
        self._lock.write(str(process_id()))
        self._lock.flush()
        (self.path / ADDRESS).unlink(missing_ok=True)  # of a run that was killed

    def _owner(self) -> int:
        self._lock.seek(0)
        return int(self._lock.read() or process_id())


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what goes wrong while writing there into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise EmbeddedError(
            f"folder {folder} cannot be written: {error.strerror or error}",
            remedy="Free or unlock it, or name another in EBBWATCH_STATE_DIR.",
        ) from error


def announced(state: Path, name: str) -> str | None:
    """Give the address of the server that uses a kept folder now; none if none does."""
    folder = state / name
    try:
        with (folder / LOCK).open() as lock:
            return None if _locked(lock.fileno(), fcntl.LOCK_SH) else (folder / ADDRESS).read_text()
    except FileNotFoundError:
        return None


# What killed runs could not throw away.
def _sweep(state: Path, name: str) -> None:
    for lock in state.glob(f"{name}-*/{LOCK}"):
        with contextlib.suppress(FileNotFoundError), lock.open() as file:
            old = time.time() - lock.stat().st_mtime > ABANDONED_S
            if old and _locked(file.fileno(), fcntl.LOCK_EX):
                shutil.rmtree(lock.parent, ignore_errors=True)


def _locked(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
