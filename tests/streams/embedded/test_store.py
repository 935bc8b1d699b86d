"""A real Valkey as a child process: it serves, comes back, and says what is wrong."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from detectors.errors import EmbeddedError
from streams.embedded import StoreServer, store


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StoreServer]:
    with StoreServer(tmp_path, keep=False) as server:
        yield server


def put(url: str, value: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.set("key", value)


def got(url: str) -> bytes | None:
    with redis.Redis.from_url(url) as client:
        value = client.get("key")
        assert value is None or isinstance(value, bytes)
        return value


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_what_was_written_is_there_on_the_same_port_after(server: StoreServer, end: str) -> None:
    put(server.address, "kept")
    getattr(server, end)()
    server.start()
    assert got(server.address) == b"kept"


@pytest.mark.parametrize(("end", "left"), [("stop", b"saved"), ("kill", None)])
def test_without_a_file_of_writes_only_a_stop_saves(
    tmp_path: Path, end: str, left: bytes | None
) -> None:
    with StoreServer(tmp_path, append_only=False) as server:
        put(server.address, "saved")
        getattr(server, end)()
        server.start()
        assert got(server.address) == left


def test_data_is_kept_from_one_run_to_the_next(tmp_path: Path) -> None:
    with store(tmp_path) as url:
        put(url, "kept")
    with store(tmp_path) as url:
        assert got(url) == b"kept"


def test_data_to_be_thrown_away_is_gone(tmp_path: Path) -> None:
    with store(tmp_path, keep=False):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_kept_folder_is_refused_while_another_uses_it(tmp_path: Path) -> None:
    with (
        store(tmp_path),
        pytest.raises(EmbeddedError, match=r"is in use by process \d+"),
        store(tmp_path),
    ):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match=r"file/state cannot be written"):
        StoreServer(tmp_path / "file" / "state")


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"port {port} of 127.0.0.1 is not free"):
            StoreServer(tmp_path, port=port)


def test_its_port_is_not_given_to_others_while_it_is_down(server: StoreServer) -> None:
    port = int(server.address.split(":")[2].split("/")[0])
    server.stop()
    with socket.socket() as other, pytest.raises(OSError, match="Address already in use"):
        other.bind(("127.0.0.1", port))
    server.start()
