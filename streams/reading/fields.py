"""One field as the scanner sees it: what JSON it may be, and which column it goes to."""

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from msgspec import inspect

from streams.reading.dictionaries import LONGEST, Dictionaries

_ANY_LENGTH = np.iinfo(np.int32).max


class Form(IntEnum):
    """What JSON a field may be, beside null."""

    OTHER = 0  # nothing that the scanner reads
    TEXT = 1
    WORD = 2  # one of a list of texts
    NUMERAL = 3  # one of a list of whole numbers
    NUMBER = 4
    INTEGER = 5
    FLAG = 6
    MOMENT = 7
    TEXTS = 8


class Role(IntEnum):
    """Where a value goes. What goes nowhere is checked all the same."""

    NONE = 0
    ID = 1
    SOURCE = 2
    TIME = 3
    SUBJECT = 4
    DATA = 5
    TYPE = 6
    AMOUNT = 7
    QUANTITY = 8
    REFERENCE = 9
    LINES = 10
    CODE = 11


class Shape(NamedTuple):
    """What JSON a field may be, in full.

    `low` and `high` bound a number; `shortest` and `longest` a text in bytes, or each of several
    texts, of which there may be `fewest` to `most`. `null_means` stands for null among `words`.
    """

    form: Form = Form.OTHER
    null: bool = False
    low: float = -np.inf
    high: float = np.inf
    shortest: int = 0
    longest: int = _ANY_LENGTH
    fewest: int = 0
    most: int = _ANY_LENGTH
    words: int = 0
    null_means: int = 0


class Field(NamedTuple):
    """One field of a type: its shape, its own bit, and what becomes of it.

    Of several references that of the lowest `rank` counts. `noted` and `null_noted` say whether
    the row may need a note when the field is given, or given as null. The row's code stands
    `stride` times the value's meaning behind that of the type's defaults, less `default_means`.
    """

    shape: Shape
    bit: int
    role: Role = Role.NONE
    rank: int = 0
    noted: bool = False
    null_noted: bool = False
    stride: int = 0
    default_means: int = 0


FIELD = np.dtype(
    [
        ("form", "u1"),
        ("null", "u1"),
        ("role", "u1"),
        ("rank", "u1"),
        ("noted", "u1"),
        ("null_noted", "u1"),
        ("bit", "u8"),
        ("low", "f8"),
        ("high", "f8"),
        ("shortest", "i4"),
        ("longest", "i4"),
        ("fewest", "i4"),
        ("most", "i4"),
        ("words", "i4"),
        ("null_means", "i4"),
        ("stride", "i4"),
        ("default_means", "i4"),
    ],
    align=True,
)


def record_of(field: Field) -> tuple[Any, ...]:
    """Give a field as a record of `FIELD`."""
    known = field.shape._asdict() | field._asdict()
    return tuple(known[name] for name in FIELD.names or ())


def words_of(kind: inspect.Type) -> tuple[Any, ...]:
    """Give the values of a closed list in the order of their meanings, null last if allowed."""
    match kind:
        case inspect.Metadata(inner):
            return words_of(inner)
        case inspect.UnionType((one, inspect.NoneType())):
            return (*words_of(one), None)
        case inspect.LiteralType(values):
            return tuple(values)
        case inspect.EnumType(cls):
            return tuple(member.value for member in cls)
        case inspect.BoolType():
            return (False, True)
    return ()


def shape_of(kind: inspect.Type, dictionaries: Dictionaries) -> Shape:
    """Give the shape of a field's type; its words go into `dictionaries`."""
    match kind:
        case inspect.Metadata(inner):
            return shape_of(inner, dictionaries)
        case inspect.NoneType():
            return Shape(null=True)
        case inspect.UnionType((one, inspect.NoneType())):
            shape = shape_of(one, dictionaries)
            return shape._replace(null=True, null_means=len(words_of(one)))
        case inspect.LiteralType() | inspect.EnumType():
            return _closed(words_of(kind), dictionaries)
        case inspect.VarTupleType():
            return _several(kind, dictionaries)
    return _scalar(kind)


def _scalar(kind: inspect.Type) -> Shape:
    match kind:
        case inspect.StrType(pattern=None):
            longest = _ANY_LENGTH if kind.max_length is None else kind.max_length
            return Shape(Form.TEXT, shortest=kind.min_length or 0, longest=longest)
        case inspect.BoolType():
            return Shape(Form.FLAG)
        case inspect.DateTimeType(tz=True):
            return Shape(Form.MOMENT)
        case inspect.FloatType(gt=None, lt=None, multiple_of=None):
            return _bounded(Form.NUMBER, kind.ge, kind.le)
        case inspect.IntType(gt=None, lt=None, multiple_of=None):
            return _bounded(Form.INTEGER, kind.ge, kind.le)
    return Shape()


def _bounded(form: Form, low: float | None, high: float | None) -> Shape:
    return Shape(
        form,
        low=-np.inf if low is None else float(low),
        high=np.inf if high is None else float(high),
    )


def _closed(values: tuple[Any, ...], dictionaries: Dictionaries) -> Shape:
    texts = all(type(value) is str and 1 <= len(value.encode()) <= LONGEST for value in values)
    if not texts and not all(type(value) is int for value in values):
        return Shape()
    words = dictionaries.add({str(value): meaning for meaning, value in enumerate(values)})
    return Shape(Form.WORD if texts else Form.NUMERAL, words=words)


def _several(kind: inspect.VarTupleType, dictionaries: Dictionaries) -> Shape:
    item = shape_of(kind.item_type, dictionaries)
    if item.form is not Form.TEXT or item.null:
        return Shape()
    most = _ANY_LENGTH if kind.max_length is None else kind.max_length
    return item._replace(form=Form.TEXTS, fewest=kind.min_length or 0, most=most)
