"""Reading the customer log again: the engine as it was at any time, and one customer's story."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import numpy as np

from detectors.arrays import F64
from detectors.assessment import Assessment
from detectors.bands import Band
from detectors.engine import LAYOUT, Engine
from detectors.errors import SettingsError
from detectors.judge import Blocks, row_of
from detectors.kinds import Kind
from detectors.learning import schedule
from detectors.outcome import Outcome
from detectors.reasons import Picture, reasons
from detectors.score import FEATURES
from detectors.settings import CoreSettings
from detectors.slices import Slice, Tick
from streams.customer_log import read_log
from streams.customer_names import CustomerNames
from streams.log_reader import LogReader
from streams.partitions import partition_of
from streams.tail import LogRecord
from streams.topics import CUSTOMER_LOG


@dataclass(frozen=True)
class Moment:
    """One line of a customer's story: an event, a Monday's picture, or an assessment."""

    at_ms: int
    told: str
    features: dict[str, float]
    assessment: Assessment | None = None


async def replay(
    reader: LogReader, partition: int, settings: CoreSettings
) -> AsyncIterator[tuple[Engine, LogRecord, Outcome]]:
    """Read a partition's log through a new engine; give each step with the engine after it."""
    engine = Engine(partition, settings)
    async for offset, record in read_log(reader, partition):
        yield engine, record, engine.step(offset, record)


async def story(reader: LogReader, customer: str, settings: CoreSettings) -> AsyncIterator[Moment]:
    """Tell one customer's history: their events, each Monday's picture, every assessment.

    Raises
    ------
    SettingsError
        If nobody has heard of the customer.
    """
    n_partitions = await reader.partitions(CUSTOMER_LOG)
    partition = partition_of(customer.encode(), max(n_partitions, 1))
    names = CustomerNames(reader, partition)
    await names.read()
    number = names.number(customer)
    if number is None:
        raise SettingsError(f"customer {customer} is not in the log; ids are case-sensitive")
    async for engine, record, outcome in replay(reader, partition, settings):
        for moment in _moments(engine, record, outcome, number):
            yield moment


def _moments(engine: Engine, record: LogRecord, outcome: Outcome, number: int) -> list[Moment]:
    found = []
    if isinstance(record, Slice):
        found += _events(record, number)
    for told in outcome.assessments:
        if told.number == number:
            at_ms = int(told.as_of.timestamp() * 1000)
            found.append(Moment(at_ms, f"{told.previous_band} → {told.band}", {}, told))
    if isinstance(record, Tick) and schedule.snapshots(record.at_ms):
        found += _picture(engine, record.at_ms, number)
    return found


def _events(record: Slice, number: int) -> list[Moment]:
    columns, found = record.columns, []
    for at in np.flatnonzero(columns["row"] == number).tolist():
        told = Kind(int(columns["kind"][at])).name.lower().replace("_", " ")
        amount = float(columns["amount"][at])
        told = f"{told} {amount:.2f}" if amount else told
        found.append(Moment(int(columns["at_ms"][at]), told, {}))
    return found


def _picture(engine: Engine, at_ms: int, number: int) -> list[Moment]:
    if number >= engine.ledger.n_rows:
        return []
    table = engine.ledger.gather(np.array([number]))
    blocks = LAYOUT.blocks(table)
    x, risk, watched = engine.judge.risk(blocks, np.array([at_ms]))
    if not watched[0]:
        return [Moment(at_ms, "gone", {})]
    band = Band(int(blocks["bands"]["band"][0])).name.lower()
    why = _reasons(engine, {name: row_of(block, 0) for name, block in blocks.items()}, x[0], at_ms)
    told = f"Monday: risk {risk[0]:.3f} ({band}, {engine.judge.model.basis})"
    return [Moment(at_ms, f"{told} {'; '.join(why)}".strip(), features_of(x[0]))]


def _reasons(engine: Engine, blocks: Blocks, x: F64, at_ms: int) -> Sequence[str]:
    judge = engine.judge
    parts = (x - judge.usual) * judge.weights
    picture = Picture(x, parts, judge.usual, at_ms, engine.partition)
    return [reason.en for reason in reasons(blocks, picture)]


def features_of(x: F64) -> dict[str, float]:
    """Give the features of one row by name, rounded to 3 places."""
    return {
        feature.name: round(value, 3) for feature, value in zip(FEATURES, x.tolist(), strict=True)
    }
