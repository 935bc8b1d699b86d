from datetime import UTC, datetime

from detectors.arrays import DAY_MS, MONDAY_MS, WEEK_MS
from detectors.learning import schedule


def ms(year: int, month: int, day: int, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp() * 1000)


def test_a_snapshot_is_taken_on_mondays_at_midnight_utc() -> None:
    assert schedule.snapshots(ms(2017, 10, 9))
    assert not schedule.snapshots(ms(2017, 10, 9, hour=1))
    assert not schedule.snapshots(ms(2017, 10, 10))


def test_labels_mature_one_horizon_after_their_monday() -> None:
    assert schedule.matures(ms(2017, 11, 6), 28) == ms(2017, 10, 9)
    assert schedule.matures(ms(2017, 11, 7), 28) is None


def test_a_horizon_that_is_no_whole_number_of_weeks_matures_on_another_weekday() -> None:
    assert schedule.matures(ms(2017, 11, 8), 30) == ms(2017, 10, 9)
    assert schedule.matures(ms(2017, 11, 6), 30) is None


def test_a_lesson_is_due_where_either_happens() -> None:
    assert schedule.teaches(ms(2017, 11, 8), 30)
    assert schedule.teaches(ms(2017, 11, 6), 30)
    assert not schedule.teaches(ms(2017, 11, 7), 30)


def test_every_snapshot_matures_at_exactly_one_tick() -> None:
    ticks = range(MONDAY_MS, MONDAY_MS + 30 * WEEK_MS, DAY_MS)
    found = [schedule.matures(at_ms, 90) for at_ms in ticks]
    mondays = [as_of_ms for as_of_ms in found if as_of_ms is not None]
    assert mondays == [MONDAY_MS + week * WEEK_MS for week in range(len(mondays))]
