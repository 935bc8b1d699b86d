"""From values to a page: templates that escape what they are given, and words in two languages."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts.console.signing import form_token
from alerts.contract import Words
from alerts.handling import Kind
from alerts.reasons import main_reason
from alerts.task import Task
from streams.commands.shown import Language, first_lines, further, said, say, seen, told_progress
from streams.commands.shown_words import AUTO, BANDS, BRINGS, HEADS, KINDS, STATES
from streams.console import words
from streams.console.parts import PARTS, VISIT

FOLDER = Path(__file__).parent
LANGUAGES: tuple[Language, ...] = ("en", "zh")
WORDS: Mapping[str, Mapping[Any, Words]] = {
    "bands": BANDS, "states": STATES, "heads": HEADS, "kinds": KINDS, "brings": BRINGS,
    "changes": words.CHANGES, "stages": words.STAGES, "tiers": words.TIERS,
    "outcomes": words.OUTCOMES, "channels": words.CHANNELS, "groups": words.GROUPS,
    "waits": words.WAITS, "causes": words.CAUSES,
}  # fmt: skip


def render(
    request: web.Request, template: str, *, status: int = 200, **values: Any
) -> web.Response:
    """Give a page, in the language of whoever asks."""
    text = _environment().get_template(template).render(_given(request) | values)
    return web.Response(text=text, status=status, content_type="text/html")


def language_of(chosen: str | None, accepted: str) -> Language:
    """Give the language: the one chosen, else the first that a browser accepts and we have.

    Examples
    --------
    >>> language_of(None, "de-DE, zh-CN;q=0.8, en;q=0.7"), language_of("en", "zh")
    ('zh', 'en')
    >>> language_of(None, ""), language_of("fr", "*;q=x")
    ('en', 'en')
    """
    for language in LANGUAGES:
        if chosen == language:
            return language
    asked = sorted(enumerate(accepted.split(",")), key=lambda one: (-_weight(one[1]), one[0]))
    for _, name in asked:
        for language in LANGUAGES:
            if name.strip().lower().partition(";")[0].partition("-")[0] == language:
                return language
    return "en"


def span(time: timedelta, language: Language) -> str:
    """Say how long, in the largest unit that fits.

    Examples
    --------
    >>> span(timedelta(hours=30), "en"), span(timedelta(minutes=90), "zh")
    ('1 d', '1 小时')
    """
    seconds = abs(time.total_seconds())
    for name, length_s in (("days", 86_400), ("hours", 3_600)):
        if seconds >= length_s:
            return say(words.UI[name], language).format(n=int(seconds // length_s))
    return say(words.UI["minutes"], language).format(n=int(seconds // 60))


def url(path: str, **query: str) -> str:
    """Give an address of ours.

    Examples
    --------
    >>> url("/customer", id="a b/&")
    '/customer?id=a+b%2F%26'
    """
    return quote(path) + (f"?{urlencode(query)}" if query else "")


def _given(request: web.Request) -> dict[str, Any]:
    visit, parts = request[VISIT], request.app[PARTS]
    language = visit.language
    known: Callable[..., str] = partial(_word, language)
    return {
        "language": language,
        "seer": visit.seer,
        "by_proxy": visit.seer is not None and visit.session is None,
        "path": request.path_qs,
        "here": request.path,
        "form_token": form_token(parts.key, visit.holder),
        "note": parts.settings.note,
        "t": known,
        "say": partial(_say, language),
        "word": partial(_of_table, language),
        "span": lambda time: span(time, language),
        "said": lambda reason: said(reason, language),
        "further": lambda task: further(task, language),
        "progress_told": lambda progress: told_progress(progress, language),
        "first": lambda task: first_lines(task, language),
        "why": lambda task: _why(task, language),
        "auto": say(AUTO, language),
    }


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "when": lambda at: at.strftime("%Y-%m-%d %H:%M"),
        "day": lambda at: at.strftime("%Y-%m-%d"),
        "money": lambda amount: f"{amount:,.0f}",
        "share": lambda part: f"{part:.0%}",
        "number": lambda value: f"{value:,.4g}",
        "place": lambda reason: seen(reason).strip(" []") if reason.evidence else "",
    }
    made.globals |= {"url": url, "late": _late}
    return made


def _word(language: Language, name: str, **values: object) -> str:
    told = say(words.UI[name], language)
    return told.format(**values) if values else told


def _say(language: Language, told: Words) -> str:
    return say(told, language)


def _of_table(language: Language, table: str, name: Any) -> str:
    # What has no word of ours is shown as it was said.
    found = WORDS[table].get(name)
    return str(name) if found is None else say(found, language)


def _why(task: Task, language: Language) -> str:
    # In a queue; where the evidence stands is for the task's own page.
    reason = main_reason(task.reasons)
    if reason is None or task.kind is Kind.CASE:
        return first_lines(task, language)[0]
    return said(reason, language)


def _late(task: Task, now: datetime | None) -> bool:
    return now is not None and task.state.live and task.due_at < now


def _weight(one: str) -> float:
    _, _, weight = one.partition("q=")
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
