"""What customers do with us: they buy, use, log in, collect points, and get what they ordered."""

from typing import Literal

from streams.events.envelope import Amount, Currency, CustomerEvent, Data, Moment, Name, Names
from streams.events.event_type import Basis, EventType, Purpose
from streams.topics import INTERACTIONS


class Purchase(Data, frozen=True, kw_only=True, gc=False):
    """One order, basket or invoice; `lines` are the product lines it touches."""

    amount: Amount
    currency: Currency | None = None
    quantity: Amount | None = None
    lines: Names = ()
    reference: Name | None = None


class Return(Data, frozen=True, kw_only=True, gc=False):
    """Goods taken back; `amount` is what was credited, `reference` the order."""

    amount: Amount | None = None
    currency: Currency | None = None
    quantity: Amount | None = None
    lines: Names = ()
    reference: Name | None = None


class Usage(Data, frozen=True, kw_only=True, gc=False):
    """An amount of use, in `unit`, of one product line or of all."""

    amount: Amount
    unit: Name | None = None
    line: Name | None = None


class Export(Data, frozen=True, kw_only=True, gc=False):
    """Which data the customer asked for; `line` where it was of one product line."""

    line: Name | None = None
    reference: Name | None = None


class Login(Data, frozen=True, kw_only=True, gc=False):
    """Where the customer logged in."""

    channel: Literal["app", "portal", "other"] | None = None
    line: Name | None = None


class ProgrammeUse(Data, frozen=True, kw_only=True, gc=False):
    """Points earned or spent, or a coupon or offer redeemed; `balance` is in points, after it."""

    points_earned: Amount = 0.0
    points_spent: Amount = 0.0
    balance: Amount | None = None
    expires_at: Moment | None = None
    offer: Name | None = None
    reference: Name | None = None


class Delivery(Data, frozen=True, kw_only=True, gc=False):
    """How a delivery turned out. Late and short: the outcome that hurt the customer more."""

    outcome: Literal["on_time", "late", "short", "defect"]
    days_late: Amount | None = None
    line: Name | None = None
    quantity: Amount | None = None
    reference: Name | None = None


class PurchaseMade(CustomerEvent[Purchase], frozen=True, gc=False, tag="purchase.made"):
    """The customer bought something."""


class GoodsReturned(CustomerEvent[Return], frozen=True, gc=False, tag="goods.returned"):
    """The customer gave goods back."""


class UsageRecorded(CustomerEvent[Usage], frozen=True, gc=False, tag="usage.recorded"):
    """The customer used a product or service."""


class DataExported(CustomerEvent[Export], frozen=True, gc=False, tag="data.exported"):
    """The customer asked for an export of their own data."""


class LoginMade(CustomerEvent[Login], frozen=True, gc=False, tag="login.made"):
    """The customer logged in."""


class ProgrammeUsed(CustomerEvent[ProgrammeUse], frozen=True, gc=False, tag="programme.used"):
    """The customer earned or spent points, or redeemed a coupon or offer."""


class DeliveryMade(CustomerEvent[Delivery], frozen=True, gc=False, tag="delivery.made"):
    """A delivery reached the customer: on time, late, short or with a defect."""


TYPES = tuple(
    EventType(struct, (INTERACTIONS,), Basis.LEGITIMATE_INTEREST, Purpose.EARLY_WARNING)
    for struct in (
        PurchaseMade,
        GoodsReturned,
        UsageRecorded,
        DataExported,
        LoginMade,
        ProgrammeUsed,
        DeliveryMade,
    )
)
