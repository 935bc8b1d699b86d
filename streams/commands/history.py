"""`ebbwatch backtest`, `audit`, `replay`, `explain`: looking back."""

import asyncio
import json as jsons
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from alerts.alert import CompanyChange
from alerts.records import encode
from detectors.assessment import Assessment
from detectors.errors import SettingsError
from detectors.reasons import instant
from streams.backtest.output import write_refused
from streams.commands.common import AsJson, In, Sets, SettingsFile, of_the_running, reachable
from streams.commands.shown import Language, marks_said, say
from streams.commands.shown_words import HEADS
from streams.customer_names import CustomerNames
from streams.demo import PRESET
from streams.log_reader import LogReader
from streams.replay import replay as replay_log
from streams.replay import said, story
from streams.report.comparison import Comparison
from streams.report.comparison_table import side_by_side
from streams.settings import Settings, load
from streams.sources.event_files import open_events
from streams.sources.files import open_files
from streams.sources.named import SourceName, named
from streams.sources.source import Source
from streams.topics import CUSTOMER_LOG

if TYPE_CHECKING:
    from streams.audit import Line

DIFFERENT = 1
Span = tuple[datetime | None, datetime | None]


def add_to(app: App) -> None:
    """Add these commands."""
    app.command(backtest)
    app.command(audit)
    app.command(replay)
    app.command(explain)


def backtest(
    *,
    out: Path,
    source: SourceName | None = None,
    events: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    mapping: Path | None = None,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Run history through the whole system in one process; write predictions and measures."""
    from streams.backtest.report import figures
    from streams.backtest.run import backtest as run_backtest  # loads River: a second

    found = source_of(source, events, mapping)
    chosen = load(set_, settings, PRESET | found.preset)
    console = Console(stderr=True)
    with Progress(console=console) as bar:
        task = bar.add_task("events", total=found.n_events)
        metrics = run_backtest(found, chosen, out, lambda n: bar.update(task, completed=n))
    for note in found.notes:
        console.print(note)
    if found.n_refused:
        console.print(
            f"{found.n_refused:,} rows gave no event: see {write_refused(out, found.refused)}"
        )
    console.print(figures(metrics))
    if isinstance(held := metrics.get("compared"), Comparison):
        console.print(side_by_side(held))
    console.print(f"Written to {out}: predictions, alerts, tasks (parquet), metrics, report")
    print(jsons.dumps({key: metrics[key] for key in ("events", "alerts", "tasks", "models")}))


def audit(*, json: AsJson = False, set_: Sets = (), settings: SettingsFile = None) -> int:
    """Replay every log of the running system and compare it with what was said, byte for byte."""
    chosen = of_the_running(set_, settings)
    with reachable() as found:
        lines = asyncio.run(_audit(found.bootstrap_servers, chosen))
    if json:
        print(
            jsons.dumps(
                [
                    {
                        "topic": line.topic,
                        "equal": line.equal,
                        "live": line.live,
                        "replayed": line.replayed,
                        "n": line.n_live,
                    }
                    for line in lines
                ]
            )
        )
    else:
        table = Table("topic", "said", "replayed", "digest", "")
        for line in lines:
            verdict = "equal" if line.equal else f"[red]differs: {line.replayed}"
            table.add_row(
                line.topic, f"{line.n_live:,}", f"{line.n_replayed:,}", line.live, verdict
            )
        Console().print(table)
    return 0 if all(line.equal for line in lines) else DIFFERENT


async def _audit(servers: str, settings: Settings) -> "list[Line]":
    from streams import audit as auditing  # loads River: a second

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("records", total=None)
        return await auditing.audit(servers, settings, lambda *_: bar.advance(task))


def replay(
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Print the alerts of a range of time, read from the customer log, one JSON a line.

    Changes of the company stand before the alerts that they caused, once for each partition.
    """
    chosen = of_the_running(set_, settings)
    with reachable() as found:
        asyncio.run(_replay(found.bootstrap_servers, (_utc(since), _utc(until)), chosen))


async def _replay(servers: str, span: Span, settings: Settings) -> None:
    async with LogReader(servers) as reader:
        for partition in range(await reader.partitions(CUSTOMER_LOG)):
            names = CustomerNames(reader, partition)
            await names.read()
            steps = replay_log(reader, partition, settings.core, only_lines=True)
            async for _, _, outcome in steps:
                for one in said(outcome, partition, names.name):
                    if _within(span, one.at if isinstance(one, CompanyChange) else one.as_of):
                        print(encode(one).decode())


def _within(span: Span, at: datetime) -> bool:
    since, until = span
    return (since is None or at >= since) and (until is None or at < until)


def explain(
    customer: str,
    *,
    features: Annotated[bool, Parameter(negative="", help="Every feature on Mondays")] = False,
    language: In = "en",
    set_: Sets = (),
    settings: SettingsFile = None,
) -> None:
    """Print one customer's history: events, features, risk, reasons, and what ties them to us."""
    chosen = of_the_running(set_, settings)
    with reachable() as found:
        told = _explain(found.bootstrap_servers, customer, chosen, language, features=features)
        asyncio.run(told)


async def _explain(
    servers: str, customer: str, settings: Settings, language: Language, *, features: bool
) -> None:
    console = Console(highlight=False)
    async with LogReader(servers) as reader:
        async for moment in story(reader, customer, settings.core):
            when = instant(moment.at_ms).strftime("%Y-%m-%d %H:%M")
            style = "bold" if moment.assessment else None
            console.print(f"{when}  {moment.told}", style=style)
            if moment.assessment is not None:
                for line in explained(moment.assessment, language):
                    console.print(f"{'':18}{line}")
            elif features and len(moment.features) > 1:
                console.print(f"{'':18}{moment.features}", style="dim")


def explained(told: Assessment, language: Language) -> list[str]:
    """Say an assessment's reasons, with what each adds to the logit, then what ties them to us."""
    why = [
        f"{reason.contribution:+.2f} {reason.zh if language == 'zh' else reason.en}"
        for reason in told.reasons
    ]
    tied = marks_said(told.marks, language)
    if told.tier_basis == "value" and told.previous_tier != told.tier:
        tied = [("tier", f"{told.previous_tier or '-'} → {told.tier}"), *tied]
    return [*why, " · ".join(f"{say(HEADS[name], language)}: {said}" for name, said in tied)]


def source_of(name: SourceName | None, events: tuple[str, ...], mapping: Path | None) -> Source:
    """Give the source that a command names: a public data set, or files with a mapping."""
    if name is not None and not events and mapping is None:
        return named(name)
    if name is None and mapping is not None:
        return open_files(mapping, events)
    if name is None and events:
        return open_events(events)
    raise SettingsError(
        "name --source retail or simulated, --mapping MAP.toml with --events FILE, or "
        "--events TOPIC=FILE of events as the topics carry them"
    )


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
