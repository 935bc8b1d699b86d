"""A table from names to numbers without an object for each: slots that point into an arena.

A name is hashed to 32 bits, whose highest say in which slot to look first; the next free slot
is taken (open addressing). The bytes are compared in any case. A slot has 16 bytes and at most
three in four are used, so a name costs 21 to 43 bytes beside its own and two for its length.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detectors.compiled import array_kernel, inlined, kernel
from streams.sequencing.texts import (
    Bytes,
    Text,
    Texts,
    Whole,
    copied,
    read_only,
    same,
    tag_of,
    texts_of,
)
from streams.sequencing.texts import word as word_of

UNKNOWN = -1  # the number of a name that is not in the table
FORGOTTEN = -1  # put instead of a number: the name is to be forgotten

# `at` is the name's place in the arena, 0 in an empty slot.
SLOT = np.dtype([("tag", "<u4"), ("number", "<i4"), ("at", "<i8")])
# Slots used, the arena's end, the next number, and by how many bits a tag is more than a place.
COUNTS = np.dtype([("n_used", "<i8"), ("end", "<i8"), ("next", "<i8"), ("shift", "<u4")])

_NOWHERE = -1  # instead of a slot's place
_FEWEST_BITS = 6
_BEGIN = 8  # nothing lies at 0, because that says empty
_HEAD = 2  # bytes before a name, with its length
LONGEST = 2 ** (8 * _HEAD) - 1


class Table(NamedTuple):
    """What compiled code sees of `Names`; good until the next `reserve`."""

    slots: NDArray[Any]
    arena: Bytes
    counts: NDArray[Any]


class Names:
    """Names with their numbers.

    Examples
    --------
    >>> names = Names()
    >>> names.put([b"ada", b"bo", b"ada"], [0, 1, FORGOTTEN])
    >>> names.number(b"ada"), names.number(b"bo"), names.next
    (-1, 1, 2)
    """

    def __init__(self) -> None:
        self._counts = np.zeros(1, COUNTS)
        self._counts["end"] = _BEGIN
        self._arena = np.zeros(1024, np.uint8)
        self._slots = np.zeros(0, SLOT)
        self._has_forgotten = False
        self._grow(_FEWEST_BITS)

    @property
    def table(self) -> Table:
        """What compiled code works on."""
        return Table(self._slots, self._arena, self._counts)

    @property
    def next(self) -> int:
        """The number of the next new name: one more than any so far."""
        return int(self._counts["next"][0])

    @property
    def end(self) -> int:
        """Where the next new name will lie in the arena; see `since`."""
        return int(self._counts["end"][0])

    @property
    def nbytes(self) -> int:
        """Bytes of memory, those included that are kept for names to come."""
        return self._slots.nbytes + self._arena.nbytes

    def number(self, name: bytes) -> int:
        """Give a name's number, or `UNKNOWN`."""
        return int(_number(self.table, texts_of([name])))

    def put(self, names: Sequence[bytes], numbers: ArrayLike) -> None:
        """Give many names their numbers, or forget them, in this order.

        Raises
        ------
        ValueError
            If a name is longer than `LONGEST`.
        """
        texts = texts_of(names)
        if texts.lengths.max(initial=0) > LONGEST:
            raise ValueError(f"name of {texts.lengths.max()} bytes, at most {LONGEST}")
        given = read_only(np.asarray(numbers, np.int64))
        self._has_forgotten |= bool((given == FORGOTTEN).any())
        self.reserve(len(names), len(texts.buffer))
        _put(self.table, texts, given)

    def reserve(self, n_names: int, n_bytes: int) -> None:
        """Make room for so many new names of so many bytes altogether."""
        n_used, bits = int(self._counts["n_used"][0]) + n_names, self._bits
        while 4 * n_used > 3 << bits:
            bits += 1
        if bits > self._bits:
            self._grow(bits)
        end = self.end + n_bytes + n_names * _HEAD
        if end > len(self._arena):
            arena = np.zeros(max(end, len(self._arena) * 3 // 2), np.uint8)
            arena[: self.end] = self._arena[: self.end]
            self._arena = arena

    def since(self, at: int) -> Iterator[bytes]:
        """Give the names that came since the arena ended at `at`, in their order."""
        data, at = self._arena[at : self.end].tobytes(), 0
        while at < len(data):
            begin = at + _HEAD
            at = begin + int.from_bytes(data[at:begin], "little")
            yield data[begin:at]

    def __iter__(self) -> Iterator[bytes]:
        """Give all names in their order; forgotten ones as zeros."""
        return self.since(_BEGIN)

    def clear(self) -> None:
        """Forget all names; takes as long as there are names, not slots.

        Raises
        ------
        ValueError
            If one was forgotten before: its slot can no longer be found.
        """
        if self._has_forgotten:
            raise ValueError("a table that has forgotten names cannot be cleared")
        _clear(self.table)

    @property
    def _bits(self) -> int:
        return 32 - int(self._counts["shift"][0])

    def _grow(self, bits: int) -> None:
        slots, self._slots = self._slots, np.zeros(1 << bits, SLOT)
        self._counts["shift"], self._counts["n_used"] = 32 - bits, 0
        _move(self.table, slots)


@inlined
def number_of(table: Table, name: Text, tag: np.uint32) -> Whole:
    """Give the number of a name with this tag, or `UNKNOWN`."""
    place = _slot_of(table, name, tag)
    return UNKNOWN if place == _NOWHERE else np.int64(table.slots[place].number)


@inlined
def add(table: Table, name: Text, tag: np.uint32, number: Whole) -> None:
    """Add a name that is not in the table, in the room that was reserved."""
    counts = table.counts[0]
    at = counts.end
    table.arena[at] = name.length & 0xFF
    table.arena[at + 1] = name.length >> 8
    copied(name, table.arena, at + _HEAD)
    counts.end = at + _HEAD + name.length
    counts.next = max(counts.next, number + 1)
    _place(table, tag, number, at)


@inlined
def _slot_of(table: Table, name: Text, tag: np.uint32) -> Whole:
    place, last = np.int64(tag >> table.counts[0].shift), len(table.slots) - 1
    while table.slots[place].at:
        slot = table.slots[place]
        # A forgotten name has no number, and fills its slot until the table grows.
        if slot.tag == tag and slot.number >= 0 and same(name, _name(table, slot.at)):
            return place
        place = (place + 1) & last
    return _NOWHERE


@inlined
def _name(table: Table, at: Whole) -> Text:
    return Text(table.arena, at + _HEAD, np.int64(word_of(table.arena, at, _HEAD)))


@inlined
def _place(table: Table, tag: np.uint32, number: Whole, at: Whole) -> None:
    place, last = np.int64(tag >> table.counts[0].shift), len(table.slots) - 1
    while table.slots[place].at:
        place = (place + 1) & last
    table.slots[place].tag = tag
    table.slots[place].number = number
    table.slots[place].at = at
    table.counts[0].n_used += 1


@array_kernel
def _number(table: Table, names: Texts) -> Whole:
    name = Text(names.buffer, names.starts[0], np.int64(names.lengths[0]))
    return number_of(table, name, tag_of(name))


@kernel
def _put(table: Table, names: Texts, numbers: NDArray[np.int64]) -> None:
    for at in range(len(numbers)):
        name = Text(names.buffer, names.starts[at], np.int64(names.lengths[at]))
        tag, number = tag_of(name), numbers[at]
        place = _slot_of(table, name, tag)
        if place != _NOWHERE:
            table.slots[place].number = number
            table.counts[0].next = max(table.counts[0].next, number + 1)
            if number == FORGOTTEN:
                _erase(table, table.slots[place].at)
        elif number != FORGOTTEN:
            add(table, name, tag, number)


@inlined
def _erase(table: Table, at: Whole) -> None:
    # Whoever is forgotten leaves no name behind in memory.
    name = _name(table, at)
    for byte in range(name.length):
        table.arena[name.start + byte] = 0


@kernel
def _move(table: Table, slots: NDArray[Any]) -> None:
    for slot in slots:
        if slot.at and slot.number >= 0:
            _place(table, slot.tag, slot.number, slot.at)


@kernel
def _clear(table: Table) -> None:
    _empty(table)


@inlined
def _empty(table: Table) -> None:
    # Names that hash alike lie in one row of slots. The first of them finds the row whole, and
    # empties all of it from its own first place on, up to the next empty slot.
    counts, last = table.counts[0], len(table.slots) - 1
    at: Whole = _BEGIN
    while at < counts.end:
        name = _name(table, at)
        place = np.int64(tag_of(name) >> counts.shift)
        while table.slots[place].at:
            table.slots[place].at = 0
            place = (place + 1) & last
        at += _HEAD + name.length
    counts.end, counts.n_used, counts.next = _BEGIN, 0, 0
