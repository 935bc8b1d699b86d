"""From a public event to its row in the log: which field goes into which column.

Columns hold what the families compute with. What does not fit travels as the row's note, but
never free text nor another customer's id: the log must stay readable for years after a
customer asked to be forgotten.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, get_args

import msgspec
from msgspec import UNSET
from xxhash import xxh64_intdigest

from detectors.kinds import Consent, Direction, Kind, Merge, Neighbour, Severity
from streams.events.activity import Purchase, PurchaseMade
from streams.events.catalogue import EVENT_TYPES
from streams.events.clock import ClockAdvanced
from streams.events.envelope import AnyEvent
from streams.events.event_type import ALWAYS, Purpose
from streams.events.vocabulary import Channel

# kind, code, amount, quantity, reference, lines, note
Row = tuple[int, int, float, float, int, int, bytes | None]

KIND_OF: dict[type[AnyEvent], Kind] = {
    known.struct: Kind[name.upper().replace(".", "_")]
    for name, known in EVENT_TYPES.items()
    if known.struct is not ClockAdvanced
}
_PURCHASE = int(Kind.PURCHASE_MADE)

# Which fields of `data` go into which column, whatever the type; `streams.reading` goes by the
# same names. Of several references the first that is given counts; a type has one amount.
REFERENCES = ("complaint_id", "reference", "contact_id", "task_id", "survey_id")
AMOUNTS = ("amount", "rating", "satisfaction")
QUANTITY = "quantity"
LINE, LINES = "line", "lines"
# Nothing is left to say of these once their columns are filled.
PLAIN = frozenset({Kind.PURCHASE_MADE, Kind.GOODS_RETURNED, Kind.USAGE_RECORDED, Kind.LOGIN_MADE})
# No note holds these: free text, other customers' ids, and what the reference tells.
SECRET = frozenset(
    {"text", "note", "plan", "other", "parent", "links", "aliases", "customer", "neighbour"}
    | set(REFERENCES)
)
# What the intake itself hears, because it changes what becomes of the customer's events; and a
# profile that gives one of these fields.
HEARD = frozenset(
    {
        Kind.CUSTOMER_MERGED,
        Kind.CUSTOMER_UNMERGED,
        Kind.CONSENT_CHANGED,
        Kind.ALIAS_KNOWN,
        Kind.ROW_MOVED,
    }
)
OF_STANDING = ("parent", "links", "aliases", "consent")

# What a note says of a field that it does not hold.
IN_SHORT: dict[str, tuple[str, Callable[[Any], bool | int]]] = {
    "plan": ("has_plan", bool),
    "links": ("n_links", lambda links: min(len(links), 255)),
}

_SEVERITIES: dict[tuple[Any, ...], int] = {
    ("minor",): Severity.MINOR,
    ("major",): Severity.MAJOR,
    ("critical",): Severity.CRITICAL,
}
_ANSWERED = {None: Direction.OUT, True: Direction.OUT_ANSWERED, False: Direction.OUT_UNANSWERED}
_DIRECTIONS: dict[tuple[Any, ...], int] = {
    ("in", None): Direction.IN,
    ("in", True): Direction.IN,
    ("in", False): Direction.IN_UNANSWERED,
    **{("out", answered): code for answered, code in _ANSWERED.items()},
}
_ROLES: dict[tuple[Any, ...], int] = {("survivor",): Merge.SURVIVOR, ("absorbed",): Merge.ABSORBED}
_NEIGHBOURS: dict[tuple[Any, ...], int] = {
    ("supplier",): Neighbour.SUPPLIER,
    ("customer",): Neighbour.CUSTOMER,
    ("subsidiary",): Neighbour.SUBSIDIARY,
}
_CONSENTS: dict[tuple[Any, ...], int] = {
    (purpose.value, granted, channel): Consent[
        f"{purpose.name}_{'GRANTED' if granted else 'WITHDRAWN'}"
    ]
    + (0 if channel is None else Consent.ONE_CHANNEL)
    for purpose in Purpose
    if purpose not in ALWAYS
    for granted in (False, True)
    for channel in (None, *get_args(Channel))
}
# The code of a kind: the fields it is read from, and what their values together mean. Values
# that are not named mean 0.
CODES: dict[Kind, tuple[tuple[str, ...], dict[tuple[Any, ...], int]]] = {
    Kind.COMPLAINT_OPENED: (("severity",), _SEVERITIES),
    Kind.COMPLAINT_TRIAGED: (("severity",), _SEVERITIES),
    Kind.COMPLAINT_ANSWERED: (("level",), {(level,): level for level in (1, 2, 3)}),
    Kind.CONTACT_MADE: (("direction", "answered"), _DIRECTIONS),
    Kind.CUSTOMER_CONTACTED: (
        ("answered",),
        {(answered,): code for answered, code in _ANSWERED.items()},
    ),
    Kind.CUSTOMER_MERGED: (("role",), _ROLES),
    Kind.CUSTOMER_UNMERGED: (("role",), _ROLES),
    Kind.NEIGHBOUR_CHURNED: (("direction",), _NEIGHBOURS),
    Kind.CONSENT_CHANGED: (("purpose", "granted", "channel"), _CONSENTS),
}


def row_of(event: AnyEvent) -> Row:
    """Give the columns of an event that depend on its type."""
    if type(event) is PurchaseMade:  # nearly all events are
        return _purchase(event.data)
    kind = KIND_OF[type(event)]
    data: Any = event.data
    reference = next((v for name in REFERENCES if (v := getattr(data, name, None))), None)
    line = getattr(data, LINE, None)
    lines = getattr(data, LINES, ()) or (() if line is None else (line,))
    return (
        int(kind),
        _code(kind, data),
        next((v for name in AMOUNTS if (v := getattr(data, name, None))), 0.0),
        getattr(data, QUANTITY, None) or 0.0,
        0 if reference is None else xxh64_intdigest(reference.encode()),
        line_bits(tuple(lines)),
        None if kind in PLAIN else note_from(data),
    )


def note_of(kind: int, data: bytes) -> bytes | None:
    """Give the note of a row from its event's `data` alone, JSON that `decode` accepts.

    Examples
    --------
    >>> msgspec.msgpack.decode(note_of(Kind.CUSTOMER_CHURNED, b'{"kind": "natural"}') or b"")
    {'kind': 'natural'}
    """
    return None if kind in PLAIN else note_from(data_of(kind, data))


def note_from(data: Any) -> bytes | None:
    """Give the note of a row from its event's `data`: what no column has and a log may keep."""
    said = note_data(data)
    return msgspec.msgpack.encode(said) if said else None


