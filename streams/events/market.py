"""Rivals and substitutes, seen through what the customer says and asks."""

from streams.events.envelope import Amount, Currency, CustomerEvent, Data, Name, Share
from streams.events.event_type import Basis, EventType, Purpose
from streams.events.vocabulary import Advantage
from streams.topics import INTERACTIONS


class Quote(Data, frozen=True, kw_only=True, gc=False):
    """A rival's offer that the customer holds; `price` is theirs for the same thing."""

    competitor: Name | None = None
    line: Name | None = None
    price: Amount | None = None
    currency: Currency | None = None


class DiscountRequest(Data, frozen=True, kw_only=True, gc=False):
    """How much less the customer wants to pay, as a share of the price."""

    share: Share | None = None
    line: Name | None = None
    reason: Name | None = None


class PortOut(Data, frozen=True, kw_only=True, gc=False):
    """What is to leave with its number or data, and where it goes."""

    line: Name | None = None
    competitor: Name | None = None
    reference: Name | None = None


class Mention(Data, frozen=True, kw_only=True, gc=False):
    """The competitor or substitute by its name, and what speaks for it."""

    name: Name
    line: Name | None = None
    because: Advantage | None = None


class CompetitorQuoted(CustomerEvent[Quote], frozen=True, gc=False, tag="competitor.quoted"):
    """The customer has a competitor's quote."""


class DiscountAsked(CustomerEvent[DiscountRequest], frozen=True, gc=False, tag="discount.asked"):
    """The customer asked for a discount."""


class PortOutAsked(CustomerEvent[PortOut], frozen=True, gc=False, tag="port_out.asked"):
    """The customer asked to leave and take number or data along."""


class PortOutWithdrawn(CustomerEvent[PortOut], frozen=True, gc=False, tag="port_out.withdrawn"):
    """The customer no longer wants to port out."""


class CompetitorNamed(CustomerEvent[Mention], frozen=True, gc=False, tag="competitor.named"):
    """The customer spoke of a competitor."""


class SubstituteNamed(CustomerEvent[Mention], frozen=True, gc=False, tag="substitute.named"):
    """The customer spoke of something that would replace ours altogether."""


TYPES = tuple(
    EventType(struct, (INTERACTIONS,), Basis.LEGITIMATE_INTEREST, Purpose.EARLY_WARNING)
    for struct in (
        CompetitorQuoted,
        DiscountAsked,
        PortOutAsked,
        PortOutWithdrawn,
        CompetitorNamed,
        SubstituteNamed,
    )
)
