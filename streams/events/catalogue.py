"""The table of all event types, gathered from their modules."""

from collections.abc import Mapping
from types import MappingProxyType

from streams.events import (
    activity,
    changes,
    clock,
    complaints,
    contacts,
    contracts,
    derived,
    market,
    outcomes,
    payments,
    profiles,
)
from streams.events.event_type import EventType

_MODULES = (
    activity,
    contacts,
    payments,
    contracts,
    derived,
    market,
    complaints,
    profiles,
    outcomes,
    derived,
    changes,
    clock,
)

EVENT_TYPES: Mapping[str, EventType] = MappingProxyType(
    {known.name: known for module in _MODULES for known in module.TYPES}
)


def types_on(topic: str) -> tuple[EventType, ...]:
    """Give the event types that a topic may carry, in the order of the catalogue.

    Examples
    --------
    >>> [known.name for known in types_on("customer.profiles")][:2]
    ['profile.updated', 'customer.merged']
    """
    return tuple(known for known in EVENT_TYPES.values() if topic in known.topics)
