"""What a source of history is: events in the order of their time, and how many there are."""

from collections.abc import Iterator
from typing import Protocol

from streams.events.envelope import AnyEvent
from streams.sources.columns.rows import DeadLetter
from streams.sources.late import Late


class Source(Protocol):
    """Events that happened, to be fed through the topics or through a backtest.

    `profiles` come first, all at the beginning; `events` follow in time order. `n_events`
    counts both, for progress bars. `preset` are settings that belong to the data, such as
    its churn definition; a person's own settings win over them.
    """

    @property
    def name(self) -> str:
        """Name it, for ids and for people."""

    @property
    def n_events(self) -> int:
        """Count all events."""

    @property
    def preset(self) -> dict[str, object]:
        """Give settings by dotted key."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Say what was invented, to be told wherever the data is shown."""

    @property
    def n_refused(self) -> int:
        """Count what became no event."""

    @property
    def refused(self) -> tuple[DeadLetter, ...]:
        """Say which and why; the first of very many."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Give the topics of `events`, those of `profiles` left out."""

    def profiles(self) -> Iterator[AnyEvent]:
        """Give what is known of the customers at the beginning."""

    def events(self) -> Iterator[AnyEvent | Late]:
        """Give what happened, in the order in which it became known: mostly that of time."""
