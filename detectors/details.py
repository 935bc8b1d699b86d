"""Details: what an event says beyond the log's columns, read from its note as small numbers.

Each kind of event fills a few places of the record that families see: an instant, a number, a
word or two. `SAID` is the table of which field of the public contract goes where. What it does
not name stays in the note, for readers only.
"""

from collections.abc import Callable, Mapping, Sequence
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
_UNTIL, _NUMBER, _NAME = Said("until_ms"), Said("number", flag=TOLD), Said("name")
_RENEWS = Said("flags", {True: RENEWS, False: ENDS})
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
        "points_spent": Said("flags", flag=int(Flag.SPENT)),
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
        "final": Said("flags", {True: FINAL, False: 0}),
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
        "recommends": Said("flags", {True: RECOMMENDS, False: WARNS}),
        "yearly_spend": Said("amount", flag=WALLET),
    },
    Kind.COMPLAINT_OPENED: {
        **_COMPLAINT,
        "channel": _CHANNEL,
        "unreadable": Said("flags", {True: int(Flag.UNREADABLE)}),
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
        "joined_competitor": Said("flags", {True: int(Flag.TO_RIVAL), False: 0}),
    },
    Kind.COMPETITOR_ENTERED: {**_CHANGE, "competitor": _NAME},
}


def read(kind: int, said: Mapping[str, Any], code: Callable[[str], int]) -> dict[str, Any]:
    """Read what an event's note says: a number for each place that it fills.

    Parameters
    ----------
    kind : int
        The event's `Kind`; the note of one that is not in `SAID` says nothing here.
    said : mapping
        The note, by the field names of the public contract.
    code : callable
        Gives the number of a name, a new one if the name is new.

    Examples
    --------
    >>> read(Kind.DELIVERY_MADE, {"outcome": "late", "days_late": 3.0}, lambda _: 0)
    {'word': 2, 'number': 3.0, 'flags': 1}
    """
    found: dict[str, Any] = {}
    for name, (place, means, flag) in SAID[Kind(kind)].items():
        value = said.get(name)
        if value is None:
            continue
        if place == "flags":
            bits = means.get(value, 0) if means is not None else flag * (value > 0)
            found["flags"] = found.get("flags", 0) | bits
        elif means is not None:
            found[place] = found.get(place) or means.get(value, 0)
        elif place == "until_ms":
            found[place] = _instant_ms(value)
        elif place == "name":
            found[place] = code(value if isinstance(value, str) else next(iter(value), ""))
        else:
            found[place] = value
            found["flags"] = found.get("flags", 0) | flag
    return found


def put(events: NDArray[Any], found: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Put what notes say into the records of their events, a column at a time, in place.

    Parameters
    ----------
    events : shape (n,), dtype `detectors.events.EVENT`
    found : sequence of (place of the event, what `read` gave)
        What the log's columns say (a severity that somebody stated) holds against a note.
    """
    columns: dict[str, tuple[list[int], list[Any]]] = {}
    for at, said in found:
        for place, value in said.items():
            where, values = columns.setdefault(place, ([], []))
            where.append(at)
            values.append(value)
    for place, (where, values) in columns.items():
        column, given = events[place], np.array(values, events.dtype[place])
        column[where] = np.where(column[where], column[where], given) if place == "code" else given


def _instant_ms(text: str) -> int:
    return (datetime.fromisoformat(text) - _EPOCH) // _MS
