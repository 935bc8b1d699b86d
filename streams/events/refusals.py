"""Why a record is refused. The slow path: asked only once the fast one has failed."""

import re
from enum import StrEnum

import msgspec

from streams.events.catalogue import EVENT_TYPES

# What msgspec raises for bytes it cannot take: text that is not UTF-8 and brackets nested
# deeper than the stack come as Python's own errors. Any of them uncaught would stop a worker
# at the same record for ever.
UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)

_DETAIL_MAX = 200  # characters; enough to find the fault, too little to carry the event along
_PATH = re.compile(r" - at `(.+)`\Z", re.DOTALL)
_FIELD = re.compile(r"Object (?:missing required|contains unknown) field `(.+)`")


class Refusal(StrEnum):
    """The reason for refusing a record: log word, metric label and dead-letter reason."""

    MALFORMED_JSON = "malformed_json"  # not one JSON object in UTF-8
    NULL_VALUE = "null_value"  # no value, on a topic where that means nothing
    TOMBSTONE = "tombstone"  # no value, on a compacted topic: somebody deleted the key
    OVERSIZE = "oversize"  # value above LIMIT_BYTES
    CONTENT_TYPE = "content_type"  # neither CloudEvents as JSON nor binary mode with JSON data
    UNKNOWN_TYPE = "unknown_type"  # a type that is not in the catalogue
    WRONG_TOPIC = "wrong_topic"  # a type of the catalogue that does not belong on this topic
    BAD_FIELD = "bad_field"  # a field is missing, unknown, or of another kind; `path` names it
    NAIVE_TIME = "naive_time"  # a time without its offset from UTC; `path` names it
    KEY_MISMATCH = "key_mismatch"  # the record's key is not the event's subject
    AHEAD = "ahead"  # a time further in the future than clocks differ
    WRONG_PARTITION = "wrong_partition"  # the subject's key belongs to another partition

    @property
    def is_fault(self) -> bool:
        """Whether the record goes to the dead letters. The others are counted and skipped."""
        return self not in _NO_FAULT


# A company's topic may carry more than we read, and a deletion is no event.
_NO_FAULT = frozenset({Refusal.UNKNOWN_TYPE, Refusal.TOMBSTONE})


class Refused(msgspec.Struct, frozen=True, gc=False):
    """A record that gives no event, and why. `path` is a JSON path such as ``$.data.amount``."""

    reason: Refusal
    detail: str
    path: str | None = None


class _Head(msgspec.Struct):
    type: str


_heads = msgspec.json.Decoder(_Head)


def classify(topic: str, value: bytes, error: Exception) -> Refused:
    """Say why `value`, an event in structured mode, could not be decoded on `topic`.

    Parameters
    ----------
    error : Exception
        What the decoder of the topic raised, one of `UNREADABLE`.
    """
    if not isinstance(error, msgspec.ValidationError):
        return Refused(Refusal.MALFORMED_JSON, str(error)[:_DETAIL_MAX])
    # The decoder stops at the first thing wrong, and the broken end may come after it.
    try:
        name = _heads.decode(value).type
    except msgspec.ValidationError as headless:
        return _bad_field(headless)
    except UNREADABLE as broken:
        return Refused(Refusal.MALFORMED_JSON, str(broken)[:_DETAIL_MAX])
    known = EVENT_TYPES.get(name)
    if known is None:
        return Refused(Refusal.UNKNOWN_TYPE, f"unknown type {name!r}"[:_DETAIL_MAX], "$.type")
    if topic not in known.topics:
        where = " or ".join(known.topics)
        return Refused(Refusal.WRONG_TOPIC, f"{name} belongs on {where}, was on {topic}", "$.type")
    return _bad_field(error)


def _bad_field(error: msgspec.ValidationError) -> Refused:
    message = str(error)
    at = _PATH.search(message)
    what, path = (message[: at.start()], at[1]) if at else (message, "$")
    field = _FIELD.fullmatch(what)
    if field:
        path = f"{path}.{field[1]}"
    naive = "timezone component" in what
    reason = Refusal.NAIVE_TIME if naive else Refusal.BAD_FIELD
    return Refused(reason, what[:_DETAIL_MAX], path[:_DETAIL_MAX])
