"""The ledger's changelog: rows and heads as Kafka records, and back.

A row's key is the customer's number, its value the row's bytes behind a mark of their layout.
A layout is written down, under its mark, before the first row that has it: a later version
with other columns reads the rows by name, and an unknown layout stops it.
"""

import struct
import zlib
from collections.abc import Iterator

import msgspec
import numpy as np

from detectors.arrays import Rows
from detectors.errors import FormatError
from detectors.ledger import Head, Ledger
from detectors.rows import RowFormat
from streams.role import Records

ROWS_AT_ONCE = (
    2_048  # more do not fit the processor's caches, and their memory would be new each time
)
HEAD = b"head"
LAYOUT = b"layout"
_NUMBER = struct.Struct(">I")
_MARK = struct.Struct("<I")

KeyedRow = tuple[bytes, bytes]

_heads = msgspec.msgpack.Decoder(Head)
_layouts = msgspec.json.Decoder(RowFormat)


def mark_of(layout: RowFormat) -> bytes:
    """Give the four bytes that stand before every row of a layout."""
    return _MARK.pack(zlib.crc32(msgspec.json.encode(layout)))


class RowWriter:
    """Gives what to write for a partition's ledger since the last time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._layout = ledger.layout.format
        self._mark = mark_of(self._layout)
        self._told = False
        self._head = b""

    def take(self) -> Iterator[list[KeyedRow]]:
        """Give the rows changed since the last call, and the head after them if it moved.

        In parts: a million customers at once would take as much memory as the ledger has.
        """
        head = msgspec.msgpack.encode(self._ledger.head())
        if head == self._head:
            return
        self._head = head
        if not self._told:
            self._told = True
            yield [(LAYOUT + self._mark, msgspec.json.encode(self._layout))]
        rows = self._ledger.take_dirty()
        for start in range(0, len(rows), ROWS_AT_ONCE):
            part = rows[start : start + ROWS_AT_ONCE]
            packed = zip(part.tolist(), self._ledger.pack(part), strict=True)
            yield [(_NUMBER.pack(number), self._mark + row) for number, row in packed]
        yield [(HEAD, head)]


class RowReader:
    """Puts a changelog back into a ledger, in whatever order compaction left it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        own = ledger.layout.format
        self._layouts = {mark_of(own): own}
        self._unread: dict[bytes, list[tuple[int, bytes]]] = {}
        self._head: Head | None = None

    def take(self, records: Records) -> None:
        """Take records of the changelog; a null value is a customer who was forgotten."""
        rows: dict[bytes, list[tuple[int, bytes]]] = {}
        for record in records:
            key, value = record.key or b"", record.value
            if key == HEAD:
                self._head = None if value is None else _heads.decode(value)
            elif value is None:
                continue
            elif key.startswith(LAYOUT):
                self._layouts[key[len(LAYOUT) :]] = _layouts.decode(value)
            else:
                row = _NUMBER.unpack(key)[0], value[_MARK.size :]
                rows.setdefault(value[: _MARK.size], []).append(row)
        for mark, found in rows.items():
            self._unread.setdefault(mark, []).extend(found)
        for mark in self._unread.keys() & self._layouts.keys():
            self._unpack(self._layouts[mark], self._unread.pop(mark))

    def finish(self) -> None:
        """Restore the head, once all records have been taken.

        Raises
        ------
        FormatError
            If there are rows whose layout was never written down.
        """
        if self._unread:
            unknown = ", ".join(sorted(mark.hex() for mark in self._unread))
            raise FormatError(f"ledger rows of unknown layout {unknown}")
        if self._head is not None:
            self._ledger.restore(self._head)

    def _unpack(self, layout: RowFormat, rows: list[tuple[int, bytes]]) -> None:
        # Of several versions of a row in one go the last one written holds.
        latest = dict(rows)
        numbers: Rows = np.fromiter(latest, np.intp, len(latest))
        self._ledger.unpack(numbers, list(latest.values()), layout)
