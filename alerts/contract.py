"""What all contracts of the desk have in common."""

from datetime import datetime
from hashlib import blake2b
from typing import Annotated, TypeVar

import msgspec

from detectors.errors import FormatError

Read = TypeVar("Read")
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Contract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that crosses a border: it never changes, and unknown fields are refused."""


class Words(Contract, frozen=True):
    """A line in English and in Simplified Chinese."""

    en: str
    zh: str


def decoded(decoder: "msgspec.json.Decoder[Read]", document: bytes, place: str) -> Read:
    """Read a document; `place` names it in the error.

    Raises
    ------
    FormatError
        If it is none that this version knows.
    """
    try:
        return decoder.decode(document)
    except msgspec.MsgspecError as error:
        raise FormatError(f"{place}: {error}") from error


def content_id(*parts: object) -> str:
    """Make an id from what a thing is, so that making it twice makes it once.

    Instants count in whole milliseconds, as in the columns: microseconds are lost.

    Examples
    --------
    >>> content_id("ada", "raised"), content_id("a", "daraised")
    ('6e98ffe7452593b0', 'c5235cc3ece77366')
    """
    words = (_word(part) for part in parts)
    return blake2b("\x1f".join(words).encode(), digest_size=8).hexdigest()


def _word(part: object) -> str:
    return str(round(part.timestamp() * 1000)) if isinstance(part, datetime) else str(part)
