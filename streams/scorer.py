"""The scorer: the detector on Faust. What it decides is in `detectors/engine.py`.

It decides from the customer log and nothing else. Effects leave with their slice, acknowledged;
changed rows are written on an interval, the head after them, and only then are the slices
acked. A repeated step says the same again, under the same ids.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from time import monotonic

from detectors.engine import Engine, warm_up
from detectors.layout import LAYOUT
from detectors.learning.lessons import cut, lesson, pack
from detectors.learning.schedule import teaches
from detectors.ledger import Ledger
from detectors.outcome import Outcome
from detectors.score import FEATURES_HASH
from detectors.settings import CoreSettings
from streams.customer_log import incoming
from streams.customer_names import CustomerNames
from streams.effects import assessments, breaches, desk_records, encoded, rows_moved
from streams.log_reader import LogReader
from streams.onward import told as told_of
from streams.packed_rows import RowReader, RowWriter
from streams.role import Kit, Records, Role, Table
from streams.scorer_counts import ScorerCounts
from streams.topics import (
    ASSESSMENTS,
    BREACHES,
    CUSTOMER_LOG,
    DESK_LOG,
    OUTCOMES,
    TRAINING_LOG,
)
from streams.writer import Outgoing

# A poll may hold seconds of work, and while it is in work nothing else of the worker moves: no
# heartbeat, no probe, no acknowledgement of another partition's writes.
AT_ONCE_S = 0.1

Effects = dict[tuple[str, int], list[Outgoing]]


class Scorer(Role):
    """Reads the customer log; writes assessments, broken promises, alerts, lessons, its rows."""

    name = "churn-scorer"
    topics = (CUSTOMER_LOG,)
    at_once = 64  # each may be a tick, which looks at every customer

    def __init__(self, bootstrap_servers: str, settings: CoreSettings) -> None:
        self.table = Table(ledger=self)
        self.done = ScorerCounts()
        self._servers, self._settings = bootstrap_servers, settings
        self._readers: dict[int, RowReader] = {}
        self._ledgers: dict[int, Ledger] = {}
        self._engines: dict[int, Engine] = {}
        self._writers: dict[int, RowWriter] = {}
        self._names: dict[int, CustomerNames] = {}

    def restore(self, partition: int, records: Records) -> None:
        """Take rows back."""
        if partition not in self._readers:
            self._ledgers[partition] = Ledger(LAYOUT)
            self._readers[partition] = RowReader(self._ledgers[partition])
        self._readers[partition].take(records)

    def drop(self, partition: int) -> None:
        """Forget a partition that went to another worker."""
        for kept in (self._readers, self._ledgers, self._engines, self._writers, self._names):
            kept.pop(partition, None)

    async def started(self, kit: Kit) -> None:
        """Learn how many partitions there are to write to."""
        await super().started(kit)
        warm_up()
        self._n_partitions = await kit.writer.partitions(ASSESSMENTS)
        self._n_desks = await kit.writer.partitions(DESK_LOG)
        for topic in (BREACHES, TRAINING_LOG, OUTCOMES):
            await kit.writer.partitions(topic)
        self._reader = LogReader(self._servers)
        await self._reader.__aenter__()

    async def stopped(self) -> None:
        """Close what was opened."""
        await self._reader.__aexit__()

    async def assigned(self, partition: int) -> None:
        """Go on from the head that was restored, or begin."""
        self.restore(partition, ())
        self._readers.pop(partition).finish()
        ledger = self._ledgers[partition]
        self._engines[partition] = Engine(partition, self._settings, ledger)
        self._writers[partition] = RowWriter(ledger)
        self._names[partition] = CustomerNames(self._reader, partition)
        await self._names[partition].read()

    async def step(self, partition: int, topic: str, records: Records) -> None:
        """Take records of the log, and await the acks of all that follows from them."""
        engine, outcomes, began = self._engines[partition], list[Outcome](), monotonic()
        for record in records:
            outcomes.append(engine.step(record.offset, incoming(record)))
            if monotonic() - began > AT_ONCE_S:
                await self._tell(partition, outcomes)
                outcomes, began = [], monotonic()
        await self._tell(partition, outcomes)

    async def flush(self, partition: int, alone: asyncio.Lock) -> None:
        """Write the rows that changed, then the head; each part as it is between two steps."""
        if self.kit.rows is None:
            return
        parts = self._writers[partition].take()
        while True:
            async with alone:
                part = next(parts, None)
            if part is None:
                return
            await self.kit.rows.write(partition, part)

    async def _tell(self, partition: int, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.done.add(partition, outcome)
        effects = await self._effects(partition, outcomes)
        await asyncio.gather(
            *(self.kit.writer.write(*place, told) for place, told in effects.items())
        )

    async def _effects(self, partition: int, outcomes: Iterable[Outcome]) -> Effects:
        names, effects = self._names[partition], defaultdict[tuple[str, int], list[Outgoing]](list)
        for outcome in outcomes:
            numbers = [told.number for told in outcome.assessments]
            numbers += [breach.number for breach in outcome.breaches]
            await names.know(numbers + [moved.number for moved in outcome.moved])
            for topic, told in ((ASSESSMENTS, assessments), (BREACHES, breaches)):
                each = told(outcome, names.name)
                effects[topic, partition] += [(key, value, ()) for key, value in each]
            said = desk_records(outcome, names.name, partition, self._n_partitions, self._n_desks)
            for desk, records in said.items():
                effects[DESK_LOG, desk] += [(key, value, ()) for key, value in encoded(records)]
            effects[OUTCOMES, partition] += map(told_of, rows_moved(outcome, names.name))
            effects[TRAINING_LOG, 0] += self._lessons(partition, outcome)
        return effects

    def _lessons(self, partition: int, outcome: Outcome) -> list[Outgoing]:
        at_ms = outcome.tick_ms
        if at_ms is None or not teaches(at_ms, self._settings.churn.horizon_days):
            return []
        whole = lesson(
            partition, at_ms, FEATURES_HASH, outcome.snapshot, outcome.labels, worths=outcome.worths
        )
        return [(b"%d" % partition, pack(part), ()) for part in cut(whole)]
