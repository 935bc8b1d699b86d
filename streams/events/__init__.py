"""The public event contract: CloudEvents 1.0 over Kafka, one struct per event type.

May import `streams.topics` (names) and `detectors.errors`, nothing else of ours. Whoever needs
the contract imports from here. Start reading at `envelope.py` (what all events share) and
`activity.py` (a module of types); `catalogue.py` is the table of all types, `decode.py` the way
in, `encode.py` the way out.

A new type: its struct and its line in `TYPES` of the module it belongs to (a new module also
stands in `catalogue.py`), then its `Kind` in the log. The contract grows by optional fields with
defaults; renaming or removing one is a new event type.
"""

from streams.events.catalogue import EVENT_TYPES, types_on
from streams.events.decode import LIMIT_BYTES, decode
from streams.events.encode import STRUCTURED_HEADERS, build, encode, key_of
from streams.events.envelope import AnyEvent, CompanyEvent, CustomerEvent, Data, Event, at_ms
from streams.events.event_type import Basis, EventType, Purpose, name_of
from streams.events.refusals import Refusal, Refused

__all__ = [
    "EVENT_TYPES",
    "LIMIT_BYTES",
    "STRUCTURED_HEADERS",
    "AnyEvent",
    "Basis",
    "CompanyEvent",
    "CustomerEvent",
    "Data",
    "Event",
    "EventType",
    "Purpose",
    "Refusal",
    "Refused",
    "at_ms",
    "build",
    "decode",
    "encode",
    "key_of",
    "name_of",
    "types_on",
]
