"""An example of each event type, made from its struct: for the documents, and for tests."""

from datetime import UTC, datetime
from typing import Any

from msgspec import UNSET, Struct, inspect
from msgspec.structs import fields

from streams.events.event_type import EventType

_MOMENT = datetime(2025, 3, 14, 9, 26, 53, tzinfo=UTC).isoformat().replace("+00:00", "Z")

# Readable values for fields whose name alone would say little.
_TEXTS = {
    "specversion": "1.0",
    "id": "crm-20250314-000718",
    "source": "/crm/north",
    "subject": "718",
    "datacontenttype": "application/json",
    "currency": "EUR",
    "language": "en",
    "text": "Two of the six pumps leak, and nobody called back.",
    "cause": "service.slow",
    "exit_reason": "service.slow",
    "owner": "m.keller",
    "tier": "top",
}


def example(known: EventType, *, whole: bool = True) -> dict[str, Any]:
    """Give one valid event of a type as plain values, ready for JSON.

    Parameters
    ----------
    whole : bool
        With every optional field; otherwise with the required ones only.

    Examples
    --------
    >>> from streams.events.catalogue import EVENT_TYPES
    >>> example(EVENT_TYPES["complaint.rated"], whole=False)["data"]
    {'complaint_id': 'complaint_id-1', 'rating': 0.5}
    """
    return {"type": known.name} | _object(known.struct, whole=whole)


def _object(struct: type[Struct], *, whole: bool) -> dict[str, Any]:
    values = {
        field.name: _value(inspect.type_info(field.type), field.name, whole=whole)
        for field in fields(struct)
        if whole or field.required
    }
    return {name: value for name, value in values.items() if value is not UNSET}


def _value(kind: inspect.Type, name: str, *, whole: bool) -> object:
    match kind:
        case inspect.Metadata(inner):
            return _value(inner, name, whole=whole)
        case inspect.UnionType(types):
            return _value(types[0], name, whole=whole)
        case inspect.StructType(struct):
            return _object(struct, whole=whole)
        case inspect.VarTupleType(item):
            return [_value(item, name, whole=whole)]
        case inspect.NoneType():
            return UNSET  # a field that may only be null is best left out
        case _:
            return _scalar(kind, name)


def _scalar(kind: inspect.Type, name: str) -> object:
    match kind:
        case inspect.StrType():
            return _TEXTS.get(name, f"{name}-1")
        case inspect.LiteralType(values):
            return values[0]
        case inspect.EnumType(cls):
            return next(iter(cls)).value
        case inspect.DateTimeType():
            return _MOMENT
    numbers = {
        inspect.BoolType: True,
        inspect.IntType: 2,
        inspect.FloatType: 0.5,  # fits shares and amounts alike
    }
    return numbers[type(kind)]
