"""The outbox: what has to be told about a task, to whom, and what came of telling it.

A notice is derived from the task alone, and its id from what it says: whoever derives it again
gets the same one, so that it is put into the outbox once. Where somebody can be reached is not
known here; that is the courier's address book.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from alerts.contract import Contract, Instant, content_id, decoded
from alerts.handling import Kind
from alerts.task import Change, Entry, State, Task


class Audience(StrEnum):
    """Who is told."""

    OWNER = "owner"  # whoever has to do it
    HEAD = "head"  # the account manager's head
    MANAGEMENT = "management"
    CUSTOMER = "customer"  # by a machine of the company, never by us


class Occasion(StrEnum):
    """Why they are told."""

    OPENED = "opened"
    RAISED = "raised"
    REASSIGNED = "reassigned"
    WITHDRAWN = "withdrawn"  # whoever was told to call must hear that there is no need
    INFORMED = "informed"  # for those who are only to know
    MESSAGE = "message"  # the approved text itself


class Ending(StrEnum):
    """What came of a notice."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    OVER = "over"  # there was nothing left to tell
    REFUSED = "refused"  # by the other side, for good
    GAVE_UP = "gave_up"  # the other side did not answer for too long
    NO_ADDRESS = "no_address"  # nobody knows where to reach them
    WITHHELD = "withheld"  # a text that may not reach the customer

    @property
    def dead(self) -> bool:
        """Whether somebody has to look at it: it should have been told, and was not."""
        return self in (Ending.REFUSED, Ending.GAVE_UP, Ending.NO_ADDRESS, Ending.WITHHELD)


class Notice(Contract, frozen=True, kw_only=True):
    """Something to be told once. `whose` is the account manager it is about."""

    id: str
    task_id: str
    audience: Audience
    occasion: Occasion
    whose: str
    urgent: bool


class Told(Contract, frozen=True, kw_only=True):
    """A notice and what came of it.

    `person` is who was meant, by the address book, `channel` what took it, or refused it last,
    `cause` why it was not delivered, `rounds` how often it was tried and put off.
    """

    notice: Notice
    ending: Ending = Ending.WAITING
    person: str = ""
    channel: str = ""
    cause: str = ""
    rounds: int = 0
    at: Instant | None = None


class Claimed(Contract, frozen=True, kw_only=True):
    """A notice that a courier has taken for a while, and the desk whose it is."""

    desk: int
    told: Told


class Backlog(Contract, frozen=True, kw_only=True):
    """What an outbox holds: how many wait, since when the oldest of them does, and the dead."""

    n_waiting: int
    oldest_s: float
    n_dead: int


class Outbox(Protocol):
    """What the courier needs of the place where notices wait."""

    async def claim(self, desk: int, limit: int, lease_s: float) -> list[Claimed]:
        """Take what is due, urgent first; for so long nobody else is given it."""

    async def renew(self, claimed: Iterable[Claimed], lease_s: float) -> None:
        """Keep what was claimed for so long from now on, as far as it still waits."""

    async def look(self, claimed: Claimed) -> tuple[Task | None, Mapping[str, Told]]:
        """Give the task as it is now, and what came of all its notices, by their ids."""

    async def settle(self, claimed: Claimed, told: Told) -> None:
        """Keep what came of it, for good. What was delivered stays delivered."""

    async def postpone(self, claimed: Claimed, told: Told, wait_s: float, *, late: bool) -> None:
        """Have it come again later; unless `late`, its age is counted from then on only."""


CHANGES: Final[Mapping[Change, Occasion]] = {
    Change.OPENED: Occasion.OPENED,
    Change.RAISED: Occasion.RAISED,
    Change.REASSIGNED: Occasion.REASSIGNED,
    Change.WITHDRAWN: Occasion.WITHDRAWN,
}
_encoder = msgspec.json.Encoder(order="deterministic")
_told = msgspec.json.Decoder(Told)


def notices(task: Task) -> tuple[Notice, ...]:
    """Give what has to be told about a task as it is: to each audience the newest thing only."""
    if task.kind is Kind.MESSAGE:
        open_still = task.state is State.OPEN
        return (_notice(task, Audience.CUSTOMER, Occasion.MESSAGE),) if open_still else ()
    found = []
    entry = next((one for one in reversed(task.history) if one.change in CHANGES), None)
    if entry is not None and _news(task, entry):
        occasion = CHANGES[entry.change]
        found.append(_notice(task, Audience.OWNER, occasion, task.owner, entry.at, entry.cause))
    if task.informed and task.state.live:
        found.append(_notice(task, Audience(task.informed), Occasion.INFORMED))
    return tuple(found)


def write(told: Told) -> bytes:
    """Give a notice and what came of it as JSON; the same gives the same bytes."""
    return _encoder.encode(told)


def read(document: bytes, place: str) -> Told:
    """Read one; `place` names it in the error.

    Raises
    ------
    FormatError
        If it is none that this version knows.
    """
    return decoded(_told, document, place)


def _news(task: Task, entry: Entry) -> bool:
    if entry.change is Change.WITHDRAWN:
        return task.state is State.WITHDRAWN
    took_it = entry.change is Change.REASSIGNED and entry.by == task.owner
    return task.state.live and not took_it  # nobody has to be told what they did themselves


def _notice(task: Task, audience: Audience, occasion: Occasion, *what: object) -> Notice:
    return Notice(
        id=content_id("delivery", task.id, audience.value, occasion.value, *what),
        task_id=task.id,
        audience=audience,
        occasion=occasion,
        whose=task.owner,
        urgent=task.urgent,
    )
