"""The broker's jars: nothing but the locked bytes, fetched once."""

import hashlib
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from detectors.errors import EmbeddedError
from streams.embedded.jars import LOCK, classpath, locked

RIGHT = b"the bytes we know"


class Repository:
    """A Maven repository on this machine that gives what it is told to give, in order."""

    def __init__(self, *answers: bytes) -> None:
        self.asked: list[str] = []
        repository, left = self, list(answers)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = self.path.endswith(".jar")
                body = (left.pop(0) if len(left) > 1 else left[0]) if found else b""
                repository.asked += [self.path] * found
                self.send_response(200 if found else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.named = {"here": f"http://127.0.0.1:{self.server.server_port}"}
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def repositories() -> Iterator[list[Repository]]:
    running: list[Repository] = []
    yield running
    for repository in running:
        repository.server.shutdown()
        repository.server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "jars.lock"
    file.write_text(f"# a comment\norg.example:thing:1.0 {hashlib.sha256(RIGHT).hexdigest()}\n")
    return file


def test_a_jar_is_fetched_once(tmp_path: Path, lock: Path, repositories: list[Repository]) -> None:
    repositories.append(Repository(RIGHT))
    for _ in range(3):
        path = classpath(tmp_path, lock, repositories[0].named)
    assert Path(path).read_bytes() == RIGHT
    assert repositories[0].asked == ["/org/example/thing/1.0/thing-1.0.jar"]


def test_bytes_that_were_damaged_on_the_way_are_fetched_again(
    tmp_path: Path, lock: Path, repositories: list[Repository]
) -> None:
    repositories.append(Repository(b"the byt", RIGHT))
    assert Path(classpath(tmp_path, lock, repositories[0].named)).read_bytes() == RIGHT


def test_other_bytes_are_refused_and_not_kept(
    tmp_path: Path, lock: Path, repositories: list[Repository]
) -> None:
    repositories.append(Repository(b"something else"))
    with pytest.raises(EmbeddedError, match=r"org\.example:thing:jar:1\.0 has not the SHA-256"):
        classpath(tmp_path, lock, repositories[0].named)
    assert list(tmp_path.rglob("*.jar")) == []


def test_a_jar_changed_on_the_disk_is_fetched_anew(
    tmp_path: Path, lock: Path, repositories: list[Repository]
) -> None:
    repositories.append(Repository(RIGHT))
    jar = Path(classpath(tmp_path, lock, repositories[0].named))
    jar.write_bytes(b"changed later")
    classpath(tmp_path, lock, repositories[0].named)
    assert jar.read_bytes() == RIGHT


def test_a_repository_out_of_reach_says_what_to_do(tmp_path: Path, lock: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"could not be fetched(.|\n)*Check the network"):
        classpath(tmp_path, lock, {"nowhere": "http://127.0.0.1:9"})


def test_the_lock_pins_every_jar_and_says_no_address() -> None:
    assert "://" not in LOCK.read_text()
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) for jar in locked())
    assert {jar.version for jar in locked() if jar.group == "org.apache.kafka"} == {"4.3.1"}
