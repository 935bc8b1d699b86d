"""What few customers have: an entry for who has had it, a short row for all others."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.engine import Engine
from detectors.errors import FormatError
from detectors.families import RARE
from detectors.happening import enters
from detectors.kinds import Direction, Kind, Merge
from detectors.layout import LAYOUT
from detectors.ledger import Ledger
from detectors.rare import MINIMUM_ENTRIES
from detectors.rows import Layout, RowFormat
from tests.detectors.any_log import A_WEEK, Steps, any_log, only_events, quick
from tests.detectors.logs import One, a_slice, at, cut
from tests.detectors.nasty import nasty_steps
from tests.detectors.records import the_events
from tests.detectors.runs import Run, breaches, effects, run
from tests.detectors.test_moving import Run as Merging
from tests.detectors.test_moving import absorbed, came

SHORT, LONG = LAYOUT.common.itemsize, LAYOUT.dtype.itemsize
NASTY = tuple(nasty_steps(n=300, n_customers=20, seed=6, days=45))
OF_NOBODY = LAYOUT.blank_tail().tobytes()

sizes = st.lists(st.integers(1, 9), max_size=12)


def bought(row: int, day: float) -> One:
    return One(row, Kind.PURCHASE_MADE, at(day), round(day * 100) + row, amount=20.0)


def complained(row: int, day: float, reference: int = 8) -> One:
    offset = round(day * 100) + row
    return One(row, Kind.COMPLAINT_OPENED, at(day), offset, topic=1, code=3, reference=reference)


def ledger_of(*events: One) -> Ledger:
    return run(cut(events, 3), A_WEEK).ledger


def rows_of(ledger: Ledger) -> list[bytes]:
    return ledger.pack(np.arange(ledger.n_rows))


def back(rows: Iterable[bytes], layout: RowFormat = LAYOUT.format) -> Ledger:
    ledger, packed = Ledger(LAYOUT), list(rows)
    ledger.unpack(np.arange(len(packed)), packed, layout)
    return ledger


def holders(ledger: Ledger) -> list[int]:
    """Give who has an entry, in the order in which they got it."""
    numbers = np.flatnonzero(ledger.rare.at)
    in_order: list[int] = numbers[np.argsort(ledger.rare.at[numbers])].tolist()
    return in_order


def assert_sound(ledger: Ledger) -> None:
    """No entry is two customers', none is given that is not counted, the first is as it was."""
    given_out = ledger.rare.at[ledger.rare.at != 0]
    assert sorted(given_out.tolist()) == list(range(1, int(ledger.rare.n_entries[0])))
    assert ledger.rare.entries[:1].tobytes() == OF_NOBODY


def test_who_never_complained_has_no_entry_and_a_short_row() -> None:
    check = One(0, Kind.CONTACT_MADE, at(3), 1, code=Direction.OUT_ANSWERED)
    ledger = ledger_of(bought(0, 1), bought(1, 2), check, complained(1, 4))
    assert [len(row) for row in rows_of(ledger)] == [SHORT, LONG]
    assert holders(ledger) == [1]
    assert ledger.row(0).complaints.tobytes() == ledger.row(2).complaints.tobytes() == OF_NOBODY
    assert ledger.row(1).complaints.reference.tolist() == [8, 0, 0, 0, 0]


def test_what_somebody_has_stands_behind_what_all_have() -> None:
    (row,) = rows_of(ledger_of(bought(0, 1), complained(0, 4)))
    whole = np.frombuffer(row, LAYOUT.dtype)
    assert whole["complaints.reference"][0].tolist() == [8, 0, 0, 0, 0]
    assert whole["value.amount_n"] == 1
    assert row[:SHORT] == np.frombuffer(row[:SHORT], LAYOUT.format.short()).tobytes()
    assert set(LAYOUT.format.short().names or ()) == {
        name for name in LAYOUT.dtype.names or () if name.partition(".")[0] not in RARE
    }


