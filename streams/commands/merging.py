"""`ebbwatch propose-merges`: customers who may be one under two ids, from a file; and merges."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter
from rich.table import Table
from rich.text import Text

from detectors.errors import EbbwatchError
from streams.commands.common import AsJson
from streams.commands.printing import console
from streams.events.encode import encode
from streams.identity import tables
from streams.identity.deciding import Merge, merges
from streams.identity.deciding import events as events_of
from streams.identity.proposals import LINE, Proposal, Proposed, propose

COLUMNS = ("id", "other", "alike", "name", "other name", "why")


def add_to(app: App) -> None:
    """Add this command."""
    app.command(propose_merges)


def propose_merges(
    file: Annotated[Path, Parameter(help="CSV: source, id, name; where known address, tax_id")],
    *,
    line: Annotated[float, Parameter(help="Least similarity, 0 to 1")] = LINE,
    most: Annotated[int, Parameter(help="Lines of the table shown here")] = 50,
    out: Annotated[Path | None, Parameter(help="CSV to decide in: fill `same`")] = None,
    decided: Annotated[Path | None, Parameter(help="That CSV, decided")] = None,
    by: Annotated[str | None, Parameter(help="Who decided")] = None,
    events: Annotated[
        Path | None, Parameter(negative="", help="Where to write the merges, for `send --events`")
    ] = None,
    at: Annotated[datetime | None, Parameter(help="From when they are one; else now")] = None,
    as_json: AsJson = False,
) -> None:
    """Propose ids that may be one customer, by name and address; a person decides.

    The same tax id is a strict rule: such pairs are merged unless the person says no.
    """
    refuse_unfit(line, decided, by, events)
    found = tables.entries(file)
    told = propose(found, line)
    if out is not None:
        tables.write_proposals(out, told.proposals)
    verdicts = [] if decided is None else tables.verdicts(decided, (one.id for one in found))
    done: tuple[Merge, ...] = ()
    if events is not None:
        done = merges(told.proposals, verdicts, by or "")
        write_events(events, done, datetime.now(UTC) if at is None else aware(at))
    if as_json:
        shown = {**msgspec.to_builtins(told), "n_rows": len(found), "n_merged": len(done)}
        console().print(msgspec.json.encode(shown).decode(), soft_wrap=True)
        return
    console().print(table(told.proposals[:most]))
    console().print(summary(told, len(found), most))
    if events is not None:
        console().print(f"{len(done)} merges written to {events}; ebbwatch send --events {events}")


def refuse_unfit(line: float, decided: Path | None, by: str | None, events: Path | None) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    EbbwatchError
        Saying what is missing.
    """
    if not 0 < line <= 1:
        raise EbbwatchError(f"--line was {line}, must be above 0 and at most 1")
    if decided is not None and not (by or "").strip():
        raise EbbwatchError("--decided needs --by: a merge says who decided it")
    if decided is not None and events is None:
        raise EbbwatchError("--decided needs --events: where the merges are to be written")


def write_events(path: Path, done: tuple[Merge, ...], at: datetime) -> None:
    """Write the events of merges, one a line."""
    path.write_bytes(b"".join(encode(event) + b"\n" for event in events_of(done, at)))


def table(proposals: tuple[Proposal, ...]) -> Table:
    """Show proposals."""
    made = Table(pad_edge=False, box=None, header_style="bold")
    for name in COLUMNS:
        made.add_column(name, justify="right" if name == "alike" else "left")
    for one in proposals:
        why = "; ".join(one.why)
        cells = (
            f"{one.source}: {one.id}",
            f"{one.other_source}: {one.other}",
            f"{one.similarity:.0%}",
            one.name,
            one.other_name,
            f"{why} (decides)" if one.rule else why,
        )
        made.add_row(*map(Text, cells))
    return made


def summary(told: Proposed, n_rows: int, most: int) -> str:
    """Say how many there are, how many are not shown, and what was not compared."""
    n = len(told.proposals)
    by_rule = sum(one.rule is not None for one in told.proposals)
    said = [f"{n:,} proposals of {n_rows:,} rows, {by_rule:,} by the same tax id."]
    if n > most:
        said.append(f"{n - most:,} more: --most, --json or --out.")
    if told.n_cut:
        said.append(f"{told.n_cut:,} beginnings of names were too common to compare all rows of.")
    return " ".join(said)


def aware(at: datetime) -> datetime:
    """Take a time without an offset for UTC."""
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
