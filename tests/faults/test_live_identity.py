"""Merges and losses cross partitions of a real Kafka: counted once, whoever is killed."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from detectors.arrays import NEVER
from detectors.engine import Engine
from detectors.kinds import Kind
from detectors.outcome import Outcome
from detectors.slices import Slice
from streams.backtest.feeding import feed
from streams.backtest.pipeline import Partition, Pipeline
from streams.customer_log import read_log
from streams.customer_names import CustomerNames
from streams.log_reader import LogReader
from streams.settings import Settings
from streams.tail import LogRecord
from tests.faults.live_system import NEVER as UNPAUSED
from tests.faults.live_system import System, settings_of
from tests.faults.live_twins import APART, LOST, PAIRS, TwinTown

SECONDS = 10.0
ABSORBED = {old: new for old, new in PAIRS.items() if old != APART}

Facts = dict[str, tuple[float, bool, int]]  # purchases counted, absorbed, neighbours lost


async def facts(servers: str, settings: Settings) -> Facts:
    """Read the logs again: what the ledger holds of each customer, and what the log told them."""
    found: Facts = {}
    async with LogReader(servers) as reader:
        for partition in range(settings.topics.partitions):
            engine, names = Engine(partition, settings.core), CustomerNames(reader, partition)
            await names.read()
            news = Counter[int]()
            async for offset, record in read_log(reader, partition):
                engine.step(offset, record)
                news.update(heard(record))
            known = [names.name(number) for number in range(engine.ledger.n_rows)]
            found |= told(engine, known, news)
    return found


def told(engine: Engine, names: Sequence[str], news: Counter[int]) -> Facts:
    """Give what a ledger holds of each customer."""
    table = engine.ledger.table[: engine.ledger.n_rows]
    counted, absorbed = table["value.amount_n"], table["ledger.absorbed_ms"] != NEVER
    return {
        name: (float(counted[number]), bool(absorbed[number]), news[number])
        for number, name in enumerate(names)
    }


def heard(record: LogRecord) -> list[int]:
    """Give the numbers of the customers whom a record tells of a neighbour's loss."""
    if not isinstance(record, Slice):
        return []
    numbers: list[int] = record.columns["row"][
        record.columns["kind"] == Kind.NEIGHBOUR_CHURNED
    ].tolist()
    return numbers


def check(found: Facts, source: TwinTown) -> None:
    purchases = source.purchases
    for who, (counted, absorbed, _) in found.items():
        assert absorbed == (who in ABSORBED), who
        if who in ABSORBED:
            assert counted == 0, who
        elif who not in PAIRS and who not in PAIRS.values():
            assert counted == purchases[who], who
    for old, new in PAIRS.items():
        assert found[old][0] + found[new][0] == purchases[old] + purchases[new], old
    assert 0 < found[APART][0] < purchases[APART]
    expected = {neighbour for pair in LOST.values() for neighbour in pair}
    assert {who: n for who, (_, _, n) in found.items() if n} == dict.fromkeys(expected, 1)


class Overheard(Partition):
    """A partition of the backtest that remembers who was told of a loss."""

    def __init__(self, number: int, settings: Settings) -> None:
        super().__init__(number, settings)
        self.news = Counter[int]()

    def step(self, record: LogRecord) -> Outcome:
        """Take a record of the log."""
        self.news.update(heard(record))
        return super().step(record)


def test_a_backtest_joins_rows_and_tells_neighbours() -> None:
    source = TwinTown()
    settings = settings_of(source)
    pipeline = Pipeline(settings)
    partitions = [Overheard(number, settings) for number in range(settings.topics.partitions)]
    pipeline.partitions = list(partitions)
    feed(pipeline, source, lambda _: None)
    found: Facts = {}
    for partition in partitions:
        found |= told(partition.engine, partition.names, partition.news)
    check(found, source)


async def test_merges_and_losses_count_once_across_partitions_whoever_is_killed(
    tmp_path: Path,
) -> None:
    source = TwinTown()
    system = System(tmp_path, source)
    try:
        await system.start()
        members = await system.all_roles(instance="one")
        feeding = asyncio.create_task(system.fed(SECONDS))
        for share, role in ((0.24, "intake"), (0.3, "scorer"), (0.7, "intake")):
            await system.under_load(feeding, share)
            await members[role].killed()
            members[role] = system.starting(role, "one")
        system.pause_at = UNPAUSED
        await feeding
        check(await facts(system.kafka.address, system.settings), source)
        assert all(line.equal for line in await system.audited())
    finally:
        await system.close()
