"""After a restart: what the newest complaints said, read again in the topic they came from.

A text's features need no model, so they are the same again. Nothing of a text is kept for this
anywhere: the topic holds it as long as its owner wants.
"""

from streams.complaints.reader import ComplaintReader
from streams.events.complaints import ComplaintOpened
from streams.events.decode import decode
from streams.log_reader import LogReader, Record
from streams.topics import COMPLAINTS

FIRST = 1_024  # records looked at first from the end; doubled until they hold enough
# Every text has some five other steps behind it; where texts are rarer, fewer are kept rather
# than a topic of a year be read.
STEPS = 16


async def remember(
    reader: LogReader, complaints: ComplaintReader, partition: int, end: int
) -> None:
    """Have a reader know the texts of the newest complaints before the offset `end`.

    Takes some 0.2 ms for each text kept.
    """
    begin, _ = await reader.ends(COMPLAINTS, partition)
    begin = max(begin, end - complaints.n_kept * STEPS)
    start, n_records, opened = end, FIRST, list[ComplaintOpened]()
    while len(opened) < complaints.n_kept and start > begin:
        start = max(begin, end - n_records)
        found = [_opened(one) async for one in reader.read(COMPLAINTS, partition, start, end)]
        opened = [event for event in found if event is not None]
        n_records *= 2
    for event in opened[-complaints.n_kept :]:
        complaints.remember(event)


def _opened(record: Record) -> ComplaintOpened | None:
    event: object = decode(record.topic, record.key, record.value, record.headers)
    return event if isinstance(event, ComplaintOpened) and event.data.text else None
