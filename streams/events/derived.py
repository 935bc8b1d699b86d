"""Events that ebbwatch itself writes: what one partition has to tell a customer of another.

Each goes to the topic of outcomes under the key of the customer it concerns, so that it stands
in that customer's own log and every replay has it. Their ids are made from content: said twice,
it is said once. Not on the topic of profiles, which is compacted: the newest record of a key
would take the profile's place.
"""

from typing import Literal

from streams.events.envelope import CustomerEvent, Data, Moment, Name
from streams.events.event_type import Basis, EventType, Purpose
from streams.topics import OUTCOMES

SOURCE = "ebbwatch"


class CrossReference(Data, frozen=True, kw_only=True, gc=False):
    """Whose id the subject is in one source, from `since` (null: always) until before `until`."""

    customer: Name
    source: Name
    since: Moment | None = None
    until: Moment | None = None


class ColumnValues(Data, frozen=True, kw_only=True, gc=False):
    """One column of a row: a number, or those of its places."""

    column: Name
    numbers: tuple[int | float, ...]


class ColumnName(Data, frozen=True, kw_only=True, gc=False):
    """One column of a row that is a name, such as that of the account manager."""

    column: Name
    text: Name


class MovedRow(Data, frozen=True, kw_only=True, gc=False):
    """What was counted of the customer until they were absorbed; columns left out are empty."""

    columns: tuple[ColumnValues, ...] = ()
    names: tuple[ColumnName, ...] = ()


class NeighbourLoss(Data, frozen=True, kw_only=True, gc=False):
    """Who left, and what they were to the customer."""

    neighbour: Name
    direction: Literal["supplier", "customer", "subsidiary"]


class AliasKnown(CustomerEvent[CrossReference], frozen=True, gc=False, tag="alias.known"):
    """The subject is a customer's id in one source (written by ebbwatch)."""


class RowMoved(CustomerEvent[MovedRow], frozen=True, gc=False, tag="row.moved"):
    """The customer was absorbed; this is what was counted of them (written by ebbwatch)."""


class NeighbourChurned(
    CustomerEvent[NeighbourLoss], frozen=True, gc=False, tag="neighbour.churned"
):
    """A supplier, customer or subsidiary of the customer left us (written by ebbwatch)."""


_TOPICS = (OUTCOMES,)
TYPES = (
    EventType(AliasKnown, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.IDENTITY),
    EventType(RowMoved, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.IDENTITY),
    EventType(NeighbourChurned, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.EARLY_WARNING),
)
