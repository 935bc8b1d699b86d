"""A backtest from a source to a folder of results."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np

from alerts.alert import Alert
from alerts.handling import Kind
from detectors.arrays import NEVER
from detectors.outcome import Departure
from streams.backtest.budgets import at_budget
from streams.backtest.early import alert_stages
from streams.backtest.feeding import Progress, feed
from streams.backtest.lead import Churns, Lists, lead
from streams.backtest.measures import by_month, calibration, measured
from streams.backtest.output import (
    write_alerts,
    write_breaches,
    write_metrics,
    write_predictions,
    write_report,
    write_tasks,
)
from streams.backtest.pipeline import Pipeline
from streams.backtest.predictions import Predictions
from streams.report.comparison import compared
from streams.report.heard import Heard
from streams.report.making import report
from streams.settings import Settings
from streams.sources.source import Source
from streams.sources.truth import known_of

PERSONAL = (Kind.CUSTOMER, Kind.CARE)


def backtest(
    source: Source, settings: Settings, out: Path, progress: Progress
) -> dict[str, object]:
    """Run a source through the whole system in one process and write what came of it.

    Returns
    -------
    dict
        What ``metrics.json`` holds.
    """
    with _uncollected():
        pipeline, known = Pipeline(settings), known_of(source)
        pipeline.collected.heard = None if known is None else Heard()
        feed(pipeline, source, progress)
        collected = pipeline.collected
        predictions = collected.predictions()
        tasks = list(collected.tasks.values())
        metrics = summary(pipeline, predictions)
        if known is not None and collected.heard is not None:
            metrics["compared"] = compared(known, collected.heard, settings.intake.tick_hours)
        out.mkdir(parents=True, exist_ok=True)
        write_report(out, report(collected.history, collected.alerts, tasks, settings))
        write_predictions(out, predictions)
        write_alerts(out, collected.alerts)
        write_tasks(out, tasks)
        write_breaches(out, collected.breaches)
        write_metrics(out, metrics)
    return metrics


@contextmanager
def _uncollected() -> Iterator[None]:
    # Alerts and tasks are many objects without a cycle, and the collector would look at all of
    # them again and again: a twelfth of the time.
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def summary(pipeline: Pipeline, predictions: Predictions) -> dict[str, object]:
    """Measure a backtest. All measures are prequential: each risk was given before its label."""
    collected, settings = pipeline.collected, pipeline.settings
    risk, label, as_of_ms = predictions.risk, predictions.label, predictions.as_of_ms
    # What people can do in a week: a machine's messages and a case are no calls.
    owners = {task.owner for task in collected.tasks.values() if task.kind in PERSONAL}
    budget = sum(settings.desk.budget(owner) for owner in owners)
    models, warnings = collected.models, warned(collected.alerts)
    churns = _churns(predictions, warnings)
    return {
        "settings_id": settings.settings_id,
        "horizon_days": settings.churn.horizon_days,
        "events": collected.n_events,
        "refused": collected.n_refused,
        "assessments": collected.n_assessments,
        "alerts": len(collected.alerts),
        "tasks": _counts([task.state.value for task in collected.tasks.values()]),
        "breaches": _counts([one.breach.clock for one in collected.breaches]),
        "departures": _departures(collected.departures),
        "changes": [asdict(change) for change in collected.changes.values()],
        "paused_ticks": dict(sorted(collected.paused.items())),
        "models": len(models),
        "labels": models[-1].n_labels if models else 0,
        "all": measured(risk, label),
        "by_month": by_month(as_of_ms, risk, label),
        "calibration": calibration(risk, label),
        "at_weekly_budget": at_budget(as_of_ms, risk, label, budget) if budget else None,
        "lead": lead(churns, _lists(predictions, churns)),
        "alert_stages": alert_stages(churns, [alert.stage for alert in warnings]),
        "lead_counts_churn_from": "the end of the silence that counts as churn"
        if settings.churn.label == "silence"
        else "the churn event",
    }


def warned(alerts: Sequence[Alert]) -> list[Alert]:
    """Give the alerts that warn of a departure: a care alert says that we were silent too long."""
    return [alert for alert in alerts if not alert.care]


def _churns(predictions: Predictions, alerts: Sequence[Alert]) -> Churns:
    number = {customer: place for place, customer in enumerate(predictions.names)}
    churned = (predictions.label == 1) & (predictions.outcome_at_ms != NEVER)
    pairs = np.unique(
        np.column_stack([predictions.customer[churned], predictions.outcome_at_ms[churned]]),
        axis=0,
    ).reshape(-1, 2)
    told = np.array([number.setdefault(alert.customer, len(number)) for alert in alerts], np.int64)
    told_ms = np.array([round(a.as_of.timestamp() * 1000) for a in alerts], np.int64)
    return Churns(pairs[:, 0], pairs[:, 1], told, told_ms)


def _lists(predictions: Predictions, churns: Churns) -> Lists:
    told, told_ms = churns.alert_customer, churns.alert_at_ms
    weeks, n_watched = np.unique(predictions.as_of_ms, return_counts=True)
    week = np.searchsorted(weeks, told_ms, side="right") - 1
    listed = np.unique(np.column_stack([week, told]), axis=0).reshape(-1, 2)
    n_listed = np.bincount(listed[listed[:, 0] >= 0, 0], minlength=len(weeks))
    return Lists(weeks, np.minimum(n_listed, n_watched).astype(np.int64), n_watched)


def _departures(left: Sequence[Departure]) -> dict[str, Mapping[str, int]]:
    """Count departures told, by kind and then by cause: kinds are never added up in one number."""
    kinds = sorted({one.kind for one in left})
    return {kind: _counts([one.cause for one in left if one.kind == kind]) for kind in kinds}


def _counts(values: Sequence[str]) -> Mapping[str, int]:
    return {value: values.count(value) for value in sorted(set(values))}
