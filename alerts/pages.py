"""Pages: what one desk remembers, as documents: a key and JSON bytes each.

task/ID              a task, live or finished
customer/CUSTOMER    what the desk remembers of a customer between alerts
waiting/CUSTOMER     an alert that was put off
held/ID              something said, held for its round
case/CHANGE          what the desk knows of a company change and of the case about it
handover/OWNER       who has the customers of somebody who left
clock                the ticks
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from alerts.alert import Alert
from alerts.cases import Case
from alerts.contract import Contract, Instant
from alerts.decision import Decision
from alerts.fit import Brought
from alerts.handling import Handling
from alerts.handover import Handover
from alerts.rounds import Clock, Held
from alerts.task import Task
from alerts.value import Worth
from detectors.errors import FormatError

NOTHING_READ = -1  # a position before every other

Rank = tuple[int, float, datetime, str]
BROKEN, URGENT, USUAL = range(3)  # in the order of a queue


class Customer(Contract, frozen=True, kw_only=True):
    """What the desk remembers of a customer: the live task, the last one's end, contacts.

    `seen` are the alerts decided last, so that one said again is not decided again. `case` is
    the change into whose case the last of them was merged, `brought` what contacts brought them.
    """

    task_id: str | None = None
    cool_until: Instant | None = None
    cool_band: str = "calm"
    contacts: tuple[Instant, ...] = ()
    seen: tuple[str, ...] = ()
    case: str | None = None
    brought: tuple[Brought, ...] = ()


class Waiting(Contract, frozen=True, kw_only=True):
    """An alert that was put off, and all the alerts it stands for, itself the last.

    `decision` is None between a round's hearing of it and its decision.
    """

    alert: Alert
    alerts: tuple[str, ...]
    worth: Worth
    handling: Handling
    decision: Decision | None
    not_before: Instant
    expires_at: Instant

    @property
    def queued(self) -> bool:
        """Whether only room is missing."""
        return self.decision in (None, Decision.WAITING_FOR_BUDGET)

    @property
    def rank(self) -> Rank:
        """Give the place in the queue, lowest first.

        Broken promises by what may be lost, the longest first; then what is urgent, then the
        rest, by what acting is worth.
        """
        alert = self.alert
        if alert.breach is not None:
            return BROKEN, -alert.value_at_risk, alert.as_of, alert.id
        kind = URGENT if self.handling.urgent else USUAL
        return kind, -self.worth.expected_value, alert.as_of, alert.id


class Changes(Contract, frozen=True):
    """Documents to write and to remove, together or not at all."""

    puts: Mapping[str, bytes]
    deletes: frozenset[str]

    def then(self, later: "Changes") -> "Changes":
        """Give both in one. What is written is absolute, so the later one wins."""
        puts = {key: page for key, page in self.puts.items() if key not in later.deletes}
        deletes = (self.deletes - later.puts.keys()) | later.deletes
        return Changes({**puts, **later.puts}, deletes)


NO_CHANGES = Changes({}, frozenset())


Page = Task | Customer | Waiting | Held | Case | Handover | Clock


class Documents(Mapping[str, bytes]):
    """Pages as documents, each written when somebody first asks for it: a backtest never does."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self._pages = pages
        self._written: dict[str, bytes] = {}

    def __getitem__(self, key: str) -> bytes:
        document = self._written.get(key)
        if document is None:
            document = self._written[key] = write(self._pages[key])
        return document

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)


AnyPage = TypeVar("AnyPage", bound=Page)

_KINDS: Mapping[str, type[Page]] = {
    "task": Task,
    "customer": Customer,
    "waiting": Waiting,
    "held": Held,
    "case": Case,
    "handover": Handover,
    "clock": Clock,
}
_encoder = msgspec.json.Encoder(order="deterministic")


def key(page: Page, name: str = "") -> str:
    """Give the key of a page; `name` is the customer's, whose page does not carry it."""
    return _KEYS[type(page)](page, name)


# By the exact type: `isinstance` asks the structs' metaclass, some times a record.
_KEYS: Mapping[type[Page], Callable[[Any, str], str]] = {
    Task: lambda task, _: f"task/{task.id}",
    Customer: lambda _, name: f"customer/{name}",
    Waiting: lambda waiting, _: f"waiting/{waiting.alert.customer}",
    Held: lambda held, _: f"held/{held.record.id}",
    Case: lambda case, _: f"case/{case.id}",
    Handover: lambda handover, _: f"handover/{handover.owner}",
    Clock: lambda *_: "clock",
}


def write(page: Page) -> bytes:
    """Give a page as JSON; the same page gives the same bytes."""
    return _encoder.encode(page)


def read(key: str, document: bytes) -> Page:
    """Read a document.

    Raises
    ------
    FormatError
        If it is none that this version knows.
    """
    kind = _KINDS.get(key.partition("/")[0])
    if kind is None:
        raise FormatError(f"document {key!r}: of no known kind")
    return read_as(kind, document, key)


def read_as(kind: type[AnyPage], document: bytes, key: str) -> AnyPage:
    """Read a document of a known kind; `key` names it in the error.

    Raises
    ------
    FormatError
        If it is none that this version knows.
    """
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.MsgspecError as error:
        raise FormatError(f"document {key!r}: {error}") from error
