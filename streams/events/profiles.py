"""Who the customer is to us: account, links, other ids, and what they allow."""

from typing import Literal

from msgspec import UNSET, UnsetType

from streams.events.envelope import (
    Amount,
    Currency,
    CustomerEvent,
    Data,
    Language,
    Moment,
    Name,
)
from streams.events.event_type import Basis, EventType, Purpose
from streams.events.vocabulary import Channel
from streams.topics import PROFILES


class Link(Data, frozen=True, kw_only=True, gc=False):
    """Another customer: our customer's `supplier`, or their `customer`."""

    customer: Name
    direction: Literal["supplier", "customer"]


class Alias(Data, frozen=True, kw_only=True, gc=False):
    """The customer's id in one source, from an event time on; null: always."""

    source: Name
    id: Name
    since: Moment | None = None


class Consent(Data, frozen=True, kw_only=True, gc=False):
    """Whether the customer allows one purpose; `channel` where it is about one channel only."""

    purpose: Purpose
    granted: bool
    channel: Channel | None = None


class Profile(Data, frozen=True, kw_only=True, gc=False):
    """What changed: a field left out stays as it was, null empties it.

    `yearly_spend` is what the customer spends on such goods with anybody, `shareholder` whether
    they hold a part of us. Lists are given whole.
    """

    owner: Name | UnsetType | None = UNSET
    tier: Name | UnsetType | None = UNSET
    segment: Name | UnsetType | None = UNSET
    region: Name | UnsetType | None = UNSET
    yearly_revenue: Amount | UnsetType | None = UNSET
    yearly_spend: Amount | UnsetType | None = UNSET
    currency: Currency | UnsetType | None = UNSET
    acquisition_cost: Amount | UnsetType | None = UNSET
    customer_since: Moment | UnsetType | None = UNSET
    contract_renewal: Moment | UnsetType | None = UNSET
    auto_renew: bool | UnsetType | None = UNSET
    membership_level: Name | UnsetType | None = UNSET
    shareholder: bool | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    preferred_channel: Channel | UnsetType | None = UNSET
    parent: Name | UnsetType | None = UNSET
    links: tuple[Link, ...] | UnsetType = UNSET
    aliases: tuple[Alias, ...] | UnsetType = UNSET
    consent: tuple[Consent, ...] | UnsetType = UNSET


class Identity(Data, frozen=True, kw_only=True, gc=False):
    """Which other id is (or is no longer) the same customer, and which person or rule says so.

    Sent for both ids: `role` says what the subject is in it.
    """

    role: Literal["survivor", "absorbed"]
    other: Name
    decided_by: Name


class ProfileUpdated(CustomerEvent[Profile], frozen=True, gc=False, tag="profile.updated"):
    """Something we know of the customer changed."""


class CustomerMerged(CustomerEvent[Identity], frozen=True, gc=False, tag="customer.merged"):
    """Two ids turned out to be one customer."""


class CustomerUnmerged(CustomerEvent[Identity], frozen=True, gc=False, tag="customer.unmerged"):
    """Two ids turned out to be two customers after all."""


class ConsentChanged(CustomerEvent[Consent], frozen=True, gc=False, tag="consent.changed"):
    """The customer gave or withdrew consent."""


_TOPICS = (PROFILES,)
TYPES = (
    EventType(ProfileUpdated, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.EARLY_WARNING),
    EventType(CustomerMerged, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.IDENTITY),
    EventType(CustomerUnmerged, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.IDENTITY),
    EventType(ConsentChanged, _TOPICS, Basis.LEGAL_OBLIGATION, Purpose.CONSENT_RECORD),
)
