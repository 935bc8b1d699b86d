"""Outages of the order feed: what happened in them comes late or never."""

from streams.events.changes import OutageBegan, OutageEnded
from streams.events.envelope import at_ms
from streams.sources.late import Late, known
from streams.sources.simulate.outage import silences
from streams.sources.simulate.shape import DAY_MS
from streams.sources.simulate.source import Simulated


def test_nothing_of_the_feed_becomes_known_while_it_is_silent(year: Simulated) -> None:
    for one in silences(year.shape):
        heard = [
            late.event.id
            for late in map(known, year.events())
            if late.event.source == "erp"
            and late.event.subject is not None
            and one.from_ms <= late.known_ms < one.to_ms
        ]
        assert heard == []


def test_late_events_happened_in_a_silence_and_come_within_a_day_of_its_end(
    small: Simulated,
) -> None:
    late = [item for item in small.events() if isinstance(item, Late)]
    for item in late:
        (silence,) = (
            one
            for one in silences(small.shape)
            if one.from_ms <= at_ms(item.event.time) < one.to_ms
        )
        assert 0 < item.known_ms - silence.to_ms < DAY_MS
    assert len(late) == small.truth.held_back > 10
    assert 0 < small.truth.lost < len(late)


def test_only_the_week_is_announced(small: Simulated) -> None:
    week, short = silences(small.shape)
    assert (week.to_ms - week.from_ms, short.to_ms - short.from_ms) == (7 * DAY_MS, 2 * DAY_MS)
    told = [known(item).event for item in small.events()]
    began = [at_ms(event.time) for event in told if isinstance(event, OutageBegan)]
    ended = [at_ms(event.time) for event in told if isinstance(event, OutageEnded)]
    assert ended == [week.to_ms]
    assert len(began) == 1
    assert week.from_ms < began[0] < week.to_ms
