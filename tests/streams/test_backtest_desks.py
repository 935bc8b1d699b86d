"""What the desks of a backtest decide does not depend on how many records they hear at once."""

from pathlib import Path

import pytest

from alerts.alert import Alert
from alerts.task import Task
from streams.backtest.feeding import feed
from streams.backtest.pipeline import Pipeline
from streams.bench.histories import PRESET, History, opened, write
from streams.demo import PRESET as DEMO
from streams.settings import load

YEAR = History(6_000, n_days=200, n_each=60)


def told(file: Path) -> tuple[list[Alert], list[Task]]:
    pipeline = Pipeline(load((), None, DEMO | PRESET))
    feed(pipeline, opened(YEAR, "parquet", file), lambda _: None)
    return pipeline.collected.alerts, list(pipeline.collected.tasks.values())


def test_desks_decide_the_same_however_much_they_hear_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(YEAR, "parquet", tmp_path)
    whole = told(file)
    monkeypatch.setattr("streams.backtest.pipeline.HEARD_AT_ONCE", 1)
    alerts, tasks = told(file)
    assert (alerts, tasks) == whole
    assert len(alerts) > len(tasks) > 20, "there was nothing to decide"
