"""No module and no function grows beyond what one reads in one go. The limits only go down."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULE_LINES, FUNCTION_LINES = 300, 40
MODULES = sorted(
    path for folder in ("detectors", "alerts", "streams") for path in (ROOT / folder).rglob("*.py")
)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count from `def` to the end, less the docstring: explaining more is no fault."""
    first, last = function.body[0], function.body[-1].end_lineno
    assert last is not None
    assert first.end_lineno is not None
    explained = 0 if ast.get_docstring(function) is None else first.end_lineno - first.lineno + 1
    return last - function.lineno + 1 - explained


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_and_its_functions_are_short(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    long = [
        f"{function.name} has {code_lines(function)} lines"
        for function in functions(ast.parse(text))
        if code_lines(function) > FUNCTION_LINES
    ]
    assert long == []
    assert text.count("\n") <= MODULE_LINES


def test_every_module_is_looked_at() -> None:
    assert ROOT / "streams" / "embedded" / "kafka.py" in MODULES
