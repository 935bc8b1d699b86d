"""`ebbwatch deliveries`: what waits to be told, and what could not be."""

import asyncio
from collections.abc import Iterable
from typing import Annotated

import msgspec
from cyclopts import App, Parameter
from rich.table import Table
from rich.text import Text

from alerts.outbox import Backlog, Ending, Told
from alerts.redis_outbox import RedisOutbox
from streams.commands.common import AsJson, SettingsFile
from streams.commands.printing import console
from streams.commands.system import System, running_system

LIMIT = 50


def add_to(app: App) -> None:
    """Add this command."""
    app.command(deliveries)


def deliveries(
    *,
    task: Annotated[str | None, Parameter(help="What was told about one task, by its id")] = None,
    again: Annotated[bool, Parameter(negative="", help="Try all that failed once more")] = False,
    limit: Annotated[int, Parameter(help="How many are shown")] = LIMIT,
    json: AsJson = False,
    settings: SettingsFile = None,
) -> None:
    """Show what the courier could not deliver and what still waits; or what a task's people got."""

    async def look() -> None:
        system = running_system(file=settings)
        outbox = RedisOutbox.connect(
            system.endpoints.redis_url, system.settings.topics.desk_partitions
        )
        try:
            await _show(system, outbox, task=task, again=again, limit=limit, json=json)
        finally:
            await outbox.close()

    asyncio.run(look())


async def _show(
    system: System,
    outbox: RedisOutbox,
    *,
    task: str | None,
    again: bool,
    limit: int,
    json: bool,
) -> None:
    n_again = await outbox.again() if again else 0
    if task is not None:
        shown = await outbox.told_of(task)
    else:
        shown = [*await outbox.dead(limit), *await outbox.waiting(limit)][:limit]
    backlog = await outbox.backlog()
    if json:
        print(msgspec.json.encode({"backlog": backlog, "deliveries": shown}).decode())
        return
    off = "" if system.settings.courier.on else " The courier is off: courier.people is empty."
    tried = f"{n_again} are tried again. " if again else ""
    console().print(table(shown, f"{tried}{told(backlog)}{off}"))


def told(backlog: Backlog) -> str:
    """Say how much waits and how much failed.

    Examples
    --------
    >>> told(Backlog(n_waiting=2, oldest_s=90.0, n_dead=1))
    '2 wait, the oldest for 2 min; 1 could not be delivered.'
    """
    oldest = f", the oldest for {backlog.oldest_s / 60:.0f} min" if backlog.n_waiting else ""
    return f"{backlog.n_waiting} wait{oldest}; {backlog.n_dead} could not be delivered."


def table(shown: Iterable[Told], caption: str) -> Table:
    """Show notices and what came of them; those for which somebody has to act stand out."""
    made = Table(
        caption=Text(caption), caption_justify="left", pad_edge=False, box=None, header_style="bold"
    )
    for name in ("ending", "person", "channel", "cause", "rounds", "what", "task", "at"):
        made.add_column(name, no_wrap=name in ("task", "at"))
    for one in shown:
        notice = one.notice
        style = "bold red" if one.ending.dead else "" if one.ending is Ending.DELIVERED else "dim"
        made.add_row(
            Text(one.ending.value, style),
            Text(one.person or f"{notice.audience.value} of {notice.whose}"),
            Text(one.channel),
            Text(one.cause),
            Text(str(one.rounds or "")),
            Text(notice.occasion.value),
            Text(notice.task_id),
            Text("" if one.at is None else f"{one.at:%Y-%m-%d %H:%M}"),
        )
    return made
