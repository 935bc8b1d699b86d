"""What is known to be true of an invented history, for who holds a system to it.

Workers never see it: it stands beside the events and not in them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from streams.sources.source import Source


@dataclass(frozen=True)
class BrokenClock:
    """A promise of the complaint process that was broken, and the exact instant it was."""

    complaint_id: str
    customer: str
    clock: str
    at_ms: int


@dataclass(frozen=True)
class Change:
    """A change was announced: its id as cases have it, whom it hits of those who are there.

    Of a departure `owner` is who left, and `successor` who takes the customers over.
    """

    id: str
    at_ms: int
    reason: str
    customers: Collection[str]
    owner: str | None = None
    successor: str | None = None


@dataclass(frozen=True)
class Silence:
    """A source could not be heard from an instant to another, while all went on as ever.

    `customers` are those whose latest sign of life before it came by that source, and who showed
    none by another in the meantime: of them alone it hides whether they still buy.
    """

    source: str
    from_ms: int
    to_ms: int
    declared: bool
    customers: Collection[str]


@dataclass(frozen=True)
class Known:
    """What is known of a whole history; `events` that happen after its end count for nothing."""

    broken: Collection[BrokenClock]
    changes: Collection[Change]
    silences: Collection[Silence]


@runtime_checkable
class Knowing(Protocol):
    """A source of which the truth is known."""

    @property
    def ground_truth(self) -> Known:
        """Give what is true of the events."""


def known_of(source: Source) -> Known | None:
    """Give what is true of a source's events, None where nobody knows."""
    return source.ground_truth if isinstance(source, Knowing) else None
