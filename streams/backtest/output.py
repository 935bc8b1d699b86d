"""What a backtest leaves behind: predictions, alerts and tasks as Parquet, measures as JSON.

The same columns give the same bytes (with the same pyarrow): nothing says when a file was made.
Each file appears whole or not at all.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from alerts.alert import Alert
from alerts.task import Task
from detectors.arrays import NEVER
from streams.backtest.collected import Broken
from streams.backtest.measures import UNKNOWN
from streams.backtest.output_rows import ALERT_COLUMNS, BREACH_COLUMNS, TASK_COLUMNS, Column
from streams.backtest.predictions import Predictions
from streams.report.making import Report, page
from streams.sources.columns.rows import DeadLetter

_INSTANT = pa.timestamp("ms", "UTC")
_GROUP = 1_048_576  # rows of a part of a Parquet file, as pyarrow chooses
_PREDICTIONS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("as_of", _INSTANT),
        ("risk", pa.float64()),
        ("label", pa.int8()),
        ("outcome_at", _INSTANT),
        ("band", pa.string()),
        ("basis", pa.string()),
        ("model_version", pa.int32()),
        ("top_reason", pa.string()),
    ]
)


def write_predictions(folder: Path, predictions: Predictions) -> Path:
    """Write ``predictions.parquet``: risks rounded to 6 places, null for what is not known.

    Raises
    ------
    ValueError
        If the columns differ in length.
    """
    told = predictions
    columns = (told.customer, told.as_of_ms, told.risk, told.label, told.outcome_at_ms, told.band,
               told.basis, told.model_version, told.reason)  # fmt: skip
    if len({len(column) for column in columns}) > 1:
        raise ValueError(f"columns of different length: {[len(column) for column in columns]}")
    words = [pa.array([word or None for word in some], pa.string()) for some in
             (told.names, told.band_names, told.basis_names, told.reason_names)]  # fmt: skip

    def write(path: Path) -> None:
        # A part at a time: all words spelt out would take several times the memory of the codes.
        with pq.ParquetWriter(path, _PREDICTIONS, compression="zstd") as writer:
            for start in range(0, max(len(told), 1), _GROUP):
                part = [column[start : start + _GROUP] for column in columns]
                writer.write_table(_prediction_table(part, words), _GROUP)

    return _whole(folder / "predictions.parquet", write)


def _prediction_table(columns: Sequence[NDArray[Any]], words: Sequence[Any]) -> Any:
    customer, as_of_ms, risk, label, outcome_at_ms, band, basis, version, reason = columns
    names, band_names, basis_names, reason_names = words
    arrays = [
        names.take(pa.array(customer)),
        pa.array(as_of_ms).cast(_INSTANT),
        pa.array(np.round(risk, 6)),
        pa.array(label, pa.int8(), mask=label == UNKNOWN),
        pa.array(outcome_at_ms, pa.int64(), mask=outcome_at_ms == NEVER).cast(_INSTANT),
        band_names.take(pa.array(band)),
        basis_names.take(pa.array(basis)),
        pa.array(version, pa.int32()),
        reason_names.take(pa.array(reason)),
    ]
    return pa.table(arrays, _PREDICTIONS)


def write_alerts(folder: Path, alerts: Sequence[Alert]) -> Path:
    """Write ``alerts.parquet``: one row per alert, `reasons` as JSON, as on the topic."""
    return _write_table(folder / "alerts.parquet", _table(alerts, ALERT_COLUMNS))


def write_tasks(folder: Path, tasks: Sequence[Task]) -> Path:
    """Write ``tasks.parquet``: one row per task as it was at the end, lists as JSON."""
    return _write_table(folder / "tasks.parquet", _table(tasks, TASK_COLUMNS))


def write_breaches(folder: Path, breaches: Sequence[Broken]) -> Path:
    """Write ``breaches.parquet``: one row per complaint clock broken, in order of deadlines."""
    return _write_table(folder / "breaches.parquet", _table(breaches, BREACH_COLUMNS))


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
    return _write_json(folder / "metrics.json", metrics)


def write_report(folder: Path, made: Report) -> Path:
    """Write ``report.json``, and ``report.md`` for people; give the latter.

    Raises
    ------
    ValueError
        If a figure is NaN or infinite.
    """
    _write_json(folder / "report.json", made)
    text = page(made) + "\n"
    return _whole(folder / "report.md", lambda path: path.write_text(text, encoding="utf-8"))


def _write_json(path: Path, told: Mapping[str, object]) -> Path:
    plain = _rounded(msgspec.to_builtins(told, str_keys=True))
    text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return _whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def _table(records: Sequence[Any], columns: Mapping[str, Column]) -> Any:
    return pa.table(
        {
            name: pa.array(list(map(column.read, records)), column.kind)
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
