"""Pages of numbers: cases of many customers, and how the system is. No customer is on them."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from aiohttp import web
from aiokafka.errors import KafkaError

from alerts.board import Load
from alerts.cases import Case
from alerts.console.people import Page
from alerts.task import State
from streams.console.parts import PARTS, Parts, seer_of
from streams.console.rendering import render

ASK_WITHIN_S = 3.0


async def cases(request: web.Request) -> web.Response:
    """Show how far the case of each company change has come."""
    seer_of(request, Page.CASES)
    board = request.app[PARTS].board
    now = await board.clock()
    told = [
        (case, progress, _over(case, now), await board.task(case.task_id))
        for case, progress in await board.cases()
    ]
    return render(request, "cases.html", cases=told, now=now)


async def operations(request: web.Request) -> web.Response:
    """Show counts: tasks by state, how busy people are, how far behind the roles are."""
    seer_of(request, Page.OPERATIONS)
    parts = request.app[PARTS]
    states, loads = await parts.board.states(), await parts.board.loads()
    return render(
        request,
        "operations.html",
        states=[(state, states.get(state, 0)) for state in State],
        busy=_busy(parts, loads),
        behind=await _behind(parts),
        now=await parts.board.clock(),
    )


def _busy(parts: Parts, loads: list[Load]) -> list[tuple[str, int]]:
    return [
        ("n_managers", len(loads)),
        ("n_live", sum(load.n_live for load in loads)),
        ("n_urgent", sum(load.n_urgent for load in loads)),
        ("n_snoozed", sum(load.n_snoozed for load in loads)),
        ("n_full", sum(load.n_live >= parts.desk.budget(load.owner) for load in loads)),
    ]


async def _behind(parts: Parts) -> Mapping[str, int] | None:
    try:
        async with asyncio.timeout(ASK_WITHIN_S):
            return await parts.behind()
    except (KafkaError, TimeoutError):
        return None


def _over(case: Case, now: datetime | None) -> bool:
    return case.closed_at is not None or (now is not None and now >= case.until)
