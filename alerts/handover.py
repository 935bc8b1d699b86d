"""Handover: who has the customers of somebody who left, and who makes room for them.

The scorer goes on naming the account manager that the profile names, and what it says goes to
that name's desk; so every desk is told of every departure, and each decides the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.contract import Contract, Instant

DEPARTURES = ("relation.manager_left", "relation.poached")


class Handover(Contract, frozen=True, kw_only=True):
    """From `since` on, `heir` has what was `owner`'s; until `until`, out of one budget.

    `done` once the desk has given the heir what was open then, `over` once the heir has a whole
    budget again at each desk.
    """

    owner: str
    heir: str
    change: str
    since: Instant
    until: Instant
    done: bool = False
    over: bool = False

    @property
    def due(self) -> datetime | None:
        """When the desk has to do something about it, None if never."""
        if not self.done:
            return self.since
        return None if self.over else self.until


def _alone(_: str) -> int:
    return 0


@dataclass(frozen=True)
class Seat:
    """Which of the desks this is, and which of them hears what is said under a key."""

    number: int = 0
    desk_of: Callable[[str], int] = _alone


def heir_of(owner: str, handovers: Mapping[str, Handover], now: datetime) -> str:
    """Give who has the customers of an account manager now; heirs may have left as well.

    Who hands over in a circle keeps what is theirs.
    """
    asked, at = {owner}, owner
    while (handover := handovers.get(at)) is not None and handover.since <= now:
        if handover.heir in asked:
            return owner
        at = handover.heir
        asked.add(at)
    return at


def share(
    owner: str, budget: int, handovers: Mapping[str, Handover], now: datetime, seat: Seat
) -> int:
    """Give this desk's share of a budget, while its owner has tasks at several desks.

    What an heir takes over stays at the desk of who left. Each desk knows only its own tasks,
    so they divide the budget between them instead of asking; the owner's own desk has the rest.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = [datetime(2017, 1, n, tzinfo=UTC) for n in range(1, 9)]
    >>> left = Handover(owner="kim", heir="lee", change="c", since=day[0], until=day[7])
    >>> desks = {"kim": 0, "lee": 1}
    >>> [share("lee", 25, {"kim": left}, day[3], Seat(n, desks.__getitem__)) for n in range(2)]
    [12, 13]
    """
    mine = seat.desk_of(owner)
    desks = {mine} | {
        seat.desk_of(one.owner)
        for one in handovers.values()
        if now < one.until and heir_of(one.owner, handovers, now) == owner
    }
    each = budget // len(desks)
    return budget - each * (len(desks) - 1) if seat.number == mine else each
