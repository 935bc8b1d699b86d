"""Closed lists of words that several event types use. New words go to the end of a list."""

from typing import Literal

# Where we meet a customer. `public`: social media and reviews, said to others, not to us.
Channel = Literal[
    "phone", "email", "chat", "message", "visit", "app", "portal", "letter", "public", "other"
]

# What a contact was worth to the customer; one without any was for us alone.
ValueItem = Literal["training", "certificate", "finding", "terms", "fix_news"]

ContactReason = Literal[
    "question",
    "order",
    "service",
    "complaint",
    "complaint_check",  # is it really solved? meets the check after a complaint
    "care",
    "campaign",
    "renewal",
    "handover",
    "payment",
    "retention",
    "other",
    "pilot",  # they try something out with us
    "reference",  # they show us to others
]

# What speaks for the other one, as the customer sees it.
Advantage = Literal["price", "product", "service", "recommended", "technology", "other"]

ComplaintKind = Literal["product", "delivery", "service", "billing", "contract", "privacy", "other"]
Severity = Literal["minor", "major", "critical"]  # critical: the customer's work stands still
ComplaintScope = Literal["item", "site", "account", "customers"]  # the last: several customers
Mood = Literal["calm", "annoyed", "angry", "hurt"]
