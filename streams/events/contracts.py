"""The life of a customer's contract."""

from streams.events.envelope import Amount, Currency, CustomerEvent, Data, Moment, Name, Names
from streams.events.event_type import Basis, EventType, Purpose
from streams.topics import INTERACTIONS


class Terms(Data, frozen=True, kw_only=True, gc=False):
    """The contract as it is after the event, as far as the source tells."""

    contract_id: Name | None = None
    ends_at: Moment | None = None
    auto_renew: bool | None = None
    yearly_value: Amount | None = None
    currency: Currency | None = None
    lines: Names = ()


class LineDrop(Data, frozen=True, kw_only=True, gc=False):
    """The product line that the customer no longer wants."""

    line: Name
    contract_id: Name | None = None
    ends_at: Moment | None = None


class Notice(Data, frozen=True, kw_only=True, gc=False):
    """What was given notice of: `ends_at` is the last day; `reason` in the source's own words."""

    contract_id: Name | None = None
    ends_at: Moment | None = None
    reason: Name | None = None


class ContractSigned(CustomerEvent[Terms], frozen=True, gc=False, tag="contract.signed"):
    """The customer signed a contract."""


class ContractRenewed(CustomerEvent[Terms], frozen=True, gc=False, tag="contract.renewed"):
    """The contract goes on for another term."""


class ContractShortened(CustomerEvent[Terms], frozen=True, gc=False, tag="contract.shortened"):
    """The contract ends earlier than agreed before."""


class ContractDowngraded(CustomerEvent[Terms], frozen=True, gc=False, tag="contract.downgraded"):
    """The customer chose a smaller plan or a lower level."""


class ContractLineDropped(
    CustomerEvent[LineDrop], frozen=True, gc=False, tag="contract.line_dropped"
):
    """A product line was taken out of the contract."""


class ContractAutoRenewOff(
    CustomerEvent[Notice], frozen=True, gc=False, tag="contract.auto_renew_off"
):
    """The customer switched the automatic renewal off."""


class ContractCancellationAsked(
    CustomerEvent[Notice], frozen=True, gc=False, tag="contract.cancellation_asked"
):
    """The customer gave notice, or said that they will not renew."""


class ContractCancellationWithdrawn(
    CustomerEvent[Notice], frozen=True, gc=False, tag="contract.cancellation_withdrawn"
):
    """The customer took the notice back."""


class ContractEnded(CustomerEvent[Notice], frozen=True, gc=False, tag="contract.ended"):
    """The contract is over."""


TYPES = tuple(
    EventType(struct, (INTERACTIONS,), Basis.LEGITIMATE_INTEREST, Purpose.EARLY_WARNING)
    for struct in (
        ContractSigned,
        ContractRenewed,
        ContractShortened,
        ContractDowngraded,
        ContractLineDropped,
        ContractAutoRenewOff,
        ContractCancellationAsked,
        ContractCancellationWithdrawn,
        ContractEnded,
    )
)
