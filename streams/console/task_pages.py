"""The queue, one task, and what a person says about it."""

import secrets
from datetime import datetime

from aiohttp import web

from alerts.actions import Signature, action_id
from alerts.board import place
from alerts.console.access import Seer, acts_on, sees_task
from alerts.console.forms import (
    ASKS,
    BRINGS,
    CHANNELS,
    REASONS,
    RESULTS,
    SNOOZE_DAYS,
    action,
    offered,
)
from alerts.console.people import Page
from alerts.handling import Kind
from alerts.task import Change, State, Task
from detectors.errors import EbbwatchError
from streams.acting import entry_of
from streams.console.guard import form_of
from streams.console.parts import PARTS, VISIT, Parts, seer_of
from streams.console.rendering import render, url

QUEUE_MAX = 100  # lines on a page; a budget is 25
WHYS = ("queue", "watch", "customer", "link")
KINDS = ("all", "urgent", "overdue", "new", "going", "snoozed")


async def queue(request: web.Request) -> web.Response:
    """Show what there is to do, in the order in which the desk ranks it."""
    seer, parts = seer_of(request, Page.TASKS), request.app[PARTS]
    mine = sorted(seer.owners)
    owner = request.query.get("owner", "")
    kind = request.query.get("show", "all")
    asked = [owner] if owner in mine else mine
    found = [task for one in asked for task in await parts.board.queue(one, QUEUE_MAX)]
    now = await parts.board.clock()
    chosen = [task for task in sorted(found, key=place) if _fits(task, kind, now)][:QUEUE_MAX]
    loads = [load for load in await parts.board.loads() if load.owner in asked]
    await parts.views.write(seer, "queue", "queue", [(one.customer, one.id) for one in chosen])
    return render(
        request,
        "tasks.html",
        tasks=chosen,
        n_live=sum(load.n_live for load in loads),
        now=now,
        owners=mine,
        owner=owner,
        kinds=KINDS,
        kind=kind,
    )


async def task(request: web.Request) -> web.Response:
    """Show all there is to know of a task, and buttons for what may be done with it."""
    seer = seer_of_any(request)
    parts = request.app[PARTS]
    found = await visible(parts, seer, request.match_info["id"])
    why = request.query.get("from", "link")
    await parts.views.write(
        seer, "task", why if why in WHYS else "link", [(found.customer, found.id)]
    )
    sent = request.query.get("sent", "")
    answer = entry_of(found, sent) if sent else None
    case = None if found.cohort is None else await parts.board.progress(found.cohort)
    return render(
        request,
        "task.html",
        task=found,
        now=await parts.board.clock(),
        progress=case if found.kind is Kind.CASE else None,
        acts=acts_on(seer, found),
        offered=offered(found),
        heirs=[one for one in parts.people.heirs(seer.name) if one != found.owner],
        once=secrets.token_urlsafe(12),
        pending=bool(sent) and answer is None,
        answer=answer,
        refused=answer is not None and answer.change is Change.REFUSED,
        choices={
            "channels": CHANNELS,
            "brings": BRINGS,
            "results": RESULTS,
            "reasons": REASONS,
            "days": SNOOZE_DAYS,
        },
    )


async def act(request: web.Request) -> web.StreamResponse:
    """Put what somebody says on the desk's log; the board shows it when the desk has taken it."""
    seer, parts = seer_of_any(request), request.app[PARTS]
    fields = await form_of(request)
    found = await visible(parts, seer, request.match_info["id"])
    kind = request.match_info["kind"]
    if not acts_on(seer, found) or kind not in ASKS:
        raise web.HTTPNotFound
    at = await parts.present()
    signature = Signature(
        id=action_id(kind, found.id, seer.name, at), task_id=found.id, by=seer.name, at=at
    )
    made = action(kind, fields, signature, parts.people.heirs(seer.name))
    # A second click on the same button is the first one's action, sent once more or not at all.
    form = f"{request[VISIT].holder}:{fields.get('once', '')}"
    first = await parts.doors.once(form, made.id)
    if first == made.id:
        try:
            await parts.send(found, made)
        except EbbwatchError:
            await parts.doors.forget(form)
            raise
        parts.counts.actions[kind] += 1
    raise web.HTTPSeeOther(url(f"/tasks/{found.id}", sent=first))


def seer_of_any(request: web.Request) -> Seer:
    """Give whoever is logged in: a single task may be a case's, for whom queues are not.

    Raises
    ------
    aiohttp.web.HTTPNotFound
        If nobody is.
    """
    seer = request[VISIT].seer
    if seer is None:
        raise web.HTTPNotFound
    return seer


async def visible(parts: Parts, seer: Seer, task_id: str) -> Task:
    """Give a task that somebody may see.

    Raises
    ------
    aiohttp.web.HTTPNotFound
        If there is none, or it is not theirs to see: nothing tells the two apart.
    """
    found = await parts.board.task(task_id)
    # Asked for in any case: the time it takes must not tell the two apart either.
    standing = await parts.courses.standing("" if found is None else found.customer)
    owner = None if standing is None else standing.owner
    if found is None or not sees_task(seer, found, owner):
        raise web.HTTPNotFound
    return found


def _fits(task: Task, kind: str, now: datetime | None) -> bool:
    match kind:
        case "urgent":
            return task.urgent or task.breach is not None
        case "overdue":
            return now is not None and task.due_at < now
        case "new":
            return task.state is State.OPEN
        case "going":
            return task.state is State.IN_PROGRESS
        case "snoozed":
            return task.state is State.SNOOZED
    return True
