"""Every setting by its dotted key, with what it may be and why it is so. Pure.

The reason is the comment beside the default in the code, so that it is written once.
"""

import ast
import inspect
import io
import textwrap
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AnyHttpUrl, BaseModel, SecretStr
from pydantic.fields import FieldInfo

_KINDS: Mapping[object, str] = {NoneType: "none", SecretStr: "secret", AnyHttpUrl: "address"}
_SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}


@dataclass(frozen=True)
class Setting:
    """One setting as it is. `kind` says what it may be, `why` why the default is what it is."""

    key: str
    value: object
    default: object
    kind: str
    why: str

    @property
    def changed(self) -> bool:
        """Whether somebody set it to something else."""
        return self.value != self.default


def settings_of(model: BaseModel) -> Iterator[Setting]:
    """Give all settings of a tree of models, in the order in which they stand in the code."""
    return _settings("", model, type(model).model_construct())


def _settings(prefix: str, model: BaseModel, default: BaseModel) -> Iterator[Setting]:
    why = reasons(type(model))
    for name, field in type(model).model_fields.items():
        value, usual = getattr(model, name), getattr(default, name)
        if isinstance(value, BaseModel):
            yield from _settings(f"{prefix}{name}.", value, usual)
        else:
            value, usual = plain(value), plain(usual)
            yield Setting(f"{prefix}{name}", value, usual, kind_of(field), why.get(name, ""))


def plain(value: object) -> object:
    """Give a value that can be shown: no secret, and the models in a table as tables."""
    if isinstance(value, SecretStr):
        return "***"
    if isinstance(value, AnyHttpUrl):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def kind_of(field: FieldInfo) -> str:
    """Say what a setting may be, as in ``float > 0 < 1``."""
    limits = [
        f"{sign} {getattr(limit, name):g}"
        for limit in field.metadata
        for name, sign in _SIGNS.items()
        if getattr(limit, name, None) is not None
    ]
    return " ".join([_type_told(field.annotation), *limits])


@cache
def reasons(model: type[BaseModel]) -> Mapping[str, str]:
    """Read the comments of a model's fields: those on its lines, else those right above it."""
    source = textwrap.dedent(inspect.getsource(model))
    beside, above = _comments(source)
    (body,) = ast.parse(source).body
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for one in body.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            lines = range(one.lineno, (one.end_lineno or one.lineno) + 1)
            told = [beside[line] for line in lines if line in beside]
            found[one.target.id] = " ".join(told or _right_above(one.lineno, above))
    return found


def _right_above(line: int, above: Mapping[int, str]) -> list[str]:
    told: list[str] = []
    while (line := line - 1) in above:
        told.insert(0, above[line])
    return told


def _comments(source: str) -> tuple[dict[int, str], dict[int, str]]:
    beside: dict[int, str] = {}
    above: dict[int, str] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            alone = token.line.strip().startswith("#")
            (above if alone else beside)[token.start[0]] = token.string.removeprefix("#").strip()
    return beside, above


def _type_told(annotation: Any) -> str:
    if annotation in _KINDS:
        return _KINDS[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_told(arguments[0])
    if origin is Literal:
        return " or ".join(map(str, arguments))
    if origin is Mapping:
        return "table"
    if origin is tuple:
        return f"list of {_type_told(arguments[0])}"
    if arguments:
        return " or ".join(map(_type_told, arguments))
    return str(getattr(annotation, "__name__", annotation))
