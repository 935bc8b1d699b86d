"""`ebbwatch tasks`, `task`: what is to be done, and what somebody did about it."""

import asyncio
import getpass
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from alerts.actions import (
    Acknowledge,
    Close,
    ContactChannel,
    Contacted,
    Note,
    Reassign,
    Result,
    Signature,
    Snooze,
    Start,
)
from alerts.board import Board, Load
from alerts.handling import Kind
from alerts.playbooks import GROUPS, ValueItem
from alerts.reasons import group
from alerts.task import Task
from detectors.errors import EbbwatchError
from streams.commands.acting import Done, Make, act, find_task
from streams.commands.common import AsJson, SettingsFile
from streams.commands.printing import console
from streams.commands.shown import (
    Language,
    loads_table,
    queue_table,
    say,
    task_line,
    task_page,
)
from streams.commands.shown_words import STATES
from streams.commands.system import note as note_shown
from streams.commands.system import running_system

FIRST_OF_EACH = 1  # of every queue, where all are shown
LIMIT = 25

Id = Annotated[str, Parameter(help="A task's id, or the beginning of it")]
By = Annotated[str | None, Parameter(help="Who does it; else the user of this machine")]
In = Annotated[Language, Parameter(help="English or Chinese")]


def add_to(app: App) -> None:
    """Add these commands."""
    app.command(tasks)
    task = App(name="task", help="Show one task, or say what you did about it.")
    for command in (show, ack, start, contact, snooze, close, reassign, note):
        task.command(command)
    app.command(task)


