"""The real system, to be disturbed: servers of its own, and each role a process of its own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from aiokafka.errors import KafkaError

from streams import topics_apply
from streams.audit import Line, audit
from streams.embedded import Endpoints, KafkaServer, StoreServer
from streams.feed import Feed, feeding
from streams.lags import lags
from streams.runtime import DECIDERS
from streams.settings import Settings, load, secrets
from streams.sources.pacing import Await, Step, paced
from streams.sources.source import Source
from tests.faults.live_roles import Member
from tests.faults.live_source import N_DAYS

POLL_S = 0.02
FED_WITHIN_S, DONE_WITHIN_S = 300.0, 120.0
DAY_S = 86_400.0
NEVER = 2.0

TUNING: dict[str, object] = {
    "worker.session_timeout_s": 6.0,  # what the partitions of a nameless killed worker wait for
    "worker.flush_interval_s": 0.3,
    "worker.pulse_interval_s": 0.01,
    "worker.max_poll_records": 40,  # many small steps, so that a kill meets one of them
}


def settings_of(source: Source) -> Settings:
    """Give the settings of all live tests."""
    return load((), None, source.preset | TUNING)


class System:
    """Two servers and all roles, fed with a source."""

    def __init__(self, folder: Path, source: Source) -> None:
        self.kafka, self.store = KafkaServer(folder, keep=False), StoreServer(folder, keep=False)
        self.settings, self.source = settings_of(source), source
        self._folder = folder
        self.pause_at = NEVER  # the share of events after which the feed waits for a test
        self._members: list[Member] = []
        self._feed: Feed | None = None

    @property
    def endpoints(self) -> Endpoints:
        """Say where the servers are."""
        return Endpoints(self.kafka.address, self.store.address)

    async def start(self) -> None:
        """Start the servers and make the topics."""
        servers = (self.store, self.kafka)
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers))
        async with topics_apply.connected(self.kafka.address) as admin:
            await topics_apply.apply(admin, self.settings.topics)

    async def close(self) -> None:
        """End everything that runs."""
        await asyncio.gather(*(member.gone() for member in self._members))
        for server in (self.kafka, self.store):
            await asyncio.to_thread(server.close)

    def starting(self, role: str, instance: str | None = None) -> Member:
        """Start a process of a role; `instance` is its name in its group."""
        tuning = self.settings.worker.model_copy(update={"instance": instance})
        settings = self.settings.model_copy(update={"worker": tuning})
        file = self._folder / f"{role}-{len(self._members)}.json"
        file.write_text(settings.model_dump_json())
        environment = self.endpoints.environment() | secrets(self.settings)
        self._members.append(Member(role, file, environment))
        return self._members[-1]

    async def member(self, role: str, instance: str | None = None) -> Member:
        """Start a process of a role and wait until it is ready."""
        started = self.starting(role, instance)
        await started.ready()
        return started

    async def all_roles(self, instance: str | None = None) -> dict[str, Member]:
        """Start a process of each role and wait until they are ready."""
        started = {role: self.starting(role, instance) for role in DECIDERS}
        await asyncio.gather(*(member.ready() for member in started.values()))
        return started

    async def fed(self, seconds: float | None = None) -> None:
        """Feed the source, over so many seconds or as fast as it goes, until all is processed."""
        speed = None if seconds is None else N_DAYS * DAY_S / seconds
        try:
            async with asyncio.timeout(FED_WITHIN_S):
                async with feeding(self.kafka.address, self._n_partitions, "feed") as self._feed:
                    for week in self._weeks():
                        while self._fed_share >= self.pause_at:
                            await asyncio.sleep(POLL_S)
                        await self._feed.run(week, lambda _: self._look(), speed)
            async with asyncio.timeout(DONE_WITHIN_S):
                while await self._behind():
                    self._look()
                    await asyncio.sleep(POLL_S)
        except TimeoutError as error:
            raise TimeoutError("\n".join(map(str, self._members))) from error

    async def under_load(self, feeding: asyncio.Task[None], part: float) -> None:
        """Wait until so much has been fed; a week later the feed waits for what comes next."""
        self.pause_at = part + 0.1
        sharing = asyncio.create_task(self._share(part))
        await asyncio.wait((sharing, feeding), return_when=asyncio.FIRST_COMPLETED)
        if feeding.done():
            sharing.cancel()
            await feeding
        assert not feeding.done(), "the feed was over before the fault"

    def ends(self) -> set[int]:
        """Give the exit codes of all workers that a supervisor had to start again."""
        return {code for member in self._members for code in member.ends}

    async def audited(self) -> list[Line]:
        """Replay all logs and compare."""
        return await audit(self.kafka.address, self.settings, lambda *_: None)

    async def _share(self, part: float) -> None:
        while self._fed_share < part:
            await asyncio.sleep(POLL_S)

    @property
    def _n_partitions(self) -> int:
        return self.settings.topics.partitions

    @property
    def _fed_share(self) -> float:
        return 0.0 if self._feed is None else self._feed.fed.n_events / self.source.n_events

    def _weeks(self) -> Iterator[list[Step]]:
        """Cut the feed where it waits for a model anyway."""
        settings, week = self.settings, list[Step]()
        for step in paced(self.source, settings.intake.tick_hours, settings.churn.horizon_days):
            week.append(step)
            if isinstance(step, Await):
                yield week
                week = []
        assert not week

    def _look(self) -> None:
        for member in self._members:
            member.look()

    async def _behind(self) -> bool:
        try:
            return any((await lags(self.kafka.address)).values())
        except KafkaError:
            return True  # no broker, no answer
