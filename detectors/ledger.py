"""The ledger: the customers of one partition as rows of columns, and their bytes.

One row of a structured array per customer, the customer's number being the row. A touched
row is one stretch of memory, changed in place by compiled code, and its bytes are what the
changelog keeps. Every row carries the log position it includes, so a repeated record passes
over it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.arrays import Rows
from detectors.errors import FormatError
from detectors.families.family import Column
from detectors.living import FEED, NO_FEEDS
from detectors.slices import Marks, Model
from detectors.terms import NO_NAME

Table = NDArray[Any]
MINIMUM_ROWS = 1024
OWN = (
    Column("position", np.int64, "offset in the log", empty=-1),  # last step in this row
    Column("seen_ms", np.int64, "ms since 1970"),  # the row's clock: latest instant assessed
    Column("first_ms", np.int64, "ms since 1970"),  # first event, 0 before any
    Column("families", np.int32, "bits", joins="either"),  # those with something to measure
    Column("reported_risk", np.float32, "risk", empty=-1),  # in the last assessment written
    Column("absorbed_ms", np.int64, "ms since 1970"),  # by another customer; NEVER if they are not
    Column("joined_ms", np.int64, "ms since 1970"),  # the last time another's row was joined
)


class RowFormat(msgspec.Struct, frozen=True):
    """What a row's bytes hold: its size, and of each column the name, the dtype and the place."""

    itemsize: int
    columns: tuple[tuple[str, str, int], ...]

    def dtype(self) -> np.dtype[Any]:
        """Give the dtype that reads such rows, columns by dotted name."""
        names, formats, offsets = zip(*self.columns, strict=True)
        return np.dtype(
            {
                "names": names,
                "formats": formats,
                "offsets": offsets,
                "itemsize": self.itemsize,
            }
        )


@dataclass(frozen=True)
class Layout:
    """Which columns a row has: `parts` are the ledger's own, bands, account and each family.

    The same bytes are seen in two ways: `dtype` has every column by its dotted name
    (``silence.active_ms``), for arrays; `nested` has a record for each part, for compiled code
    (``row.silence.active_ms``).
    """

    parts: tuple[tuple[str, tuple[Column, ...]], ...]
    nested: np.dtype[Any] = field(init=False, compare=False)
    dtype: np.dtype[Any] = field(init=False, compare=False)
    format: RowFormat = field(init=False, compare=False)
    blank: Table = field(init=False, compare=False)
    whole: np.dtype[Any] = field(init=False, compare=False)  # a row as bytes, to copy it in one go

    def __post_init__(self) -> None:
        nested = np.dtype([(part, _packed(columns)) for part, columns in self.parts], align=True)
        form = RowFormat(nested.itemsize, tuple(_places(nested)))
        blank = np.zeros(1, form.dtype())
        for part, columns in self.parts:
            for column in columns:
                blank[f"{part}.{column.name}"] = column.empty
        whole = np.dtype((np.void, nested.itemsize))
        made = {"nested": nested, "dtype": blank.dtype, "format": form, "blank": blank}
        for name, value in (made | {"whole": whole}).items():
            object.__setattr__(self, name, value)

    def blanks(self, n_rows: int) -> Table:
        """Give rows before any event, shape (n_rows,)."""
        return np.repeat(self.blank.view(self.whole), n_rows).view(self.dtype)


def _packed(columns: tuple[Column, ...]) -> np.dtype[Any]:
    # Large ones first: aligned, with no gaps but at the end.
    fields = [
        (c.name, c.dtype) if c.places is None else (c.name, c.dtype, (c.places,))
        for c in sorted(columns, key=lambda c: -np.dtype(c.dtype).itemsize)
    ]
    return np.dtype(fields, align=True)


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
    layout: RowFormat
    sources: tuple[str, ...] = ()
    feeds: tuple[dict[str, Any], ...] = ()  # of each source, by the names of `living.FEED`


