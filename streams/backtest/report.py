"""What a backtest prints when it is done: the figures that people ask for first."""

from collections.abc import Mapping
from typing import Any

import msgspec
from rich.table import Table


def figures(metrics: Mapping[str, Any]) -> Table:
    """Give a backtest's measures as a table of two columns, a line for each.

    Parameters
    ----------
    metrics : what `streams.backtest.run.summary` gives
    """
    told: dict[str, Any] = msgspec.to_builtins(metrics)
    table = Table("measure", "", show_header=False)
    for name, value in _lines(told):
        table.add_row(name, value)
    return table


def _lines(told: dict[str, Any]) -> list[tuple[str, str]]:
    measured, lead, stages = told["all"], told["lead"], told["alert_stages"]
    lines = [
        ("events", f"{told['events']:,}"),
        ("alerts", f"{told['alerts']:,}"),
        ("predictions with a label", f"{measured['n']:,}, {_share(measured['base_rate'])} churned"),
        (
            "AUC, average precision",
            f"{_figure(measured['auc'])}, {_figure(measured['average_precision'])}",
        ),
        ("observed / expected", _figure(measured["observed_over_expected"])),
        ("churns, of which alerted before", f"{lead['n_churned']:,}, {lead['n_alerted']:,}"),
        ("median lead time, days", _figure(lead["median_lead_days"])),
    ]
    for early in lead["early"]:
        name = f"alerted {early['notice_days']} days before (random lists)"
        lines.append((name, f"{_share(early['recall'])} ({_share(early['random'])})"))
    name = "alerts on later leavers before the decision stage"
    lines.append((name, f"{_share(stages['before_decision'])} of {stages['n_alerts']:,}"))
    n_warnings = stages["n_alerts"] - stages["n_news"]
    name = "the same, without news of the last three days"
    lines.append((name, f"{_share(stages['early_share'])} of {n_warnings:,}"))
    return lines


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
