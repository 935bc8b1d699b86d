"""Faust's table, reduced to what we need of it: registration and recovery of a role's ledger.

Being registered makes Faust assign the changelog together with the inputs, partition by
partition, and read it back before any record is delivered. Nothing is ever written through the
table: rows go out in batches (`Changelog.write`), on the role's flush.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, cast

import faust
from faust.stores.base import Store
from faust.tables.manager import TableManager
from faust.types import TP
from faust.types.events import EventT

from streams.counts import Counts
from streams.exits import Fatal
from streams.role import Ledger, Table
from streams.writer import Writer

READ_ONLY = "rows are written by the role's flush, never through the table"


class LedgerStore(Store[bytes, bytes]):
    """Gives recovered rows to a ledger and remembers how far it has read.

    `persisted_offset` is the place in memory, so a partition that stays here in a rebalance
    replays nothing, and one that was lost and comes back replays its own rows only.
    """

    def __init__(self, table: "LedgerTable", ledger: Ledger, counts: Counts, fatal: Fatal) -> None:
        super().__init__("ledger://", table.app, table)
        self._ledger = ledger
        self._counts = counts
        self._fatal = fatal
        self.position: dict[int, int] = {}  # newest changelog offset in memory, by partition

    def persisted_offset(self, tp: TP) -> int | None:
        """Give the offset up to which memory reflects the changelog; None replays all."""
        return self.position.get(tp.partition)

    def apply_changelog_batch(
        self,
        batch: Iterable[EventT[Any]],
        to_key: Callable[[Any], Any],
        to_value: Callable[[Any], Any],
    ) -> None:
        """Give slices of rows to the ledger. An exception ends the process: Faust would log it."""
        try:
            for event in batch:
                message = event.message
                poll: Any = message.value
                self._ledger.restore(message.partition, poll.records)
                self.position[message.partition] = message.offset
                self._counts.restored += len(poll.records)
        except BaseException as error:  # noqa: BLE001  # whatever it is
            self._fatal("recovery", error)

    def drop(self, partition: int) -> None:
        """Forget a partition, known or not."""
        self.position.pop(partition, None)
        self._ledger.drop(partition)

    def reset_state(self) -> None:
        """Keep everything: the state is the role's."""

    async def backup_partition(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the changelog is the backup."""

    def restore_backup(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the changelog is the backup."""

    def __getitem__(self, key: bytes) -> bytes:
        raise KeyError(key)

    def __setitem__(self, key: bytes, value: bytes) -> None:
        raise TypeError(READ_ONLY)

    def __delitem__(self, key: bytes) -> None:
        raise TypeError(READ_ONLY)

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def _clear(self) -> None:
        raise TypeError(READ_ONLY)


class EagerTables(TableManager):
    """Faust's table manager without the second that it sleeps on each start.

    Faust waits for tables declared late; ours are all there, and the conductor waits for agents.
    """

    async def on_start(self) -> None:
        """Register the tables and start their recovery."""
        await self._update_channels()
        await self.recovery.start()


class LedgerTable(faust.Table[bytes, bytes]):
    """A table with our store, and with a changelog of any name.

    Faust's own `changelog_topic=` makes a topic without the settings a changelog needs; the name
    alone is safe to change.
    """

    def __init__(self, app: faust.App, table: Table, counts: Counts, fatal: Fatal) -> None:
        self._changelog_name = table.topic
        super().__init__(
            app,
            name="ledger",
            key_type=bytes,
            value_type=bytes,
            recovery_buffer_size=2,  # slices; 1 would leave the changelog being read for ever
        )
        self.store = LedgerStore(self, table.ledger, counts, fatal)

    def _changelog_topic_name(self) -> str:
        return self._changelog_name or super()._changelog_topic_name()

    def _new_store(self) -> LedgerStore:
        return self.store

    def keep(self, ours: Collection[int], gone: Collection[int]) -> None:
        """Forget partitions that went, and those that were restored in part and never came.

        A partition may go and come back in one rebalance. Faust does not notice that, and its
        recovery would go on from where the forgotten rows ended.
        """
        recovery = cast(TableManager, self.app.tables).recovery
        for partition in {*gone, *self.store.position} - set(ours):
            recovery.revoke(TP(self.changelog_topic_name, partition))
            self.store.drop(partition)


class Changelog:
    """The changelog of a role's table, for writing.

    Parameters
    ----------
    topic : str
        The changelog.
    store : LedgerStore
        Is told how far memory reflects the changelog after each write.
    writer : Writer
        Writes.
    """

    def __init__(self, topic: str, store: LedgerStore, writer: Writer) -> None:
        self.topic = topic
        self._store = store
        self._writer = writer

    async def write(self, partition: int, rows: Sequence[tuple[bytes, bytes | None]]) -> None:
        """Write (key, packed row or null) and wait until Kafka has them all."""
        offsets = await self._writer.write(
            self.topic, partition, [(key, row, ()) for key, row in rows]
        )
        if offsets and offsets[-1] >= 0:
            self._store.position[partition] = offsets[-1]
