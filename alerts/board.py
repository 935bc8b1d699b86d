"""The board: where tasks live and people look at them. The port, and its home in memory.

The desk writes, one partition each, and nobody else does. A write is all or nothing and
carries the position up to which it holds, so that writing a step again changes nothing.
People only look; what they do goes through `churn.log.desk`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts.cases import Case, Progress, progress
from alerts.pages import (
    BROKEN,
    NOTHING_READ,
    URGENT,
    USUAL,
    Changes,
    Customer,
    Waiting,
    read_as,
)
from alerts.rounds import Clock
from alerts.task import State, Task
from detectors.errors import BoardError


@dataclass(frozen=True)
class Kept:
    """A desk's documents, and the position up to which they hold."""

    position: int
    documents: Mapping[str, bytes]


@dataclass(frozen=True)
class Load:
    """How busy an account manager is: live tasks, and of them the urgent and the snoozed ones.

    An urgent one that is snoozed counts as snoozed.
    """

    owner: str
    n_live: int
    n_urgent: int
    n_snoozed: int


@dataclass(frozen=True)
class Known:
    """What the desks know of a customer: all tasks that are kept, the newest first; more."""

    tasks: tuple[Task, ...] = ()
    contacts: tuple[datetime, ...] = ()  # those that still count against the cap
    cool_until: datetime | None = None
    waiting: tuple[Waiting, ...] = ()  # alerts that were put off


class Board(Protocol):
    """What every home of the board can do; `tests/contracts/test_boards.py` says how."""

    async def load(self, desk: int) -> Kept:
        """Give what is kept of a desk; a desk that never wrote is empty, before any position."""

    async def write(self, desk: int, after: int, position: int, changes: Changes) -> bool:
        """Keep what one or many steps of a desk changed, all of it or nothing.

        Parameters
        ----------
        desk : partition of `churn.log.desk`
        after : position of the step before; what the changes build upon
        position : position of the last of the steps

        Returns
        -------
        bool
            False if the board holds as much or more; nothing is changed then.

        Raises
        ------
        BoardError
            If the board holds less than `after`, what the changes build upon; or it is out of
            reach.
        """

    async def queue(self, owner: str, limit: int) -> list[Task]:
        """Give an account manager's live tasks: urgent, by expected value, snoozed ones last."""

    async def loads(self) -> list[Load]:
        """Give how busy every account manager is who has live tasks, by name."""

    async def task(self, task_id: str) -> Task | None:
        """Give one task, live or finished."""

    async def states(self) -> dict[State, int]:
        """Give how many tasks are in each state; states without any are left out."""

    async def progress(self, change: str) -> Progress | None:
        """Give how far the case of a company change has come, over all desks."""

    async def clock(self) -> datetime | None:
        """Give the latest tick that any desk has heard: the time it is where events are."""

    async def customer(self, name: str) -> Known:
        """Give what all desks know of a customer; nothing of one that no desk has heard of."""

    async def cases(self) -> list[tuple[Case, Progress]]:
        """Give the cases of company changes and how far each has come, the newest first."""


class MemoryBoard:
    """The board of one process: for backtests, and as the plain meaning of the port."""

    def __init__(self) -> None:
        self._positions: dict[int, int] = {}
        self._documents: defaultdict[int, dict[str, bytes]] = defaultdict(dict)

    async def load(self, desk: int) -> Kept:
        """See `Board.load`."""
        position = self._positions.get(desk, NOTHING_READ)
        return Kept(position, dict(self._documents.get(desk, {})))

    async def write(self, desk: int, after: int, position: int, changes: Changes) -> bool:
        """See `Board.write`."""
        held = self._positions.get(desk, NOTHING_READ)
        if held >= position:
            return False
        if held < after:
            raise behind(desk, held, after)
        documents = self._documents[desk]
        documents.update(changes.puts)
        for key in changes.deletes:
            documents.pop(key, None)
        self._positions[desk] = position
        return True

    async def queue(self, owner: str, limit: int) -> list[Task]:
        """See `Board.queue`."""
        live = (task for task in self._tasks() if task.owner == owner and task.state.live)
        return sorted(live, key=place)[:limit]

    async def loads(self) -> list[Load]:
        """See `Board.loads`."""
        counts = Counter((task.owner, place(task)[0]) for task in self._tasks() if task.state.live)
        return [
            load(owner, [counts[owner, kind] for kind in KINDS])
            for owner in sorted({owner for owner, _ in counts})
        ]

    async def task(self, task_id: str) -> Task | None:
        """See `Board.task`."""
        return next((task for task in self._tasks() if task.id == task_id), None)

    async def states(self) -> dict[State, int]:
        """See `Board.states`."""
        return dict(Counter(task.state for task in self._tasks()))

    async def progress(self, change: str) -> Progress | None:
        """See `Board.progress`."""
        key = f"case/{change}"
        return added_up(documents.get(key) for documents in self._documents.values())

    async def clock(self) -> datetime | None:
        """See `Board.clock`."""
        return newest(documents.get("clock") for documents in self._documents.values())

    async def customer(self, name: str) -> Known:
        """See `Board.customer`."""
        desks = self._documents.values()
        return known(
            [task for task in self._tasks() if name and task.customer == name],
            (documents.get(f"customer/{name}") for documents in desks),
            (documents.get(f"waiting/{name}") for documents in desks),
        )

    async def cases(self) -> list[tuple[Case, Progress]]:
        """See `Board.cases`."""
        return as_cases(
            document
            for documents in self._documents.values()
            for key, document in documents.items()
            if key.startswith("case/")
        )

    def _tasks(self) -> Iterator[Task]:
        for documents in self._documents.values():
            yield from as_tasks(documents)


