"""What came of it: customers left, returned, were contacted; tasks were closed."""

from typing import Literal

from streams.events.envelope import CustomerEvent, Data, Name, Text
from streams.events.event_type import Basis, EventType, Purpose
from streams.events.vocabulary import Channel, ValueItem
from streams.topics import OUTCOMES


class Churn(Data, frozen=True, kw_only=True, gc=False):
    """How the customer went. `cause` is a reason id of our tree; null or ``unknown``: not known."""

    kind: Literal["voluntary", "involuntary", "natural"]
    cause: Name | None = None


class Comeback(Data, frozen=True, kw_only=True, gc=False):
    """Why the customer is back, as far as anybody knows."""

    cause: Name | None = None


class Outreach(Data, frozen=True, kw_only=True, gc=False):
    """The contact that was made for a task; the same id in ``contact.made`` counts once."""

    contact_id: Name
    channel: Channel
    value_item: ValueItem | None = None
    task_id: Name | None = None
    answered: bool | None = None


class TaskResult(Data, frozen=True, kw_only=True, gc=False):
    """How a retention task ended; `reason` is the reason id that turned out to be true."""

    task_id: Name
    outcome: Literal["saved", "lost", "false-alarm", "not-reachable"]
    reason: Name | None = None
    note: Text | None = None


class CustomerChurned(CustomerEvent[Churn], frozen=True, gc=False, tag="customer.churned"):
    """The customer left."""


class CustomerReturned(CustomerEvent[Comeback], frozen=True, gc=False, tag="customer.returned"):
    """A customer who had left is back."""


class CustomerContacted(CustomerEvent[Outreach], frozen=True, gc=False, tag="customer.contacted"):
    """We contacted the customer because of a task."""


class TaskClosed(CustomerEvent[TaskResult], frozen=True, gc=False, tag="task.closed"):
    """A retention task of the customer was closed."""


_TOPICS = (OUTCOMES,)
TYPES = (
    EventType(CustomerChurned, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.MEASUREMENT),
    EventType(CustomerReturned, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.MEASUREMENT),
    EventType(CustomerContacted, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.OUTREACH),
    EventType(TaskClosed, _TOPICS, Basis.LEGITIMATE_INTEREST, Purpose.MEASUREMENT),
)
