"""Rows put in the order of time, and rows of one event put together."""

from typing import Any

import numpy as np
import pyarrow as pa

from streams.sources.plan import RulePlan

NTH = "nth of its row"
_PLACE = "place"
_AGGREGATE = {"sum": "sum", "count": "sum", "min": "min", "max": "max", "list": "distinct"}


def in_order(table: Any) -> Any:
    """Sort by time; at the same time, as in the file."""
    times = table["time"].cast(pa.int64()).to_numpy()
    if np.all(times[1:] >= times[:-1]):
        return table
    return table.take(pa.array(np.argsort(times, kind="stable")))


def combined(table: Any, rule: RulePlan) -> Any:
    """Make one row of those that agree in the columns of `one_per`.

    It has the time and values of the earliest, but for fields that `combine` over all.

    Parameters
    ----------
    table : pyarrow table
        In order of time, with a column ``one_per.<name>`` for each of `one_per`.
    """
    keys = [f"one_per.{column}" for column in rule.one_per]
    if not keys:
        return table
    hows = {f"data.{field.target.name}": field.combined for field in rule.fields}
    asked = [(key, _AGGREGATE[how]) for key, how in hows.items() if how]
    # One thread: else the order of groups, and of what is in them, is left to chance.
    groups = table.append_column(_PLACE, pa.array(np.arange(table.num_rows))).group_by(
        keys, use_threads=False
    )
    found = groups.aggregate([(_PLACE, "min"), *asked])
    found = found.sort_by(f"{_PLACE}_min")
    first = table.take(found[f"{_PLACE}_min"])
    for key, how in asked:
        column = found[f"{key}_{how}"]
        if how == "distinct":
            column = _sorted_lists(column)
        first = first.set_column(first.column_names.index(key), key, column)
    return first.drop_columns(keys)


def _sorted_lists(column: Any) -> Any:
    lists = [sorted(text for text in texts if text) for texts in column.to_pylist()]
    return pa.array(lists, pa.list_(pa.large_string()))
