import numpy as np

from detectors.learning.pending import Pending
from tests.detectors.learning.course import a_lesson, monday


def test_a_label_finds_the_snapshot_of_its_row() -> None:
    pending = Pending(3)
    pending.keep(0, a_lesson(monday(0), 0, {4: (4, 0, 0), 7: (7, 0, 0)}))
    found = pending.examples(monday(0), (a_lesson(monday(2), 0, labels={7: 1, 4: 0, 9: 1}),))
    by_value = dict(zip(found.x[:, 0].tolist(), found.y.tolist(), strict=True))
    assert by_value == {4.0: 0, 7.0: 1}


def test_the_same_row_of_another_partition_is_another_customer() -> None:
    pending = Pending(3)
    pending.keep(0, a_lesson(monday(0), 0, {4: (1, 0, 0)}))
    pending.keep(1, a_lesson(monday(0), 1, {4: (2, 0, 0)}))
    lessons = tuple(a_lesson(monday(2), partition, labels={4: partition}) for partition in (0, 1))
    found = pending.examples(monday(0), lessons)
    by_value = dict(zip(found.x[:, 0].tolist(), found.y.tolist(), strict=True))
    assert by_value == {1.0: 0, 2.0: 1}


def test_a_snapshot_that_no_label_speaks_of_is_left_out_and_counted() -> None:
    pending = Pending(3)
    pending.keep(0, a_lesson(monday(0), 0, {4: (4, 0, 0), 7: (7, 0, 0)}))
    found = pending.examples(monday(0), (a_lesson(monday(2), 0, labels={4: 1}),))
    assert (len(found.y), found.n_censored) == (1, 1)
    nobody = pending.examples(monday(0), (a_lesson(monday(2), 0, labels={}),))
    assert (len(nobody.y), nobody.n_censored) == (0, 2)


def test_the_order_is_drawn_and_not_that_of_the_rows() -> None:
    pending = Pending(3)
    rows = range(200)
    pending.keep(0, a_lesson(monday(0), 0, {row: (row, 0, 0) for row in rows}))
    found = pending.examples(monday(0), (a_lesson(monday(2), 0, labels=dict.fromkeys(rows, 0)),))
    order = found.x[:, 0]
    assert sorted(order.tolist()) == list(rows)
    assert abs(np.corrcoef(order, rows)[0, 1]) < 0.2


def test_dropped_snapshots_have_no_examples() -> None:
    pending = Pending(3)
    pending.keep(5, a_lesson(monday(0), 0, {4: (4, 0, 0)}))
    pending.keep(6, a_lesson(monday(1), 0, {4: (5, 0, 0)}))
    assert pending.oldest_position() == 5
    pending.drop(monday(0))
    assert pending.oldest_position() == 6
    assert not len(pending.examples(monday(0), (a_lesson(monday(2), 0, labels={4: 1}),)).y)
