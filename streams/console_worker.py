"""The console on Faust: pages for people, and what they are made of.

It keeps what `churn.assessments` says of customers for the pages, and serves them. Several
consoles share the partitions, and each serves every page: what they keep is in the store.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

import structlog
from aiohttp import web
from aiokafka.errors import KafkaError

from alerts.actions import AnyAction
from alerts.board import Board
from alerts.console.course import standing_of
from alerts.console.people import People
from alerts.console.redis_courses import Courses
from alerts.console.redis_doors import Doors
from alerts.task import Task
from detectors.errors import EbbwatchError, SettingsError
from streams.acting import say
from streams.console.app import application
from streams.console.parts import Parts
from streams.console.views import ViewLog
from streams.console_counts import ConsoleCounts
from streams.lags import lags
from streams.log_reader import LogReader, Record
from streams.present import present
from streams.role import Kit, Records, Role
from streams.settings import Settings
from streams.topics import ASSESSMENTS
from streams.writer import Writer

log = structlog.stdlib.get_logger("ebbwatch.console")

AT_ONCE = 500  # assessments between two writes to the store
KEY_BYTES = 32
SHUTDOWN_S = 2.0  # for pages that are under way


class ConsoleWorker(Role):
    """Keeps customers' risks over time; serves pages; puts what people do on the desk's log."""

    name = "churn-console"
    topics = (ASSESSMENTS,)

    def __init__(
        self,
        bootstrap_servers: str,
        settings: Settings,
        board: Board,
        doors: Doors,
        courses: Courses,
    ) -> None:
        self._servers, self._settings = bootstrap_servers, settings
        self._board, self._doors, self._courses = board, doors, courses
        self.done = ConsoleCounts()
        self.address = ""
        self._positions: dict[int, int] = {}

    async def started(self, kit: Kit) -> None:
        """Open the pages."""
        await super().started(kit)
        settings = self._settings.console
        # Its own, with a shorter patience: a person waits for it.
        self._writer = Writer(self._servers, kit.counts, timeout_s=settings.write_within_s)
        await self._writer.start()
        self._reader = LogReader(self._servers)
        await self._reader.__aenter__()
        self._runner = web.AppRunner(application(await self._parts()), access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, settings.host, settings.port, shutdown_timeout=SHUTDOWN_S)
        try:
            await site.start()
        except OSError as error:
            raise SettingsError(f"console.host, console.port: {error}") from error
        port = self._runner.addresses[0][1]
        self.address = (settings.address or f"http://{settings.host}:{port}").rstrip("/")
        await self._doors.announce(self.address)
        log.info("console_open", address=self.address, people=len(settings.people))

    async def stopped(self) -> None:
        """Close the pages."""
        await self._runner.cleanup()
        await self._reader.__aexit__()
        await self._writer.stop()
        await self._doors.close()
        await self._courses.close()

    async def assigned(self, partition: int) -> None:
        """Go on from what the store keeps; what it has lost is read again."""
        self._positions[partition] = await self._courses.position(partition)
        missed: list[Record] = []
        async with LogReader(self._servers) as reader:
            start = self._positions[partition] + 1
            async for record in reader.read(ASSESSMENTS, partition, start):
                missed.append(record)
                if len(missed) == AT_ONCE:
                    await self.step(partition, ASSESSMENTS, missed)
                    missed = []
        await self.step(partition, ASSESSMENTS, missed)

    async def revoked(self, partition: int) -> None:
        """Forget the place in a partition that went to another console."""
        self._positions.pop(partition, None)

    async def step(self, partition: int, topic: str, records: Records) -> None:
        """Keep what was said of customers."""
        new = [record for record in records if record.offset > self._positions[partition]]
        if not new:
            return
        said = [
            standing_of((record.key or b"").decode(), record.value)
            for record in new
            if record.value is not None
        ]
        await self._courses.take(partition, new[-1].offset, said)
        self._positions[partition] = new[-1].offset

    async def _parts(self) -> Parts:
        settings = self._settings
        return Parts(
            settings=settings.console,
            desk=settings.desk,
            people=People(settings.console.people),
            board=self._board,
            doors=self._doors,
            courses=self._courses,
            views=ViewLog(self._writer, self.done, settings.console.write_within_s),
            counts=self.done,
            key=await self._doors.key(secrets.token_bytes(KEY_BYTES)),
            present=self._present,
            send=self._send,
            behind=self._behind,
        )

    async def _present(self) -> datetime:
        try:
            return await present(self._settings.intake.ticks, self._reader)
        except KafkaError as error:
            raise EbbwatchError("Kafka does not say what time it is") from error

    async def _send(self, task: Task, action: AnyAction) -> None:
        try:
            await say(self._writer, task, action)
        except KafkaError as error:
            raise EbbwatchError("Kafka did not take an action") from error

    async def _behind(self) -> Mapping[str, int]:
        return await lags(self._servers)
