"""What a scorer's step says to others: assessments to anyone; alerts, changes, ticks to the desks.

Pure: the live scorer sends it, the backtest hands it on, the audit compares it.
"""

from collections.abc import Callable, Iterable

import msgspec

from alerts.alert import Alert, Cleared, CompanyChange, Tick, cleared, raised
from alerts.promise import BrokenPromise
from alerts.records import encode
from detectors.arrays import NEVER
from detectors.company import Change
from detectors.moving import Moved
from detectors.outcome import Breach, Outcome
from detectors.reasons import instant
from streams.events.derived import SOURCE, ColumnName, ColumnValues, MovedRow, RowMoved
from streams.events.envelope import AnyEvent
from streams.partitions import partition_of

UNASSIGNED = "unassigned"  # the owner of customers that no profile gave one
NameOf = Callable[[int], str]

Said = Alert | Cleared | CompanyChange | Tick
Keyed = tuple[bytes, bytes]
_assessments = msgspec.json.Encoder(order="deterministic")


def assessments(outcome: Outcome, name_of: NameOf) -> list[Keyed]:
    """Give key and value of each assessment, for `churn.assessments`."""
    return [
        (name_of(told.number).encode(), _assessments.encode(told)) for told in outcome.assessments
    ]


def breaches(outcome: Outcome, name_of: NameOf) -> list[Keyed]:
    """Give key and value of each promise that a step found broken, for `churn.breaches`."""
    told = [broken_promise(one, name_of(one.number)) for one in outcome.breaches]
    return [(one.customer.encode(), encode(one)) for one in told]


def broken_promise(breach: Breach, customer: str) -> BrokenPromise:
    """Make what anyone hears of a promise that was broken, or was none."""
    return BrokenPromise(
        customer=customer,
        complaint=f"{breach.reference:016x}",
        clock=breach.clock,
        deadline=instant(breach.deadline_ms) if breach.deadline_ms else None,
        noticed=instant(breach.noticed_ms),
        withdrawn=breach.withdrawn,
        unverified=breach.unverified,
    )


def alerts(outcome: Outcome, name_of: NameOf) -> list[Alert | Cleared]:
    """Give what the desks have to hear of a step, in its order."""
    found: list[Alert | Cleared] = []
    for told in outcome.assessments:
        owned = told if told.owner else msgspec.structs.replace(told, owner=UNASSIGNED)
        if told.crossed or (told.care and not told.cleared):
            found.append(raised(owned, name_of(told.number)))
        elif told.cleared:
            found.append(cleared(owned, name_of(told.number)))
    return found


def changes(outcome: Outcome, partition: int) -> list[CompanyChange]:
    """Give what a partition of the scorer tells of the company's changes, in its order."""
    return [company_change(change, partition) for change in outcome.changes]


def company_change(change: Change, partition: int) -> CompanyChange:
    """Make what the desks hear of a change, as one partition of the scorer heard it."""
    known = change.effective_ms != NEVER
    return CompanyChange(
        id=change.id,
        reason=change.reason,
        partition=partition,
        at=instant(change.at_ms),
        has_plan=change.has_plan,
        n_exposed=change.n_exposed,
        value_exposed=change.value_exposed,
        owner=change.owner or None,
        successor=change.successor or None,
        effective_at=instant(change.effective_ms) if known else None,
    )


def desk_records(
    outcome: Outcome, name_of: NameOf, partition: int, n_partitions: int, n_desks: int
) -> dict[int, list[tuple[bytes, Said]]]:
    """Give what goes to each partition of `churn.log.desk`: alerts by owner, the rest to all.

    Returns
    -------
    desk partition -> (key, record) in order: company changes before the alerts that they
    caused, the tick after its own
    """
    said: dict[int, list[tuple[bytes, Said]]] = {}
    for change in changes(outcome, partition):
        for desk in range(n_desks):
            said.setdefault(desk, []).append((change.id.encode(), change))
    for alert in alerts(outcome, name_of):
        key = alert.owner.encode()
        said.setdefault(partition_of(key, n_desks), []).append((key, alert))
    if outcome.tick_ms is not None:
        tick = Tick(partition=partition, partitions=n_partitions, at=instant(outcome.tick_ms))
        for desk in range(n_desks):
            said.setdefault(desk, []).append((b"", tick))
    return said


def rows_moved(outcome: Outcome, name_of: NameOf) -> list[AnyEvent]:
    """Give the rows of absorbed customers, as events of those ids: the intake sends them on."""
    return [_row_moved(moved, name_of(moved.number)) for moved in outcome.moved]


def _row_moved(moved: Moved, name: str) -> AnyEvent:
    return RowMoved(
        specversion="1.0",
        id=f"row-{moved.id_hash:016x}",
        source=SOURCE,
        time=instant(moved.at_ms),
        subject=name,
        data=MovedRow(
            columns=tuple(
                ColumnValues(column=column, numbers=numbers) for column, numbers in moved.columns
            ),
            names=tuple(ColumnName(column=column, text=text) for column, text in moved.names),
        ),
    )


def encoded(records: Iterable[tuple[bytes, Said]]) -> list[Keyed]:
    """Give the bytes of records for `churn.log.desk`."""
    return [(key, encode(record)) for key, record in records]
