"""`ebbwatch run courier`: a process that delivers, with its probes, until a signal.

It needs the store; Kafka only where messages are sent to customers, because what was sent goes
back to the desk through its log. There is no Faust in it: the outbox is shared by leases, so as
many couriers may run as one likes.
"""

import asyncio
import signal
from datetime import UTC, datetime

import structlog
import uvloop
from aiokafka.errors import KafkaConnectionError

from alerts import life, playbooks
from alerts.actions import Sent
from alerts.address_book import checked
from alerts.channels.sending import channels_of
from alerts.contract import content_id
from alerts.courier import Rules
from alerts.reaching import sent_by
from alerts.records import encode
from alerts.redis_board import RedisBoard
from alerts.redis_outbox import RedisOutbox
from alerts.task import Task
from detectors.errors import EbbwatchError
from streams.counts import Counts
from streams.courier import Courier
from streams.embedded import Endpoints
from streams.exits import Exit, StalledError, exit_now, guarded
from streams.health import Health
from streams.metrics import page_of
from streams.partitions import partition_of
from streams.settings import Settings
from streams.topics import DESK_LOG
from streams.writer import Writer

log = structlog.stdlib.get_logger("ebbwatch.courier")

STOP_WITHIN_S = 30.0


def run_courier(settings: Settings, endpoints: Endpoints) -> int:
    """Deliver until SIGTERM or SIGINT; gives the process's exit code, an `Exit`."""

    async def work() -> int:
        try:
            worker = CourierWorker(settings, endpoints)
            await worker.start()
        except EbbwatchError as error:
            log.error("worker_refused", role=Courier.name, reason=str(error))
            return Exit.REFUSED
        except KafkaConnectionError as error:
            log.error("broker_not_reached", role=Courier.name, reason=str(error))
            return Exit.STALLED
        await guarded("courier", worker.run(), exit_now)
        return Exit.CLEAN

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work())


class CourierWorker:
    """A courier with everything that it works with. Must be built in the running event loop."""

    def __init__(self, settings: Settings, endpoints: Endpoints) -> None:
        self._settings, self._counts = settings, Counts()
        courier, url = checked(settings.courier), endpoints.redis_url
        n_desks = settings.topics.desk_partitions
        self._board = RedisBoard.connect(url, n_desks)
        self._outbox = RedisOutbox.connect(url, n_desks)
        self._channels = channels_of(courier)
        sends = courier.automation.url is not None
        self._writer = Writer(endpoints.bootstrap_servers, self._counts) if sends else None
        rules = Rules(
            settings=courier, contact=settings.desk.contact, playbooks=playbooks.shipped()
        )
        self.courier = Courier(rules, self._outbox, self._channels, self._report if sends else None)
        self._ready = False
        page = page_of(self.courier.done)
        self._health = Health(
            live=self.courier.alive, ready=lambda: self._ready, metrics=lambda: page(self._counts)
        )

    async def start(self) -> None:
        """Connect and serve the probes."""
        tuning = self._settings.worker
        if self._writer is not None:
            try:
                await self._writer.start()
            except KafkaConnectionError:
                await self._writer.stop()
                raise
            await self._writer.partitions(DESK_LOG)
        port = await self._health.start(tuning.health_host, tuning.health_port)
        log.info("worker_starting", role=Courier.name, health_port=port)

    async def run(self) -> None:
        """Deliver until a signal; what is under way then is finished."""
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        book = self._settings.courier
        if not book.on:
            log.warning("courier_off", reason="courier.people is empty: tasks stay on the board")
        working = asyncio.create_task(self.courier.work(stop))
        self._ready = True
        log.info("worker_ready", role=Courier.name, people=len(book.people))
        await asyncio.wait(
            (working, asyncio.create_task(stop.wait())), return_when="FIRST_COMPLETED"
        )
        self._ready = False
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await working
        except TimeoutError as error:
            raise StalledError("a delivery took too long to stop; it will be repeated") from error
        await self._close()
        log.info("worker_stopped", role=Courier.name)

    async def _close(self) -> None:
        for channel in self._channels.values():
            await channel.close()
        await self._outbox.close()
        await self._board.close()
        if self._writer is not None:
            await self._writer.stop()
        await self._health.stop()

    async def _report(self, task: Task) -> None:
        # The same message gives the same action, whenever it is said.
        assert self._writer is not None
        channels = self._settings.desk.contact.channels
        action = Sent(
            id=content_id("sent", task.id),
            task_id=task.id,
            by=life.COURIER,
            at=await self._present(),
            channel=sent_by(task.channel, channels, task.refused),
            value_item=task.value_item,
        )
        key = task.desk_key.encode()
        desk = partition_of(key, self._settings.topics.desk_partitions)
        await self._writer.write(DESK_LOG, desk, [(key, encode(action), ())])

    async def _present(self) -> datetime:
        # Where a feed plays history, it is as late as its last tick says.
        if self._settings.intake.ticks == "wall":
            return datetime.now(UTC)
        return await self._board.clock() or datetime.now(UTC)
