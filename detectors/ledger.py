"""The ledger: the customers of one partition as rows of columns, and their bytes.

One row of a structured array per customer, the customer's number being the row; beside it what
few of them have (`rare.py`). A touched row is one stretch of memory, changed in place by compiled
code, and its bytes are what the changelog keeps. Every row carries the log position it includes,
so a repeated record passes over it.
"""

from collections.abc import Sequence
from itertools import compress
from typing import Any

import msgspec
import numpy as np

from detectors.arrays import Rows
from detectors.customers import Customer, Customers, Table
from detectors.errors import FormatError
from detectors.families.family import Column
from detectors.living import FEED, NO_FEEDS
from detectors.rare import RareParts
from detectors.rows import Layout, RowFormat
from detectors.slices import Marks, Model
from detectors.terms import NO_NAME

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
        self.rows: Table = np.empty(MINIMUM_ROWS, layout.common)  # as compiled code takes them
        self.dirty = np.zeros(MINIMUM_ROWS, bool)
        self.rare = RareParts(layout.blank_tail(), MINIMUM_ROWS)
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
        """Make room for customers 0 .. n_rows - 1; new rows are blank.

        What is set aside for later ones is not written, so it takes no memory yet.
        """
        had, capacity = self.n_rows, len(self.rows)
        if n_rows <= had:
            return
        if n_rows > capacity:
            rows = np.empty(max(n_rows, 2 * capacity), self.layout.common)
            self._lumps(rows)[:had] = self._lumps(self.rows)[:had]
            self.rows = rows
            self.dirty = np.concatenate([self.dirty, np.zeros(len(rows) - capacity, bool)])
            self.rare.grow(len(rows))
        self._lumps(self.rows)[had:n_rows] = self._lumps(self.layout.blank_common())
        self.n_rows = n_rows

    def customers(self, first: int = 0, end: int | None = None) -> Customers:
        """Give customers `first` .. `end - 1`, or all of them, as compiled code takes them.

        Views, not copies: they hold until there is more room.
        """
        end = self.n_rows if end is None else min(end, self.n_rows)
        rare = self.rare
        rows, dirty = self.rows[first:end], self.dirty[first:end]
        return Customers(rows, dirty, rare.of(first, end), rare.n_entries, rare.quiet_ms)

    def customer(self, number: int) -> Customer:
        """Give one customer, to be read."""
        entry = self.rare.entries.view(np.recarray)[self.rare.at[number]]
        return Customer(self.rows.view(np.recarray)[number], entry, int(self.rare.at[number]))

    @property
    def nbytes(self) -> int:
        """The bytes of all arrays that grow with the customers."""
        arrays = self.rows, self.dirty, self.rare.at, self.rare.entries
        return sum(array.nbytes for array in arrays)

    def row(self, number: int) -> np.record:
        """Give one customer's whole row. A copy, and slow: to look at, and for tests."""
        table = self.whole(np.array([number])).view(self.layout.nested)
        record: np.record = table.view(np.recarray)[0]
        return record

    @property
    def table(self) -> Table:
        """All rows whole, columns by dotted name. A copy, and slow: to look at, and for tests."""
        table = self.whole(np.arange(self.n_rows))
        table.flags.writeable = False
        return table

    def whole(self, numbers: Rows) -> Table:
        """Give customers' rows with their rare parts, columns by dotted name. A copy.

        Rows of whom nobody has heard yet are blank.
        """
        table = np.empty(len(numbers), self.layout.halves)
        table["common"] = self._lumps(self.rows)[numbers]
        table["common"][numbers >= self.n_rows] = self._lumps(self.layout.blank_common())
        table["tail"] = self.rare.tails(numbers)
        return table.view(self.layout.dtype)

    def put(self, numbers: Rows, table: Table) -> None:
        """Put rows in the place of those of customers, each named once: as `whole` gives them."""
        self.grow(int(numbers.max(initial=-1)) + 1)
        halves = table.view(self.layout.halves)
        self._lumps(self.rows)[numbers] = halves["common"]
        self.rare.put(numbers, halves["tail"])

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
        """Give each row's bytes, up to its rare parts where these are blank."""
        data, size = self._lumps(self.rows).take(rows).tobytes(), self.layout.common.itemsize
        packed = [data[start : start + size] for start in range(0, len(data), size)]
        for place, tail in self.rare.some_tails(rows):
            packed[place] += tail
        return packed

    def unpack(self, rows: Rows, packed: Sequence[bytes], layout: RowFormat) -> None:
        """Put rows back from bytes written with `layout`; of two, the one further on stays.

        A column that this version does not have is left out, one that the bytes do not have
        is blank. No customer may be named twice.

        Raises
        ------
        FormatError
            If the bytes are not rows of that layout.
        """
        sizes = np.fromiter(map(len, packed), np.int64, len(packed))
        whole = sizes == layout.itemsize
        if not (whole | (sizes == layout.tail)).all():
            raise FormatError(f"ledger row is not of {layout.itemsize} bytes, as its layout says")
        self.grow(int(rows.max(initial=-1)) + 1)
        for these, dtype in ((whole, layout.dtype()), (~whole, layout.short())):
            came = np.frombuffer(b"".join(compress(packed, these.tolist())), dtype)
            if layout != self.layout.format:
                came = self._renamed(came)
            self._take_back(rows[these], came)

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

    def _take_back(self, numbers: Rows, came: Table) -> None:
        newer = came["ledger.position"] >= self.rows["ledger"]["position"][numbers]
        numbers, size = numbers[newer], came.dtype.itemsize
        bytes_of = came.view(np.dtype((np.void, size)))[newer]  # and what lies between columns
        if size == self.layout.dtype.itemsize:
            self.put(numbers, bytes_of)
        else:
            self._lumps(self.rows)[numbers] = bytes_of
            self.rare.put_blank(numbers)

    def _lumps(self, rows: Table) -> Table:
        # As bytes: else numpy copies column by column.
        return rows.view(np.dtype((np.void, self.layout.common.itemsize)))

    def _renamed(self, came: Table) -> Table:
        block, own = self.layout.blanks(len(came)), self.layout.dtype
        for name in set(came.dtype.names or ()) & set(own.names or ()):
            if came.dtype[name].shape != own[name].shape:
                then, now = came.dtype[name].shape, own[name].shape
                raise FormatError(f"ledger column {name} had places {then}, and has {now} now")
            block[name] = came[name]
        return block
