"""What a backtest leaves behind: predictions, alerts and tasks as Parquet, measures as JSON.

The same columns give the same bytes (with the same pyarrow): nothing says when a file was made.
Each file appears whole or not at all.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from alerts.alert import Alert
from alerts.task import Task
from detectors.arrays import F64, I32, I64, NEVER
from streams.backtest.measures import UNKNOWN
from streams.backtest.output_rows import ALERT_COLUMNS, TASK_COLUMNS, Column
from streams.sources.columns.rows import DeadLetter

_INSTANT = pa.timestamp("ms", "UTC")


@dataclass(frozen=True, eq=False)
class Predictions:
    """What was said of each customer at each snapshot, as columns of equal length.

    `label` is 1 churned, 0 stayed, -1 not known; `outcome_at_ms` is when it churned, NEVER
    where it did not or nobody knows. `top_reason` is empty where no reason was given.
    """

    customer_id: Sequence[str]
    as_of_ms: I64
    risk: F64
    label: NDArray[np.int8]
    outcome_at_ms: I64
    band: Sequence[str]
    basis: Sequence[str]
    model_version: I32
    top_reason: Sequence[str]


def write_predictions(folder: Path, predictions: Predictions) -> Path:
    """Write ``predictions.parquet``: risks rounded to 6 places, null for what is not known.

    Raises
    ------
    ValueError
        If the columns differ in length.
    """
    told = predictions
    label, outcome = told.label, told.outcome_at_ms
    table = pa.table(
        {
            "customer_id": pa.array(told.customer_id, pa.string()),
            "as_of": pa.array(told.as_of_ms).cast(_INSTANT),
            "risk": pa.array(np.round(told.risk, 6)),
            "label": pa.array(label, pa.int8(), mask=label == UNKNOWN),
            "outcome_at": pa.array(outcome, pa.int64(), mask=outcome == NEVER).cast(_INSTANT),
            "band": pa.array(told.band, pa.string()),
            "basis": pa.array(told.basis, pa.string()),
            "model_version": pa.array(told.model_version, pa.int32()),
            "top_reason": pa.array([reason or None for reason in told.top_reason], pa.string()),
        }
    )
    return _write_table(folder / "predictions.parquet", table)


def write_alerts(folder: Path, alerts: Sequence[Alert]) -> Path:
    """Write ``alerts.parquet``: one row per alert, `reasons` as JSON, as on the topic."""
    return _write_table(folder / "alerts.parquet", _table(alerts, ALERT_COLUMNS))


def write_tasks(folder: Path, tasks: Sequence[Task]) -> Path:
    """Write ``tasks.parquet``: one row per task as it was at the end, lists as JSON."""
    return _write_table(folder / "tasks.parquet", _table(tasks, TASK_COLUMNS))


def write_refused(folder: Path, letters: Sequence[DeadLetter]) -> Path:
    """Write ``refused.parquet``: rows of the input that gave no event, and why."""
    columns = {
        "file": pa.array([letter.file for letter in letters], pa.string()),
        "row": pa.array([letter.row for letter in letters], pa.int64()),
        "event": pa.array([letter.event for letter in letters], pa.string()),
        "reason": pa.array([letter.reason for letter in letters], pa.string()),
    }
    return _write_table(folder / "refused.parquet", pa.table(columns))


def write_metrics(folder: Path, metrics: Mapping[str, object]) -> Path:
    """Write ``metrics.json``: dataclasses and structs as objects, floats rounded to 6 places.

    Raises
    ------
    ValueError
        If a figure is NaN or infinite: a measure that cannot be taken is None.
    """
    plain = _rounded(msgspec.to_builtins(metrics, str_keys=True))
    text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return _whole(folder / "metrics.json", lambda path: path.write_text(text, encoding="utf-8"))


def _table(records: Sequence[Any], columns: Mapping[str, Column]) -> Any:
    return pa.table(
        {
            name: pa.array([column.read(record) for record in records], column.kind)
            for name, column in columns.items()
        }
    )


def _write_table(path: Path, table: Any) -> Path:
    return _whole(path, lambda part: pq.write_table(table, part, compression="zstd"))


def _whole(path: Path, write: Callable[[Path], object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    write(part)
    return part.replace(path)


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, 6)
        case dict():
            return {name: _rounded(item) for name, item in value.items()}
        case list() | tuple():
            return [_rounded(item) for item in value]
    return value
