"""`ebbwatch bench`: how fast it is on this machine, beside what one would pick instead."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from streams.bench import beside
from streams.bench import latency as latency_bench
from streams.bench import live as live_bench
from streams.bench import memory as memory_bench
from streams.bench import recovery as recovery_bench
from streams.bench import skew as skew_bench
from streams.bench import sweep as sweep_bench
from streams.bench.histories import FORMATS, Format, History
from streams.bench.load import Load
from streams.bench.report import Measured, Report, Told, report, this_machine
from streams.commands.common import AsJson, Sets, SettingsFile
from streams.settings import load as load_settings

Runs = Annotated[int, Parameter(help="How often; figures are medians. 1 is for a look")]
Measure = Callable[[Told], Sequence[Measured]]
QUIETER = "Half of the customers fall silent, one after the other; a tick a day looks at everybody."
PAST_PURCHASES = 1  # of a million customers, when only their rows are of interest

bench = App(name="bench", help="How fast it is on this machine, on servers of its own.")


def add_to(app: App) -> None:
    """Add these commands."""
    app.command(bench)


@bench.command
def live(
    *,
    events: int = 2_000_000,
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
    done = f"{events:,} events of {customers:,} customers in {hours} h; processes a role: {workers}"
    notes = beside.notes() if peer_events else ()
    once = partial(live_bench.live, work, chosen)
    _show(("live", done), _repeated(once, runs), notes=notes, json=json)


@bench.command
def backtest(
    *,
    events: int = 5_000_000,
    days: int = 365,
    each: Annotated[
        tuple[int, ...],
        Parameter(help="Events of a customer, on average; as many customers with each"),
    ] = (500, 50),
    formats: tuple[Format, ...] = FORMATS,
    replay: bool = True,
    retail: bool = True,
    runs: Runs = 5,
    json: AsJson = False,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Events per second of a history in one process, learning and desk on; and of its log again.

    `events` made-up purchases of `days` as CSV, Parquet and JSON lines, and the Complete Journey
    year (`--no-retail` leaves it out). Every customer is looked at on each of the days, so the
    fewer their events, the fewer events per second: beside customers with 500 a year as many with
    50. The customer logs are replayed from memory (`--no-replay` leaves that out).
    """
    from streams.bench import backtest as backtest_bench  # loads River: a second

    n_customers = max(events // each[0], 1)
    others = [History(n_customers * one, days, n_each=one) for one in each[1:]]
    histories = [History(events, days, n_each=each[0]), *others]
    chosen = backtest_bench.loading(set_, settings)
    work = backtest_bench.cases(histories, formats, replayed=replay)

    def measure(told: Told) -> Sequence[Measured]:
        told("warming up")
        backtest_bench.warm_up(chosen)
        return backtest_bench.backtests(work, chosen, retail=retail, n_runs=runs, told=told)

    notes = [QUIETER, *(f"{one.n_each} each: {one.life}." for one in others)]
    _show(("backtest", histories[0].life), measure, json=json, notes=notes)


@bench.command
def sweep(
    *,
    customers: tuple[int, ...] = (10_000, 100_000, 1_000_000),
    events: int = 400_000,
    out: Annotated[Path | None, Parameter(help="Folder for growth.svg, a plot")] = None,
    runs: Runs = 5,
    json: AsJson = False,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Seconds for a tick over all customers of one engine, and how costs grow with them.

    No Kafka. Each engine has a past; then `events` and two ticks are measured each run.
    """
    chosen, sizes = load_settings(set_, settings, live_bench.PRESET), sorted(set(customers))
    done = f"engines of {', '.join(f'{size:,}' for size in sizes)} customers, {events:,} events"

    def measure(told: Told) -> Sequence[Measured]:
        return sweep_bench.sweep(sizes, events, chosen, n_runs=runs, told=told)

    found = _show(("sweep", done), measure, json=json)
    if out is not None:
        Console(stderr=True).print(f"Written: {sweep_bench.plot(found, sizes, out)}")


@bench.command
def latency(
    *,
    rates: tuple[int, ...] = (1_000, 10_000),
    tasks_per_second: int = 50,
    seconds: float = 30.0,
    warm_up: float = 10.0,
    customers: int = 50_000,
    partitions: int = 4,
    runs: Runs = 5,
    json: AsJson = False,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Milliseconds from an event that is due to the task on the board, at constant rates.

    Real Kafka and store, intake, scorer and desk. The feed waits for nothing it has sent.
    """
    work = latency_bench.Work(customers, rates, tasks_per_second, seconds, warm_up)
    preset = latency_bench.PRESET | {"topics.partitions": partitions}
    chosen = load_settings(set_, settings, preset)
    done = f"{customers:,} customers, {tasks_per_second} tasks/s for {seconds:g} s at each rate"

    def measure(told: Told) -> Sequence[Measured]:
        return latency_bench.latency(work, chosen, n_runs=runs, told=told)

    _show(("latency", done), measure, json=json)


@bench.command
def memory(
    *,
    customers: int = 1_000_000,
    partitions: int = 4,
    runs: Runs = 1,
    json: AsJson = False,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Bytes per customer of a scorer and of an intake, as processes over a real Kafka."""
    load = Load(0, customers, past_purchases=PAST_PURCHASES)
    chosen = load_settings(set_, settings, live_bench.PRESET | {"topics.partitions": partitions})
    done = f"{customers:,} customers, {partitions} partitions in one process of each role"
    once = partial(memory_bench.memory, load, chosen)
    _show(("memory", done), _repeated(once, runs), json=json)


@bench.command
def recovery(
    *,
    customers: int = 1_000_000,
    partitions: int = 4,
    runs: Runs = 5,
    json: AsJson = False,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Seconds until a scorer, and an intake, is back with all its customers' rows."""
    load = Load(0, customers, past_purchases=PAST_PURCHASES)
    chosen = load_settings(set_, settings, live_bench.PRESET | {"topics.partitions": partitions})
    done = f"{customers:,} customers, {partitions} partitions in one process of each role"

    def measure(told: Told) -> Sequence[Measured]:
        return recovery_bench.recovery(load, chosen, n_runs=runs, told=told)

    _show(("recovery", done), measure, json=json)


@bench.command
def skew(
    *,
    events: int = 400_000,
    customers: int = 100_000,
    top_share: float = 0.1,
    runs: Runs = 5,
    json: AsJson = False,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """What is left of the scorer's speed if one customer has `top_share` of all events.

    The engine alone, over slices. Shares follow Zipf's law.
    """
    chosen = load_settings(set_, settings, live_bench.PRESET)
    done = f"{events:,} events of {customers:,} customers; one has {top_share:.0%} of the skewed"
    once = partial(skew_bench.skew, events, customers, top_share, chosen)
    warm = partial(skew_bench.skew, 2_000, 1_000, top_share, chosen, told=lambda _: None)
    _show(("skew", done), _repeated(once, runs, warm), json=json)


def _repeated(
    once: Callable[..., Measured], runs: int, warm_up: Callable[[], object] = lambda: None
) -> Measure:
    def measure(told: Told) -> Sequence[Measured]:
        told("warming up")
        warm_up()
        return [
            once(told=lambda what, number=number: told(f"run {number} of {runs}: {what}"))
            for number in range(1, runs + 1)
        ]

    return measure


def _show(
    title: tuple[str, str], measure: Measure, *, json: bool, notes: Sequence[str] = ()
) -> Report:
    console, machine = Console(stderr=True), this_machine()
    with console.status("starting") as status:
        runs = measure(status.update)
    found = report(*title, runs, machine=machine, notes=notes)
    if json:
        print(found.as_json(), flush=True)
    else:
        Console().print(found.table())
    return found
