"""Tasks as a person sees them in the terminal, in English or Chinese. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from rich.console import Group
from rich.table import Table
from rich.text import Text

from alerts.board import Load
from alerts.contract import Words
from alerts.decision import Decision
from alerts.task import State, Task
from detectors.assessment import Reason

Language = Literal["en", "zh"]

REASONS_IN_QUEUE = 2  # a queue is to choose from; `task show` tells all
NOBODY = Words("(nobody)", "（无人）")
HEADS: Mapping[str, Words] = {
    "owner": Words("manager", "客户经理"),
    "live": Words("live", "进行中"),
    "urgent": Words("urgent", "紧急"),
    "snoozed": Words("snoozed", "已推迟"),
    "due": Words("due (UTC)", "截止 (UTC)"),
    "band": Words("band", "等级"),
    "customer": Words("customer", "客户"),
    "risk": Words("risk", "风险"),
    "at_risk": Words("value at risk", "风险价值"),
    "why": Words("why", "原因"),
    "what": Words("what to do", "要做什么"),
    "state": Words("state", "状态"),
    "task": Words("task", "任务"),
    "steps": Words("steps", "步骤"),
    "channels": Words("by", "渠道"),
    "offer": Words("offer", "提供"),
    "ends": Words("ends when", "结束条件"),
    "worth": Words("worth acting", "预期收益"),
    "history": Words("history", "经过"),
}
BANDS: Mapping[str, Words] = {
    "calm": Words("calm", "平稳"),
    "watch": Words("watch", "关注"),
    "at_risk": Words("at risk", "有风险"),
    "critical": Words("critical", "危急"),
}
STATES: Mapping[State, Words] = {
    State.OPEN: Words("open", "待处理"),
    State.ACKNOWLEDGED: Words("acknowledged", "已确认"),
    State.IN_PROGRESS: Words("in progress", "处理中"),
    State.SNOOZED: Words("snoozed", "已推迟"),
    State.CLOSED: Words("closed", "已关闭"),
    State.EXPIRED: Words("expired", "已过期"),
    State.WITHDRAWN: Words("withdrawn", "已撤回"),
}
# Decisions that lead to no task, and why.
NO_TASK: Mapping[Decision, str] = {
    Decision.WAITING_FOR_BUDGET: "an alert, and no task yet: the day of {owner} is full",
    Decision.COOL_DOWN: "an alert, and no task yet: a task of the customer ended lately",
    Decision.CONTACT_CAP: "an alert, and no task yet: the customer was called often enough",
    Decision.NO_CONSENT: "an alert, and no task: the customer does not consent",
    Decision.HELD_OUT: "an alert, and no task: the customer is in the control group",
}


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


def task_page(task: Task, now: datetime | None, language: Language) -> Group:
    """Show all there is to know of one task."""
    facts = Table.grid(padding=(0, 2))
    names = ("task", "state", "owner", "customer", "band", "risk", "at_risk", "worth", "due")
    for name in (*names, "what", "channels", "offer", "ends"):
        facts.add_row(Text(_head(name, language), "bold"), _cell(task, name, now, language))
    why = [Text(f"- {_said(reason, language)}{_seen(reason)}") for reason in task.reasons]
    steps = [Text(f"{n}. {say(step, language)}") for n, step in enumerate(task.steps, start=1)]
    history = [
        Text(f"{_when(entry.at)} {entry.change.value} {entry.by} {entry.note}".rstrip())
        for entry in task.history
    ]
    parts: list[Table | Text] = [facts]
    for name, lines in (("why", why), ("steps", steps), ("history", history)):
        parts += [Text(f"\n{_head(name, language)}", "bold"), *lines]
    return Group(*parts)


def task_line(task: Task, language: Language = "en") -> str:
    """Say a task in one line.

    The id comes first, because it is what one needs next.
    """
    told = (
        f"{task.id} {say(STATES[task.state], language)}: customer {task.customer}, "
        f"{_owner(task.owner, language)}, due {_when(task.due_at)}: {say(task.title, language)}."
    )
    return " ".join([told, *(_said(reason, language) for reason in task.reasons[:1])])


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
        case "why":
            told_of = task.reasons[:REASONS_IN_QUEUE]
            return Text("\n".join(_said(reason, language) for reason in told_of))
    return Text(_plain(task, name, language))


def _plain(task: Task, name: str, language: Language) -> str:
    plain = {
        "task": task.id,
        "owner": _owner(task.owner, language),
        "customer": task.customer,
        "state": say(STATES[task.state], language) + (f" ({task.outcome})" if task.outcome else ""),
        "risk": f"{task.risk:.0%}",
        "at_risk": f"{task.value_at_risk:,.0f}",
        "worth": f"{task.expected_value:,.0f}",
        "what": f"{task.playbook} {say(task.title, language)}",
        "channels": ", ".join(task.channels),
        "offer": say(task.offer, language),
        "ends": say(task.closes_when, language),
    }
    return plain[name]


def _head(name: str, language: Language) -> str:
    return say(HEADS[name], language)


def _owner(owner: str, language: Language) -> str:
    return owner or say(NOBODY, language)


def _said(reason: Reason, language: Language) -> str:
    return reason.zh if language == "zh" else reason.en


def _seen(reason: Reason) -> str:
    if reason.evidence is None:
        return ""
    at = reason.evidence
    return f" [{at.topic}[{at.partition}]@{at.offset}]"


def _counts(load: Load) -> tuple[int, int, int]:
    return load.n_live, load.n_urgent, load.n_snoozed


def _when(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
