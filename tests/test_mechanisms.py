"""The table of mechanisms names places and tests that exist, and leaves nothing out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "mechanisms.md"
QUOTED = re.compile(r"`([^`]+)`")
MISSING = re.compile(r"(later|not yet): ")
# What may be missing, and nothing else may. Whoever builds one of these takes it out here.
LATER = {40, 76, 77, 85}
NOT_YET = frozenset[int]()
NOWHERE = {76, 77}


class Row(NamedTuple):
    """One mechanism, as the table has it."""

    number: int
    mechanism: str
    places: tuple[str, ...]
    tests: tuple[str, ...]
    missing: frozenset[str]


def rows() -> list[Row]:
    """Read the table."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) == 4 and cells[0].strip().isdigit():
            number, mechanism, lives, tried = cells
            there, _, _ = lives.partition("<br>")
            missing = frozenset(MISSING.findall(lives))
            places = () if MISSING.match(lives) else tuple(QUOTED.findall(there))
            found.append(Row(int(number), mechanism, places, tuple(QUOTED.findall(tried)), missing))
    return found


ROWS = rows()


def names_in(path: Path) -> set[str]:
    """Give what a file defines: names of Python with their class, features, keys of TOML."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return set(_defined(ast.parse(text).body, ""))
    keys = re.findall(r"^(\w+) =", text, re.MULTILINE)
    return {*keys, *re.findall(r'^key = "(\w+)"', text, re.MULTILINE)}


def _defined(body: list[ast.stmt], inside: str) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield inside + node.name
            yield from _defined(node.body, f"{inside}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield inside + node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (inside + one.id for one in targets if isinstance(one, ast.Name))
            yield from _features(node)


def _features(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Feature":
            first = call.args[0]
            assert isinstance(first, ast.Constant)
            yield str(first.value)


def test_every_mechanism_stands_in_the_table_once() -> None:
    assert [row.number for row in ROWS] == list(range(1, 86))
    assert len({row.mechanism for row in ROWS}) == 85


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"S{row.number}")
def test_a_mechanism_lives_where_the_table_says(row: Row) -> None:
    for place in row.places:
        path, _, name = place.partition(":")
        assert (ROOT / path).is_file(), place
        assert not name or name in names_in(ROOT / path), place


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"S{row.number}")
def test_a_mechanism_is_tried_by_a_test_that_exists(row: Row) -> None:
    for tried in row.tests:
        path, _, name = tried.partition("::")
        assert path.startswith("tests/"), tried
        assert Path(path).name.startswith("test_"), tried
        assert (ROOT / path).is_file(), tried
        assert not name or name in names_in(ROOT / path), tried


def test_only_what_is_known_to_be_missing_is_missing() -> None:
    assert {row.number for row in ROWS if "later" in row.missing} == LATER
    assert {row.number for row in ROWS if "not yet" in row.missing} == NOT_YET
    assert {row.number for row in ROWS if not row.places} == NOWHERE
    assert {row.number for row in ROWS if not row.tests} == NOWHERE


def test_a_place_that_is_not_there_is_seen() -> None:
    known = names_in(ROOT / "detectors" / "families" / "loyalty.py")
    assert {"apply", "FEATURES", "lines_lost"} <= known
    assert "lines_found" not in known
    assert "Tier.share_of_wallet" in names_in(ROOT / "streams" / "report" / "worth.py")
    assert {"P5", "approval"} <= names_in(ROOT / "alerts" / "playbooks.toml")
