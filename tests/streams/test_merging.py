"""Rules merged part by part are in the order of all their events sorted at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.merging import merged

TIMES = st.lists(st.integers(0, 12)).map(lambda some: np.array(sorted(some), np.int64))


@given(st.lists(TIMES, max_size=4), st.integers(1, 5))
def test_parts_put_together_are_all_events_in_order(times: list[np.ndarray], at_once: int) -> None:
    places: list[tuple[int, int]] = []
    for part in merged(times, at_once):
        inside = [(rule, place) for rule, span in enumerate(part.spans) for place in span]
        places += [inside[place] for place in part.order.tolist()]
    everything = [(rule, place) for rule, one in enumerate(times) for place in range(len(one))]
    assert places == sorted(everything, key=lambda at: times[at[0]][at[1]])


def test_a_part_ends_where_what_follows_may_come_before_another_rule() -> None:
    long, short = np.arange(10), np.array([2, 7])
    parts = list(merged([long, short], 4))
    assert [[span.stop for span in part.spans] for part in parts] == [[4, 1], [8, 2], [10, 2]]


def test_many_events_at_one_instant_stay_in_one_part() -> None:
    assert [part.spans[0].stop for part in merged([np.zeros(9, np.int64)], 2)] == [9]
