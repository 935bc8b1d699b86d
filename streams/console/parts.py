"""What every page works with, and who is asking."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from alerts.actions import AnyAction
from alerts.board import Board
from alerts.console.access import Seer
from alerts.console.people import Page, People
from alerts.console.redis_courses import Courses
from alerts.console.redis_doors import Doors
from alerts.console.settings import ConsoleSettings
from alerts.settings import DeskSettings
from alerts.task import Task
from streams.commands.shown import Language
from streams.console.views import ViewLog
from streams.console_counts import ConsoleCounts


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the pages work with.

    `present` gives the time it is where events are, `send` puts an action on the desk's log,
    `behind` says how many records each role has still to take.
    """

    settings: ConsoleSettings
    desk: DeskSettings
    people: People
    board: Board
    doors: Doors
    courses: Courses
    views: ViewLog
    counts: ConsoleCounts
    key: bytes
    present: Callable[[], Awaitable[datetime]]
    send: Callable[[Task, AnyAction], Awaitable[None]]
    behind: Callable[[], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True)
class Visit:
    """A request's person, if any, language, and the `holder` that its forms are made out to.

    `session` is None for a visitor, and for whom a proxy vouches.
    """

    seer: Seer | None
    language: Language
    holder: str
    session: str | None = None


PARTS = web.AppKey("parts", Parts)
VISIT = web.RequestKey("visit", Visit)


def seer_of(request: web.Request, page: Page) -> Seer:
    """Give who is asking for a page.

    Raises
    ------
    aiohttp.web.HTTPNotFound
        If the page is not for them: for them it does not exist.
    """
    seer = request[VISIT].seer
    if seer is None or not seer.opens(page):
        raise web.HTTPNotFound
    return seer
