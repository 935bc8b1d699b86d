"""Which Java runs the broker, on a machine where the wheel has none for us."""

from pathlib import Path

import pytest

from detectors.errors import EmbeddedError
from streams.embedded import java as java_module
from streams.embedded.java import java


@pytest.fixture(autouse=True)
def without_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java_module, "find_spec", lambda name: None)


def a_java(folder: Path, version: str) -> Path:
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    program.chmod(0o755)
    return program


def test_java_home_is_asked_before_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = a_java(tmp_path / "ours", "17.0.15"), a_java(tmp_path / "other", "21")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "ours"))
    monkeypatch.setenv("PATH", str(other.parent))
    assert java() == ours


@pytest.mark.parametrize("old", ["1.8.0_422", "11.0.2"])
def test_one_that_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str
) -> None:
    a_java(tmp_path / "old", old)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "old"))
    new = a_java(tmp_path / "new", "25.0.2")
    monkeypatch.setenv("PATH", str(new.parent))
    assert java() == new


def test_none_at_all_says_which_were_too_old_and_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_java(tmp_path, "11.0.2")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(EmbeddedError, match=r"no Java 17 .*\(version 11\)\nInstall"):
        java()
