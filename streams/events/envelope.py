"""What all public events share: the CloudEvents envelope, and the types of its fields.

Attributes that are not named here are CloudEvents extensions (`traceparent`, `sequence` ...):
allowed, and not read. Fields of `data` that are not named are refused, because a misspelt
optional field would otherwise be lost in silence.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Generic, Literal, TypeVar

from msgspec import Meta, Struct

# Lengths are in characters. 200 is more than any id or name we met; without a limit a log
# record or a page could be made of one event.
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Names = Annotated[tuple[Name, ...], Meta(max_length=1_000)]
Text = Annotated[str, Meta(max_length=100_000)]
# Above a million millions it is a fault, and sums of such would not stay finite.
Amount = Annotated[float, Meta(ge=0, le=1e12)]
Share = Annotated[float, Meta(ge=0, le=1, description="0 to 1")]
Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset from UTC")]
# No pattern for either: it would run Python's `re` for each event, a third of the decoding.
Currency = Annotated[str, Meta(min_length=3, max_length=3, description="ISO 4217")]
Language = Annotated[str, Meta(min_length=2, max_length=35, description="BCP 47")]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Data(
    Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, omit_defaults=True
):
    """What one type of event says beyond the envelope."""


D_co = TypeVar("D_co", bound=Data, covariant=True)


class Event(
    Struct, Generic[D_co], frozen=True, kw_only=True, gc=False, tag_field="type", omit_defaults=True
):
    """Something that happened, at its own time; `id` and `source` together are unique."""

    specversion: Literal["1.0"]
    id: Name
    source: Name
    time: Moment
    subject: Name | None = None
    datacontenttype: str | None = None
    data: D_co


class CustomerEvent(Event[D_co], Generic[D_co], frozen=True, kw_only=True, gc=False):
    """An event of one customer: `subject` is the customer's id, and the record's key."""

    subject: Name


class CompanyEvent(Event[D_co], Generic[D_co], frozen=True, kw_only=True, gc=False):
    """An event that is not of one customer and has no subject: one copy to each partition."""

    subject: None = None


AnyEvent = Event[Data]


def at_ms(time: datetime) -> int:
    """Give an aware time as milliseconds since 1970, cut down (not rounded) to the millisecond.

    Exact for every year; `time.timestamp()` goes through a float and is not.

    Examples
    --------
    >>> at_ms(datetime(1970, 1, 2, 0, 0, 0, 1999, tzinfo=UTC))
    86400001
    """
    return (time - EPOCH) // _MILLISECOND