@quick
@given(steps=any_log(), size=st.integers(1, 20))
def test_who_has_an_entry_has_had_something_to_do_with_it(steps: Steps, size: int) -> None:
    ledger = run(cut(steps, size), A_WEEK).ledger
    many = [one for one in only_events(steps) if one.row >= 0]
    first = [one.row for one, event in zip(many, the_events(many), strict=True) if enters(event)]
    assert holders(ledger) == list(dict.fromkeys(first))
    assert_sound(ledger)


@pytest.mark.parametrize("mixed", [(0, 1), (1, 0), (0, 1, 1, 0), (0,), (1, 1), ()], ids=str)
def test_rows_short_and_long_come_back(mixed: tuple[int, ...]) -> None:
    events = [bought(row, 1) for row in range(len(mixed))]
    events += [complained(row, 2 + row) for row, has in enumerate(mixed) if has]
    ledger = ledger_of(*events) if events else Ledger(LAYOUT)
    again = back(rows_of(ledger))
    assert [len(row) for row in rows_of(ledger)] == [LONG if has else SHORT for has in mixed]
    assert rows_of(again) == rows_of(ledger)
    assert again.table.tobytes() == ledger.table.tobytes()
    assert len(holders(again)) == sum(mixed)


def at_position(row: bytes, position: int) -> bytes:
    whole = np.frombuffer(row, LAYOUT.dtype if len(row) == LONG else LAYOUT.format.short())
    changed = whole.view(np.dtype((np.void, len(row)))).copy().view(whole.dtype)
    changed["ledger.position"] = position
    return changed.tobytes()


@pytest.mark.parametrize("first", ["short", "long"])
@pytest.mark.parametrize("second", ["newer", "older"])
def test_of_two_rows_the_one_further_on_stays_with_what_is_rare(first: str, second: str) -> None:
    short = rows_of(ledger_of(bought(0, 1)))[0]
    long = rows_of(ledger_of(bought(0, 1), complained(0, 2)))[0]
    rows = (short, long) if first == "short" else (long, short)
    one, other = at_position(rows[0], 5), at_position(rows[1], 6 if second == "newer" else 4)
    ledger = back([one])
    ledger.unpack(np.array([0]), [other], LAYOUT.format)
    assert rows_of(ledger) == [other if second == "newer" else one]
    assert ledger.table.tobytes() == back(rows_of(ledger)).table.tobytes()
    assert_sound(ledger)


def test_bytes_of_neither_length_are_refused() -> None:
    (row,) = rows_of(ledger_of(bought(0, 1)))
    for wrong in (b"", row[:-1], row + b"\0"):
        with pytest.raises(FormatError, match=r"of 1\d\d\d bytes"):
            back([wrong])
    whole = Layout(LAYOUT.parts)  # as it was before anything was rare
    with pytest.raises(FormatError, match=r"of 1\d\d\d bytes"):
        back([row], whole.format)


def test_rows_of_another_layout_may_be_short_too() -> None:
    ledger = ledger_of(bought(0, 1), bought(1, 2), complained(1, 4))
    turned = Layout(tuple(reversed(LAYOUT.parts)), LAYOUT.rare)
    whole = Layout(tuple(reversed(LAYOUT.parts)))
    for between in (turned, whole):
        other = Ledger(between)
        other.unpack(np.arange(2), rows_of(ledger), LAYOUT.format)
        lengths = [SHORT, LONG] if between is turned else [LONG, LONG]
        assert [len(row) for row in rows_of(other)] == lengths
        again = back(rows_of(other), between.format)
        assert rows_of(again) == rows_of(ledger)
        assert holders(again) == [1]


def test_a_format_without_a_tail_is_written_as_it_was_before() -> None:
    assert Layout(LAYOUT.parts).format.tail is None
    assert LAYOUT.format.tail == SHORT


def go_on(ledger: Ledger, records: list[object], first: int) -> tuple[Run, list[bytes]]:
    engine = Engine(3, A_WEEK, ledger)
    outcomes = [engine.step(n, records[n]) for n in range(first, len(records))]  # type: ignore[arg-type]
    said = [one for outcome in outcomes for one in (*effects(outcome), *breaches(outcome))]
    return Run(ledger, outcomes), said


