"""What a role gives the worker, and what the worker gives a role.

A role is the thin middle of a worker: it turns the records of a slice into engine steps and
effects. The worker (`worker.py`) brings it slices in order, one partition at a time, keeps the
order *effects, rows, ack*, and ends the process when anything unexpected happens.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from aiokafka import ConsumerRecord

from streams.counts import Counts
from streams.writer import Writer

Records = Sequence[ConsumerRecord[bytes | None, bytes | None]]


class Ledger(Protocol):
    """The state of a role, as recovery sees it: rows come in, a lost partition goes."""

    def restore(self, partition: int, records: Records) -> None:
        """Take rows of the changelog, in offset order. A null value is a row that was removed."""

    def drop(self, partition: int) -> None:
        """Forget all rows of a partition that went to another worker, known or not."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A ledger that Kafka keeps for a role.

    With several input topics it is also what makes them come together, partition by partition.

    Parameters
    ----------
    ledger : Ledger
        Takes the rows on recovery.
    topic : str or None
        The compacted changelog. None names it `<app id>-ledger-changelog`.
    """

    ledger: Ledger
    topic: str | None = None


class Rows(Protocol):
    """The changelog of a role's table, for writing."""

    topic: str

    async def write(self, partition: int, rows: Sequence["tuple[bytes, bytes | None]"]) -> None:
        """Write (key, packed row or null) to a partition and wait until Kafka has them all."""


@dataclass(frozen=True, kw_only=True)
class Kit:
    """What a role works with, given to it once in `started`.

    Parameters
    ----------
    writer : Writer
        Writes effects to any topic and waits for their acknowledgement.
    rows : Rows or None
        Writes rows to the changelog of the role's table; None without a table.
    counts : Counts
        Plain counters; `metrics.py` reads them when it is asked.
    spawn : callable
        Runs a task of the role's own beside the worker (a reader of models, say) until the stop.
        Takes a word for the log and a coroutine; an exception in it ends the process.
    """

    writer: Writer
    rows: Rows | None
    counts: Counts
    spawn: Callable[[str, Coroutine[None, None, None]], None]


class Role(ABC):
    """One role of ebbwatch: intake, scorer, trainer or desk.

    Calls for one partition never overlap, but for a flush, which goes on beside steps; those of
    different partitions take turns at every `await`. An exception out of any of them ends the
    process without an ack.
    """

    name: ClassVar[str]  # the app id: consumer group and head of the changelog's name
    topics: ClassVar[tuple[str, ...]]  # inputs, co-partitioned; several need a table
    batches: ClassVar[frozenset[str]] = frozenset()  # inputs whose records come as `Packed`
    at_once: ClassVar[int] = 4_000  # records of one step at most: as many as one poll
    table: Table | None = None

    async def started(self, kit: Kit) -> None:
        """Called once, before anything is read. Open here what needs the event loop."""
        self.kit = kit

    async def assigned(self, partition: int) -> None:
        """Called when a partition came to this worker, after its rows were restored.

        No record of the partition is delivered before this is done. It is not called again for
        a partition that stays through a rebalance.
        """
        return

    @abstractmethod
    async def step(self, partition: int, topic: str, records: Records) -> None:
        """Take a slice of records, in offset order, and await the acks of all its effects.

        After a crash the same records come again, cut into other slices.
        """

    async def pulse(self, partition: int) -> None:
        """Called about every `pulse_interval_s` for what no record causes: ticks by the clock."""
        return

    async def flush(self, partition: int, alone: asyncio.Lock) -> None:
        """Write what changed since the last flush and await its acks; then the slices are acked.

        Called on an interval, and before the partition may leave this worker. Who holds `alone`
        is between two steps of the partition, whose effects are acknowledged: what is to be
        written is read then, and only then. It may be ahead of the slices that will be acked.
        """
        return

    async def revoked(self, partition: int) -> None:
        """Called when a partition has gone to another worker, flushed and acked."""
        return

    async def stopped(self) -> None:
        """Called once, after the last flush. Close here what `started` opened."""
        return
