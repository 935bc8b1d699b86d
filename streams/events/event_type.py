"""What is known of an event type beside its struct: its topics, and why we may process it."""

import inspect
from dataclasses import dataclass
from enum import StrEnum

from streams.events.envelope import AnyEvent


class Basis(StrEnum):
    """Lawful basis as in GDPR Art. 6(1). A default: the company's own lawyers decide.

    China's PIPL knows no legitimate interest: where it applies, those types need consent or
    a contract that names the purpose.
    """

    CONTRACT = "contract"
    LEGITIMATE_INTEREST = "legitimate interest"
    CONSENT = "consent"
    LEGAL_OBLIGATION = "legal obligation"
    NOT_PERSONAL = "no personal data"


class Purpose(StrEnum):
    """What events are processed for. Consent is given and withdrawn per purpose."""

    EARLY_WARNING = "early_warning"  # tell in time that a customer drifts away
    OUTREACH = "outreach"  # contact customers, neither too often nor too seldom
    COMPLAINT_HANDLING = "complaint_handling"  # put right what is wrong, in time
    IDENTITY = "identity"  # one customer, one id, one account manager
    MEASUREMENT = "measurement"  # learn from what came of it, and say how good we are
    CONSENT_RECORD = "consent_record"  # know what we may do
    TIMEKEEPING = "timekeeping"  # know what time a feed of history has reached


# Nobody can withdraw these: without them we would not know whom to ask, and what was said.
ALWAYS = frozenset({Purpose.IDENTITY, Purpose.CONSENT_RECORD, Purpose.TIMEKEEPING})


@dataclass(frozen=True)
class EventType:
    """One line of the catalogue: a type without basis and purpose is not processed."""

    struct: type[AnyEvent]
    topics: tuple[str, ...]
    basis: Basis
    purpose: Purpose

    @property
    def name(self) -> str:
        """The `type` of such events, as in ``purchase.made``."""
        return name_of(self.struct)

    @property
    def description(self) -> str:
        """One line for the documents: the head of the struct's docstring."""
        return (inspect.getdoc(self.struct) or "").partition("\n")[0]


def name_of(struct: type[AnyEvent]) -> str:
    """Give the type name of an event's struct; of an event, ask ``name_of(type(event))``."""
    return str(struct.__struct_config__.tag)