@quick
@given(steps=any_log(), sizes=sizes, data=st.data())
def test_who_comes_back_from_bytes_goes_on_as_if_never_away(
    steps: Steps, sizes: list[int], data: st.DataObject
) -> None:
    records: list[object] = list(cut(steps, sizes))
    middle = data.draw(st.integers(0, len(records)), label="written at")
    first, _ = go_on(Ledger(LAYOUT), records[:middle], 0)
    again = back(rows_of(first.ledger))
    again.restore(first.ledger.head())
    assert again.table.tobytes() == first.ledger.table.tobytes()
    (done, said), (expected, told) = (go_on(one, records, middle) for one in (again, first.ledger))
    assert said == told
    assert rows_of(done.ledger) == rows_of(expected.ledger)
    assert done.ledger.table.tobytes() == expected.ledger.table.tobytes()
    assert_sound(done.ledger)


def test_the_order_of_entries_shows_nowhere() -> None:
    records: list[object] = list(cut(NASTY, 7))
    straight, _ = go_on(Ledger(LAYOUT), records, 0)
    first, _ = go_on(Ledger(LAYOUT), records[: len(records) // 2], 0)
    backwards, rows = Ledger(LAYOUT), rows_of(first.ledger)
    for number in reversed(range(len(rows))):
        backwards.unpack(np.array([number]), [rows[number]], LAYOUT.format)
    backwards.restore(first.ledger.head())
    done, _ = go_on(backwards, records, len(records) // 2)
    assert holders(done.ledger) != holders(straight.ledger)
    assert done.rows() == straight.rows()
    assert rows_of(done.ledger) == rows_of(straight.ledger)


def test_a_slice_in_which_a_crowd_complains_has_room_for_all() -> None:
    n = 5 * MINIMUM_ENTRIES
    events = [bought(row, 1) for row in range(n)] + [complained(row, 2) for row in range(n)]
    ledger = run([a_slice(events)], A_WEEK).ledger
    assert holders(ledger) == list(range(n))
    assert (ledger.table["complaints.reference"][:, 0] == 8).all()
    assert_sound(ledger)


@pytest.mark.parametrize("who", ["the absorbed", "the survivor", "both", "neither"])
def test_a_merge_takes_complaints_along(who: str) -> None:
    old, new, merging = 0, 1, Merging()
    has: dict[int, bool] = defaultdict(bool)
    has[old], has[new] = who in {"the absorbed", "both"}, who in {"the survivor", "both"}
    merging.step(bought(old, 1), bought(new, 2))
    merging.step(*(complained(row, 3, 8 + row) for row in (old, new) if has[row]))
    (moved,) = merging.step(absorbed(old, 6, 1)).moved
    merging.step(came(new, moved, 700))
    ledger = merging.engine.ledger
    known = [reference for reference in ledger.row(new).complaints.reference.tolist() if reference]
    assert sorted(known) == [8 + row for row in (old, new) if has[row]]
    assert [len(row) for row in rows_of(ledger)] == [SHORT, LONG if known else SHORT]
    again = back(rows_of(ledger))
    assert again.table.tobytes() == ledger.table.tobytes()
    assert holders(again) == ([new] if known else [])
    assert_sound(ledger)


def test_an_entry_emptied_by_a_merge_is_filled_again() -> None:
    merging = Merging()
    merging.step(bought(0, 1), complained(0, 2))
    merging.step(absorbed(0, 3, 1))
    merging.step(One(0, Kind.CUSTOMER_UNMERGED, at(4), 2, topic=2, code=Merge.ABSORBED))
    merging.step(bought(0, 5), complained(0, 6, reference=9))
    ledger = merging.engine.ledger
    assert ledger.row(0).complaints.reference.tolist() == [9, 0, 0, 0, 0]
    assert holders(ledger) == [0]
    assert_sound(ledger)


def test_the_whole_table_is_there_to_be_read() -> None:
    ledger = ledger_of(bought(0, 1), complained(0, 2))
    with pytest.raises(ValueError, match="read-only"):
        ledger.table["ledger.position"][0] = 7
