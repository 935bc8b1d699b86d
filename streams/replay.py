"""Reading the customer log again: the engine as it was at any time, and one customer's story."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np

from alerts.alert import Alert, Cleared, CompanyChange
from detectors.arrays import F32
from detectors.assessment import Assessment
from detectors.engine import Engine
from detectors.errors import SettingsError
from detectors.judge import BAND_NAMES
from detectors.kernels import picture
from detectors.kinds import Kind
from detectors.learning import schedule
from detectors.outcome import Outcome
from detectors.plain import Rows
from detectors.score import FEATURES
from detectors.settings import CoreSettings
from detectors.slices import Slice, Tick
from streams.customer_log import read_log
from streams.customer_names import CustomerNames
from streams.effects import NameOf, alerts, changes
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
    reader: LogReader, partition: int, settings: CoreSettings, *, only_lines: bool = False
) -> AsyncIterator[tuple[Engine, LogRecord, Outcome]]:
    """Read a partition's log through a new engine; give each step with the engine after it.

    With `only_lines` alerts can be made of what it says, and nothing else.
    """
    engine = Engine(partition, settings, only_lines=only_lines)
    async for offset, record in read_log(reader, partition):
        yield engine, record, engine.step(offset, record)


def said(
    outcome: Outcome, partition: int, name_of: NameOf
) -> list[Alert | Cleared | CompanyChange]:
    """Give what a step says to the desks of customers and of the company: changes first."""
    return [*changes(outcome, partition), *alerts(outcome, name_of)]


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
    x, judge = np.zeros(len(FEATURES), np.float32), engine.judge
    table = engine.ledger.whole(np.array([number]))
    row = Rows(table.view(engine.ledger.layout.nested))[0]
    watched, risk = picture(engine.ledger.customers(), number, at_ms, engine.terms, x)
    if not watched:
        return [Moment(at_ms, "gone", {})]
    why = "; ".join(reason.en for reason in judge.reasons(row, x, at_ms, at_ms))
    told = f"Monday: risk {risk:.3f} ({BAND_NAMES[row['bands'].band]}, {judge.model.basis})"
    return [Moment(at_ms, f"{told} {why}".strip(), features_of(x))]


def features_of(x: F32) -> dict[str, float]:
    """Give the features of one row by name, rounded to 3 places."""
    return {
        feature.name: round(value, 3) for feature, value in zip(FEATURES, x.tolist(), strict=True)
    }
