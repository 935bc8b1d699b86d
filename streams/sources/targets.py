"""The fields of an event's data, as a mapping may fill them: name, kind, default."""

from dataclasses import dataclass
from typing import Any, Literal

from msgspec import NODEFAULT, inspect
from msgspec.structs import fields

from streams.events.envelope import AnyEvent, Data

# `plain` is read by msgspec from a text: whole numbers, yes or no, words of a closed list.
Kind = Literal["text", "number", "moment", "texts", "plain"]


@dataclass(frozen=True)
class Target:
    """A field of an event's data. `default` stands where a cell is empty."""

    name: str
    kind: Kind
    type: Any
    required: bool
    default: object


def data_of(struct: type[AnyEvent]) -> type[Data]:
    """Give the struct of an event type's data.

    Examples
    --------
    >>> from streams.events import EVENT_TYPES
    >>> data_of(EVENT_TYPES["purchase.made"].struct).__name__
    'Purchase'
    """
    found = next(field.type for field in fields(struct) if field.name == "data")
    kind = inspect.type_info(found)
    if not isinstance(kind, inspect.StructType) or not issubclass(kind.cls, Data):
        raise TypeError(f"{struct.__name__} has data of another kind than a `Data`")
    return kind.cls


def targets(struct: type[AnyEvent]) -> dict[str, Target]:
    """Give the fields of an event type's data that a file can fill, by name.

    Lists of tables (links, aliases) cannot be cells of a file and are left out.
    """
    found = {}
    for field in fields(data_of(struct)):
        kind = _kind(inspect.type_info(field.type))
        if kind is not None:
            default = None if field.default is NODEFAULT else field.default
            found[field.name] = Target(field.name, kind, field.type, field.required, default)
    return found


def _kind(info: inspect.Type) -> Kind | None:
    match info:
        case inspect.Metadata(inner):
            return _kind(inner)
        case inspect.UnionType(types):
            kinds = (_kind(inner) for inner in types)
            return next((kind for kind in kinds if kind is not None), None)
        case inspect.VarTupleType(item):
            return "texts" if _kind(item) == "text" else None
        case inspect.DateTimeType():
            return "moment"
        case inspect.FloatType():
            return "number"
        case inspect.StrType():
            return "text"
        case inspect.IntType() | inspect.BoolType() | inspect.LiteralType() | inspect.EnumType():
            return "plain"
    return None
