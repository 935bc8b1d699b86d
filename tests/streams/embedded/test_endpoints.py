"""Where the servers are: named by the user, or found running."""

from pathlib import Path

import pytest

from detectors.errors import EmbeddedError
from streams.embedded import Endpoints, endpoints, servers, store


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


def test_servers_that_the_user_names_are_used_and_none_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
    monkeypatch.setenv("REDIS_URL", "redis://store:6379/0")
    named = Endpoints("kafka:9092", "redis://store:6379/0")
    assert endpoints(tmp_path) == named
    with servers(tmp_path) as used:
        assert used == named
    assert list(tmp_path.iterdir()) == []


def test_only_the_server_that_is_not_named_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
    with servers(tmp_path) as used:
        assert used.bootstrap_servers == "kafka:9092"
        assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_others_find_the_servers_that_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
    with store(tmp_path) as url:
        assert endpoints(tmp_path) == Endpoints("kafka:9092", url)


def test_servers_that_have_ended_are_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
    with store(tmp_path):
        pass
    with pytest.raises(EmbeddedError, match=r"no store runs in .*, and REDIS_URL is not set"):
        endpoints(tmp_path)


def test_a_worker_gets_them_as_variables() -> None:
    found = Endpoints("kafka:9092", "redis://store:6379/0")
    assert found.environment() == {
        "KAFKA_BOOTSTRAP_SERVERS": "kafka:9092",
        "REDIS_URL": "redis://store:6379/0",
    }
