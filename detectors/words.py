"""The closed lists of words that events use, as the small numbers that compiled code compares.

0 is always "not said". They stand for words of the public contract, in its order; notes in the
log hold the words themselves. `tests/contracts/test_words.py` compares the two.
"""

from enum import IntEnum

from detectors.text.codes import ComplaintKind, Mood


class Channel(IntEnum):
    """Where we meet a customer."""

    UNKNOWN = 0
    PHONE = 1
    EMAIL = 2
    CHAT = 3
    MESSAGE = 4
    VISIT = 5
    APP = 6
    PORTAL = 7
    LETTER = 8
    PUBLIC = 9
    OTHER = 10


class ContactReason(IntEnum):
    """Why somebody got in touch."""

    UNKNOWN = 0
    QUESTION = 1
    ORDER = 2
    SERVICE = 3
    COMPLAINT = 4
    COMPLAINT_CHECK = 5
    CARE = 6
    CAMPAIGN = 7
    RENEWAL = 8
    HANDOVER = 9
    PAYMENT = 10
    RETENTION = 11
    OTHER = 12
    PILOT = 13
    REFERENCE = 14


class ValueItem(IntEnum):
    """What a contact was worth to the customer."""

    UNKNOWN = 0
    TRAINING = 1
    CERTIFICATE = 2
    FINDING = 3
    TERMS = 4
    FIX_NEWS = 5


class Advantage(IntEnum):
    """What speaks for a rival or a substitute."""

    UNKNOWN = 0
    PRICE = 1
    PRODUCT = 2
    SERVICE = 3
    RECOMMENDED = 4
    TECHNOLOGY = 5
    OTHER = 6


class ComplaintScope(IntEnum):
    """How much of the customer's business a complaint is about."""

    UNKNOWN = 0
    ITEM = 1
    SITE = 2
    ACCOUNT = 3
    CUSTOMERS = 4


class Delivered(IntEnum):
    """How a delivery turned out."""

    UNKNOWN = 0
    ON_TIME = 1
    LATE = 2
    SHORT = 3
    DEFECT = 4


class Failure(IntEnum):
    """Why a charge failed: soft is worth trying again, hard is not."""

    UNKNOWN = 0
    SOFT = 1
    HARD = 2


class Intent(IntEnum):
    """What a customer says they will do."""

    UNKNOWN = 0
    STAY = 1
    UNSURE = 2
    LEAVE = 3


class ChurnKind(IntEnum):
    """How a customer went."""

    UNKNOWN = 0
    VOLUNTARY = 1
    INVOLUNTARY = 2
    NATURAL = 3


class Policy(IntEnum):
    """Which policy of ours changed."""

    UNKNOWN = 0
    BUNDLING = 1
    TERMS = 2
    SERVICE = 3
    OTHER = 4


class Repositioned(IntEnum):
    """What became of an offer of ours."""

    UNKNOWN = 0
    MOVED = 1
    LINE_ENDED = 2
    SHRUNK = 3
    TRANSFORMED = 4


class Threshold(IntEnum):
    """Which threshold of ours was raised."""

    UNKNOWN = 0
    MINIMUM_ORDER = 1
    MINIMUM_DELIVERY = 2
    SERVICE_RADIUS = 3
    PAYMENT_TERMS = 4


class MembershipLevel(IntEnum):
    """The levels of the programme, the lowest first."""

    UNKNOWN = 0
    BASIC = 1
    ADVANCED = 2
    ENTERPRISE = 3


def meanings(words: type[IntEnum]) -> dict[str, int]:
    """Give the number of each word as events spell it.

    Examples
    --------
    >>> meanings(Intent)
    {'stay': 1, 'unsure': 2, 'leave': 3}
    """
    return {word.name.lower(): int(word) for word in words if word}


__all__ = [
    "Advantage",
    "Channel",
    "ChurnKind",
    "ComplaintKind",
    "ComplaintScope",
    "ContactReason",
    "Delivered",
    "Failure",
    "Intent",
    "MembershipLevel",
    "Mood",
    "Policy",
    "Repositioned",
    "Threshold",
    "ValueItem",
    "meanings",
]
