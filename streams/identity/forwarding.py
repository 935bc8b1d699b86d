"""Events sent on to the customer whom they are really of, under that customer's key.

The customer may live in another partition, so the event goes back to its public topic and comes
in there as if it had been sent so, with the same id and source. A header for each id that it
came by says where it has been: no event goes round in a ring of ids.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from streams.events.decode import Headers, structured
from streams.events.encode import STRUCTURED_HEADERS
from streams.events.refusals import Refused

FORWARDED = "ebbwatch-forwarded"  # the header: an id that the event came by

Sent = tuple[bytes, bytes, tuple[tuple[str, bytes], ...]]  # key, value, headers


class Said(NamedTuple):
    """A record as it came: its value in either mode, and its headers."""

    value: bytes
    headers: Headers


def been(headers: Headers) -> tuple[str, ...]:
    """Give the ids that a record came by, in their order.

    Examples
    --------
    >>> been(((FORWARDED, b"ada"), ("traceparent", b"00"), (FORWARDED, b"bo")))
    ('ada', 'bo')
    """
    return tuple((value or b"").decode() for name, value in headers if name == FORWARDED)


def forwarded(said: Said, subject: str, to: str) -> Sent:
    """Write a record of `subject` again, as one of the customer `to`.

    All attributes stay, also those that ebbwatch does not read.

    Raises
    ------
    ValueError
        If the record is no event; whoever took it as one has made a mistake.

    Examples
    --------
    >>> forwarded(Said(b'{"id":"7","subject":"ada"}', ()), "ada", "bo")[:2]
    (b'bo', b'{"id":"7","subject":"bo"}')
    """
    whole = structured(said.value, said.headers)
    if isinstance(whole, Refused):
        raise ValueError(f"no event is sent on: {whole.detail}")
    attributes = msgspec.json.decode(whole, type=dict[str, msgspec.Raw])
    attributes["subject"] = msgspec.Raw(msgspec.json.encode(to))
    headers = STRUCTURED_HEADERS + _others(said.headers) + ((FORWARDED, subject.encode()),)
    return to.encode(), msgspec.json.encode(attributes), headers


def headers_of(been_by: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
    """Give the headers of an event that came by some ids."""
    return tuple((FORWARDED, name.encode()) for name in been_by)


def _others(headers: Headers) -> tuple[tuple[str, bytes], ...]:
    # The attributes are in the value by now; what is left is of tracing, or ours.
    return tuple(
        (name, value or b"")
        for name, value in headers
        if name != "content-type" and not name.startswith("ce_")
    )
