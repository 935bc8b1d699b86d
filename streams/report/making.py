"""Making the report: all measures of a history, and the page that people read."""

from collections.abc import Sequence
from typing import Any

import msgspec

from alerts.alert import Alert
from alerts.task import Task
from detectors.families import FAMILIES
from detectors.priors import AFTER_A_BAD_EXPERIENCE
from streams.report import (
    barriers,
    causes,
    change_effect,
    churn,
    complaints,
    lifecycle,
    people,
    voice,
    worth,
)
from streams.report.history import History
from streams.settings import Settings

Report = dict[str, Any]


def report(
    history: History, alerts: Sequence[Alert], tasks: Sequence[Task], settings: Settings
) -> Report:
    """Give all measures of a history, as ``report.json`` has them."""
    months = churn.monthly(history)
    cost = settings.desk.value.cost
    return {
        "churn": months,
        "longest_net_loss_run": churn.longest_loss_run(months),
        "lifecycle": lifecycle.monthly(history),
        "causes": causes.by_reason(history),
        "causes_by_group": causes.by_group(history),
        "causes_in_short": causes.shortly(history),
        "change_effects": change_effect.effects(history),
        "complaints": complaints.monthly(history),
        "voice": voice.monthly(history),
        "tiers": worth.by_tier(history, tasks, settings.value, cost),
        "barriers": barriers.barriers(history),
        "managers": people.by_manager(tasks, alerts),
        "parity": people.parity(tasks, alerts),
        "completeness": worth.completeness(history),
        "types_used": types_used(history),
        "goals": dict(settings.goals),
        "priors": priors(settings),
        "after_a_bad_experience": dict(AFTER_A_BAD_EXPERIENCE),
    }


def priors(settings: Settings) -> dict[str, float]:
    """Give the figures of others that were in force: guesses, and no facts."""
    saveability = settings.desk.value.saveability
    return {
        "churn within the horizon, before labels": settings.churn.cold_start_rate,
        "years kept": settings.value.years_kept,
        "loyalty coefficient": settings.value.loyalty,
        "saveability, awareness": saveability.awareness,
        "saveability, consideration": saveability.consideration,
        "saveability, decision": saveability.decision,
    }


def types_used(history: History) -> float | None:
    """Give the share of the event types seen that change some family's picture."""
    if not history.kinds:
        return None
    read = {kind for family in FAMILIES.values() for kind in family.KINDS}
    return len(history.kinds & read) / len(history.kinds)


def page(made: Report) -> str:
    """Give the report as Markdown: a table for each part that is not empty."""
    told: dict[str, Any] = msgspec.to_builtins(made)
    parts = ["# Report", ""]
    for name, value in told.items():
        parts += [f"## {name.replace('_', ' ')}", "", *_lines(value), ""]
    return "\n".join(parts)


def _lines(value: Any) -> list[str]:
    if not isinstance(value, list | dict):
        return [_cell(value)]
    rows = value if isinstance(value, list) else [value]
    if not rows:
        return ["nothing in this history"]
    heads = list(rows[0])
    line = "| " + " | ".join(head.replace("_", " ") for head in heads) + " |"
    rule = "|" + " --- |" * len(heads)
    return [line, rule, *("| " + " | ".join(_cell(row[h]) for h in heads) + " |" for row in rows)]


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_cell(part)}" for name, part in value.items())
    if isinstance(value, float):
        return f"{value:,.3f}"
    return "-" if value is None else str(value)
