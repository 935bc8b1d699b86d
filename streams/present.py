"""What time it is where a system's events are: now, or where a feed of history has come to."""

from datetime import UTC, datetime, timedelta
from typing import Literal

from alerts.alert import Tick
from alerts.records import decode_desk
from detectors.errors import EbbwatchError
from streams.log_reader import LogReader
from streams.topics import DESK_LOG

_LOOK_BACK = 64  # records of the desk's log looked at first for its latest tick; then doubled


async def present(ticks: Literal["wall", "feed"], reader: LogReader) -> datetime:
    """Give the time it is where a system's events are, in whole milliseconds.

    Live it is now. Where a feed plays history, it is the latest tick of it and the time that
    went by since, so that two things done one after the other happen one after the other.

    Raises
    ------
    EbbwatchError
        If a history is to be fed and has not begun.
    """
    now = datetime.now(UTC)
    now -= timedelta(microseconds=now.microsecond % 1000)
    if ticks == "wall":
        return now
    heard = await latest_tick(reader)
    if heard is None:
        raise EbbwatchError("nothing was fed yet, so it is no time yet. Give --at TIME")
    tick_at, heard_at = heard
    return tick_at + max(now - heard_at, timedelta())


async def latest_tick(reader: LogReader) -> tuple[datetime, datetime] | None:
    """Give the latest tick that the first desk was told, and when it was told."""
    begin, end = await reader.ends(DESK_LOG, 0)
    n_records = _LOOK_BACK
    while True:
        start = max(begin, end - n_records)
        told: list[tuple[datetime, datetime]] = []
        async for record in reader.read(DESK_LOG, 0, start, end):
            found = decode_desk(record.value or b"", f"{DESK_LOG}[0]@{record.offset}")
            if isinstance(found, Tick):
                told.append((found.at, datetime.fromtimestamp(record.timestamp / 1000, UTC)))
        if told:
            latest = max(at for at, _ in told)
            return latest, max(heard for at, heard in told if at == latest)
        if start == begin:
            return None
        n_records *= 2