def note_data(data: Any) -> dict[str, Any]:
    """Give the fields of an event's `data` that a log may keep, as plain values."""
    named: dict[str, Any] = msgspec.to_builtins(data)
    said = {name: value for name, value in named.items() if name not in SECRET}
    for name, (told, short) in IN_SHORT.items():
        value = getattr(data, name, UNSET)
        if value is not UNSET and value is not None:
            said[told] = short(value)
    return said


def _purchase(data: Purchase) -> Row:
    reference = 0 if data.reference is None else xxh64_intdigest(data.reference.encode())
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
        bits |= 1 << xxh64_intdigest(line.encode()) % 64
    return bits


def event_hash(event: AnyEvent) -> int:
    """Give a 64-bit hash of what CloudEvents makes unique: source and id."""
    return xxh64_intdigest(f"{event.source}\n{event.id}".encode())


def data_of(kind: int, data: bytes) -> Any:
    """Give an event's `data` as its struct, from JSON that `decode` accepts."""
    return _data_decoders()[kind].decode(data)


@cache
def _data_decoders() -> dict[int, msgspec.json.Decoder[Any]]:
    return {
        int(kind): msgspec.json.Decoder(field.type)
        for struct, kind in KIND_OF.items()
        for field in msgspec.structs.fields(struct)
        if field.name == "data"
    }


def _code(kind: Kind, data: Any) -> int:
    if kind is Kind.PROFILE_UPDATED:
        return int(any(getattr(data, name) is not UNSET for name in OF_STANDING))
    if kind not in CODES:
        return 0
    fields, codes = CODES[kind]
    return int(codes.get(tuple(getattr(data, name) for name in fields), 0))
