"""A console with a real store and a real Kafka behind it, and people in front of it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from aiohttp import ClientResponse, CookieJar
from aiohttp.test_utils import TestClient, TestServer
from aiokafka.admin import NewTopic
from redis.asyncio import Redis

from alerts.actions import Action
from alerts.console.course import Standing
from alerts.console.people import People, Person
from alerts.console.redis_courses import Courses
from alerts.console.redis_doors import Doors
from alerts.console.settings import ConsoleSettings
from alerts.console.views import View, read
from alerts.records import decode_desk
from alerts.redis_board import RedisBoard
from alerts.settings import DeskSettings
from alerts.task import Task
from streams import topics_apply
from streams.acting import say
from streams.console.app import application
from streams.console.parts import Parts
from streams.console.views import ViewLog
from streams.console_counts import ConsoleCounts
from streams.counts import Counts
from streams.log_reader import LogReader
from streams.topics import DESK_LOG, VIEWS, TopicSettings
from streams.writer import Writer
from tests.alerts.desks import Played, a_reason, day, settings

DESKS = 2
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
ONCE = re.compile(r'name="once" value="([^"]+)"')
PEOPLE = {
    "Kim": Person(job="manager", owners=("kim",), team="north"),
    "Lee": Person(job="manager", owners=("lee",), team="south"),
    "Nora": Person(job="lead", owners=("retention-lead",), team="north"),
    "Otto": Person(job="operations"),
    "Ana": Person(job="analyst"),
    "阿明": Person(job="manager", owners=("kim",), team="north", language="zh"),
}


@dataclass
class Guest:
    """Somebody with a browser of their own."""

    client: TestClient[Any, Any]
    last: str = ""

    async def get(self, path: str, **more: Any) -> ClientResponse:
        """Open a page, going where it sends one."""
        response = await self.client.get(path, **more)
        self.last = await response.text()
        return response

    async def post(
        self, path: str, fields: dict[str, str] | None = None, *, token: str | None = None
    ) -> ClientResponse:
        """Send a form of the last page that was opened; it has to have one."""
        found = TOKEN.search(self.last)
        given = token if token is not None else unescape(found[1]) if found else ""
        form = {"form_token": given, **(fields or {})}
        response = await self.client.post(path, data=form, allow_redirects=False)
        self.last = await response.text()
        return response


@dataclass
class House:
    """The console, and all that is behind it."""

    parts: Parts
    server: TestServer
    broker: str
    played: Played = field(default_factory=Played)
    n_written: int = 0
    guests: list[Guest] = field(default_factory=list)

    async def visitor(self, **more: Any) -> Guest:
        """Give somebody who is not logged in."""
        client = TestClient(self.server, cookie_jar=CookieJar(unsafe=True), **more)
        guest = Guest(client)
        self.guests.append(guest)
        return guest

    async def come_in(self, name: str, **more: Any) -> Guest:
        """Give somebody who has taken an invitation."""
        guest, token = await self.visitor(**more), f"token of {name}"
        await self.parts.doors.invite(token, name, 60)
        await guest.get("/enter", params={"token": token})
        response = await guest.post("/enter", {"token": token})
        assert response.status == 303
        return guest

    async def written(self) -> None:
        """Let the board show what the desk has come to."""
        for position, outcome in enumerate(self.played.outcomes):
            if position >= self.n_written:
                await self.parts.board.write(0, position - 1, position, outcome.changes)
        self.n_written = len(self.played.outcomes)

    async def hear(self, *records: Any) -> Played:
        """Say something to the desk, and let the board show it."""
        self.played.hear(*records)
        await self.written()
        return self.played

    async def says(self, customer: str, owner: str, at: float = 1.0, **more: Any) -> Standing:
        """Let the scorer say something of a customer."""
        told = Standing(
            **{
                "customer": customer,
                "owner": owner,
                "as_of": day(at),
                "risk": 0.2,
                "band": "watch",
                "stage": None,
                "tier": "middle",
                "value": 1000.0,
                "value_at_risk": 200.0,
                "basis": "rules",
                "reasons": (a_reason(),),
                **more,
            }
        )
        position = await self.parts.courses.position(0)
        await self.parts.courses.take(0, position + 1, [told])
        return told

    async def views(self, customer: str) -> list[View]:
        """Give who looked at a customer, by the topic."""
        return [read(record, VIEWS) for key, record in await self._all(VIEWS) if key == customer]

    async def actions(self, task: Task) -> list[Action]:
        """Give what was said on the desk's log about a task."""
        found = [decode_desk(record, DESK_LOG) for _, record in await self._all(DESK_LOG)]
        return [one for one in found if isinstance(one, Action) and one.task_id == task.id]

    async def _all(self, topic: str) -> list[tuple[str, bytes]]:
        async with LogReader(self.broker) as reader:
            return [
                ((record.key or b"").decode(), record.value or b"")
                for place in range(await reader.partitions(topic))
                async for record in reader.read(topic, place)
            ]


@pytest.fixture(scope="session")
async def writer(broker: str) -> AsyncIterator[Writer]:
    """Give a writer to the topics of the console, which nobody else uses on this Kafka."""
    cut = {DESK_LOG: TopicSettings().desk_partitions, VIEWS: TopicSettings().partitions}
    async with topics_apply.connected(broker) as admin:
        await admin.create_topics([NewTopic(name, n, 1) for name, n in cut.items()])
    made = Writer(broker, Counts(), timeout_s=10.0)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def console_settings() -> ConsoleSettings:
    """Give the settings; a module may have others."""
    return ConsoleSettings(people=PEOPLE)


@pytest.fixture
async def house(
    request: pytest.FixtureRequest,
    redis_url: str,
    broker: str,
    writer: Writer,
    console_settings: ConsoleSettings,
) -> AsyncIterator[House]:
    """Give a console that nobody has used yet."""
    name = f"console {request.node.nodeid}"
    desk: DeskSettings = settings()
    counts, board = ConsoleCounts(), RedisBoard.connect(redis_url, DESKS, name=name)
    doors = Doors(Redis.from_url(redis_url), name=name)
    courses = Courses(Redis.from_url(redis_url), desk.tiers, name=name)
    parts = Parts(
        settings=console_settings,
        desk=desk,
        people=People(console_settings.people),
        board=board,
        doors=doors,
        courses=courses,
        views=ViewLog(writer, counts, 10.0),
        counts=counts,
        key=await doors.key(b"0" * 32),
        present=lambda: _answer(datetime.now(UTC)),
        send=lambda task, action: say(writer, task, action),
        behind=lambda: _answer({"churn-desk": 7}),
    )
    server = TestServer(application(parts))
    await server.start_server()
    built = House(parts, server, broker)
    yield built
    for guest in built.guests:
        await guest.client.close()
    await server.close()
    for each in (board, doors, courses):
        await each.close()


async def _answer(value: Any) -> Any:
    return value
