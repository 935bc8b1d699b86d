"""Filters: which rows of a file a rule is about."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrays import Mask
from streams.sources.columns.cells import is_text, numbers, scalar_text, texts
from streams.sources.columns.times import Reading
from streams.sources.mapping import Condition, Scalar

Compare = Callable[[Any, Any], Any]

_COMPARE: dict[str, Compare] = {
    "above": pc.greater,
    "below": pc.less,
    "at_least": pc.greater_equal,
    "at_most": pc.less_equal,
}


def passing(
    table: Any, where: Iterable[tuple[str, Condition]], reading: Reading
) -> tuple[Mask, dict[int, str]]:
    """Give which rows pass every condition, and the faults of cells that could not be compared.

    A row with a fault passes nothing: it is neither taken nor left out on purpose. Fails to
    find it where another condition has left the row out already, and then it does not matter.
    """
    passes = np.ones(table.num_rows, bool)
    faults: dict[int, str] = {}
    for column, condition in where:
        cells = table[column].combine_chunks()
        for passed in _listed(cells, condition):
            passes &= passed
        for compare, limit in _limits(condition):
            found = numbers(cells, reading.decimal)
            for place, why in found.faults.items():
                if passes[place]:
                    faults[place] = f"where.{column}: {why}"
            passes &= _mask(compare(found.values, limit))
        for key, other in condition.columns.items():
            both = _alike(cells, table[other].combine_chunks())
            passes &= _mask(_COMPARE[key.removesuffix("_column")](*both))
    passes[list(faults)] = False
    return passes, faults


def _listed(cells: Any, condition: Condition) -> Iterator[Mask]:
    told = texts(cells)
    present = _mask(pc.is_valid(told))
    if condition.present is not None:
        yield present if condition.present else ~present
    if condition.any_of is not None:
        yield _mask(pc.is_in(told, _texts_of(condition.any_of)))
    if condition.none_of is not None:
        yield present & ~_mask(pc.is_in(told, _texts_of(condition.none_of)))


def _limits(condition: Condition) -> list[tuple[Compare, float]]:
    limits = ((name, getattr(condition, name)) for name in _COMPARE)
    return [(_COMPARE[name], limit) for name, limit in limits if limit is not None]


def _alike(ours: Any, theirs: Any) -> tuple[Any, Any]:
    # Numbers or times as they are; two texts as numbers only if all of them are.
    if not is_text(ours.type) and not is_text(theirs.type):
        return ours, theirs
    told = texts(ours), texts(theirs)
    try:
        return told[0].cast(pa.float64()), told[1].cast(pa.float64())
    except pa.ArrowInvalid:
        return told


def _texts_of(values: Sequence[Scalar]) -> Any:
    return pa.array([scalar_text(value) for value in values], pa.large_string())


def _mask(flags: Any) -> Mask:
    mask: Mask = flags.fill_null(False).to_numpy(zero_copy_only=False)
    return mask
