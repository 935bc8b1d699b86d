"""How an event type is laid out: its fields, what each is for, and whether the scanner can."""

from collections.abc import Mapping
from itertools import product

from msgspec import inspect

from detectors.kinds import Kind
from streams.events.envelope import Data, Event
from streams.events.event_type import EventType
from streams.log_rows import (
    AMOUNTS,
    CODES,
    HEARD,
    KIND_OF,
    LINE,
    LINES,
    OF_STANDING,
    PLAIN,
    QUANTITY,
    REFERENCES,
    SECRET,
)
from streams.reading.dictionaries import LONGEST, Dictionaries
from streams.reading.fields import Field, Form, Role, Shape, shape_of, words_of

Named = Mapping[str, inspect.Field]

_MOST_FIELDS = 63  # there is a bit for each, and the envelope has one more: its type
_ENVELOPE = {
    "id": Role.ID,
    "source": Role.SOURCE,
    "time": Role.TIME,
    "subject": Role.SUBJECT,
    "data": Role.DATA,
}
_DATA = {
    **dict.fromkeys(AMOUNTS, Role.AMOUNT),
    **dict.fromkeys(REFERENCES, Role.REFERENCE),
    QUANTITY: Role.QUANTITY,
    LINE: Role.LINES,
    LINES: Role.LINES,
}
_FORMS = {
    Role.NONE: tuple(Form),
    Role.AMOUNT: (Form.NUMBER,),
    Role.QUANTITY: (Form.NUMBER,),
    Role.REFERENCE: (Form.TEXT,),
    Role.LINES: (Form.TEXT, Form.TEXTS),
    Role.CODE: (Form.WORD, Form.NUMERAL, Form.FLAG),
}
_SINGLE = (Role.AMOUNT, Role.QUANTITY, Role.LINES)  # the scanner reads no second one in a type
# No note holds it, but what is read in it: the place of `data` is needed all the same.
_READ = frozenset({"text"})
_EMPTY = (None, (), 0)  # defaults that leave their column empty


def envelope_of() -> Named:
    """Give the attributes of every event, as `Event` has them."""
    return _named(inspect.type_info(Event[Data]))


def data_of(known: EventType) -> Named:
    """Give the fields of a type's `data`."""
    return _named(_named(inspect.type_info(known.struct))["data"].type)


def has_subject(known: EventType) -> bool:
    """Say whether events of a type must have a subject; the others must have none."""
    subject = _named(inspect.type_info(known.struct))["subject"]
    return not isinstance(subject.type, inspect.NoneType)


def is_readable(known: EventType) -> bool:
    """Say whether the scanner can read the events of a type; it may still decline most."""
    if known.struct not in KIND_OF or not _is_usual(known):
        return False
    data, kind = data_of(known), KIND_OF[known.struct]
    if kind in HEARD:  # rare, and the intake needs all that they say
        return False
    roles = {name: _role(name, kind) for name in data}
    once = all(list(roles.values()).count(role) <= 1 for role in _SINGLE)
    coded = all(name in data for name in CODES.get(kind, ((), {}))[0])
    short = len(data) <= _MOST_FIELDS and all(1 <= len(name.encode()) <= LONGEST for name in data)
    fitting = all(_fits(field, roles[name]) for name, field in data.items())
    return once and coded and short and fitting


def attributes(dictionaries: Dictionaries) -> dict[str, Field]:
    """Give the envelope's attributes as the scanner reads them, by name."""
    named = envelope_of()
    fields = {
        name: Field(shape_of(field.type, dictionaries), 1 << at, _ENVELOPE.get(name, Role.NONE))
        for at, (name, field) in enumerate(named.items())
    }
    return fields | {"type": Field(Shape(Form.TEXT), 1 << len(named), Role.TYPE)}


def fields_of(known: EventType, dictionaries: Dictionaries) -> dict[str, Field]:
    """Give the fields of a type's `data` as the scanner reads them, by name."""
    kind = KIND_OF[known.struct]
    return {
        name: _coded(known, _field(kind, field, dictionaries)._replace(bit=1 << at), name)
        for at, (name, field) in enumerate(data_of(known).items())
    }


def codes_of(known: EventType) -> list[int]:
    """Give the codes of a type for all values its fields may have, the first field outermost."""
    kind, data = KIND_OF[known.struct], data_of(known)
    if kind not in CODES:
        return []
    names, meant = CODES[kind]
    values = product(*(words_of(data[name].type) for name in names))
    return [meant.get(one, 0) for one in values]


def required_of(named: Named) -> int:
    """Give the bits of the fields that must be given."""
    return sum(1 << at for at, field in enumerate(named.values()) if field.required)


def _field(kind: Kind, field: inspect.Field, dictionaries: Dictionaries) -> Field:
    name = field.encode_name
    noted = kind not in PLAIN and (name not in SECRET or name in _READ)
    shape = shape_of(field.type, dictionaries)
    if kind is Kind.PROFILE_UPDATED and name in OF_STANDING:
        shape = Shape()  # heard by the intake: whoever reads it has to decode it anyway
    return Field(
        shape,
        bit=0,
        role=_role(name, kind),
        rank=REFERENCES.index(name) if name in REFERENCES else 0,
        noted=noted,
        null_noted=noted and field.default is not None,
    )


def _coded(known: EventType, field: Field, name: str) -> Field:
    names, _ = CODES.get(KIND_OF[known.struct], ((), {}))
    if name not in names:
        return field
    data, stride = data_of(known), 1
    for later in names[names.index(name) + 1 :]:
        stride *= len(words_of(data[later].type))
    one = data[name]
    default = 0 if one.required else words_of(one.type).index(one.default)
    return field._replace(stride=stride, default_means=default)


def _role(name: str, kind: Kind) -> Role:
    return Role.CODE if name in CODES.get(kind, ((), {}))[0] else _DATA.get(name, Role.NONE)


def _fits(field: inspect.Field, role: Role) -> bool:
    if role is Role.CODE:
        known = field.required or field.default in words_of(field.type)
    else:
        known = role is Role.NONE or field.required or field.default in _EMPTY
    return known and shape_of(field.type, Dictionaries()).form in _FORMS[role]


def _is_usual(known: EventType) -> bool:
    own, usual = dict(_named(inspect.type_info(known.struct))), dict(envelope_of())
    data = own["data"].type
    for named in (own, usual):
        del named["data"], named["subject"]
    if own != usual or not isinstance(data, inspect.StructType):
        return False
    return data.forbid_unknown_fields and data.tag is None and not data.array_like


def _named(info: inspect.Type) -> Named:
    assert isinstance(info, inspect.StructType)
    return {field.encode_name: field for field in info.fields}
