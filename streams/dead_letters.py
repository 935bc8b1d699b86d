"""Dead letters: what was refused, with why and whence, so that nothing is lost."""

import msgspec

from streams.sequencer import Dropped
from streams.writer import Outgoing


def dead_letter(dropped: Dropped, partition: int) -> Outgoing:
    """Give a refused record as it came, its headers saying why and where it stood."""
    arrival, refused = dropped.arrival, dropped.refused
    place = {
        "topic": arrival.topic,
        "partition": partition,
        "offset": arrival.offset,
        "reason": refused.reason.value,
        "detail": refused.detail,
        "path": refused.path,
    }
    headers = (*((name, value or b"") for name, value in arrival.headers),
               ("ebbwatch", msgspec.json.encode(place)))  # fmt: skip
    return arrival.key, arrival.value, headers
