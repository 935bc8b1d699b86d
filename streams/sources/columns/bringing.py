"""Columns from another file, found by a key."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from detectors.arrays import I64
from detectors.errors import SettingsError
from streams.sources.columns.cells import texts
from streams.sources.mapping import Bring

_SEPARATOR = "\x1f"  # between the parts of a key, where no text has it
_KEY, _PLACE = "key of both", "place there"


def brought(table: Any, bring: Bring, other: Any, place: str) -> Any:
    """Add columns of `other` to each row of `table`, null where the key leads nowhere.

    A row whose key leads to several different values occurs once with each, or gets the
    first, as `bring.several` says.

    Raises
    ------
    SettingsError
        If a key leads to different values and `several` does not say what to do.
    """
    there = _distinct(other, bring)
    keys = there[_KEY].combine_chunks()
    known = keys.unique()
    codes = pc.index_in(keys, known).to_numpy()
    counts = np.bincount(codes, minlength=len(known))
    if len(counts) and counts.max() > 1:
        if bring.several is None:
            raise SettingsError(
                f"{place}: one {' and '.join(bring.keys)} leads to different "
                f'{", ".join(bring.brought)}; write several = "each" or several = "first"'
            )
        if bring.several == "first":
            first = np.unique(codes, return_index=True)[1]
            there, codes, counts = there.take(pa.array(first)), codes[first], np.ones_like(counts)
    here, found = _matched(_key(table, bring.keys), known, (codes, counts))
    joined = table.take(pa.array(here))
    taken = there.take(pa.array(found, mask=found < 0))
    for name in bring.brought:
        joined = joined.append_column(name, taken[name])
    return joined


def _distinct(other: Any, bring: Bring) -> Any:
    there = other.select(list(bring.brought.values())).rename_columns(list(bring.brought))
    keys = _key(other, bring.keys.values())
    there = there.append_column(_KEY, keys).filter(pc.is_valid(keys))
    there = there.append_column(_PLACE, pa.array(np.arange(there.num_rows)))
    groups = there.group_by([_KEY, *bring.brought], use_threads=False)
    first = groups.aggregate([(_PLACE, "min")])[f"{_PLACE}_min"]
    return there.take(first.sort())


def _matched(keys: Any, known: Any, there: tuple[I64, I64]) -> tuple[I64, I64]:
    # Pairs of places, here and there, in the order of here; -1 where there is nothing.
    codes, counts = there
    code = pc.index_in(keys, known).fill_null(-1).to_numpy()
    n_found = np.where(code < 0, 1, counts[code] if len(counts) else 1)
    here = np.repeat(np.arange(len(code)), n_found)
    nth = np.arange(len(here)) - np.repeat(np.cumsum(n_found) - n_found, n_found)
    starts = np.cumsum(counts) - counts
    by_code = np.argsort(codes, kind="stable")
    found = np.full(len(here), -1)
    hit = code[here] >= 0
    found[hit] = by_code[starts[code[here][hit]] + nth[hit]]
    return here, found


def _key(table: Any, columns: Iterable[str]) -> Any:
    parts = [texts(table[name].combine_chunks()) for name in columns]
    return pc.binary_join_element_wise(*parts, pa.scalar(_SEPARATOR, pa.large_string()))
