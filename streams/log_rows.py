"""From a public event to its row in the log: which field goes into which column.

Columns hold what the families compute with. What does not fit travels as the row's note, but
never free text nor another customer's id: the log must stay readable for years after a
customer asked to be forgotten.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import msgspec
from xxhash import xxh3_64_intdigest

from detectors.kinds import Direction, Kind, Severity
from streams.events.activity import Purchase, PurchaseMade
from streams.events.catalogue import EVENT_TYPES
from streams.events.clock import ClockAdvanced
from streams.events.envelope import AnyEvent

# kind, code, amount, quantity, reference, lines, note
Row = tuple[int, int, float, float, int, int, bytes | None]

KIND_OF: dict[type[AnyEvent], Kind] = {
    known.struct: Kind[name.upper().replace(".", "_")]
    for name, known in EVENT_TYPES.items()
    if known.struct is not ClockAdvanced
}
_PURCHASE = int(Kind.PURCHASE_MADE)
# Nothing is left to say of these once their columns are filled.
_PLAIN = frozenset({Kind.PURCHASE_MADE, Kind.GOODS_RETURNED, Kind.USAGE_RECORDED, Kind.LOGIN_MADE})
_REFERENCES = ("complaint_id", "reference", "contact_id", "task_id", "survey_id")
_AMOUNTS = ("amount", "rating", "satisfaction")
_SECRET = frozenset({"text", "note", "plan", "other", "parent", "links", "aliases", *_REFERENCES})
_SEVERITIES = {"minor": Severity.MINOR, "major": Severity.MAJOR, "critical": Severity.CRITICAL}


def row_of(event: AnyEvent) -> Row:
    """Give the columns of an event that depend on its type."""
    if type(event) is PurchaseMade:  # nearly all events are
        return _purchase(event.data)
    kind = KIND_OF[type(event)]
    data: Any = event.data
    reference = next((v for name in _REFERENCES if (v := getattr(data, name, None))), None)
    line = getattr(data, "line", None)
    lines = getattr(data, "lines", ()) or (() if line is None else (line,))
    return (
        int(kind),
        _CODES.get(kind, _no_code)(data),
        next((v for name in _AMOUNTS if (v := getattr(data, name, None))), 0.0),
        getattr(data, "quantity", None) or 0.0,
        0 if reference is None else xxh3_64_intdigest(reference.encode()),
        line_bits(tuple(lines)),
        None if kind in _PLAIN else _note(data),
    )


def note_of(kind: int, data: bytes) -> bytes | None:
    """Give the note of a row from its event's `data` alone, JSON that `decode` accepts.

    Examples
    --------
    >>> msgspec.msgpack.decode(note_of(Kind.CUSTOMER_CHURNED, b'{"kind": "natural"}') or b"")
    {'kind': 'natural'}
    """
    return None if kind in _PLAIN else _note(_data_decoders()[kind].decode(data))


def _purchase(data: Purchase) -> Row:
    reference = 0 if data.reference is None else xxh3_64_intdigest(data.reference.encode())
    bits = line_bits(data.lines)
    return _PURCHASE, 0, data.amount, data.quantity or 0.0, reference, bits, None


@lru_cache(maxsize=65_536)
def line_bits(lines: tuple[str, ...]) -> int:
    """Give product lines as a set of 64 bits. Two lines may share a bit; breadth is then one less.

    Examples
    --------
    >>> line_bits(("pumps", "valves")) == line_bits(("valves", "pumps", "pumps"))
    True
    """
    bits = 0
    for line in lines:
        bits |= 1 << xxh3_64_intdigest(line.encode()) % 64
    return bits


def event_hash(event: AnyEvent) -> int:
    """Give a 64-bit hash of what CloudEvents makes unique: source and id."""
    return xxh3_64_intdigest(f"{event.source}\n{event.id}".encode())


def _note(data: Any) -> bytes | None:
    said = {name: value for name, value in msgspec.to_builtins(data).items() if name not in _SECRET}
    return msgspec.msgpack.encode(said) if said else None


@cache
def _data_decoders() -> dict[int, msgspec.json.Decoder[Any]]:
    return {
        int(kind): msgspec.json.Decoder(field.type)
        for struct, kind in KIND_OF.items()
        for field in msgspec.structs.fields(struct)
        if field.name == "data"
    }


def _no_code(data: Any) -> int:
    return 0


def _severity(data: Any) -> int:
    return _SEVERITIES.get(data.severity, Severity.UNKNOWN)


def _direction(data: Any) -> int:
    if data.direction == "in":
        return Direction.IN_UNANSWERED if data.answered is False else Direction.IN
    return _answered(data)


def _answered(data: Any) -> int:
    told = {None: Direction.OUT, True: Direction.OUT_ANSWERED, False: Direction.OUT_UNANSWERED}
    return told[data.answered]


def _level(data: Any) -> int:
    return int(data.level)


_CODES: dict[Kind, Callable[[Any], int]] = {
    Kind.COMPLAINT_OPENED: _severity,
    Kind.COMPLAINT_TRIAGED: _severity,
    Kind.COMPLAINT_ANSWERED: _level,
    Kind.CONTACT_MADE: _direction,
    Kind.CUSTOMER_CONTACTED: _answered,
}
