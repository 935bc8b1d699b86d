"""The steps of a feed: what is written, and what it waits for."""

from collections.abc import Iterator

import pytest

from detectors.reasons import instant
from streams.events.envelope import AnyEvent, at_ms
from streams.sources.columns.rows import DeadLetter
from streams.sources.late import Late
from streams.sources.pacing import Advance, Await, Settle, Write, paced
from tests.streams.arrivals import TOPIC, a_purchase


class Given:
    """A source of given events."""

    name = "given"
    notes: tuple[str, ...] = ()
    n_refused = 0
    refused: tuple[DeadLetter, ...] = ()
    preset: dict[str, object]

    def __init__(self, *events: AnyEvent | Late, topics: tuple[str, ...] = (TOPIC,)) -> None:
        self._events, self.topics, self.n_events = events, topics, len(events)
        self.preset = {}

    def profiles(self) -> Iterator[AnyEvent]:
        return iter(())

    def events(self) -> Iterator[AnyEvent | Late]:
        return iter(self._events)


def steps(source: Given, horizon_days: int = 3) -> list[str]:
    """Give the steps of feeding a source with daily ticks, in short. It begins on a Monday."""
    short = []
    for step in paced(source, 24, horizon_days):
        match step:
            case Write():
                short.append(f"write {step.event.time:%a %H:%M}")
            case Advance():
                short.append(f"clock {instant(step.to_ms):%a}")
            case Settle():
                short.append("settle")
            case Await():
                short.append(f"await {instant(step.tick_ms):%a}{' model' * step.model}")
    return short


def test_clocks_follow_the_events_up_to_them_and_models_are_waited_for() -> None:
    source = Given(a_purchase("ada", 1), a_purchase("ada", 24), a_purchase("ada", 24 * 3 + 1))
    assert steps(source) == [
        "settle",
        "clock Mon",
        "settle",
        "write Mon 01:00",
        "write Tue 00:00",  # at the boundary, so before its clock
        "clock Tue",
        "clock Wed",
        "clock Thu",
        "await Thu model",  # three days after a Monday its labels are known
        "write Thu 01:00",
        "clock Fri",
        "await Fri",
    ]


def test_with_several_topics_every_tick_is_waited_for() -> None:
    source = Given(a_purchase("ada", 1), a_purchase("ada", 30), topics=(TOPIC, "customer.outcomes"))
    assert [step for step in steps(source) if step.startswith("await")] == [
        "await Mon",
        "await Tue",
        "await Wed",
        "await Wed",
    ]


def test_a_late_event_is_written_when_it_became_known() -> None:
    late = Late(a_purchase("ada", 2), at_ms(a_purchase("ada", 30).time))
    source = Given(a_purchase("ada", 1), late, a_purchase("ada", 31))
    assert steps(source) == [
        "settle",
        "clock Mon",
        "settle",
        "write Mon 01:00",
        "clock Tue",
        "write Mon 02:00",  # its own time, behind the clock of its day
        "write Tue 07:00",
        "clock Wed",
        "await Wed",
    ]


def test_a_source_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="out of order"):
        steps(Given(a_purchase("ada", 50), a_purchase("ada", 1)))
