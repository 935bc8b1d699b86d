"""`ebbwatch bench`: how fast it is on this machine, beside what one would pick instead."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from streams.bench import beside
from streams.bench import live as live_bench
from streams.bench.load import Load
from streams.bench.report import Measured, Told, report, this_machine
from streams.commands.common import AsJson, Sets, SettingsFile
from streams.settings import load as load_settings

Runs = Annotated[int, Parameter(help="How often; figures are medians. 1 is for a look")]

bench = App(name="bench", help="How fast it is on this machine, on servers of its own.")


def add_to(app: App) -> None:
    """Add these commands."""
    app.command(bench)


@bench.command
def live(
    *,
    events: int = 400_000,
    customers: int = 100_000,
    hours: int = 1,
    workers: int = 1,
    partitions: int = 4,
    peer_events: int = 40_000,
    runs: Runs = 5,
    json: AsJson = False,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Events per CPU-second of intake and scorer, beside what one would pick instead.

    At each of the `hours` every customer is scored once more, as in life. Each role runs as
    `workers` processes over `partitions`. The slow peers (stock Faust with a table, Quix with
    state, a plain River loop) get `peer_events` of the events; 0 leaves them out.
    """
    work = live_bench.Work(Load(events, customers, hours), workers, peer_events)
    preset = live_bench.PRESET | {"topics.partitions": partitions}
    chosen = load_settings(set_, settings, preset)
    done = f"{events:,} events of {customers:,} customers in {hours} h, {workers} workers a role"
    notes = beside.notes() if peer_events else ()
    once = partial(live_bench.live, work, chosen)
    _show(("live", done), _repeated(once, runs), notes=notes, json=json)
