"""Columns of a rule become events of the contract. Every cell has been checked before."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrays import I64
from detectors.errors import SettingsError
from streams.events.envelope import AnyEvent
from streams.sources.columns.combining import NTH
from streams.sources.columns.rows import RuleColumns
from streams.sources.columns.tables import ROW
from streams.sources.targets import Target


def events_of(columns: RuleColumns, span: range, source: str) -> list[AnyEvent]:
    """Make the events of some rows of a rule's columns.

    Parameters
    ----------
    source : str
        The `source` of the events; together with the id it is unique.
    """
    rule = columns.rule
    part = columns.table.slice(span.start, len(span))
    struct: Any = rule.struct
    times = moments(part["time"].cast(pa.int64()).to_numpy())
    customers = part["customer"].to_pylist() if rule.customer is not None else [None] * len(part)
    return [
        struct(
            specversion="1.0", id=event_id, source=source, time=time, subject=customer, data=data
        )
        for event_id, time, customer, data in zip(
            _ids(columns, part), times, customers, data_of_rows(columns, part), strict=True
        )
    ]


def data_of_rows(columns: RuleColumns, part: Any) -> list[Any]:
    """Make the data structs of rows of a rule's table."""
    rule = columns.rule
    names = [field.target.name for field in rule.fields]
    if not names:
        return [rule.data()] * len(part)
    lists = [typed(part[f"data.{field.target.name}"], field.target) for field in rule.fields]
    data: Any = rule.data
    return [data(**dict(zip(names, row, strict=True))) for row in zip(*lists, strict=True)]


def typed(column: Any, target: Target) -> list[Any]:
    """Give a field's cells as the contract types them, its default where they are empty."""
    if target.kind == "moment":
        values: list[Any] = list(moments(column.cast(pa.int64()).fill_null(0).to_numpy()))
        known = pc.is_valid(column).to_pylist()
        return [v if k else target.default for v, k in zip(values, known, strict=True)]
    values = column.to_pylist()
    if target.kind in ("texts", "plain"):
        nullable: Any = list[target.type | None]  # type: ignore[name-defined]  # known at run time
        values = msgspec.convert(values, nullable, strict=False)
    if column.null_count and target.default is not None:
        return [target.default if value is None else value for value in values]
    return values


def moments(us: I64) -> list[datetime]:
    """Give instants in microseconds as aware UTC times.

    Examples
    --------
    >>> import numpy as np
    >>> moments(np.array([1]))[0].isoformat()
    '1970-01-01T00:00:00.000001+00:00'
    """
    naive: list[datetime] = us.astype("datetime64[us]").tolist()
    return [time.replace(tzinfo=UTC) for time in naive]


def refuse_shared_ids(rules: Sequence[RuleColumns]) -> None:
    """Refuse ids of two rules that are the same: the intake would take the second for a repeat.

    Raises
    ------
    SettingsError
        Naming both rules.
    """
    named = [columns for columns in rules if columns.rule.id is not None]
    for number, later in enumerate(named):
        for earlier in named[:number]:
            if pc.any(pc.is_in(later.table["id"], earlier.table["id"].combine_chunks())).as_py():
                raise SettingsError(
                    f"{later.rule.place}, id: the same ids as in {earlier.rule.place}; give "
                    'one of them a template such as "resolved-{number}"'
                )


def _ids(columns: RuleColumns, part: Any) -> list[str]:
    if columns.rule.id is not None:
        ids: list[str] = part["id"].to_pylist()
        return ids
    rows, nths = part[ROW].to_pylist(), part[NTH].to_pylist()
    head = columns.rule.id_head
    return [
        f"{head}-{row}.{nth}" if nth else f"{head}-{row}"
        for row, nth in zip(rows, nths, strict=True)
    ]
