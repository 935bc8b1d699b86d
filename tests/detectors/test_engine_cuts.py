"""No cutting of a log changes what it means, and what was had before changes nothing."""

from dataclasses import replace

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.assessment import Assessment
from detectors.layout import LAYOUT
from detectors.slices import Slice
from tests.detectors.any_log import A_WEEK, Steps, any_log, only_events, quick
from tests.detectors.logs import One, a_slice, cut
from tests.detectors.runs import Run, effects, run

NAMED = [
    f"{part}.{column.name}"
    for part, columns in LAYOUT.parts
    for column in columns
    if column.unit == "place in the ledger's names"
]
sizes = st.lists(st.integers(1, 9), max_size=12)


@quick
@given(steps=any_log(), sizes=sizes)
def test_any_cutting_gives_the_same_rows_and_says_the_same(steps: Steps, sizes: list[int]) -> None:
    one_by_one, cut_up = run(cut(steps, 1), A_WEEK), run(cut(steps, sizes), A_WEEK)
    assert cut_up.rows() == one_by_one.rows()
    assert cut_up.partition() == one_by_one.partition()
    assert cut_up.effects() == one_by_one.effects()
    assert cut_up.changes() == one_by_one.changes()
    n_events = sum(outcome.n_events for outcome in cut_up.outcomes)
    assert n_events == len(only_events(steps))


@quick
@given(steps=any_log(), sizes=sizes)
def test_a_customer_alone_is_as_among_others(steps: Steps, sizes: list[int]) -> None:
    among = run(cut(steps, sizes), A_WEEK)
    for number in range(among.ledger.n_rows):
        own = [
            replace(step, row=0) if isinstance(step, One) and step.row >= 0 else step
            for step in steps
            if not isinstance(step, One) or step.row in {number, -1}
        ]
        alone = run(cut(own, 1), A_WEEK)
        assert row_of(alone, 0) == row_of(among, number)
        assert told_of(alone, 0) == told_of(among, number)


def row_of(done: Run, number: int) -> dict[str, object]:
    """Give a customer's columns, the log position aside, and names as they are."""
    row = done.ledger.whole(np.array([number]))
    kept = {name: row[name][0].tolist() for name in LAYOUT.dtype.names or ()}
    names = done.ledger.names
    for name in NAMED:
        held = kept[name]
        kept[name] = [names[one] for one in held] if isinstance(held, list) else names[held]
    for name in ("churn.source", "complaints.source"):
        source = kept[name]
        kept[name] = done.ledger.sources[source] if source >= 0 else ""
    return kept | {"ledger.position": None}


def told_of(done: Run, number: int) -> list[Assessment]:
    """Give what was said of a customer, whatever their number."""
    said = [told for outcome in done.outcomes for told in outcome.assessments]
    alone = {"number": 0, "fresh_as_of": None}
    return [msgspec.structs.replace(told, **alone) for told in said if told.number == number]


@quick
@given(steps=any_log(), sizes=sizes)
def test_a_step_taken_before_changes_nothing(steps: Steps, sizes: list[int]) -> None:
    records = list(cut(steps, sizes))
    done = run(records, A_WEEK)
    before = done.rows(), done.partition(), done.ledger.position
    again = run(records[: len(records) // 2 + 1], A_WEEK, done.ledger)
    assert again.effects() == []
    assert {(outcome.n_events, outcome.n_repeated) for outcome in again.outcomes} == {(0, 0)}
    assert (again.rows(), again.partition(), again.ledger.position) == before


@quick
@given(steps=any_log(), sizes=sizes, data=st.data())
def test_a_record_written_twice_counts_once(
    steps: Steps, sizes: list[int], data: st.DataObject
) -> None:
    records = list(cut(steps, sizes))
    twice = list(records)
    for _ in range(data.draw(st.integers(1, 3))):
        source = data.draw(st.integers(0, len(records) - 1))
        place = max(n for n, record in enumerate(twice) if record is records[source])
        twice.insert(data.draw(st.integers(place + 1, len(twice))), records[source])
    once, again = run(records, A_WEEK), run(twice, A_WEEK)
    assert again.rows() == once.rows()
    assert again.partition() == once.partition()
    assert again.effects() == once.effects()
    assert again.changes() == once.changes()


@quick
@given(steps=any_log(), sizes=sizes, overlap=st.integers(1, 9))
def test_slices_of_two_intakes_may_overlap(steps: Steps, sizes: list[int], overlap: int) -> None:
    records = list(cut(steps, sizes))
    events, overlapping = only_events(steps), []
    for record in records:
        if isinstance(record, Slice):
            first, end = record.first, record.first + len(record)
            begin = max(first - overlap, 0)
            record = a_slice(events[begin:end], begin, record.marks.taken)
        overlapping.append(record)
    once, again = run(records, A_WEEK), run(overlapping, A_WEEK)
    assert again.rows() == once.rows()
    assert again.partition() == once.partition()
    assert again.effects() == once.effects()
    n_taken = sum(len(record) for record in overlapping if isinstance(record, Slice))
    n_repeated = sum(outcome.n_repeated for outcome in again.outcomes)
    assert n_repeated == n_taken - len(events)


def test_an_empty_slice_says_nothing() -> None:
    assert effects(run([a_slice([])], A_WEEK).outcomes[0]) == []
