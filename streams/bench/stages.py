"""How far events had come when: seconds from due to the customer log and to the desk's log.

Both are read back afterwards, by the timestamps that the writing role gave its records; so a
slow answer of Kafka counts for whoever reads the record next.
"""

from collections.abc import Mapping

import numpy as np

from alerts.alert import Alert
from alerts.records import decode_desk
from detectors.kinds import Kind
from detectors.slices import Slice
from streams.bench.ground import Ends, Place
from streams.customer_log import incoming
from streams.log_reader import LogReader
from streams.topics import CUSTOMER_LOG, DESK_LOG


async def ends_of_logs(place: Place) -> Ends:
    """Give where both logs end now."""
    async with LogReader(place.servers) as reader:
        return {
            topic: [
                (await reader.ends(topic, number))[1]
                for number in range(await reader.partitions(topic))
            ]
            for topic in (CUSTOMER_LOG, DESK_LOG)
        }


async def to_customer_log(place: Place, starts: Ends) -> list[float]:
    """Give the seconds of every complaint: its event time is when it was due."""
    found: list[float] = []
    async with LogReader(place.servers) as reader:
        for partition, start in enumerate(starts[CUSTOMER_LOG]):
            async for record in reader.read(CUSTOMER_LOG, partition, start):
                events = incoming(record)
                if isinstance(events, Slice):
                    complaints = events.columns["kind"] == Kind.COMPLAINT_OPENED
                    late_ms = record.timestamp - events.columns["at_ms"][complaints]
                    found += (np.maximum(late_ms, 0) / 1000).tolist()
    return found


async def to_desk_log(place: Place, starts: Ends, due_s: Mapping[str, float]) -> list[float]:
    """Give the seconds of the first alert of everybody in `due_s`."""
    found: dict[str, float] = {}
    async with LogReader(place.servers) as reader:
        for partition, start in enumerate(starts[DESK_LOG]):
            async for record in reader.read(DESK_LOG, partition, start):
                told = decode_desk(record.value or b"", f"{DESK_LOG}[{partition}]@{record.offset}")
                if isinstance(told, Alert) and told.customer in due_s:
                    late_s = record.timestamp / 1000 - due_s[told.customer]
                    found.setdefault(told.customer, max(0.0, late_s))
    return list(found.values())
