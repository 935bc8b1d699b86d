"""`ebbwatch send`, `feed`: events in, one by hand or a whole history."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from detectors.errors import EbbwatchError
from streams.commands import sending
from streams.commands.common import SettingsFile
from streams.commands.printing import console
from streams.commands.shown import task_line
from streams.commands.shown_words import NO_TASK
from streams.commands.system import System, keep_note, present, running_system
from streams.commands.typed import Severity, Typed, event_of, event_type
from streams.events import AnyEvent
from streams.sources.named import SourceName, named

if TYPE_CHECKING:
    from streams.sources.source import Source


def add_to(app: App) -> None:
    """Add these commands."""
    app.command(send)
    app.command(feed)


def send(
    event: Annotated[
        str | None, Parameter(help="complaint, purchase ... or any type of the catalogue")
    ] = None,
    text: Annotated[str | None, Parameter(help="What the customer said, or a note")] = None,
    *,
    customer: Annotated[str | None, Parameter(help="Whose event it is")] = None,
    severity: Annotated[Severity | None, Parameter(help="Of a complaint")] = None,
    complaint: Annotated[str | None, Parameter(help="Which complaint it is about")] = None,
    data: Annotated[str, Parameter(help="Fields as a JSON object")] = "{}",
    at: Annotated[datetime | None, Parameter(help="When it happened; else now")] = None,
    new: Annotated[bool, Parameter(negative="", help="The customer may be a new one")] = False,
    wait: Annotated[bool, Parameter(negative="", help="Wait for what comes of it")] = False,
    events: Annotated[
        Path | None, Parameter(negative="", help="Events in a file instead, one a line, as JSON")
    ] = None,
    settings: SettingsFile = None,
) -> None:
    """Send one event into the running system, or those of a file.

    Where a feed plays history, "now" is the time that the history has reached.
    """
    if events is not None:
        written = sending.written(events)
        asyncio.run(_send_all(running_system(file=settings), written))
        return
    if event is None:
        raise EbbwatchError("send what? Give a type, as in ebbwatch send complaint, or --events")
    typed = Typed(
        word=event,
        customer=customer,
        text=text,
        severity=severity,
        complaint=complaint,
        data=data,
    )
    event_type(event)  # a word typed wrong needs no system to say so
    asyncio.run(_send(running_system(file=settings), typed, at, known=not new, wait=wait))


def feed(
    *,
    source: Annotated[SourceName | None, Parameter(help="A history brought along")] = None,
    events: Annotated[
        tuple[str, ...], Parameter(negative="", help="PATH, or NAME=PATH; may be repeated")
    ] = (),
    mapping: Annotated[Path | None, Parameter(help="Which columns mean what, TOML")] = None,
    speed: Annotated[str | None, Parameter(help="Event time to wall time, as in 86400x")] = None,
    settings: SettingsFile = None,
) -> None:
    """Feed a history into the running system, paced so that it means what it meant then."""
    from streams.commands import feeding  # tables take long to import, and `send` needs none

    pace = feeding.times(speed)
    found = _source(source, events, mapping)
    system = running_system(file=settings)
    feeding.refuse_unfit(system.settings, found)
    out, began_s = console(), time.monotonic()
    for line in feeding.remarks(system.settings, found):
        out.print(line)
    keep_note(found.notes)
    fed = asyncio.run(feeding.feed(system, found, pace))
    seconds = time.monotonic() - began_s
    out.print(f"{fed.n_events:,} events fed and processed in {seconds:.0f} s.")


async def _send(
    system: System, typed: Typed, at: datetime | None, *, known: bool, wait: bool
) -> None:
    async with system.reader() as reader, system.writer() as writer, system.board() as board:
        event = event_of(typed, await present(system, reader) if at is None else _aware(at))
        if known and typed.customer is not None:
            await sending.refuse_unknown(reader, typed.customer)
        watch = sending.Watch(reader, board)
        if wait:
            await watch.open()
        began_s = time.monotonic()
        sent = await sending.send(writer, event)
        for line in sending.told(sent):
            console().print(line)
        if wait:
            _tell(sent, await watch.verdict(sent, began_s))


async def _send_all(system: System, written: list[AnyEvent]) -> None:
    async with system.writer() as writer:
        for event in written:
            for line in sending.told(await sending.send(writer, event)):
                console().print(line)


def _tell(sent: sending.Sent, verdict: sending.Verdict | None) -> None:
    out = console()
    if verdict is None:
        out.print(
            f"Nothing was decided within {sending.WAIT_S:.0f} s: it takes customer "
            f"{sent.event.subject} over no line, or waits for the next tick."
        )
    elif verdict.task is not None:
        after = f"After {verdict.seconds:.2f} s on the board ({verdict.decision.value})"
        out.print(f"{after}: {task_line(verdict.task)}")
    else:
        why = NO_TASK.get(verdict.decision, f"an alert: {verdict.decision.value}")
        out.print(f"After {verdict.seconds:.2f} s: {why.format(owner=verdict.owner)}.")


def _source(name: SourceName | None, events: tuple[str, ...], mapping: Path | None) -> "Source":
    if name is not None:
        if events or mapping is not None:
            raise EbbwatchError("--source brings its own events; --mapping and --events are others")
        return named(name)
    if mapping is not None:
        from streams.sources.files import open_files

        return open_files(mapping, events)
    if events:
        from streams.sources.event_files import open_events

        return open_events(events)
    raise EbbwatchError(
        "feed what? Give --source retail or simulated, --mapping MAP.toml, or --events TOPIC=FILE"
    )


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
