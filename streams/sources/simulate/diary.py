"""What is going to happen: events and effects put down for later days.

An event made ahead, such as a delivery that was ordered today, waits here for its day. Acts of
a customer who has left by then do not happen.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from streams.events.envelope import AnyEvent, CustomerEvent, Data
from streams.sources.simulate.shape import BEGIN_MS, DAY_MS

OURS = -1  # an event that happens whether or not the customer is still there
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at_ms: int) -> datetime:
    """Give an instant as an aware UTC time.

    Examples
    --------
    >>> moment(1_500).isoformat()
    '1970-01-01T00:00:01.500000+00:00'
    """
    return _EPOCH + timedelta(milliseconds=at_ms)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Makes events of one type from one source; ids come from who, what and when."""

    struct: type[CustomerEvent[Data]]
    source: str

    def on(self, subject: str, at_ms: int, data: Data, detail: str = "") -> AnyEvent:
        """Make one event. `detail` tells apart two of one customer in the same millisecond."""
        word = self.struct.__struct_config__.tag
        return self.struct(
            specversion="1.0",
            id=f"{word}/{subject}/{at_ms}{detail}",
            source=self.source,
            time=moment(at_ms),
            subject=subject,
            data=data,
        )


class Diary:
    """Events and effects by the day on which they come."""

    def __init__(self) -> None:
        self._events: dict[int, list[tuple[int, str, AnyEvent, int]]] = defaultdict(list)
        self._effects: dict[int, list[Callable[[], None]]] = defaultdict(list)
        self._today = 0

    def note(self, at_ms: int, event: AnyEvent, whose: int = OURS) -> None:
        """Put an event down. `whose` names the customer whose own act it is.

        Raises
        ------
        ValueError
            If its day is over: it would never come.
        """
        day = (at_ms - BEGIN_MS) // DAY_MS
        if day < self._today:
            raise ValueError(f"{event.id} is for day {day}, today is {self._today}")
        self._events[day].append((at_ms, event.id, event, whose))

    def later(self, day: int, effect: Callable[[], None]) -> None:
        """Put an effect down, to be had at the beginning of a day."""
        self._effects[day].append(effect)

    def begin(self, day: int) -> None:
        """Let the effects of the day come, in the order in which they were put down."""
        self._today = day
        for effect in self._effects.pop(day, ()):
            effect()

    def take(self, day: int) -> Iterator[tuple[AnyEvent, int]]:
        """Give the events of the day in order of time, each with whose act it is."""
        for _, _, event, whose in sorted(self._events.pop(day, ()), key=_place):
            yield event, whose


def _place(entry: tuple[int, str, AnyEvent, int]) -> tuple[int, str]:
    return entry[0], entry[1]
