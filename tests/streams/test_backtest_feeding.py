"""What a history fed by columns puts into the logs is what a feed of single events would."""

from collections import defaultdict

import pytest

from detectors.errors import ContractError
from detectors.outcome import Outcome
from streams.backtest.feeding import feed
from streams.backtest.pipeline import Partition, Pipeline
from streams.events.encode import key_of
from streams.events.envelope import AnyEvent, at_ms
from streams.partitions import partitions_of
from streams.settings import Settings, load
from streams.sources.late import Late
from streams.sources.pacing import Advance, Settle, Write, paced
from streams.sources.source import Source
from streams.sources.stretches import read
from streams.tail import LogRecord
from streams.topics import CHANGES, INTERACTIONS
from tests.faults.live_source import SmallTown
from tests.faults.live_told import flattened
from tests.streams.arrivals import a_purchase, hours
from tests.streams.sequencing.test_walk import an_event
from tests.streams.test_pacing import Given

SETTINGS = {"intake.ticks": "feed", "intake.tick_hours": 6, "topics.partitions": 3}


class Logged(Pipeline):
    """A pipeline whose logs are kept, event by event."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.logs: dict[int, list[object]] = defaultdict(list)
        numbers = range(settings.topics.partitions)
        self.partitions = [_Logged(number, settings, self.logs) for number in numbers]


class _Logged(Partition):
    def __init__(self, number: int, settings: Settings, logs: dict[int, list[object]]) -> None:
        super().__init__(number, settings)
        self._logs = logs

    def step(self, record: LogRecord) -> Outcome:
        self._logs[self.number] += flattened(record)
        return super().step(record)


def one_by_one(source: Source, settings: Settings) -> dict[int, list[object]]:
    """Give the logs of a feed of single events, each read on its own."""
    pipeline = Logged(settings)
    for step in paced(source, settings.intake.tick_hours, settings.churn.horizon_days):
        match step:
            case Write():
                for place in partitions_of(key_of(step.event), settings.topics.partitions):
                    pipeline.write(place, read([step.event]))
            case Advance():
                pipeline.advance(step.topics, step.to_ms)
            case Settle():
                pipeline.settle()
    return pipeline.logs


def by_columns(source: Source, settings: Settings) -> dict[int, list[object]]:
    pipeline, told = Logged(settings), list[int]()
    feed(pipeline, source, told.append)
    assert told == sorted(told)
    assert max(told, default=0) == source.n_events
    return pipeline.logs


def given(*events: AnyEvent | Late) -> Given:
    return Given(*events, topics=(INTERACTIONS, CHANGES))


MIXED: list[AnyEvent | Late] = [
    a_purchase("ada", 1),
    an_event("price.changed", None, 1.5, "news"),
    an_event("contact.made", "bo", 2, "crm"),
    a_purchase("ada", 6),  # at the boundary: still before the tick
    a_purchase("cy", 6.001),
    Late(an_event("contact.made", "bo", 2, "crm"), at_ms(hours(6.2))),  # said again
    Late(a_purchase("bo", 3), at_ms(hours(12))),
    a_purchase("bo", 50),
    an_event("price.changed", None, 50, "news"),
]


@pytest.mark.parametrize("at_once", [1, 3, 1000])
@pytest.mark.parametrize(
    "source", [SmallTown(), given(*MIXED), given()], ids=["town", "mixed", "empty"]
)
def test_the_logs_are_those_of_single_events(
    source: Source, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load((), None, SETTINGS)
    monkeypatch.setattr("streams.sources.stretches.AT_ONCE", at_once)
    expected = one_by_one(source, settings)
    assert by_columns(source, settings) == expected


def test_events_of_one_tick_may_come_in_any_order() -> None:
    settings = load((), None, SETTINGS)
    source = given(a_purchase("ada", 3), a_purchase("ada", 2), a_purchase("bo", 9))
    assert by_columns(source, settings) == one_by_one(source, settings)


@pytest.mark.parametrize("at_once", [1, 1000])
def test_an_event_whose_tick_is_past_is_refused(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.sources.stretches.AT_ONCE", at_once)
    source = given(a_purchase("ada", 7), a_purchase("bo", 2))
    with pytest.raises(ContractError, match=r"2017-01-02 02:00:00\+00:00 is out of order"):
        feed(Pipeline(load((), None, SETTINGS)), source, lambda _: None)
