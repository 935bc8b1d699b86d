"""Writing a load to the topics, as fast as it can be made."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from streams.counts import Counts
from streams.events.clock import ClockAdvanced
from streams.events.encode import encode, key_of
from streams.events.envelope import AnyEvent
from streams.partitions import partition_of
from streams.sources.pacing import topic_of
from streams.topics import INTERACTIONS
from streams.writer import Outgoing, Writer

FULL = 20_000  # records in hand: some batches for each partition

Hand = dict[tuple[str, int], list[Outgoing]]


async def write(bootstrap_servers: str, n_partitions: int, events: Iterable[AnyEvent]) -> int:
    """Write events, each to its customer's partition, and clocks to all; gives how many events."""
    writer = Writer(bootstrap_servers, Counts())
    await writer.start()
    try:
        hand: Hand = defaultdict(list)
        n_events = n_in_hand = 0
        for event in events:
            record: Outgoing = (key_of(event), encode(event), ())
            if type(event) is ClockAdvanced:
                for partition in range(n_partitions):
                    hand[INTERACTIONS, partition].append(record)
                continue
            hand[topic_of(event), partition_of(record[0] or b"", n_partitions)].append(record)
            n_events, n_in_hand = n_events + 1, n_in_hand + 1
            if n_in_hand == FULL:
                await _send(writer, hand)
                n_in_hand = 0
        await _send(writer, hand)
        return n_events
    finally:
        await writer.stop()


async def _send(writer: Writer, hand: Hand) -> None:
    await asyncio.gather(*(writer.write(*place, records) for place, records in hand.items()))
    hand.clear()
