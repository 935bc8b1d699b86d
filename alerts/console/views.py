"""The log of views: who looked at which customer or task, when and why. Kept on `churn.views`."""

from typing import Literal

import msgspec

from alerts.contract import Contract, Instant, decoded

What = Literal["task", "customer", "queue", "watch"]


class View(Contract, frozen=True, kw_only=True):
    """That somebody was shown something of a customer.

    `what` is the page: one task, one customer, or a line in a queue or in the list of those to
    watch. `why` is how they came there: a task's id, "search", "queue", "watch" or "link".
    `at` is the time on the wall, whatever time it is where events are.
    """

    who: str
    job: str
    what: What
    customer: str
    task_id: str | None
    why: str
    at: Instant


_decoder = msgspec.json.Decoder(View)


def read(record: bytes, place: str) -> View:
    """Read a record of `churn.views`; `place` names it in the error.

    Raises
    ------
    FormatError
        If it is none that this version knows.
    """
    return decoded(_decoder, record, place)