# What both homes say alike.

SNOOZED = 3
KINDS = (BROKEN, URGENT, USUAL, SNOOZED)  # in the order of a queue


def place(task: Task) -> tuple[int, float, str]:
    """Give a live task's place in its owner's queue, lowest first.

    Broken promises first, by what may be lost; the rest by what acting is worth.
    """
    if task.state is State.SNOOZED:
        return SNOOZED, -task.expected_value, task.id
    if task.breach is not None:
        return BROKEN, -task.value_at_risk, task.id
    return URGENT if task.urgent else USUAL, -task.expected_value, task.id


def load(owner: str, n_by_kind: list[int]) -> Load:
    """Give an account manager's load from counts of tasks by `KINDS`."""
    n_urgent = n_by_kind[BROKEN] + n_by_kind[URGENT]
    return Load(owner, sum(n_by_kind), n_urgent, n_by_kind[SNOOZED])


def as_tasks(documents: Mapping[str, bytes]) -> Iterator[Task]:
    """Give the tasks among some documents."""
    for key, document in documents.items():
        if key.startswith("task/"):
            yield read_as(Task, document, key)


def added_up(documents: Iterable[bytes | None]) -> Progress | None:
    """Add up what some desks' pages say of one case."""
    return progress(read_as(Case, one, "case") for one in documents if one is not None)


def newest(documents: Iterable[bytes | None]) -> datetime | None:
    """Give the latest tick of some desks' clocks."""
    clocks = (read_as(Clock, one, "clock") for one in documents if one is not None)
    return max((clock.newest for clock in clocks if clock.newest is not None), default=None)


def known(
    tasks: Iterable[Task], customers: Iterable[bytes | None], waiting: Iterable[bytes | None]
) -> Known:
    """Put together what some desks' pages say of one customer."""
    pages = [read_as(Customer, one, "customer") for one in customers if one is not None]
    return Known(
        tuple(sorted(tasks, key=lambda task: (task.opened_at, task.id), reverse=True)),
        tuple(sorted(at for page in pages for at in page.contacts)),
        max((page.cool_until for page in pages if page.cool_until is not None), default=None),
        tuple(read_as(Waiting, one, "waiting") for one in waiting if one is not None),
    )


def as_cases(documents: Iterable[bytes]) -> list[tuple[Case, Progress]]:
    """Add up what some desks' pages say of all cases."""
    by_id: defaultdict[str, list[Case]] = defaultdict(list)
    for document in documents:
        case = read_as(Case, document, "case")
        by_id[case.id].append(case)
    found = [
        (max(pages, key=lambda case: len(case.parts)), added)
        for pages in by_id.values()
        if (added := progress(pages)) is not None
    ]
    return sorted(found, key=lambda one: (one[0].at, one[0].id), reverse=True)


def behind(desk: int, held: int, after: int) -> BoardError:
    """Say that the board has lost writes; the desk must be opened anew from what is there."""
    return BoardError(
        f"the board holds desk {desk} up to position {held}, and was to be written from {after}:"
        " it lost what was between. Start the desk again; it reads the log from there."
    )
