"""The ledger: the customers of one partition as rows of columns, and their bytes.

One row of a structured array per customer, the customer's number being the row. A touched
row is one stretch of memory: gathered, changed as a block, written back, and its bytes are
what the changelog keeps. Every row carries the log position it includes, so a repeated
record passes over it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.arrays import Mask, Rows
from detectors.errors import FormatError
from detectors.families.family import Block, Column
from detectors.slices import Marks, Model

Table = NDArray[Any]
MINIMUM_ROWS = 1024
OWN = (
    Column("position", np.int64, "offset in the log", empty=-1),  # last step in this row
    Column("seen_ms", np.int64, "ms since 1970"),  # the row's clock: latest instant assessed
    Column("first_ms", np.int64, "ms since 1970"),  # first event, 0 before any
    Column("reported_risk", np.float32, "risk", empty=-1),  # in the last assessment written
)


@dataclass(frozen=True)
class Layout:
    """Which columns a row has: `parts` are the ledger's own, bands, account and each family."""

    parts: tuple[tuple[str, tuple[Column, ...]], ...]
    dtype: np.dtype[Any] = field(init=False, compare=False)
    blank: Table = field(init=False, compare=False)
    whole: np.dtype[Any] = field(init=False, compare=False)  # a row as bytes, to copy it in one go

    def __post_init__(self) -> None:
        fields = [(f"{part}.{c.name}", c.dtype) for part, columns in self.parts for c in columns]
        fields.sort(key=lambda item: -np.dtype(item[1]).itemsize)  # no gaps, aligned
        object.__setattr__(self, "dtype", np.dtype(fields))
        object.__setattr__(self, "whole", np.dtype((np.void, self.dtype.itemsize)))
        blank = np.zeros(1, self.dtype)
        for part, columns in self.parts:
            for column in columns:
                blank[f"{part}.{column.name}"] = column.empty
        object.__setattr__(self, "blank", blank)

    def block(self, table: Table, part: str) -> Block:
        """See one part's columns of some rows, by name."""
        columns = dict(self.parts)[part]
        return {c.name: table[f"{part}.{c.name}"] for c in columns}

    def blocks(self, table: Table) -> dict[str, Block]:
        """See every part's columns of some rows."""
        return {
            part: {c.name: table[f"{part}.{c.name}"] for c in columns}
            for part, columns in self.parts
        }

    def describe(self) -> list[tuple[str, str]]:
        """Give names and dtypes in the order of the bytes: what a row of this format holds."""
        return [(name, self.dtype[name].str) for name in self.dtype.names or ()]


class Head(msgspec.Struct, frozen=True):
    """The partition's own row: where work goes on, and what belongs to no customer.

    `layout` describes the rows written with it; rows of another layout are read by name.
    """

    position: int
    taken: tuple[int, ...]
    tick_ms: int
    n_rows: int
    names: tuple[str, ...]
    model: Model | None
    layout: list[tuple[str, str]]


class Ledger:
    """The customers of one partition. Changed in `Engine.step` only."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.table: Table = np.repeat(layout.blank, MINIMUM_ROWS)
        self.dirty = np.zeros(MINIMUM_ROWS, bool)
        self.n_rows = 0
        self.position = -1
        self.taken: tuple[int, ...] = Marks().taken
        self.tick_ms = 0
        self.names: list[str] = [""]
        self.model: Model | None = None
        self._codes = {"": 0}

    def grow(self, n_rows: int) -> None:
        """Make room for customers 0 .. n_rows - 1; new rows are blank."""
        self.n_rows = max(self.n_rows, n_rows)
        capacity = len(self.table)
        if n_rows <= capacity:
            return
        more = max(n_rows, 2 * capacity) - capacity
        self.table = np.concatenate([self.table, np.repeat(self.layout.blank, more)])
        self.dirty = np.concatenate([self.dirty, np.zeros(more, bool)])

    def fresh(self, rows: Rows, position: int) -> Mask:
        """Say which of these rows do not include the step at `position` yet."""
        result: Mask = self.table["ledger.position"][rows] < position
        return result

    def gather(self, rows: Rows) -> Table:
        """Copy rows out as a block."""
        return self.table.take(rows)

    def scatter(self, rows: Rows, block: Table, position: int) -> None:
        """Write a block back; its rows now include the step at `position`."""
        block["ledger.position"] = position
        self._put(rows, block)
        self.dirty[rows] = True

    def code(self, name: str) -> int:
        """Give the number of a name (owner, tier, language), a new one if it is new."""
        if name not in self._codes:
            self._codes[name] = len(self.names)
            self.names.append(name)
        return self._codes[name]

    def take_dirty(self) -> Rows:
        """Give the rows changed since the last call, ascending."""
        rows = np.flatnonzero(self.dirty[: self.n_rows])
        self.dirty[rows] = False
        return rows

    def pack(self, rows: Rows) -> list[bytes]:
        """Give each row's bytes, of one size."""
        data = self.table.take(rows).tobytes()
        size = self.layout.dtype.itemsize
        return [data[start : start + size] for start in range(0, len(data), size)]

    def unpack(
        self, rows: Rows, packed: Sequence[bytes], layout: Sequence[tuple[str, str]]
    ) -> None:
        """Put rows back from bytes written with `layout`; of two, the one further on stays.

        A column that this version does not have is left out, one that the bytes do not have
        is blank.

        Raises
        ------
        FormatError
            If the bytes are not rows of that layout.
        """
        then = np.dtype([(name, kind) for name, kind in layout])
        if any(len(data) != then.itemsize for data in packed):
            raise FormatError(f"ledger row is not of {then.itemsize} bytes, as its layout says")
        came = np.frombuffer(b"".join(packed), then)
        block = came if then == self.layout.dtype else self._renamed(came)
        self.grow(int(rows.max(initial=-1)) + 1)
        newer = block["ledger.position"] >= self.table["ledger.position"][rows]
        self._put(rows[newer], block.compress(newer))

    def head(self) -> Head:
        """Give the partition's own row, to be written after the rows of the customers."""
        return Head(
            self.position,
            self.taken,
            self.tick_ms,
            self.n_rows,
            tuple(self.names),
            self.model,
            self.layout.describe(),
        )

    def restore(self, head: Head) -> None:
        """Go on from a head that was written."""
        self.position, self.taken, self.tick_ms = head.position, head.taken, head.tick_ms
        self.names, self.model = list(head.names), head.model
        self._codes = {name: code for code, name in enumerate(self.names)}
        self.grow(head.n_rows)

    def _put(self, rows: Rows, block: Table) -> None:
        # As whole rows: numpy would go through the columns of each row, twenty times as slow.
        self.table.view(self.layout.whole)[rows] = block.view(self.layout.whole)

    def _renamed(self, came: Table) -> Table:
        block = np.repeat(self.layout.blank, len(came))
        for name in set(came.dtype.names or ()) & set(self.layout.dtype.names or ()):
            block[name] = came[name]
        return block