def tasks(
    *,
    owner: Annotated[str | None, Parameter(help="One account manager's whole queue")] = None,
    limit: Annotated[int | None, Parameter(help="How many tasks of each queue")] = None,
    language: In = "en",
    json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Show the queue of an account manager, or all of them with their first task."""

    async def look() -> None:
        async with running_system(file=settings).board() as board:
            loads = await board.loads()
            if owner is not None:
                loads = [_load_of(owner, loads)]
            n_each = limit or (FIRST_OF_EACH if owner is None else LIMIT)
            queues = [(load, await board.queue(load.owner, n_each)) for load in loads]
            now = await board.clock()
            if json:
                print(await _as_json(board, queues, now))
            elif owner is not None:
                told = queue_table(queues[0][1], now, language, caption=_caption(now, queues))
                console().print(told)
            else:
                console().print(loads_table(queues, now, language, caption=_caption(now, queues)))

    asyncio.run(look())


def show(
    task: Id, *, language: In = "en", json: AsJson = False, settings: SettingsFile = None
) -> None:
    """Show all there is to know of a task: why, what to do, and what was done."""

    async def look() -> None:
        async with running_system(file=settings).board() as board:
            found = await find_task(board, task)
            if json:
                print(msgspec.json.encode(found).decode())
            else:
                case = None if found.cohort is None else await board.progress(found.cohort)
                shown = case if found.kind is Kind.CASE else None
                console().print(task_page(found, await board.clock(), language, shown))
                _print_note()

    asyncio.run(look())


def ack(task: Id, *, by: By = None, settings: SettingsFile = None) -> None:
    """Say that you have seen it."""
    _act(task, by, settings, ("acknowledge", lambda signed: Acknowledge(**signed)))


def start(task: Id, *, by: By = None, settings: SettingsFile = None) -> None:
    """Say that you are on it; from then on only a person ends it."""
    _act(task, by, settings, ("start", lambda signed: Start(**signed)))


def contact(
    task: Id,
    *,
    channel: Annotated[ContactChannel, Parameter(help="How you reached out")],
    brought: Annotated[ValueItem | None, Parameter(help="What was in it for them")] = None,
    answered: Annotated[bool | None, Parameter(help="Whether they answered, once you know")] = None,
    by: By = None,
    settings: SettingsFile = None,
) -> None:
    """Say that you reached out to the customer. It goes back to them as an event."""

    def make(signed: Signature) -> Contacted:
        return Contacted(**signed, channel=channel, value_item=brought, answered=answered)

    _act(task, by, settings, ("contacted", make))


def snooze(
    task: Id,
    *,
    days: Annotated[float | None, Parameter(help="For how long")] = None,
    until: Annotated[datetime | None, Parameter(help="Or until when")] = None,
    by: By = None,
    settings: SettingsFile = None,
) -> None:
    """Put it off; it still takes a place among your tasks."""
    if (days is None) == (until is None):
        raise EbbwatchError("until when? Give either --days 3 or --until 2017-06-30T09:00")

    def make(signed: Signature) -> Snooze:
        wakes_at = until or signed["at"] + timedelta(days=days or 0)
        return Snooze(**signed, until=wakes_at if wakes_at.tzinfo else wakes_at.replace(tzinfo=UTC))

    _act(task, by, settings, ("snooze", make))


def close(
    task: Id,
    *,
    outcome: Annotated[Result, Parameter(help="How it ended")],
    reason: Annotated[str | None, Parameter(help="Reason id that was true")] = None,
    note: Annotated[str, Parameter(help="For whoever reads it later")] = "",
    by: By = None,
    settings: SettingsFile = None,
) -> None:
    """Say how it ended. It goes back to the customer as an event.

    Saved and false alarm need a contact on record, or a note that says how you know.
    """
    if reason is not None and group(reason) not in GROUPS:
        known = ", ".join(sorted(GROUPS))
        raise EbbwatchError(f"--reason {reason} is in no group of reasons; there are {known}")

    def make(signed: Signature) -> Close:
        return Close(**signed, outcome=outcome, reason=reason, note=note)

    _act(task, by, settings, ("close", make))


def reassign(
    task: Id,
    *,
    to: Annotated[str, Parameter(help="Which account manager")],
    by: By = None,
    settings: SettingsFile = None,
) -> None:
    """Give it to somebody else."""
    _act(task, by, settings, ("reassign", lambda signed: Reassign(**signed, to=to)))


def note(
    task: Id,
    text: Annotated[str, Parameter(help="What is to be remembered")],
    *,
    by: By = None,
    settings: SettingsFile = None,
) -> None:
    """Add something to remember."""
    _act(task, by, settings, ("note", lambda signed: Note(**signed, text=text)))


def _act(task: str, by: str | None, settings: SettingsFile, what: tuple[str, Make]) -> None:
    system = running_system(file=settings)
    done = asyncio.run(act(system, task, by or _user(), *what))
    for line in _told(done, what[0]):
        console().print(line)


def _told(done: Done, kind: str) -> Sequence[str]:
    if done.entry is None:
        told = f"Under way: the desk has not taken the {kind} within {done.seconds:.0f} s."
        return [told, f"`ebbwatch task show {done.before.id}` shows it once it has."]
    was = say(STATES[done.before.state], "en")
    lines = [f"{task_line(done.after)} (was {was}, {done.seconds:.2f} s)"]
    if kind == "close" and done.after.customer:
        lines.append(f"The outcome goes back to customer {done.after.customer} as task.closed.")
    return lines


async def _as_json(
    board: Board, queues: Sequence[tuple[Load, Sequence[Task]]], now: datetime | None
) -> str:
    whole = {
        "clock": now,
        "note": note_shown(),
        "states": await board.states(),
        "managers": [
            {
                "owner": load.owner,
                "n_live": load.n_live,
                "n_urgent": load.n_urgent,
                "n_snoozed": load.n_snoozed,
                "tasks": found,
            }
            for load, found in queues
        ],
    }
    return msgspec.json.encode(whole).decode()


def _load_of(owner: str, loads: Sequence[Load]) -> Load:
    found = [load for load in loads if load.owner == owner]
    found = found or [load for load in loads if load.owner.casefold() == owner.casefold()]
    if found:
        return found[0]
    others = ", ".join(load.owner for load in loads if load.owner) or "nobody yet"
    raise EbbwatchError(f"{owner} has no live tasks; those who have: {others}")


def _caption(now: datetime | None, queues: Sequence[tuple[Load, Sequence[Task]]]) -> str:
    n_live, n_shown = sum(load.n_live for load, _ in queues), sum(len(found) for _, found in queues)
    when = "" if now is None else f" at {now:%Y-%m-%d %H:%M} UTC"
    told = f"{n_shown} of {n_live} live tasks{when}."
    return "\n".join(part for part in (told, note_shown()) if part)


def _print_note() -> None:
    told = note_shown()
    if told is not None:
        console().print(f"\n{told}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise EbbwatchError("this machine does not say who you are: give --by NAME") from None