class Ledger:
    """The customers of one partition. Changed in `Engine.step` only."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.table: Table = layout.blanks(MINIMUM_ROWS)
        self.dirty = np.zeros(MINIMUM_ROWS, bool)
        self.n_rows = 0
        self.position = -1
        self.taken: tuple[int, ...] = Marks().taken
        self.tick_ms = 0
        self.names: list[str] = [""]
        self.model: Model | None = None
        self.sources: list[str] = []
        self.feeds = NO_FEEDS
        self._codes = {"": 0}

    def grow(self, n_rows: int) -> None:
        """Make room for customers 0 .. n_rows - 1; new rows are blank."""
        self.n_rows = max(self.n_rows, n_rows)
        capacity = len(self.table)
        if n_rows <= capacity:
            return
        table = self.layout.blanks(max(n_rows, 2 * capacity))
        table.view(self.layout.whole)[:capacity] = self.table.view(self.layout.whole)
        self.table = table
        self.dirty = np.concatenate([self.dirty, np.zeros(len(table) - capacity, bool)])

    @property
    def rows(self) -> Table:
        """The rows as compiled code takes them: a record for each part. A view, not a copy."""
        return self.table.view(self.layout.nested)

    def row(self, number: int) -> np.record:
        """Give one customer's row, to be read."""
        record: np.record = self.rows.view(np.recarray)[number]
        return record

    def code(self, name: str) -> int:
        """Give the number of a name (owner, tier, language), a new one if it is new."""
        if name not in self._codes:
            self._codes[name] = len(self.names)
            self.names.append(name)
        return self._codes[name]

    def known(self, name: str) -> int:
        """Give the number of a name, NO_NAME if nobody has had it yet."""
        return self._codes.get(name, NO_NAME)

    def source(self, name: str) -> int:
        """Give the number of a source of events, a new one if it is new."""
        if name not in self.sources:
            self.sources.append(name)
            self.feeds = np.concatenate([self.feeds, np.zeros(1, FEED)])
        return self.sources.index(name)

    def take_dirty(self) -> Rows:
        """Give the rows changed since the last call, ascending."""
        rows = np.flatnonzero(self.dirty[: self.n_rows])
        self.dirty[rows] = False
        return rows

    def pack(self, rows: Rows) -> list[bytes]:
        """Give each row's bytes, of one size."""
        data = self.table.view(self.layout.whole).take(rows).tobytes()
        size = self.layout.dtype.itemsize
        return [data[start : start + size] for start in range(0, len(data), size)]

    def unpack(self, rows: Rows, packed: Sequence[bytes], layout: RowFormat) -> None:
        """Put rows back from bytes written with `layout`; of two, the one further on stays.

        A column that this version does not have is left out, one that the bytes do not have
        is blank.

        Raises
        ------
        FormatError
            If the bytes are not rows of that layout.
        """
        then = layout.dtype()
        if any(len(data) != then.itemsize for data in packed):
            raise FormatError(f"ledger row is not of {then.itemsize} bytes, as its layout says")
        came = np.frombuffer(b"".join(packed), then)
        block = came if layout == self.layout.format else self._renamed(came)
        self.grow(int(rows.max(initial=-1)) + 1)
        newer = block["ledger.position"] >= self.table["ledger.position"][rows]
        whole = block.view(self.layout.whole)
        self.table.view(self.layout.whole)[rows[newer]] = whole[newer]

    def head(self) -> Head:
        """Give the partition's own row, to be written after the rows of the customers."""
        return Head(
            self.position,
            self.taken,
            self.tick_ms,
            self.n_rows,
            tuple(self.names),
            self.model,
            self.layout.format,
            tuple(self.sources),
            tuple({name: feed[name].tolist() for name in FEED.names or ()} for feed in self.feeds),
        )

    def restore(self, head: Head) -> None:
        """Go on from a head that was written."""
        self.position, self.taken, self.tick_ms = head.position, head.taken, head.tick_ms
        self.names, self.sources, self.model = list(head.names), list(head.sources), head.model
        self._codes = {name: code for code, name in enumerate(self.names)}
        self.feeds = np.zeros(len(head.sources), FEED)
        for feed, known in zip(self.feeds, head.feeds, strict=False):
            for name in known.keys() & set(FEED.names or ()):
                feed[name] = known[name]
        self.grow(head.n_rows)

    def _renamed(self, came: Table) -> Table:
        block, own = self.layout.blanks(len(came)), self.layout.dtype
        for name in set(came.dtype.names or ()) & set(own.names or ()):
            if came.dtype[name].shape != own[name].shape:
                then, now = came.dtype[name].shape, own[name].shape
                raise FormatError(f"ledger column {name} had places {then}, and has {now} now")
            block[name] = came[name]
        return block
