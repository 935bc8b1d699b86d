"""`ebbwatch settings`: every setting, what it is, what it may be, and why."""

from typing import Annotated

import msgspec
from cyclopts import App, Parameter
from rich.table import Table
from rich.text import Text

from streams.commands.common import AsJson, Sets, SettingsFile, of_the_running
from streams.commands.printing import console
from streams.commands.setting_list import Setting, settings_of
from streams.runtime import settings_file


def add_to(app: App) -> None:
    """Add these commands."""
    app.command(settings)


def settings(
    *,
    changed: Annotated[bool, Parameter(negative="", help="Only what differs from default")] = False,
    json: AsJson = False,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Show the settings of the system that runs here, else those that one would start with."""
    found = of_the_running(set_, settings)
    rows = [one for one in settings_of(found) if one.changed or not changed]
    if json:
        values = {one.key: one.value for one in rows}
        whole = {"settings_id": found.settings_id, "settings": values}
        print(msgspec.json.encode(whole).decode())
        return
    running = settings is None and not set_ and settings_file().exists()
    whence = f"the system of {settings_file()}" if running else "a system started here"
    caption = f"Settings {found.settings_id} of {whence}; change one with --set KEY=VALUE."
    console().print(table(rows, caption))


def table(rows: list[Setting], caption: str) -> Table:
    """Show settings; those that somebody changed stand out, with their default."""
    shown = Table(
        pad_edge=False,
        box=None,
        header_style="bold",
        caption=Text(caption),
        caption_justify="left",
    )
    for name in ("setting", "value", "default", "may be", "why"):
        shown.add_column(name, overflow="fold")
    for one in rows:
        style = "bold" if one.changed else ""
        default = _plain(one.default) if one.changed else ""
        value = Text(_plain(one.value), style)
        shown.add_row(Text(one.key, style), value, Text(default), Text(one.kind), Text(one.why))
    return shown


def _plain(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
