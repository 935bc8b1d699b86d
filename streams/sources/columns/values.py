"""Values of a rule as columns of what the contract asks for, every cell checked against it."""

from collections.abc import Callable
from string import Formatter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import inspect

from streams.sources.columns.cells import (
    Cells,
    by_distinct,
    is_text,
    numbers,
    scalar_text,
    shown,
    texts,
)
from streams.sources.columns.times import DAY_US, Reading, instants
from streams.sources.mapping import Value, When
from streams.sources.plan import FieldPlan

_AT_ONCE = 65_536  # cells that are Python objects at the same time


def filled(table: Any, field: FieldPlan, reading: Reading) -> Cells:
    """Give the column of a field: null where the cell is empty and the default stands.

    Numbers come as float64, times as UTC timestamps, lists as lists of texts, all else as
    texts that msgspec reads. Numbers that are to be summed and the like are not yet checked.
    """
    spec, target = field.spec, field.target
    if isinstance(spec, When):
        return instants(table, spec, reading)
    if target.kind == "number":
        return _number(table, spec, reading)
    found = text(table, spec, reading)
    if target.kind != "texts" or spec.combine == "list":
        return found
    if isinstance(spec.constant, list):
        everywhere = pa.array(np.zeros(table.num_rows, np.int64))
        return Cells(pa.array([spec.constant], pa.list_(pa.large_string())).take(everywhere))
    parts = by_distinct(found.values, lambda cell: _parts(cell, spec.split), _TEXTS)
    return Cells(parts.values, found.faults)


def text(table: Any, spec: Value, reading: Reading) -> Cells:
    """Give a value as texts."""
    if spec.constant is not None:
        return Cells(_everywhere(scalar_text(spec.constant), table.num_rows))
    if spec.template is not None:
        column = _template(table, spec.template)
    elif spec.days_from is not None:
        column = texts(_number(table, spec, reading).values)
    else:
        column = texts(table[spec.column].combine_chunks())
    found = _translated(column, spec)
    if spec.missing is None:
        return found
    return Cells(found.values.fill_null(scalar_text(spec.missing)), found.faults)


def checked(cells: Cells, kind: Any) -> Cells:
    """Give the column with a fault for every cell that the contract's `kind` refuses.

    Fast for whole columns: cells are looked at one by one only where a part fails.
    """
    if fits(cells.values, kind):
        return cells
    faults = dict(cells.faults)
    for start in range(0, len(cells.values), _AT_ONCE):
        part = cells.values.slice(start, _AT_ONCE)
        known = np.flatnonzero(pc.is_valid(part).to_numpy(zero_copy_only=False))
        values = part.drop_null().to_pylist()
        try:
            msgspec.convert(values, list[kind], strict=False)
        except msgspec.ValidationError:
            for place, value in zip(known.tolist(), values, strict=True):
                why = _refused(value, kind)
                if why is not None:
                    faults.setdefault(start + place, why)
    return Cells(cells.values, faults)


def fits(column: Any, kind: Any) -> bool:
    """Say whether the contract's `kind` surely refuses no cell; of many kinds that is not known.

    Examples
    --------
    >>> from streams.events.envelope import Amount
    >>> fits(pa.array([1.0, None]), Amount), fits(pa.array([-1.0]), Amount)
    (True, False)
    """
    info = _bare(inspect.type_info(kind))
    match info:
        case inspect.StrType(pattern=None) if is_text(column.type):
            # Characters are counted only where bytes, which are as many or more, cannot tell.
            fewest = info.min_length or 0
            measure = pc.binary_length if fewest <= 1 else pc.utf8_length
            shortest, longest = _extent(column, measure)
            return fewest <= shortest and longest <= (info.max_length or longest)
        case inspect.FloatType(gt=None, lt=None, multiple_of=None) if _is_float(column):
            lowest, highest = _extent(column)
            least = lowest if info.ge is None else info.ge
            return least <= lowest and highest <= (highest if info.le is None else info.le)
    return False


_TEXTS = pa.list_(pa.large_string())


def _bare(info: inspect.Type) -> inspect.Type:
    # Without what documents say of it, and without null.
    match info:
        case inspect.Metadata(inner):
            return _bare(inner)
        case inspect.UnionType((one, inspect.NoneType())):
            return _bare(one)
    return info


def _is_float(column: Any) -> bool:
    return bool(pa.types.is_float64(column.type))


def _extent(
    column: Any, measure: Callable[[Any], Any] = lambda cells: cells
) -> tuple[float, float]:
    # Of no cells at all it is that of a 1, which any text or number may be. In parts, which need
    # no new memory.
    parts = (column.slice(at, _AT_ONCE) for at in range(0, len(column), _AT_ONCE))
    found = [pc.min_max(measure(part)).as_py() for part in parts]
    known = [one for one in found if one["min"] is not None]
    return (
        min((one["min"] for one in known), default=1),
        max((one["max"] for one in known), default=1),
    )


def _refused(value: object, kind: Any) -> str | None:
    try:
        msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        return f"{shown(str(value))}: {error}"
    return None


def _number(table: Any, spec: Value, reading: Reading) -> Cells:
    if spec.days_from is not None and spec.days_to is not None:
        found = _days(table, spec, reading)
    elif spec.combine == "count":
        found = Cells(pa.array(np.ones(table.num_rows)))
    elif spec.column is not None and spec.values is None:
        found = numbers(table[spec.column].combine_chunks(), reading.decimal)
    else:
        told = text(table, spec, reading)
        read = numbers(told.values)
        found = Cells(read.values, told.faults | read.faults)
    values = found.values
    if spec.scale is not None:
        values = pc.multiply(values, spec.scale)
    if spec.missing is not None:
        values = values.fill_null(float(spec.missing))
    return Cells(values, found.faults)


def _days(table: Any, spec: Value, reading: Reading) -> Cells:
    ends = [
        instants(table, When(column=raw) if isinstance(raw, str) else raw, reading)
        for raw in (spec.days_from, spec.days_to)
        if raw is not None
    ]
    begin, end = (cells.values.cast(pa.int64()).cast(pa.float64()) for cells in ends)
    days = pc.divide(pc.subtract(end, begin), float(DAY_US))
    return Cells(days, ends[0].faults | ends[1].faults)


def _template(table: Any, template: str) -> Any:
    parts: list[Any] = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(pa.scalar(literal, pa.large_string()))
        if name is not None:
            parts.append(texts(table[name].combine_chunks()))
    return pc.binary_join_element_wise(*parts, pa.scalar("", pa.large_string()))


def _translated(column: Any, spec: Value) -> Cells:
    if spec.values is None:
        return Cells(column)
    known = {cell: scalar_text(value) for cell, value in spec.values.items()}
    otherwise = None if spec.otherwise is None else scalar_text(spec.otherwise)

    def translated(cell: str) -> str:
        value = known.get(cell, otherwise)
        if value is None:
            raise ValueError(f"{shown(cell)} is not in values")
        return value

    return by_distinct(column, translated, pa.large_string())


def _parts(cell: str, split: str | None) -> list[str]:
    found = [cell] if split is None else [part.strip() for part in cell.split(split)]
    return [part for part in found if part]


def _everywhere(value: str, n_rows: int) -> Any:
    places = pa.array(np.zeros(n_rows, np.int8))  # a byte for each row, and not the text
    return pa.DictionaryArray.from_arrays(places, pa.array([value], pa.large_string()))
