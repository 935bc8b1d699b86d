"""The family that the README shows is one: one new file, one line, and all contracts hold."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHOWN = re.compile(r'```python\n("""Portal.*?)```', re.DOTALL)
LINES_MAX = 65


def shown() -> str:
    (code,) = SHOWN.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    return str(code)


def test_the_example_is_as_short_as_it_says() -> None:
    assert shown().count("\n") <= LINES_MAX


def test_the_example_keeps_what_every_family_has_to_keep(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in ("alerts", "detectors", "tests/contracts", "tests/detectors", "tests/alerts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    for file in ("pyproject.toml", "tests/conftest.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    families = tmp_path / "detectors" / "families"
    (families / "portal.py").write_text(shown(), encoding="utf-8")
    registry = (families / "__init__.py").read_text(encoding="utf-8")
    named = registry.replace("\n)\n\n_modules", '\n    "portal",\n)\n\n_modules')
    assert named != registry
    (families / "__init__.py").write_text(named, encoding="utf-8")
    # Not compiled: a minute less, and what is tried is the same. Plain numpy warns of overflow.
    command = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "tests/contracts/test_families.py", "-k", "portal or registry or rows or names"],
        cwd=tmp_path,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b(1[5-9]|[2-9]\d) passed", done.stdout), done.stdout
