"""What the company, its market or its sources change: hits many customers at once."""

from typing import Literal

from streams.events.envelope import Amount, CompanyEvent, Currency, Data, Moment, Name, Text
from streams.events.event_type import Basis, EventType, Purpose
from streams.topics import CHANGES


class Scope(Data, frozen=True, kw_only=True, gc=False):
    """Whom it hits: customers who fit every field that is given; none given hits all.

    `time` of the event is when it was announced, `effective_at` when it takes effect;
    `plan` says what stays guaranteed and whom to ask.
    """

    segment: Name | None = None
    region: Name | None = None
    line: Name | None = None
    owner: Name | None = None
    source: Name | None = None
    effective_at: Moment | None = None
    plan: Text | None = None


class PriceChange(Scope, frozen=True, kw_only=True, gc=False):
    """By how much, as a share of the old price: 0.08 is 8 % dearer."""

    by_share: float | None = None


class PolicyChange(Scope, frozen=True, kw_only=True, gc=False):
    """Which policy changed."""

    policy: Literal["bundling", "terms", "service", "other"] | None = None


class Repositioning(Scope, frozen=True, kw_only=True, gc=False):
    """What became of the offer."""

    detail: Literal["moved", "line_ended", "shrunk", "transformed"]


class RaisedMinimum(Scope, frozen=True, kw_only=True, gc=False):
    """Which threshold was raised, and to what."""

    detail: Literal["minimum_order", "minimum_delivery", "service_radius", "payment_terms"]
    threshold: Amount | None = None
    currency: Currency | None = None


class Departure(Scope, frozen=True, kw_only=True, gc=False):
    """Whose customers lose their account manager, and who takes over."""

    owner: Name
    joined_competitor: bool = False
    successor: Name | None = None


class Entry(Scope, frozen=True, kw_only=True, gc=False):
    """Who entered the market."""

    competitor: Name | None = None


class Outage(Scope, frozen=True, kw_only=True, gc=False):
    """Which source of events is silent."""

    source: Name


class PriceChanged(CompanyEvent[PriceChange], frozen=True, gc=False, tag="price.changed"):
    """We announced other prices."""


class PolicyChanged(CompanyEvent[PolicyChange], frozen=True, gc=False, tag="policy.changed"):
    """We announced other terms or bundles."""


class OfferRepositioned(
    CompanyEvent[Repositioning], frozen=True, gc=False, tag="offer.repositioned"
):
    """We moved, ended, shrank or transformed an offer."""


class MinimumOrderRaised(
    CompanyEvent[RaisedMinimum], frozen=True, gc=False, tag="minimum_order.raised"
):
    """We raised a threshold for orders, deliveries, distance or payment."""


class ManagerLeft(CompanyEvent[Departure], frozen=True, gc=False, tag="manager.left"):
    """An account manager left us."""


class CompetitorEntered(CompanyEvent[Entry], frozen=True, gc=False, tag="competitor.entered"):
    """A competitor entered a region or line."""


class OutageBegan(CompanyEvent[Outage], frozen=True, gc=False, tag="outage.began"):
    """A source stopped sending events: silence means nothing there."""


class OutageEnded(CompanyEvent[Outage], frozen=True, gc=False, tag="outage.ended"):
    """A source sends events again."""


_TOPICS = (CHANGES,)
TYPES = (
    EventType(PriceChanged, _TOPICS, Basis.NOT_PERSONAL, Purpose.EARLY_WARNING),
    EventType(PolicyChanged, _TOPICS, Basis.NOT_PERSONAL, Purpose.EARLY_WARNING),
    EventType(OfferRepositioned, _TOPICS, Basis.NOT_PERSONAL, Purpose.EARLY_WARNING),
    EventType(MinimumOrderRaised, _TOPICS, Basis.NOT_PERSONAL, Purpose.EARLY_WARNING),
    # About a person who works for us, not about a customer.
    EventType(ManagerLeft, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.EARLY_WARNING),
    EventType(CompetitorEntered, _TOPICS, Basis.NOT_PERSONAL, Purpose.EARLY_WARNING),
    EventType(OutageBegan, _TOPICS, Basis.NOT_PERSONAL, Purpose.EARLY_WARNING),
    EventType(OutageEnded, _TOPICS, Basis.NOT_PERSONAL, Purpose.EARLY_WARNING),
)
