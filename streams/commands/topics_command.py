"""`ebbwatch topics`: the topic table, and the cluster made like it."""

import asyncio
from collections.abc import Awaitable, Callable

from aiokafka.admin import AIOKafkaAdminClient
from cyclopts import App
from rich.table import Table
from rich.text import Text

from streams import topics_apply
from streams.commands.common import Sets, SettingsFile, of_the_running
from streams.commands.printing import console
from streams.commands.system import running_system
from streams.topics import TABLE, Topic, TopicSettings
from streams.topics_plan import Change, refuse_unready, wanted


def add_to(app: App) -> None:
    """Add these commands."""
    topics = App(name="topics", help="Show the topics, make them, or look whether they are right.")
    for command in (show, apply, check):
        topics.command(command)
    app.command(topics)


def show(*, set_: Sets = (), settings: SettingsFile = None) -> None:
    """Show what each topic carries, its key and partitions, and how long it is kept."""
    table = Table(pad_edge=False, box=None, header_style="bold")
    for name in ("topic", "carries", "key", "partitions", "kept", "holds", "written by", "read by"):
        table.add_column(name, justify="right" if name == "partitions" else "left")
    for topic in TABLE:
        table.add_row(*map(Text, row(topic, of_the_running(set_, settings).topics)))
    console().print(table)


def row(topic: Topic, settings: TopicSettings) -> tuple[str, ...]:
    """Give a topic's line of the table as texts."""
    concrete = wanted(topic, settings)
    kept = "newest of each key"
    if "retention.ms" in concrete.configs:
        kept = f"{int(concrete.configs['retention.ms']) // 86_400_000} days"
    return (
        topic.name,
        topic.carries,
        topic.key or "none",
        str(concrete.partitions),
        kept,
        topic.holds,
        ", ".join(topic.writers),
        ", ".join(topic.readers),
    )


def apply(*, set_: Sets = (), settings: SettingsFile = None) -> None:
    """Create the topics that are missing and set what differs."""
    changes = _with_admin(set_, settings, topics_apply.apply)
    for change in changes:
        console().print(str(change))
    console().print(f"{len(changes)} changes; all {len(TABLE)} topics are as they should be.")


def check(*, set_: Sets = (), settings: SettingsFile = None) -> None:
    """Say what differs, without doing it; fails where workers must not start."""
    changes = _with_admin(set_, settings, topics_apply.differences)
    for change in changes:
        console().print(str(change))
    refuse_unready(changes)
    console().print("Workers may start on these topics." if changes else "All is as it should be.")


def _with_admin(
    set_: Sets,
    settings: SettingsFile,
    work: Callable[[AIOKafkaAdminClient, TopicSettings], Awaitable[list[Change]]],
) -> list[Change]:
    system = running_system(set_, settings)

    async def run() -> list[Change]:
        with system.answers():
            async with topics_apply.connected(system.endpoints.bootstrap_servers) as admin:
                return await work(admin, system.settings.topics)

    return asyncio.run(run())
