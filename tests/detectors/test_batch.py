"""Rounds: a slice cut so that nobody occurs twice, and everybody's order is kept."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.batch import rounds, turns
from detectors.kinds import Kind
from tests.detectors.any_log import quick
from tests.detectors.logs import One, a_slice, at

Rows = list[int]
rows_of_events = st.lists(st.integers(0, 5), max_size=40)


def columns_of(rows: Rows) -> dict[str, np.ndarray]:
    return a_slice([One(row, Kind.LOGIN_MADE, at(1), n) for n, row in enumerate(rows)]).columns


def test_an_event_has_as_many_turns_before_it_as_its_customer_had_events() -> None:
    assert turns(np.array([4, 4, 1, 4, 1], np.int32)).tolist() == [0, 1, 0, 2, 1]


@quick
@given(rows=rows_of_events)
def test_rounds_take_every_event_once_and_nobody_twice_in_one(rows: Rows) -> None:
    taken = []
    for numbers, batch in rounds(columns_of(rows)):
        assert len(set(numbers.tolist())) == len(numbers) == len(batch)
        assert numbers.tolist() == [rows[at] for at in batch.position]
        taken += batch.position.tolist()
    assert sorted(taken) == list(range(len(rows)))


@quick
@given(rows=rows_of_events)
def test_rounds_keep_the_order_of_each_customer(rows: Rows) -> None:
    seen: dict[int, Rows] = {}
    for numbers, batch in rounds(columns_of(rows)):
        for number, offset in zip(numbers.tolist(), batch.evidence[1].tolist(), strict=True):
            seen.setdefault(number, []).append(offset)
    assert seen == {
        row: [offset for offset, other in enumerate(rows) if other == row] for row in set(rows)
    }


@quick
@given(rows=rows_of_events, data=st.data())
def test_rounds_leave_out_what_is_not_kept(rows: Rows, data: st.DataObject) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    found = [at for _, b in rounds(columns_of(rows), np.array(keep, bool)) for at in b.position]
    assert sorted(found) == [place for place, kept in enumerate(keep) if kept]


def test_events_chosen_by_kind_keep_their_places_in_the_block() -> None:
    kinds = (Kind.LOGIN_MADE, Kind.PURCHASE_MADE, Kind.LOGIN_MADE, Kind.CONTACT_MADE)
    events = [One(row, kind, at(row), row) for row, kind in enumerate(kinds)]
    ((_, batch),) = rounds(a_slice(events).columns)
    chosen = batch.of(Kind.PURCHASE_MADE, Kind.CONTACT_MADE)
    assert np.arange(4)[chosen.rows].tolist() == [1, 3]
    assert np.arange(4)[chosen.of(Kind.CONTACT_MADE).rows].tolist() == [3]
    assert chosen.at_ms.tolist() == [at(1), at(3)]
    assert len(batch.of(Kind.COMPLAINT_OPENED)) == 0
