"""Contacts in both directions, and what customers answer when asked."""

from typing import Literal

from streams.events.envelope import Amount, Currency, CustomerEvent, Data, Name, Names, Share
from streams.events.event_type import Basis, EventType, Purpose
from streams.events.vocabulary import Channel, ContactReason, ValueItem
from streams.topics import INTERACTIONS


class Contact(Data, frozen=True, kw_only=True, gc=False):
    """Who came to whom, why, and with what; `answered` is null while nobody knows.

    The same `contact_id` in ``customer.contacted`` is the same contact and counts once.
    """

    direction: Literal["in", "out"]
    channel: Channel
    reason: ContactReason | None = None
    value_item: ValueItem | None = None
    answered: bool | None = None
    contact_id: Name | None = None
    reference: Name | None = None


class OptOut(Data, frozen=True, kw_only=True, gc=False):
    """The channel that the customer wants to be left alone on; null: all of them."""

    channel: Channel | None = None


class SurveyRequest(Data, frozen=True, kw_only=True, gc=False):
    """How we asked; `survey_id` ties the answer to the question."""

    channel: Channel | None = None
    survey_id: Name | None = None


class SurveyAnswer(Data, frozen=True, kw_only=True, gc=False):
    """What the customer said. `satisfaction` is 0 to 1, whatever the scale they saw.

    `matters` are the things that matter most to them, `exit_reason` is a reason id of our tree
    or ``unknown``, `yearly_spend` what they spend on such goods, with anybody, `recommends` whether
    they would advise others to buy from us.
    """

    satisfaction: Share | None = None
    intent: Literal["stay", "unsure", "leave"] | None = None
    matters: Names = ()
    exit_reason: Name | None = None
    yearly_spend: Amount | None = None
    currency: Currency | None = None
    survey_id: Name | None = None
    recommends: bool | None = None


class ContactMade(CustomerEvent[Contact], frozen=True, gc=False, tag="contact.made"):
    """The customer contacted us, or we them."""


class ContactOptedOut(CustomerEvent[OptOut], frozen=True, gc=False, tag="contact.opted_out"):
    """The customer asked not to be contacted any more."""


class SurveyAsked(CustomerEvent[SurveyRequest], frozen=True, gc=False, tag="survey.asked"):
    """We asked the customer for an opinion."""


class SurveyAnswered(CustomerEvent[SurveyAnswer], frozen=True, gc=False, tag="survey.answered"):
    """The customer answered a survey."""


_TOPICS = (INTERACTIONS,)
TYPES = (
    # Not outreach: who asked not to be called may still call, and has a complaint checked.
    EventType(ContactMade, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.EARLY_WARNING),
    EventType(ContactOptedOut, _TOPICS, Basis.LEGAL_OBLIGATION, Purpose.CONSENT_RECORD),
    EventType(SurveyAsked, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.EARLY_WARNING),
    EventType(SurveyAnswered, _TOPICS, Basis.CONSENT, Purpose.EARLY_WARNING),
)
