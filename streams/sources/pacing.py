"""How a history is fed: in steps that are the same live and in a backtest.

Events go out in the order in which they became known, which is that of time but for those
that came late. At every tick boundary a clock follows the events up to it, to
every partition of every topic fed. At boundaries where the trainer publishes, the feed waits
until the new model stands in the log: however fast it is fed, the model knows neither more nor
less than it would have known then.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from detectors.arrays import DAY_MS
from detectors.learning import schedule
from streams.events.catalogue import EVENT_TYPES
from streams.events.envelope import AnyEvent
from streams.events.event_type import name_of
from streams.sources.late import known
from streams.sources.source import Source


@dataclass(frozen=True, slots=True)
class Write:
    """Write an event to its topic, keyed by its customer; without one, to every partition."""

    topic: str
    event: AnyEvent


@dataclass(frozen=True, slots=True)
class Advance:
    """Tell every partition of these topics that all events up to `to_ms` are written."""

    topics: tuple[str, ...]
    to_ms: int


@dataclass(frozen=True, slots=True)
class Settle:
    """Wait until the intake has taken everything written so far."""


@dataclass(frozen=True, slots=True)
class Await:
    """Wait until the tick of `tick_ms`, and its model if one is due, stand in every log."""

    tick_ms: int
    model: bool


Step = Write | Advance | Settle | Await


def paced(source: Source, tick_hours: int, horizon_days: int) -> Iterator[Step]:
    """Give the steps of feeding a source.

    Profiles come first and are waited for, so that every customer's number and owner are the
    same in every run. Where events go to several topics, every tick is waited for: nothing
    then gets past a tick it came before, and only the order between two topics within one
    tick is left to chance.

    Raises
    ------
    ValueError
        If the source's events are not in the order in which they became known.
    """
    for event in source.profiles():
        yield Write(topic_of(event), event)
    yield Settle()
    step_ms, due_ms = tick_hours * DAY_MS // 24, 0
    for event, known_ms in map(known, source.events()):
        if not due_ms:
            due_ms = (known_ms - 1) // step_ms * step_ms
            yield from _advance(source.topics, due_ms, horizon_days)
            yield Settle()  # from here on every topic's clock is known
        # An event at the boundary itself still belongs before it.
        while known_ms > due_ms + step_ms:
            due_ms += step_ms
            yield from _advance(source.topics, due_ms, horizon_days)
        if known_ms <= due_ms:
            raise ValueError(f"{source.name}: event {event.id} at {event.time} is out of order")
        yield Write(topic_of(event), event)
    if due_ms:
        yield from _advance(source.topics, due_ms + step_ms, horizon_days)
        yield Await(due_ms + step_ms, model=False)


def _advance(topics: tuple[str, ...], to_ms: int, horizon_days: int) -> Iterator[Step]:
    yield Advance(topics, to_ms)
    model = schedule.matures(to_ms, horizon_days) is not None
    if model or len(topics) > 1:
        yield Await(to_ms, model)


def topic_of(event: AnyEvent) -> str:
    """Give the topic that an event belongs on."""
    return EVENT_TYPES[name_of(type(event))].topics[0]
