"""What a person reads of a task: a subject, a text and a page, in their language. Pure.

Everything in it was written down on the task by the desk; nothing is looked up.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from alerts.contract import Words
from alerts.handling import Kind
from alerts.letter_words import HEADS, KINDS, OCCASIONS, WAYS
from alerts.outbox import Notice
from alerts.task import Task

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Letter:
    """A notice in words. The subject is one line, whatever the names in it hold."""

    subject: str
    text: str
    html: str


def letter(notice: Notice, task: Task, language: Language, link: str = "") -> Letter:
    """Write to somebody about a task.

    Parameters
    ----------
    link : str
        Address of the task's page; ``{id}`` stands for the task's id. Empty: none is given.
    """
    shown = _shown(notice, task, language) | {"link": link.replace("{id}", task.id)}
    made = _environment()
    return Letter(
        subject=" ".join(shown["subject"].split()),
        text=made.get_template("task.txt.j2").render(shown),
        html=made.get_template("task.html.j2").render(shown),
    )


def _shown(notice: Notice, task: Task, language: Language) -> dict[str, Any]:
    def say(words: Words) -> str:
        return words.zh if language == "zh" else words.en

    occasion = say(OCCASIONS[notice.occasion])
    whose = task.customer or say(KINDS[task.kind])
    urgent = say(HEADS["urgent"]) if task.urgent else ""
    facts: list[tuple[str, str]] = [
        ("kind", say(KINDS[task.kind])),
        ("customer", task.customer),
        ("owner", task.owner),
        ("due", _when(task.due_at)),
        ("risk", "" if task.kind is Kind.CASE else f"{task.risk:.0%}"),
        ("at_risk", f"{task.value_at_risk:,.0f}"),
        ("reached", say(WAYS[task.channel]) if task.channel in WAYS else task.channel),
        ("offer", say(task.offer)),
        ("ends", say(task.closes_when)),
    ]
    return {
        "language": language,
        "subject": f"{urgent}{occasion}: {say(task.title)} ({whose}, {_when(task.due_at)})",
        "occasion": occasion,
        "title": say(task.title),
        "head": {name: say(words) for name, words in HEADS.items()},
        "facts": [(say(HEADS[name]), told) for name, told in facts if told],
        "reasons": [one.zh if language == "zh" else one.en for one in task.reasons],
        "steps": [say(step) for step in task.steps],
        "task": task.id,
    }


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("alerts.channels"),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
