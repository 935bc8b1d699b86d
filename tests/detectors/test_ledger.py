"""The ledger: rows to bytes and back. How each family's columns fare: tests/contracts."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.engine import Engine
from detectors.errors import FormatError
from detectors.families.family import Column
from detectors.kinds import Kind
from detectors.layout import LAYOUT
from detectors.ledger import MINIMUM_ROWS, OWN, Head, Ledger
from detectors.rows import Layout, RowFormat
from tests.detectors.any_log import A_WEEK, quick
from tests.detectors.logs import One, a_slice, at, cut
from tests.detectors.nasty import nasty_steps
from tests.detectors.records import as_bytes, padding
from tests.detectors.runs import run

DTYPES = ("<i8", "<u8", "<f8", "<i4", "<f4", "|u1")
POSITION = OWN[0]

NASTY = tuple(nasty_steps(n=300, n_customers=20, seed=6, days=45))

columns = st.lists(
    st.builds(
        Column,
        name=st.sampled_from("abcdefgh"),
        dtype=st.sampled_from(DTYPES),
        unit=st.just("any"),
        empty=st.integers(0, 9),
        places=st.sampled_from([None, None, 1, 3, 4]),
    ),
    max_size=8,
    unique_by=lambda column: column.name,
).map(tuple)
rare = st.sets(st.sampled_from(["first", "second"])).map(frozenset)


@st.composite
def any_layout(draw: st.DrawFn) -> Layout:
    parts = ("first", draw(columns)), ("ledger", (POSITION,)), ("second", draw(columns))
    return Layout(parts, draw(rare))


layouts = any_layout()


def bought(row: int, day: float, offset: int) -> One:
    return One(row, Kind.PURCHASE_MADE, at(day), offset, amount=20.0)


def anything_in(layout: Layout, n_rows: int) -> Ledger:
    """Give a ledger with other numbers in every column of a row; of every other nothing rare."""
    ledger, rng = Ledger(layout), np.random.default_rng(1)
    table = layout.blanks(n_rows)
    for name in layout.dtype.names or ():
        column = table[name][:: 2 if name.partition(".")[0] in layout.rare else 1]
        column[...] = rng.integers(0, 256, column.shape)
    ledger.put(np.arange(n_rows), table)
    return ledger


def read(layout: Layout, packed: list[bytes], written: RowFormat) -> Ledger:
    """Give a ledger of a layout from bytes written with another, perhaps."""
    ledger = Ledger(layout)
    ledger.unpack(np.arange(len(packed)), packed, written)
    return ledger


def all_of(ledger: Ledger) -> list[bytes]:
    return ledger.pack(np.arange(ledger.n_rows))


@quick
@given(layout=layouts)
def test_a_row_format_told_in_words_reads_the_same_columns(layout: Layout) -> None:
    for codec in (msgspec.json, msgspec.msgpack):
        told = codec.decode(codec.encode(layout.format), type=RowFormat)
        assert told == layout.format
        assert told.dtype() == layout.dtype
        assert told.dtype().itemsize == layout.nested.itemsize


@quick
@given(layout=layouts)
def test_rows_come_back_from_their_bytes(layout: Layout) -> None:
    ledger = anything_in(layout, n_rows=5)
    told = msgspec.json.decode(msgspec.json.encode(layout.format), type=RowFormat)
    again = read(layout, all_of(ledger), told)
    assert all_of(again) == all_of(ledger)
    np.testing.assert_array_equal(again.table[:5], ledger.table[:5])


@quick
@given(layout=layouts)
def test_a_column_is_the_same_by_its_dotted_name_and_in_its_part(layout: Layout) -> None:
    ledger = anything_in(layout, n_rows=5)
    for part, of_part in layout.parts:
        for column in of_part:
            there = ledger.table.view(layout.nested)[part][column.name]
            np.testing.assert_array_equal(there, ledger.table[f"{part}.{column.name}"])
            assert there.shape[1:] == (() if column.places is None else (column.places,))
            assert there.dtype == np.dtype(column.dtype)


@quick
@given(layout=layouts, left_out=st.sets(st.sampled_from("abcdefgh")), rare=rare)
def test_rows_of_another_layout_keep_what_both_have(
    layout: Layout, left_out: set[str], rare: frozenset[str]
) -> None:
    fewer = tuple(
        (part, tuple(column for column in of_part if column.name not in left_out))
        for part, of_part in reversed(layout.parts)
    )
    here, there = layout, Layout(fewer, rare)
    for old, new in ((here, there), (there, here)):
        ledger = anything_in(old, n_rows=3)
        again = read(new, all_of(ledger), old.format)
        for name in new.dtype.names or ():
            source = ledger.table if name in (old.dtype.names or ()) else new.blanks(3)
            np.testing.assert_array_equal(again.table[name][:3], source[name][:3], name)


@quick
@given(layout=layouts)
def test_a_layout_between_leaves_no_trace(layout: Layout) -> None:
    ledger, turned = anything_in(layout, n_rows=4), Layout(tuple(reversed(layout.parts)))
    between = read(turned, all_of(ledger), layout.format)
    assert all_of(read(layout, all_of(between), turned.format)) == all_of(ledger)


def test_rows_of_another_size_are_refused() -> None:
    ledger = Ledger(LAYOUT)
    packed = ledger.pack(np.arange(2))
    with pytest.raises(FormatError, match=str(LAYOUT.dtype.itemsize)):
        ledger.unpack(np.arange(2), [packed[0], packed[1][:-1]], LAYOUT.format)


def test_of_two_rows_the_one_further_on_stays() -> None:
    ledger, row = Ledger(LAYOUT), np.array([0])
    packed = {}
    for position in (4, 9):
        ledger.rows["ledger"]["position"][0] = position
        packed[position] = ledger.pack(row)
    again = Ledger(LAYOUT)
    for position in (9, 4):
        again.unpack(row, packed[position], LAYOUT.format)
    assert again.table["ledger.position"][0] == 9


def test_changed_rows_are_given_once() -> None:
    ledger = run([a_slice([bought(7, 1, 0), bought(2, 1, 1)])], A_WEEK).ledger
    assert ledger.take_dirty().tolist() == [2, 7]
    assert ledger.take_dirty().tolist() == []


def test_a_row_that_is_not_given_has_not_changed() -> None:
    engine, n_quiet = Engine(3, A_WEEK), 0
    for position, record in enumerate(cut(NASTY, 3)):
        before, n = as_bytes(engine.ledger.table).copy(), engine.ledger.n_rows
        engine.step(position, record)
        dirty = set(engine.ledger.take_dirty().tolist())
        moved = (as_bytes(engine.ledger.table)[:n] != before[:n]).any(axis=1)
        assert set(np.flatnonzero(moved).tolist()) <= dirty
        n_quiet += n - len(dirty)
    assert n_quiet > 0


def test_a_row_takes_the_steps_that_it_does_not_include_yet() -> None:
    ledger = Ledger(LAYOUT)
    ledger.grow(2)
    ledger.rows["ledger"]["position"][0] = 4  # flushed before a crash, ahead of the head
    engine, counts = Engine(3, A_WEEK, ledger), []
    for position in (4, 5):
        both = a_slice([bought(row, position, 2 * position + row) for row in (0, 1)])
        counts.append(engine.step(position, both).n_events)
    assert counts == [1, 2]
    assert ledger.table["ledger.position"][:2].tolist() == [5, 5]
    assert ledger.table["value.amount_n"][:2].tolist() == [1.0, 2.0]


def test_a_name_keeps_its_number_over_a_restart() -> None:
    ledger = Ledger(LAYOUT)
    codes = [ledger.code(name) for name in ("", "Ada", "Ben", "Ada")]
    again = Ledger(LAYOUT)
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(ledger.head()), type=Head))
    assert codes == [again.code(name) for name in ("", "Ada", "Ben", "Ada")] == [0, 1, 2, 1]
    assert again.code("Eve") == 3


def test_room_for_more_customers_is_blank() -> None:
    ledger, n = Ledger(LAYOUT), 5 * MINIMUM_ROWS
    ledger.grow(n)
    assert ledger.n_rows == n
    assert not ledger.dirty.any()
    for part, of_part in LAYOUT.parts:
        for column in of_part:
            assert (ledger.table[f"{part}.{column.name}"] == column.empty).all(), column.name
    assert set(all_of(ledger)) == {LAYOUT.blank_common().tobytes()}


def test_what_is_set_aside_for_later_customers_is_seen_by_nobody() -> None:
    ledger, numbers = Ledger(LAYOUT), np.array([0, MINIMUM_ROWS - 1])
    ledger.rows.view(np.uint8)[:] = 7
    assert ledger.whole(numbers).tobytes() == LAYOUT.blanks(2).tobytes()
    ledger.grow(1)
    assert ledger.whole(numbers).tobytes() == LAYOUT.blanks(2).tobytes()
    assert ledger.table.tobytes() == LAYOUT.blanks(1).tobytes()


@pytest.mark.parametrize("n_rows", [MINIMUM_ROWS + 1, 5 * MINIMUM_ROWS])
def test_a_ledger_beyond_its_room_keeps_every_byte_in_its_place(n_rows: int) -> None:
    ledger = anything_in(LAYOUT, MINIMUM_ROWS)
    before, dtype = all_of(ledger), ledger.rows.dtype
    ledger.grow(n_rows)
    # The same numbers in other places would do for numpy, not for compiled code, nor for bytes.
    assert ledger.table.dtype == LAYOUT.format.dtype()
    assert ledger.rows.dtype == dtype == LAYOUT.common
    assert all_of(ledger)[:MINIMUM_ROWS] == before
    assert set(all_of(ledger)[MINIMUM_ROWS:]) == {LAYOUT.blank_common().tobytes()}


def test_customers_of_a_ledger_that_grew_go_on_as_they_would_have() -> None:
    newcomer = 3 * MINIMUM_ROWS
    early, late = [bought(0, 1, 0), bought(1, 2, 1)], [bought(1, 4, 3), bought(0, 5, 4)]
    room = run([a_slice(early), a_slice([bought(2, 3, 2)]), a_slice(late)], A_WEEK).ledger
    grown = run([a_slice(early), a_slice([bought(newcomer, 3, 2)]), a_slice(late)], A_WEEK).ledger
    assert grown.pack(np.arange(2)) == room.pack(np.arange(2))
    assert grown.pack(np.array([newcomer])) == room.pack(np.array([2]))
    assert grown.take_dirty().tolist() == [0, 1, newcomer]


def test_what_stands_between_columns_is_nothing_always() -> None:
    between = padding(LAYOUT)
    assert between.any()
    ledger = run(cut(NASTY, 7), A_WEEK).ledger
    kept = as_bytes(ledger.table)[: ledger.n_rows]
    assert kept[:, ~between].any()
    assert not kept[:, between].any()


def test_the_same_events_give_the_same_bytes_also_over_a_restart_in_another_layout() -> None:
    records = list(cut(NASTY, 7))
    half = len(records) // 2
    straight, first = run(records, A_WEEK).ledger, run(records[:half], A_WEEK).ledger
    turned = Layout(tuple(reversed(LAYOUT.parts)))
    between = read(turned, all_of(first), LAYOUT.format)
    again = read(LAYOUT, all_of(between), turned.format)
    again.restore(first.head())
    engine = Engine(3, A_WEEK, again)
    for position in range(half, len(records)):
        engine.step(position, records[position])
    assert all_of(again) == all_of(straight)


def test_a_column_whose_places_were_others_is_refused() -> None:
    layouts = [
        Layout((("ledger", OWN), ("sign", (Column("at", np.int64, "n", places=places),))))
        for places in (4, 5)
    ]
    packed = all_of(anything_in(layouts[0], 1))
    with pytest.raises(FormatError, match=r"sign\.at had places \(4,\), and has \(5,\) now"):
        read(layouts[1], packed, layouts[0].format)
