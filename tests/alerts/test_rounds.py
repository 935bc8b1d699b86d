"""Rounds: when everything said up to an instant has been heard."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from alerts.alert import Alert, Cleared
from alerts.rounds import Clock, held, order, ticked
from tests.alerts.desks import a_tick, all_clear, an_alert, day


def rounds_of(told: Sequence[tuple[int, float]], partitions: int = 2) -> list[datetime]:
    clock = Clock()
    run: list[datetime] = []
    for partition, at in told:
        clock, rounds = ticked(clock, a_tick(at, partition=partition, partitions=partitions))
        run += rounds
    return run


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param([(0, 1)], [], id="the other has said nothing"),
        pytest.param([(0, 1), (1, 1)], [1], id="both"),
        pytest.param([(0, 1), (0, 2), (1, 1)], [1], id="one ahead"),
        pytest.param([(0, 1), (0, 2), (0, 3), (1, 3)], [1, 2, 3], id="one leaves two out"),
        pytest.param([(1, 3), (0, 1), (0, 2), (0, 3)], [1, 2, 3], id="the same, otherwise"),
        pytest.param([(0, 1), (1, 1), (1, 1), (0, 1)], [1], id="said again"),
        pytest.param([(0, 1), (1, 1), (0, 2), (0, 1), (1, 2)], [1, 2], id="old ones again"),
    ],
)
def test_a_round_is_run_when_every_partition_has_told_it(
    told: list[tuple[int, float]], expected: list[int]
) -> None:
    assert rounds_of(told) == [day(n) for n in expected]


def test_what_comes_after_its_partitions_tick_belongs_to_the_next_round() -> None:
    clock, _ = ticked(Clock(), a_tick(5, partition=0, partitions=2))
    assert held(clock, an_alert(at=4)).due > day(5)
    assert held(clock, an_alert(at=4, partition=1)).due == day(4)
    assert held(clock, an_alert(at=6)).due == day(6)


def test_a_round_takes_what_was_said_by_time_then_all_clears_then_by_customer() -> None:
    said: list[Alert | Cleared] = [
        an_alert("bob", 1),
        an_alert("ada", 1),
        all_clear("cyd", 1),
        an_alert("dan", 0.5),
    ]
    assert [record.customer for record in sorted(said, key=order)] == ["dan", "cyd", "ada", "bob"]
