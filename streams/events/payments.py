"""Whether the customer's money reaches us."""

from typing import Annotated, Literal

from msgspec import Meta

from streams.events.envelope import Amount, Currency, CustomerEvent, Data, Moment, Name
from streams.events.event_type import Basis, EventType, Purpose
from streams.topics import INTERACTIONS


class Payment(Data, frozen=True, kw_only=True, gc=False):
    """A sum and the day it was due; `reference` is the invoice or charge it belongs to."""

    amount: Amount
    currency: Currency | None = None
    due_at: Moment | None = None
    reference: Name | None = None


class FailedPayment(Data, frozen=True, kw_only=True, gc=False):
    """A charge that failed. Soft: worth trying again; hard: not with this means of payment.

    `final` says that it was the last attempt.
    """

    amount: Amount
    currency: Currency | None = None
    attempt: Annotated[int, Meta(ge=1)] = 1
    failure: Literal["soft", "hard"] | None = None
    final: bool = False
    reference: Name | None = None


class Dispute(Data, frozen=True, kw_only=True, gc=False):
    """The part of an invoice that the customer does not accept."""

    amount: Amount | None = None
    currency: Currency | None = None
    reason: Name | None = None
    reference: Name | None = None


class PaymentDue(CustomerEvent[Payment], frozen=True, gc=False, tag="payment.due"):
    """An invoice or charge fell due."""


class PaymentPaid(CustomerEvent[Payment], frozen=True, gc=False, tag="payment.paid"):
    """The customer paid; late, if after `due_at`."""


class PaymentFailed(CustomerEvent[FailedPayment], frozen=True, gc=False, tag="payment.failed"):
    """A charge failed."""


class PaymentRecovered(CustomerEvent[Payment], frozen=True, gc=False, tag="payment.recovered"):
    """The money of a failed charge came after all."""


class InvoiceDisputed(CustomerEvent[Dispute], frozen=True, gc=False, tag="invoice.disputed"):
    """The customer does not accept an invoice."""


TYPES = tuple(
    EventType(struct, (INTERACTIONS,), Basis.LEGITIMATE_INTEREST, Purpose.EARLY_WARNING)
    for struct in (PaymentDue, PaymentPaid, PaymentFailed, PaymentRecovered, InvoiceDisputed)
)
