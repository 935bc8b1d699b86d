"""The system that runs, as commands reach it: its settings, servers, board and present time."""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiokafka.errors import KafkaError

from alerts.redis_board import RedisBoard
from detectors.errors import EbbwatchError
from streams.commands.common import of_the_running
from streams.counts import Counts
from streams.embedded import Endpoints, endpoints
from streams.embedded.environment import state_folder
from streams.log_reader import LogReader
from streams.present import present as present_of
from streams.settings import Settings
from streams.writer import Writer

ANSWER_WITHIN_S = 15.0  # a person waits; a worker would wait longer
NOTE = "note.txt"


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
    """Give the time it is where the system's events are; see `streams/present.py`."""
    return await present_of(system.settings.intake.ticks, reader)
