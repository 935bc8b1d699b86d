"""The way in: a Kafka record becomes a typed event, or a refusal that says why.

One pass of msgspec reads, checks and types an event. Whatever is wrong is looked into only
after that pass has failed, so the good ones do not pay for it.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any

import msgspec

from streams.events.catalogue import types_on
from streams.events.encode import STRUCTURED_HEADERS
from streams.events.envelope import AnyEvent
from streams.events.refusals import UNREADABLE, Refusal, Refused, classify
from streams.topics import COMPACTED_INPUTS, INPUTS

LIMIT_BYTES = 1_048_576  # of a value; Kafka's own default limit for a batch of records

Headers = Sequence[tuple[str, bytes | None]]

_STRUCTURED = b"application/cloudevents"
_STRUCTURED_JSON = b"application/cloudevents+json"
_JSON = (b"application/json", b"text/json")
# Spelt as nearly everybody does, so that most records need no closer look.
_USUAL = frozenset({_STRUCTURED_JSON, *(value for _, value in STRUCTURED_HEADERS)})


def _decoder(topic: str) -> Callable[[bytes], AnyEvent]:
    # The union is made from the catalogue, so its type is not known to mypy.
    union: Any = reduce(or_, (known.struct for known in types_on(topic)))
    decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(union)
    return decoder.decode


_DECODERS = {topic: _decoder(topic) for topic in INPUTS}
_PROBE = b""  # no JSON, so binary mode never gives it back


def decode(
    topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()
) -> AnyEvent | Refused:
    """Read one record of a public input topic. Never raises for what a record holds.

    Structured mode and records without headers are read as they are; in binary mode the
    attributes come from the `ce_*` headers and the value is `data`. A null key is accepted:
    the record is then where its sender put it, which may not be where the customer's other
    events are.

    Parameters
    ----------
    topic : str
        One of `streams.topics.INPUTS`.
    key, value, headers
        As Kafka gave them.

    Returns
    -------
    Event or Refused
        Test with `isinstance`; an event's class tells its type.

    Raises
    ------
    KeyError
        If `topic` is no public input topic: that is a fault of the caller, not of the record.

    Examples
    --------
    >>> decode("customer.interactions", None, b'{"type": "login.made"}').path
    '$.specversion'
    """
    read = _DECODERS[topic]
    if value is None:
        return _null(topic)
    if len(value) > LIMIT_BYTES:
        return Refused(Refusal.OVERSIZE, f"value of {len(value)} bytes, limit {LIMIT_BYTES}")
    if headers:
        whole = structured(value, headers)
        if isinstance(whole, Refused):
            return whole
        value = whole
    try:
        event = read(value)
    except UNREADABLE as error:
        return classify(topic, value, error)
    if key is not None and event.subject is not None and event.subject.encode() != key:
        return Refused(Refusal.KEY_MISMATCH, "the record's key is not the subject", "$.subject")
    return event


def is_plain(headers: Headers) -> bool:
    """Say whether a value with these headers is read as it is: a whole event, as JSON.

    Examples
    --------
    >>> is_plain((("traceparent", b"00-7"),)), is_plain((("ce_id", b"7"),))
    (True, False)
    """
    return not headers or structured(_PROBE, headers) is _PROBE


def _null(topic: str) -> Refused:
    reason = Refusal.TOMBSTONE if topic in COMPACTED_INPUTS else Refusal.NULL_VALUE
    return Refused(reason, "the record has no value")


def structured(value: bytes, headers: Headers) -> bytes | Refused:
    """Give the same event in structured mode, so that there is one way to read and to refuse."""
    content_type = b""
    attributes: dict[str, bytes | None] = {}
    for name, text in headers:
        if name == "content-type":
            content_type = text or b""
        elif name.startswith("ce_"):
            attributes[name[3:]] = text
    if content_type in _USUAL:
        return value
    media = content_type.partition(b";")[0].strip().lower()
    if media.startswith(_STRUCTURED):
        return value if media == _STRUCTURED_JSON else _not_json(content_type)
    if not attributes:
        return value  # headers that are not ours, such as those of tracing
    if media and media not in _JSON and not media.endswith(b"+json"):
        return _not_json(content_type)
    return _spliced(attributes, value)


def _not_json(content_type: bytes) -> Refused:
    shown = content_type[:100].decode(errors="replace")
    return Refused(Refusal.CONTENT_TYPE, f"content-type was {shown!r}, must be JSON")


def _spliced(attributes: dict[str, bytes | None], value: bytes) -> bytes | Refused:
    try:
        # Shows that the value is one whole document and cannot break out of its field.
        data = msgspec.json.decode(value, type=msgspec.Raw)
        texts = {name: text.decode() for name, text in attributes.items() if text is not None}
    except UNREADABLE as error:
        return Refused(Refusal.MALFORMED_JSON, f"binary mode: {error}"[:200])
    return msgspec.json.encode({**texts, "data": data})
