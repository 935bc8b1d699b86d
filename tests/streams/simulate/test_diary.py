"""What is put down comes on its day, in order, or is refused."""

import pytest

from streams.events.activity import Login, LoginMade
from streams.sources.simulate.diary import OURS, Diary, Stamp
from streams.sources.simulate.shape import day_ms

LOGIN = Stamp(LoginMade, "portal")


def test_events_come_on_their_day_in_order_of_time() -> None:
    diary = Diary()
    for hour, who in ((30, 0), (26, OURS), (2, 1)):
        at_ms = day_ms(0) + hour * 3_600_000
        diary.note(at_ms, LOGIN.on("ada", at_ms, Login()), who)
    assert [whose for _, whose in diary.take(0)] == [1]
    assert [(f"{event.time:%H}", whose) for event, whose in diary.take(1)] == [
        ("02", OURS),
        ("06", 0),
    ]
    assert list(diary.take(1)) == []


def test_effects_come_once_in_the_order_in_which_they_were_put_down() -> None:
    diary, came = Diary(), list[str]()
    for word in ("first", "second"):
        diary.later(3, lambda word=word: came.append(word))  # type: ignore[misc]
    for day in (2, 3, 3):
        diary.begin(day)
    assert came == ["first", "second"]


def test_an_event_for_a_day_that_is_over_is_refused() -> None:
    diary = Diary()
    diary.begin(2)
    at_ms = day_ms(1)
    with pytest.raises(ValueError, match="is for day 1, today is 2"):
        diary.note(at_ms, LOGIN.on("ada", at_ms, Login()))
