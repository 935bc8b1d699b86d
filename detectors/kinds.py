"""Kinds of events as the log writes them: one small number per public event type.

The numbers stand in every log ever written: append, never renumber. Gaps leave room for
later kinds of the same topic. `streams.log_rows` says which public type becomes which kind.
"""

from enum import IntEnum


class Kind(IntEnum):
    """What a customer did, or what was done to them."""

    # customer.interactions
    PURCHASE_MADE = 1
    GOODS_RETURNED = 2
    USAGE_RECORDED = 3
    DATA_EXPORTED = 4
    LOGIN_MADE = 5
    PROGRAMME_USED = 6
    CONTACT_MADE = 7
    CONTACT_OPTED_OUT = 8
    COMPLAINT_CHECKED = 9  # a contact that may keep a promise of ours and mean nothing else
    PAYMENT_DUE = 10
    PAYMENT_PAID = 11
    PAYMENT_FAILED = 12
    PAYMENT_RECOVERED = 13
    INVOICE_DISPUTED = 14
    CONTRACT_SIGNED = 20
    CONTRACT_RENEWED = 21
    CONTRACT_SHORTENED = 22
    CONTRACT_DOWNGRADED = 23
    CONTRACT_LINE_DROPPED = 24
    CONTRACT_AUTO_RENEW_OFF = 25
    CONTRACT_CANCELLATION_ASKED = 26
    CONTRACT_CANCELLATION_WITHDRAWN = 27
    CONTRACT_ENDED = 28
    DELIVERY_MADE = 30
    COMPETITOR_QUOTED = 40
    DISCOUNT_ASKED = 41
    PORT_OUT_ASKED = 42
    PORT_OUT_WITHDRAWN = 43
    COMPETITOR_NAMED = 44
    SUBSTITUTE_NAMED = 45
    SURVEY_ASKED = 50
    SURVEY_ANSWERED = 51
    # customer.complaints
    COMPLAINT_OPENED = 60
    COMPLAINT_ANSWERED = 61
    COMPLAINT_ESCALATED = 62
    COMPLAINT_RESOLVED = 63
    COMPLAINT_INFORMED = 64
    COMPLAINT_REOPENED = 65
    COMPLAINT_RATED = 66
    COMPLAINT_TRIAGED = 67
    # customer.profiles
    PROFILE_UPDATED = 80
    CUSTOMER_MERGED = 81
    CUSTOMER_UNMERGED = 82
    CONSENT_CHANGED = 83
    # customer.outcomes
    CUSTOMER_CHURNED = 90
    CUSTOMER_RETURNED = 91
    CUSTOMER_CONTACTED = 92
    TASK_CLOSED = 93
    NEIGHBOUR_CHURNED = 94
    ALIAS_KNOWN = 95
    ROW_MOVED = 96
    # company.changes
    PRICE_CHANGED = 100
    POLICY_CHANGED = 101
    OFFER_REPOSITIONED = 102
    MINIMUM_ORDER_RAISED = 103
    MANAGER_LEFT = 104
    COMPETITOR_ENTERED = 105
    OUTAGE_BEGAN = 106
    OUTAGE_ENDED = 107


class Severity(IntEnum):
    """How bad a complaint is: the `code` of complaint events. 0 is not stated."""

    UNKNOWN = 0
    MINOR = 1
    MAJOR = 2
    CRITICAL = 3


class Direction(IntEnum):
    """Who called whom, and whether it was answered: the `code` of contact events."""

    OUT = 0
    OUT_ANSWERED = 1
    OUT_UNANSWERED = 2
    IN = 3
    IN_UNANSWERED = 4


class Merge(IntEnum):
    """What the customer is in a merge: the `code` of merged and unmerged. 0 is not stated."""

    SURVIVOR = 1
    ABSORBED = 2


class Neighbour(IntEnum):
    """What the neighbour who left was to the customer: the `code` of neighbour events."""

    SUPPLIER = 1
    CUSTOMER = 2
    SUBSIDIARY = 3


class Consent(IntEnum):
    """What the customer allows or forbids from now on: the `code` of consent events.

    `ONE_CHANNEL` is added where it is about one channel only. 0: nothing that stops anything.
    """

    EARLY_WARNING_WITHDRAWN = 2
    EARLY_WARNING_GRANTED = 3
    OUTREACH_WITHDRAWN = 4
    OUTREACH_GRANTED = 5
    COMPLAINT_HANDLING_WITHDRAWN = 6
    COMPLAINT_HANDLING_GRANTED = 7
    MEASUREMENT_WITHDRAWN = 8
    MEASUREMENT_GRANTED = 9
    ONE_CHANNEL = 64


# Events that can only make a departure likelier: an alert they cause does not wait for a round.
ADVERSE = (
    Kind.GOODS_RETURNED,
    Kind.DATA_EXPORTED,
    Kind.CONTACT_OPTED_OUT,
    Kind.PAYMENT_FAILED,
    Kind.INVOICE_DISPUTED,
    Kind.CONTRACT_SHORTENED,
    Kind.CONTRACT_DOWNGRADED,
    Kind.CONTRACT_LINE_DROPPED,
    Kind.CONTRACT_AUTO_RENEW_OFF,
    Kind.CONTRACT_CANCELLATION_ASKED,
    Kind.COMPETITOR_QUOTED,
    Kind.DISCOUNT_ASKED,
    Kind.PORT_OUT_ASKED,
    Kind.COMPETITOR_NAMED,
    Kind.SUBSTITUTE_NAMED,
    Kind.COMPLAINT_OPENED,
    Kind.COMPLAINT_ESCALATED,
    Kind.COMPLAINT_REOPENED,
)

TOPICS = (
    "customer.interactions",
    "customer.complaints",
    "customer.profiles",
    "customer.outcomes",
    "company.changes",
)
