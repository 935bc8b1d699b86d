"""The bytes of a customer's row: which part and column stands where, as written and in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.families.family import Column

Table = NDArray[Any]
WORD = 8  # bytes; a record ends with one, so that another may follow it

Part = tuple[str, np.dtype[Any]]


class RowFormat(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a row's bytes hold: its size, and of each column the name, the dtype and the place.

    A row may end at `tail`, where its rare parts begin: then they are blank. None: all are whole.
    """

    itemsize: int
    columns: tuple[tuple[str, str, int], ...]
    tail: int | None = None

    def dtype(self) -> np.dtype[Any]:
        """Give the dtype that reads whole rows, columns by dotted name."""
        return self._reads(self.itemsize)

    def short(self) -> np.dtype[Any]:
        """Give the dtype that reads rows which end before their rare parts."""
        return self._reads(self.itemsize if self.tail is None else self.tail)

    def _reads(self, itemsize: int) -> np.dtype[Any]:
        columns = [column for column in self.columns if column[2] < itemsize]
        names, formats, offsets = zip(*columns, strict=True)
        return np.dtype(
            {
                "names": names,
                "formats": formats,
                "offsets": offsets,
                "itemsize": itemsize,
            }
        )


@dataclass(frozen=True)
class Layout:
    """Which columns a row has: `parts` are the ledger's own, bands, account and each family.

    The same bytes are seen in two ways: `dtype` has every column by its dotted name
    (``silence.active_ms``), for arrays; `nested` has a record for each part, for compiled code
    (``row.silence.active_ms``). The parts that `rare` names stand at the end. In memory a row is
    `common`, which ends before them, and what some customers have of them is a `tail`.
    """

    parts: tuple[tuple[str, tuple[Column, ...]], ...]
    rare: frozenset[str] = frozenset()
    nested: np.dtype[Any] = field(init=False, compare=False)
    common: np.dtype[Any] = field(init=False, compare=False)
    tail: np.dtype[Any] = field(init=False, compare=False)
    dtype: np.dtype[Any] = field(init=False, compare=False)
    format: RowFormat = field(init=False, compare=False)
    blank: Table = field(init=False, compare=False)
    whole: np.dtype[Any] = field(init=False, compare=False)  # a row as bytes, to copy it in one go
    halves: np.dtype[Any] = field(init=False, compare=False)  # the same, `common` and `tail` apart

    def __post_init__(self) -> None:
        parts = [(part, _packed(columns)) for part, columns in self.parts]
        common = _struct([part for part in parts if part[0] not in self.rare])
        tail = _struct([part for part in parts if part[0] in self.rare])
        nested = _behind(common, tail)
        begins = common.itemsize if tail.itemsize else None
        form = RowFormat(nested.itemsize, tuple(_places(nested)), begins)
        blank = np.zeros(1, form.dtype())
        for part, columns in self.parts:
            for column in columns:
                blank[f"{part}.{column.name}"] = column.empty
        whole, first, last = (np.dtype((np.void, one.itemsize)) for one in (nested, common, tail))
        made = {"nested": nested, "common": common, "tail": tail, "dtype": blank.dtype}
        made |= {"whole": whole, "halves": np.dtype([("common", first), ("tail", last)])}
        for name, value in (made | {"format": form, "blank": blank}).items():
            object.__setattr__(self, name, value)

    def blanks(self, n_rows: int) -> Table:
        """Give rows before any event, shape (n_rows,)."""
        return np.repeat(self.blank.view(self.whole), n_rows).view(self.dtype)

    def blank_common(self) -> Table:
        """Give a row before any event as it is in memory, shape (1,), a record for each part."""
        return self.blank.view(self.halves)["common"].copy().view(self.common)

    def blank_tail(self) -> Table:
        """Give the rare parts before any event, shape (1,), a record for each part."""
        return self.blank.view(self.halves)["tail"].copy().view(self.tail)


def _packed(columns: tuple[Column, ...]) -> np.dtype[Any]:
    # Large ones first: aligned, with no gaps but at the end.
    fields = [
        (c.name, c.dtype) if c.places is None else (c.name, c.dtype, (c.places,))
        for c in sorted(columns, key=lambda c: -np.dtype(c.dtype).itemsize)
    ]
    return np.dtype(fields, align=True)


def _struct(parts: list[Part]) -> np.dtype[Any]:
    tight = np.dtype(parts, align=True)
    placed = [(name, *_field(tight, name)) for name in tight.names or ()]
    return _placed(placed, -(-tight.itemsize // WORD) * WORD)


def _behind(first: np.dtype[Any], last: np.dtype[Any]) -> np.dtype[Any]:
    placed = [(name, *_field(first, name)) for name in first.names or ()]
    for name in last.names or ():
        dtype, offset = _field(last, name)
        placed.append((name, dtype, first.itemsize + offset))
    return _placed(placed, first.itemsize + last.itemsize)


def _placed(parts: list[tuple[str, np.dtype[Any], int]], itemsize: int) -> np.dtype[Any]:
    names, formats, offsets = ([part[place] for part in parts] for place in range(3))
    said: Any = {"names": names, "formats": formats, "offsets": offsets, "itemsize": itemsize}
    made: np.dtype[Any] = np.dtype(said, align=True)
    return made


def _places(nested: np.dtype[Any]) -> Iterator[tuple[str, str, int]]:
    for part in nested.names or ():
        columns, start = _field(nested, part)
        for name in columns.names or ():
            dtype, offset = _field(columns, name)
            shape = f"({dtype.shape[0]},)" if dtype.shape else ""
            yield f"{part}.{name}", f"{shape}{dtype.base.str}", start + offset


def _field(dtype: np.dtype[Any], name: str) -> tuple[np.dtype[Any], int]:
    assert dtype.fields is not None
    return dtype.fields[name][0], dtype.fields[name][1]
