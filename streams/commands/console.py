"""`ebbwatch console invite`, `views`: who may look in, and who has looked at whom."""

import asyncio
from typing import Annotated

import msgspec
from cyclopts import App, Parameter
from rich.table import Table

from alerts.console.views import View, read
from streams.commands.common import AsJson, SettingsFile, reachable
from streams.commands.printing import console as terminal
from streams.commands.system import running_system
from streams.console_people import invite as invited
from streams.log_reader import LogReader
from streams.partitions import partition_of
from streams.topics import VIEWS


def add_to(app: App) -> None:
    """Add these commands."""
    console = App(name="console", help="Who may look into the console.")
    console.command(invite)
    app.command(console)
    app.command(views)


def invite(
    name: Annotated[str, Parameter(help="One of console.people")], *, settings: SettingsFile = None
) -> None:
    """Give the address with which somebody may come in, once."""
    system = running_system(file=settings)
    print(asyncio.run(invited(system.endpoints.redis_url, system.settings.console, name)))


def views(
    customer: Annotated[str, Parameter(help="A customer's id")],
    *,
    json: AsJson = False,
) -> None:
    """Show who looked at a customer or a task of theirs, when and why; the newest last."""
    with reachable() as found:
        seen = asyncio.run(_views(found.bootstrap_servers, customer))
    if json:
        print(msgspec.json.encode(seen).decode())
        return
    table = Table("when (UTC)", "who", "job", "what", "why", "task", box=None, pad_edge=False)
    for view in seen:
        when = f"{view.at:%Y-%m-%d %H:%M:%S}"
        table.add_row(when, view.who, view.job, view.what, view.why, view.task_id or "")
    terminal().print(table)


async def _views(servers: str, customer: str) -> list[View]:
    async with LogReader(servers) as reader:
        n_partitions = await reader.partitions(VIEWS)
        if not n_partitions:
            return []
        place = partition_of(customer.encode(), n_partitions)
        found = [
            read(record.value or b"", f"{VIEWS}[{place}]@{record.offset}")
            async for record in reader.read(VIEWS, place)
            if record.key == customer.encode()
        ]
        return sorted(found, key=lambda view: view.at)
