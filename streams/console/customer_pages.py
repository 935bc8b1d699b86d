"""One customer, and the list of those to watch."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from alerts.board import Known
from alerts.console.access import sees_customer, shows_risk
from alerts.console.course import Standing, drawing
from alerts.console.people import Page
from alerts.console.views import What
from alerts.task import Entry, Task
from streams.console.parts import PARTS, seer_of
from streams.console.rendering import render

LIST_MAX = 100
TIMELINE_MAX = 200
WHYS = ("queue", "watch", "search", "task")


@dataclass(frozen=True)
class Line:
    """One line of a customer's timeline: what happened to which task."""

    task: Task
    entry: Entry


async def customers(request: web.Request) -> web.Response:
    """Show whom to watch, and a field to look for one."""
    seer, parts = seer_of(request, Page.CUSTOMERS), request.app[PARTS]
    found = await parts.courses.watched(sorted(seer.owners), LIST_MAX)
    hold_out = parts.desk.hold_out
    # Whoever has a task is in the queue; the control group is in no list.
    shown: list[Standing] = []
    for one in found:
        known = await parts.board.customer(one.customer)
        live = any(task.state.live for task in known.tasks)
        if not live and shows_risk(one.customer, one.tier, known.tasks, hold_out):
            shown.append(one)
    await _viewed(request, "watch", "watch", [one.customer for one in shown])
    return render(request, "customers.html", watched=shown)


async def customer(request: web.Request) -> web.Response:
    """Show one customer: risk over time, tasks, what happened."""
    seer, parts = seer_of(request, Page.CUSTOMERS), request.app[PARTS]
    name = request.query.get("id", "").strip()
    known = await parts.board.customer(name)
    standing = await parts.courses.standing(name)
    if not sees_customer(seer, None if standing is None else standing.owner, known.tasks):
        raise web.HTTPNotFound
    why = request.query.get("from", "link")
    await _viewed(request, "customer", why if why in WHYS else "link", [name])
    tier = standing.tier if standing is not None else ""
    told = shows_risk(name, tier, known.tasks, parts.desk.hold_out)
    points = await parts.courses.course(name) if told else []
    return render(
        request,
        "customer.html",
        name=name,
        standing=standing,
        told=told,
        drawn=drawing(points),
        known=known,
        timeline=timeline(known),
        waits_until=_until(known),
        mine=seer.owners,
    )


def timeline(known: Known) -> list[Line]:
    """Give what happened to a customer's tasks, the newest first."""
    lines = [Line(task, entry) for task in known.tasks for entry in task.history]
    return sorted(lines, key=lambda line: line.entry.at, reverse=True)[:TIMELINE_MAX]


def _until(known: Known) -> datetime | None:
    return max((waiting.expires_at for waiting in known.waiting), default=None)


async def _viewed(request: web.Request, what: What, why: str, names: list[str]) -> None:
    seer, parts = seer_of(request, Page.CUSTOMERS), request.app[PARTS]
    await parts.views.write(seer, what, why, [(name, None) for name in names])
