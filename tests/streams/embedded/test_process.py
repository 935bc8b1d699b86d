"""Child processes: none is left behind, and a failed one says why."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from detectors.errors import EmbeddedError
from streams.embedded.folder import Folder
from streams.embedded.process import Process

# Starts both servers from threads that have ended by the time it says so.
PARENT = """
import sys, threading
from pathlib import Path
from streams.embedded import KafkaServer, StoreServer

servers = [KafkaServer(Path(sys.argv[1])), StoreServer(Path(sys.argv[1]))]
threads = [threading.Thread(target=server.start) for server in servers]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*(server.process.pid for server in servers), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    folder = Folder(tmp_path, "server", keep=True)
    yield folder
    folder.release()


def shell(folder: Folder, script: str) -> Process:
    return Process(["/bin/sh", "-c", script], folder, {"PATH": "/usr/bin:/bin"})


def ended(pidfd: int, within_s: float) -> bool:
    return bool(select.select([pidfd], [], [], within_s)[0])


def test_no_server_outlives_a_parent_that_was_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        servers = [os.pidfd_open(pid) for pid in pids]
        assert [ended(server, within_s=0) for server in servers] == [False, False]
        parent.send_signal(signal.SIGKILL)
        assert [ended(server, within_s=30) for server in servers] == [True, True]
    for server in servers:
        os.close(server)


def test_a_server_that_ends_too_early_tells_its_last_words(folder: Folder) -> None:
    process = shell(folder, "echo No space left on device; exit 3")
    with pytest.raises(EmbeddedError, match=r"server ended with code 3[^|]*\| No space left on"):
        process.wait_until(lambda: False, within_s=30)


def test_the_log_of_a_failure_stays_where_the_error_says(tmp_path: Path) -> None:
    folder = Folder(tmp_path, "server", keep=False)
    process = shell(folder, "echo failed")
    failure = process.failure("failed")
    process.kill()
    folder.release()
    assert failure.log is not None
    assert failure.log.exists()


def test_a_java_stack_does_not_hide_what_happened(folder: Folder) -> None:
    process = shell(folder, "echo IOException: No space left on device; seq -f '\tat %g' 99")
    with pytest.raises(EmbeddedError, match=r"\| IOException: No space left on device\nIts log"):
        process.wait_until(lambda: False, within_s=30)


def test_a_server_that_is_never_ready_is_not_waited_for_and_not_left(folder: Folder) -> None:
    process = shell(folder, "exec sleep 100")
    with pytest.raises(EmbeddedError, match="was not ready after 0 s"):
        process.wait_until(lambda: False, within_s=0.1)
    assert not process.alive


def test_a_server_deaf_to_a_stop_is_stopped_by_force(folder: Folder) -> None:
    process = shell(folder, "trap '' TERM; echo deaf; while :; do sleep 0.1; done")
    process.wait_until(lambda: "deaf" in process.log.read_text(), within_s=30)
    process.stop(within_s=0.1)
    assert not process.alive


def test_a_program_that_is_not_there_is_named(folder: Folder) -> None:
    process = Process(["/nowhere/server"], folder, {})
    with pytest.raises(EmbeddedError, match="/nowhere/server cannot be run: No such file"):
        process.wait_until(lambda: False, within_s=30)
