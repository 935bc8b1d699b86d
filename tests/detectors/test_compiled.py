"""Compiled code: kept for the next process, and never older than its sources."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numba
import pytest

from detectors import compiled, kernels

KERNEL = """
from detectors.compiled import kernel
from {calls} import says

@kernel
def answer(x):
    return says(x) + 1
"""
SIGN = """
from detectors.compiled import compiled

@compiled
def says(x):
    return {what}
"""
ASK = """
from {kernels_of}.kernels import answer
print(answer(10), sum(answer.stats.cache_hits.values()))
"""


@pytest.fixture
def core(tmp_path: Path) -> Path:
    """Give a folder with a core of its own, empty but for `compiled.py`, and one beside it."""
    for package in ("detectors", "detectors/families", "bench"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    source = Path(compiled.__file__).read_text(encoding="utf-8")
    (tmp_path / "detectors" / "compiled.py").write_text(source, encoding="utf-8")
    return tmp_path


def asked(core: Path, kernels_of: str) -> tuple[int, bool]:
    """Give what the kernel of a new process answers, and whether its code was kept for it."""
    # Python keeps modules of its own, by their second and size: two versions may share those.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", ASK.format(kernels_of=kernels_of)]
    done = subprocess.run(
        command, cwd=core, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    answer, hits = done.stdout.split()
    return int(answer), int(hits) > 0


@pytest.mark.parametrize(
    ("kernels_of", "calls"),
    [
        pytest.param("detectors", "detectors.families", id="within the core"),
        pytest.param("bench", "detectors.families", id="the core, from beside it"),
        pytest.param("bench", "bench", id="its neighbour beside the core"),
    ],
)
def test_a_kernel_is_kept_until_a_module_that_it_calls_has_changed(
    core: Path, kernels_of: str, calls: str
) -> None:
    kernel = core / kernels_of / "kernels.py"
    kernel.write_text(KERNEL.format(calls=f"{calls}.sign"))
    sign = core.joinpath(*calls.split("."), "sign.py")
    sign.write_text(SIGN.format(what="x * 2"))
    assert [asked(core, kernels_of) for _ in range(2)] == [(21, False), (21, True)]
    sign.write_text(SIGN.format(what="x * 3"))
    assert asked(core, kernels_of) == (31, False)


def test_where_other_compiled_code_is_kept_stays_as_it_was() -> None:
    config: Any = numba.config  # its names are made when it is imported
    assert callable(kernels.take)
    assert config.CACHE_DIR == ""


def test_a_division_by_nothing_raises_nothing() -> None:
    @compiled.compiled
    def share(part: float, whole: float) -> float:
        return part / whole

    assert share(1.0, 0.0) == float("inf")
    assert share(-1.0, 0.0) == -float("inf")
