"""Tasks as a person sees them in the terminal, in English or Chinese. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from rich.console import Group
from rich.table import Table
from rich.text import Text

from alerts.board import Load
from alerts.cases import Progress
from alerts.contract import Words
from alerts.handling import Kind
from alerts.reasons import main_reason
from alerts.task import Task
from detectors.assessment import Marks, Reason
from streams.commands.shown_words import (
    AUTO,
    BANDS,
    BRINGS,
    CAPTIVE,
    CARES,
    CARES_UNKNOWN,
    CASE_WHY,
    CLOCKS,
    FITS,
    GROWTH,
    HEADS,
    INFORMED,
    KINDS,
    LOW,
    MATTERS,
    NO_REASON,
    NOBODY,
    PROGRESS,
    REDUCED,
    STATES,
    UNKNOWN,
)

Language = Literal["en", "zh"]

REASONS_IN_QUEUE = 2  # a queue is to choose from; `task show` tells all
FIT = ("usefulness", "relevance", "timeliness", "channel")
FACTS = (
    "task", "kind", "state", "owner", "customer", "band", "risk", "at_risk", "worth", "due",
    "what", "channels", "offer", "ends",
)  # fmt: skip


def queue_table(
    tasks: Iterable[Task], now: datetime | None, language: Language, *, caption: str | None = None
) -> Table:
    """Show tasks in the order given; what was due before `now` stands out."""
    names = ("due", "band", "customer", "risk", "at_risk", "why", "what", "state", "task")
    table = _table(names, language, caption)
    for task in tasks:
        table.add_row(*(_cell(task, name, now, language) for name in names))
    return table


def loads_table(
    loads: Sequence[tuple[Load, Sequence[Task]]],
    now: datetime | None,
    language: Language,
    *,
    caption: str | None = None,
) -> Table:
    """Show how busy each account manager is, and the first tasks of their queue."""
    of_load = ("owner", "live", "urgent", "snoozed")
    of_task = ("due", "band", "customer", "risk", "at_risk", "why", "task")
    table = _table((*of_load, *of_task), language, caption)
    for load, tasks in loads:
        figures = [_owner(load.owner, language), *map(str, _counts(load))]
        for task in tasks:
            cells = (_cell(task, name, now, language) for name in of_task)
            table.add_row(*map(Text, figures), *cells)
            figures = [""] * len(of_load)
    return table


def task_page(
    task: Task, now: datetime | None, language: Language, progress: Progress | None = None
) -> Group:
    """Show all there is to know of one task: why and what matters to them, before all else."""
    facts = Table.grid(padding=(0, 2))
    for name in FACTS:
        facts.add_row(Text(_head(name, language), "bold"), _cell(task, name, now, language))
    for name, told in further(task, language):
        facts.add_row(Text(_head(name, language), "bold"), Text(told))
    if progress is not None:
        facts.add_row(
            Text(_head("progress", language), "bold"), Text(told_progress(progress, language))
        )
    why = [Text(f"- {said(reason, language)}{seen(reason)}") for reason in task.reasons]
    steps = [
        Text(f"{n}. {say(step, language)}" + (f" {say(AUTO, language)}" if step.auto else ""))
        for n, step in enumerate(task.steps, start=1)
    ]
    history = [
        Text(f"{_when(entry.at)} {entry.change.value} {entry.by} {entry.note}".rstrip())
        for entry in task.history
    ]
    parts: list[Table | Text] = [*map(Text, first_lines(task, language)), Text(""), facts]
    for name, lines in (("why", why), ("steps", steps), ("history", history)):
        if lines:
            parts += [Text(f"\n{_head(name, language)}", "bold"), *lines]
    return Group(*parts)


def first_lines(task: Task, language: Language) -> tuple[str, str]:
    """Give the two lines that come first: the reason with its evidence, and what they care about.

    A case is about many: its first line says how many and what they are worth.
    """
    first = say(NO_REASON, language)
    reason = main_reason(task.reasons)
    if task.kind is Kind.CASE:
        worth = f"{task.value:,.0f}"
        told = {"n": task.n_exposed, "value": worth, "change": task.cohort}
        first = say(CASE_WHY, language).format(**told)
    elif reason is not None:
        first = said(reason, language) + seen(reason)
    between = "、" if language == "zh" else ", "
    matters = between.join(
        say(MATTERS[one], language) if one in MATTERS else one for one in task.matters
    )
    cares = CARES if matters else CARES_UNKNOWN
    return first, say(cares, language).format(what=matters)


def marks_said(marks: Marks, language: Language) -> list[tuple[str, str]]:
    """Say what ties a customer to us: the name of each line in `HEADS`, and the line.

    The three marks are always there, each apart: none that is missing is taken for a middling one.
    """
    shares = {"trust": marks.trust, "use": marks.use, "preference": marks.preference}
    told = [
        (name, say(UNKNOWN, language) if share is None else f"{share:.0%}")
        for name, share in shares.items()
    ]
    if marks.conditional is not None:
        told.append(("conditional", f"{marks.conditional:.0%}"))
    if marks.captive_until is not None:
        day = marks.captive_until.strftime("%Y-%m-%d")
        told.append(("captive", say(CAPTIVE, language).format(day=day)))
    if marks.growth:
        told.append(("growth", say(GROWTH, language)))
    return told


def task_line(task: Task, language: Language = "en") -> str:
    """Say a task in one line.

    The id comes first, because it is what one needs next.
    """
    told = (
        f"{task.id} {say(STATES[task.state], language)}: {_whose(task, language)}, "
        f"{_owner(task.owner, language)}, due {_when(task.due_at)}: {say(task.title, language)}."
    )
    return " ".join([told, *(said(reason, language) for reason in task.reasons[:1])])


def say(words: Words, language: Language) -> str:
    """Give a line in a language."""
    return words.zh if language == "zh" else words.en


def _table(names: Iterable[str], language: Language, caption: str | None) -> Table:
    told = None if caption is None else Text(caption)
    table = Table(
        caption=told, caption_justify="left", pad_edge=False, box=None, header_style="bold"
    )
    right = {"live", "urgent", "snoozed", "risk", "at_risk"}
    for name in names:
        flexible = name in ("why", "what")
        table.add_column(
            _head(name, language),
            justify="right" if name in right else "left",
            no_wrap=not flexible,
            ratio=1 if flexible else None,
        )
    return table


def _cell(task: Task, name: str, now: datetime | None, language: Language) -> Text:
    match name:
        case "due":
            overdue = now is not None and task.state.live and task.due_at < now
            return Text(_when(task.due_at), "red" if overdue else "")
        case "band":
            told = say(BANDS[task.band], language) + (" !" if task.urgent else "")
            return Text(told, "bold red" if task.urgent or task.band == "critical" else "")
        case "why" if task.kind is Kind.CASE:
            return Text(first_lines(task, language)[0])
        case "why":
            told_of = task.reasons[:REASONS_IN_QUEUE]
            return Text("\n".join(said(reason, language) for reason in told_of))
    return Text(_plain(task, name, language))


def _plain(task: Task, name: str, language: Language) -> str:
    plain = {
        "task": task.id,
        "owner": _owner(task.owner, language),
        "customer": task.customer or say(KINDS[task.kind], language),
        "kind": say(KINDS[task.kind], language),
        "state": say(STATES[task.state], language) + (f" ({task.outcome})" if task.outcome else ""),
        "risk": "" if task.kind is Kind.CASE else f"{task.risk:.0%}",
        "at_risk": f"{task.value_at_risk:,.0f}",
        "worth": f"{task.expected_value:,.0f}",
        "what": f"{task.playbook} {say(task.title, language)}",
        "channels": ", ".join(task.channels),
        "offer": say(task.offer, language),
        "ends": say(task.closes_when, language),
    }
    return plain[name]


def further(task: Task, language: Language) -> list[tuple[str, str]]:
    """Give what only some tasks have: a name in `HEADS`, and what is to be read there."""
    if task.kind is Kind.CASE:
        told = [("exposed", f"{task.n_exposed:,}")]
    else:
        low = f" ({say(LOW, language)})" if task.stage == "decision" else ""
        told = [("chance", f"{task.saveability:.0%}{low}"), *marks_said(task.marks, language)]
    if task.informed in INFORMED:
        told.append(("informed", say(INFORMED[task.informed], language)))
    if task.breach is not None:
        told.append(("broken", say(CLOCKS[task.breach], language)))
    if task.replacement_cost is not None:
        told.append(("replaced", f"{task.replacement_cost:,.0f}"))
    if task.channel:
        told.append(("reached", task.channel))
    if task.value_item is not None:
        told.append(("brings", say(BRINGS[task.value_item], language)))
    told += _fit(task, language)
    if task.message is not None:
        told.append(("message", say(task.message, language)))
    if task.reduced:
        told.append(("reduced", say(REDUCED, language)))
    return told


def _fit(task: Task, language: Language) -> list[tuple[str, str]]:
    if task.fit is None:
        return []
    shares = {name: getattr(task.fit, name) for name in FIT}
    return [("fits", say(FITS, language).format(**shares))]


def told_progress(progress: Progress, language: Language) -> str:
    """Say how far a case has come."""
    return say(PROGRESS, language).format(
        alerts=progress.n_alerts,
        customers=progress.n_customers,
        cleared=progress.n_cleared,
        closed=progress.n_closed,
    )


def _head(name: str, language: Language) -> str:
    return say(HEADS[name], language)


def _owner(owner: str, language: Language) -> str:
    return owner or say(NOBODY, language)


def said(reason: Reason, language: Language) -> str:
    """Give a reason's words in a language."""
    return reason.zh if language == "zh" else reason.en


def _whose(task: Task, language: Language) -> str:
    return f"customer {task.customer}" if task.customer else say(KINDS[task.kind], language)


def seen(reason: Reason) -> str:
    """Say where the evidence of a reason stands; empty if it has none."""
    if reason.evidence is None:
        return ""
    at = reason.evidence
    return f" [{at.topic}[{at.partition}]@{at.offset}]"


def _counts(load: Load) -> tuple[int, int, int]:
    return load.n_live, load.n_urgent, load.n_snoozed


def _when(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
