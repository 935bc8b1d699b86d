"""What an intake sends back to the public topics: events of other ids, and news for others."""

from collections import defaultdict

from streams.events.catalogue import EVENT_TYPES
from streams.events.encode import STRUCTURED_HEADERS, encode, key_of
from streams.events.envelope import AnyEvent
from streams.events.event_type import name_of
from streams.identity.forwarding import Said, forwarded
from streams.partitions import partition_of
from streams.sequencer import Onward, Sequenced
from streams.writer import Outgoing

Place = tuple[str, int]  # topic and partition


def sent(done: Sequenced, n_partitions: int) -> dict[Place, list[Outgoing]]:
    """Give what is to be written where, before the log: in the order in which it came up."""
    found = defaultdict[Place, list[Outgoing]](list)
    for onward in done.onward:
        topic, record = onward.arrival.topic, _onward(onward)
        found[topic, partition_of(record[0] or b"", n_partitions)].append(record)
    for event in done.told:
        topic, record = topic_of(event), told(event)
        found[topic, partition_of(record[0] or b"", n_partitions)].append(record)
    return found


def told(event: AnyEvent) -> Outgoing:
    """Give the record of an event that ebbwatch itself writes."""
    return key_of(event), encode(event), STRUCTURED_HEADERS


def topic_of(event: AnyEvent) -> str:
    """Give the topic that an event belongs on."""
    return EVENT_TYPES[name_of(type(event))].topics[0]


def _onward(onward: Onward) -> Outgoing:
    said = Said(onward.arrival.value or b"", onward.arrival.headers)
    return forwarded(said, onward.subject, onward.to)
