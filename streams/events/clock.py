"""How far a feed of history has come: the only event that is about time alone."""

from streams.events.envelope import CompanyEvent, Data, Moment
from streams.events.event_type import Basis, EventType, Purpose
from streams.topics import INPUTS


class Advance(Data, frozen=True, kw_only=True, gc=False):
    """The instant up to which everything has been written to this partition of this topic."""

    to: Moment


class ClockAdvanced(CompanyEvent[Advance], frozen=True, gc=False, tag="clock.advanced"):
    """A feed of history says that it has written everything up to an instant.

    It goes to an explicit partition, one to each that the feed writes to.
    """


TYPES = (EventType(ClockAdvanced, INPUTS, Basis.NOT_PERSONAL, Purpose.TIMEKEEPING),)
