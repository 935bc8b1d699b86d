"""Details: what an event says beyond the log's columns, read from its note as small numbers.

Each kind of event fills a few places of the record that families see: an instant, a number, a
word or two. `SAID` is the table of which field of the public contract goes where. What it does
not name stays in the note, for readers only.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import IntFlag
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.kinds import Kind, Severity
from detectors.tree import NUMBERS
from detectors.words import (
    Advantage,
    Channel,
    ChurnKind,
    ComplaintKind,
    ComplaintScope,
    ContactReason,
    Delivered,
    Failure,
    Intent,
    MembershipLevel,
    Mood,
    Policy,
    Repositioned,
    Threshold,
    ValueItem,
    meanings,
)

# The places, beside the log's columns; 0 is "not said" in each of them.
DETAIL = (
    ("until_ms", np.int64),  # an instant that the event names: promised, due, ending, in effect
    ("number", np.float64),  # days, shares, points, money: as the kind says
    ("name", np.int32),  # place in the ledger's names
    ("word", np.uint8),
    ("second", np.uint8),
    ("mood", np.uint8),
    ("channel", np.uint8),
    ("flags", np.uint8),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Flag(IntFlag):
    """What is so of an event: bits of `flags`."""

    TOLD = 1  # `number` was given, were it 0
    FINAL = 2  # a charge: no further attempt
    RENEWS = 4  # a contract goes on by itself
    ENDS = 8  # a contract does not
    UNREADABLE = 16  # a complaint's text could not be read
    TO_RIVAL = 32  # an account manager went to a competitor
    SPENT = 64  # points were cashed
    GRANTED = 128  # consent
    # Of an answer to a survey, in places that contracts and points have no use for there:
    RECOMMENDS = 4  # would advise others to buy from us
    WARNS = 8  # would not
    WALLET = 64  # `amount` is what they spend on such goods


# As compiled code takes them.
TOLD, FINAL, RENEWS, ENDS = (int(one) for one in (Flag.TOLD, Flag.FINAL, Flag.RENEWS, Flag.ENDS))
RECOMMENDS, WARNS, WALLET = (int(one) for one in (Flag.RECOMMENDS, Flag.WARNS, Flag.WALLET))


class Said(NamedTuple):
    """Where a field of an event goes, and what its values mean there."""

    place: str
    means: Mapping[Any, int] | None = None  # None: a number or an instant, as it is
    flag: int = 0


def _word(words: type[Any], place: str = "word") -> Said:
    return Said(place, meanings(words))


_CHANNEL = _word(Channel, "channel")
_UNTIL, _NUMBER, _NAME = Said("until_ms"), Said("number", flag=Flag.TOLD), Said("name")
_RENEWS = Said("flags", {True: Flag.RENEWS, False: Flag.ENDS})
_REASON = Said("second", NUMBERS)
_COMPLAINT = {
    "kind": _word(ComplaintKind),
    "scope": _word(ComplaintScope, "second"),
    "mood": _word(Mood, "mood"),
    "severity": Said("code", meanings(Severity)),  # guessed from the text where nobody stated it
}
_TERMS = {"ends_at": _UNTIL, "auto_renew": _RENEWS, "yearly_value": _NUMBER}
_INVOICE = {"due_at": _UNTIL}
_CHANGE = {"effective_at": _UNTIL}
_MENTION = {"because": _word(Advantage), "name": _NAME}

SAID: dict[Kind, dict[str, Said]] = {
    Kind.PROGRAMME_USED: {
        "balance": _NUMBER,
        "points_spent": Said("flags", flag=Flag.SPENT),
        "expires_at": _UNTIL,
    },
    Kind.CONTACT_MADE: {
        "reason": _word(ContactReason),
        "value_item": _word(ValueItem, "second"),
        "channel": _CHANNEL,
    },
    Kind.CONTACT_OPTED_OUT: {"channel": _CHANNEL},
    Kind.COMPLAINT_CHECKED: {"reason": _word(ContactReason)},
    Kind.PAYMENT_DUE: _INVOICE,
    Kind.PAYMENT_PAID: _INVOICE,
    Kind.PAYMENT_RECOVERED: _INVOICE,
    Kind.PAYMENT_FAILED: {
        "attempt": _NUMBER,
        "failure": _word(Failure),
        "final": Said("flags", {True: Flag.FINAL, False: 0}),
    },
    **dict.fromkeys(
        (
            Kind.CONTRACT_SIGNED,
            Kind.CONTRACT_RENEWED,
            Kind.CONTRACT_SHORTENED,
            Kind.CONTRACT_DOWNGRADED,
        ),
        _TERMS,
    ),
    **{
        key: {"ends_at": _UNTIL}
        for key in (
            Kind.CONTRACT_LINE_DROPPED,
            Kind.CONTRACT_AUTO_RENEW_OFF,
            Kind.CONTRACT_CANCELLATION_WITHDRAWN,
            Kind.CONTRACT_ENDED,
        )
    },
    Kind.CONTRACT_CANCELLATION_ASKED: {"ends_at": _UNTIL, "reason": _REASON},
    Kind.DELIVERY_MADE: {"outcome": _word(Delivered), "days_late": _NUMBER},
    Kind.COMPETITOR_QUOTED: {"price": _NUMBER, "competitor": _NAME},
    Kind.DISCOUNT_ASKED: {"share": _NUMBER},
    Kind.PORT_OUT_ASKED: {"competitor": _NAME},
    Kind.COMPETITOR_NAMED: _MENTION,
    Kind.SUBSTITUTE_NAMED: _MENTION,
    Kind.SURVEY_ANSWERED: {
        "satisfaction": _NUMBER,
        "intent": _word(Intent),
        "exit_reason": _REASON,
        "matters": _NAME,
        "recommends": Said("flags", {True: Flag.RECOMMENDS, False: Flag.WARNS}),
        "yearly_spend": Said("amount", flag=Flag.WALLET),
    },
    Kind.COMPLAINT_OPENED: {
        **_COMPLAINT,
        "channel": _CHANNEL,
        "unreadable": Said("flags", {True: Flag.UNREADABLE}),
    },
    Kind.COMPLAINT_ANSWERED: {"promised_at": _UNTIL},
    Kind.COMPLAINT_TRIAGED: _COMPLAINT,
    Kind.PROFILE_UPDATED: {
        "contract_renewal": _UNTIL,
        "auto_renew": _RENEWS,
        "preferred_channel": _CHANNEL,
        "yearly_spend": _NUMBER,
        "n_links": Said("second"),
        "membership_level": _word(MembershipLevel),
        "region": _NAME,
    },
    Kind.CONSENT_CHANGED: {"channel": _CHANNEL},
    Kind.CUSTOMER_CHURNED: {"kind": _word(ChurnKind), "cause": _REASON},
    Kind.CUSTOMER_CONTACTED: {"value_item": _word(ValueItem, "second"), "channel": _CHANNEL},
    Kind.TASK_CLOSED: {"reason": _REASON},
    Kind.PRICE_CHANGED: {**_CHANGE, "by_share": _NUMBER},
    Kind.POLICY_CHANGED: {**_CHANGE, "policy": _word(Policy)},
    Kind.OFFER_REPOSITIONED: {**_CHANGE, "detail": _word(Repositioned)},
    Kind.MINIMUM_ORDER_RAISED: {**_CHANGE, "detail": _word(Threshold), "threshold": _NUMBER},
    Kind.MANAGER_LEFT: {
        **_CHANGE,
        "joined_competitor": Said("flags", {True: Flag.TO_RIVAL, False: 0}),
    },
    Kind.COMPETITOR_ENTERED: {**_CHANGE, "competitor": _NAME},
}


def fill(event: NDArray[Any], said: Mapping[str, Any], code: Callable[[str], int]) -> None:
    """Fill an event's details from what its note says.

    Parameters
    ----------
    event : one record of `detectors.events.EVENT`, shape (); changed in place
    said : the note, by the field names of the public contract
    code : gives the number of a name, a new one if the name is new
    """
    fields = SAID.get(Kind(int(event["kind"])), {})
    for name in fields.keys() & said.keys():
        place, means, flag = fields[name]
        value = said[name]
        if value is None:
            continue
        if place == "flags":
            event["flags"] |= means.get(value, 0) if means is not None else flag * (value > 0)
        elif means is not None:
            event[place] = event[place] or means.get(value, 0)
        elif place == "until_ms":
            event[place] = _instant_ms(value)
        elif place == "name":
            first = value if isinstance(value, str) else next(iter(value), "")
            event[place] = code(first)
        else:
            event[place] = value
            event["flags"] |= flag


def _instant_ms(text: str) -> int:
    return (datetime.fromisoformat(text) - _EPOCH) // _MS
