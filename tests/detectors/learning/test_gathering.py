from detectors.learning.gathering import Gathering
from detectors.learning.lessons import cut
from tests.detectors.learning.course import a_lesson, monday


def ticks(gathering: Gathering) -> list[tuple[int, list[int]]]:
    return [(at_ms, [one.partition for _, one in found]) for at_ms, found in gathering.due()]


def test_a_tick_is_due_when_every_partition_has_said_it() -> None:
    gathering = Gathering(2)
    gathering.take(0, a_lesson(monday(0), 1))
    assert ticks(gathering) == []
    gathering.take(1, a_lesson(monday(0), 0))
    assert ticks(gathering) == [(monday(0), [0, 1])]
    assert ticks(gathering) == []


def test_a_partition_that_passed_a_tick_over_is_not_waited_for() -> None:
    gathering = Gathering(2)
    gathering.take(0, a_lesson(monday(0), 0))
    gathering.take(1, a_lesson(monday(1), 1))
    assert ticks(gathering) == [(monday(0), [0])]


def test_a_lesson_is_whole_when_its_last_part_has_come_in_any_order() -> None:
    parts = cut(a_lesson(monday(0), 0, {row: (row, 0, 0) for row in range(50)}), bytes_max=300)
    gathering = Gathering(1)
    for position, part in enumerate([parts[0], *reversed(parts[2:]), parts[0]]):
        gathering.take(position, part)
    assert ticks(gathering) == []
    gathering.take(9, parts[1])
    [(_, [(position, whole)])] = list(gathering.due())
    assert (position, whole.rows.tolist()) == (0, list(range(50)))


def test_parts_of_a_lesson_that_began_before_the_log_was_entered_are_let_go() -> None:
    parts = cut(a_lesson(monday(0), 0, {row: (row, 0, 0) for row in range(50)}), bytes_max=300)
    gathering = Gathering(2)
    gathering.take(5, parts[-1])
    assert gathering.oldest_position() == 5
    gathering.take(6, a_lesson(monday(1), 0))
    assert gathering.oldest_position() == 6
