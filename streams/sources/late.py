"""An event that became known after it happened."""

from typing import NamedTuple

from streams.events.envelope import AnyEvent, at_ms


class Late(NamedTuple):
    """An event and the instant, ms since 1970, at which its source told of it."""

    event: AnyEvent
    known_ms: int


def known(item: AnyEvent | Late) -> Late:
    """Give an event with when it became known; of one that is not late, when it happened."""
    return item if isinstance(item, Late) else Late(item, at_ms(item.time))
