"""`ebbwatch bench`: how fast it is on this machine, beside what one would pick instead."""

from functools import partial

from cyclopts import App
from rich.console import Console

from streams.bench.live import PRESET
from streams.bench.live import live as run_once
from streams.bench.load import Load
from streams.bench.report import report, this_machine
from streams.commands.common import AsJson, Sets, SettingsFile
from streams.settings import load as load_settings

bench = App(name="bench", help="How fast it is on this machine, on a Kafka of its own.")


def add_to(app: App) -> None:
    """Add these commands."""
    app.command(bench)


@bench.command
def live(
    *,
    events: int = 400_000,
    customers: int = 100_000,
    hours: int = 12,
    partitions: int = 4,
    runs: int = 1,
    json: AsJson = False,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Events per CPU-second of the bare aiokafka loop, the intake and the scorer.

    At each of the `hours` every customer is scored once more, as in life.
    """
    console = Console(stderr=True)
    machine, load = this_machine(), Load(events, customers, hours)
    preset = PRESET | {"topics.partitions": partitions}
    chosen = load_settings(set_, settings, preset)
    with console.status("starting") as status:

        def told(number: int, what: str) -> None:
            status.update(f"run {number} of {runs}: {what}")

        done = [run_once(load, chosen, partial(told, n)) for n in range(1, runs + 1)]
    found = report(machine, load, chosen.topics.partitions, done)
    if json:
        print(found.as_json(), flush=True)
    else:
        Console().print(found.table())
