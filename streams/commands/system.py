"""The system that runs, as commands reach it: its settings, servers, board and present time."""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiokafka.errors import KafkaError

from alerts.alert import Tick
from alerts.records import decode_desk
from alerts.redis_board import RedisBoard
from detectors.errors import EbbwatchError
from streams.commands.common import of_the_running
from streams.counts import Counts
from streams.embedded import Endpoints, endpoints
from streams.embedded.environment import state_folder
from streams.log_reader import LogReader
from streams.settings import Settings
from streams.topics import DESK_LOG
from streams.writer import Writer

ANSWER_WITHIN_S = 15.0  # a person waits; a worker would wait longer
NOTE = "note.txt"
_LOOK_BACK = 64  # records of the desk's log looked at first for its latest tick; then doubled


@dataclass(frozen=True)
class System:
    """A system that runs somewhere: its settings and where its servers are."""

    settings: Settings
    endpoints: Endpoints

    @asynccontextmanager
    async def board(self) -> AsyncIterator[RedisBoard]:
        """Give the board while the block runs."""
        board = RedisBoard.connect(self.endpoints.redis_url, self.settings.topics.desk_partitions)
        try:
            yield board
        finally:
            await board.close()

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[LogReader]:
        """Give a reader of its topics while the block runs."""
        with self.answers():
            async with LogReader(self.endpoints.bootstrap_servers) as reader:
                yield reader

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[Writer]:
        """Give a writer to its topics while the block runs."""
        servers = self.endpoints.bootstrap_servers
        writer = Writer(servers, Counts(), timeout_s=ANSWER_WITHIN_S)
        with self.answers():
            try:
                await writer.start()
                yield writer
            finally:
                await writer.stop()

    @contextmanager
    def answers(self) -> Iterator[None]:
        """Turn what Kafka refuses, or leaves without an answer, into one line for a person."""
        # The line says it once; the client's own log would say it every second.
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
        try:
            yield
        except KafkaError as error:
            servers = self.endpoints.bootstrap_servers
            raise EbbwatchError(
                f"Kafka at {servers} did not do it: {error}. Does `ebbwatch up` run?"
            ) from error


def running_system(sets: Sequence[str] = (), file: Path | None = None) -> System:
    """Find the system that runs on this machine, or that environment and settings name.

    Raises
    ------
    EmbeddedError
        If there is none.
    """
    return System(of_the_running(tuple(sets), file), endpoints())


def note() -> str | None:
    """Give what must be said wherever the running system's data is shown."""
    try:
        return (state_folder() / NOTE).read_text().strip() or None
    except FileNotFoundError:
        return None


def keep_note(lines: Sequence[str]) -> None:
    """Have something said wherever the data is shown, beside what is said already."""
    said = (note() or "").splitlines()
    state_folder().mkdir(parents=True, exist_ok=True)
    (state_folder() / NOTE).write_text("\n".join(dict.fromkeys([*said, *lines])))


async def present(system: System, reader: LogReader) -> datetime:
    """Give the time it is where the system's events are, in whole milliseconds.

    Live it is now. Where a feed plays history, it is the latest tick of it and the time that
    went by since, so that two things done one after the other happen one after the other.

    Raises
    ------
    EbbwatchError
        If a history is to be fed and has not begun.
    """
    now = datetime.now(UTC)
    now -= timedelta(microseconds=now.microsecond % 1000)
    if system.settings.intake.ticks == "wall":
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
