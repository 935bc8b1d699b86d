"""The simulated industry: what was done to its customers is felt, and an outage is none of it."""

import pytest

from detectors.engine import Engine
from detectors.living import PAUSES
from streams.backtest.feeding import feed
from streams.backtest.pipeline import Partition, Pipeline
from streams.settings import Settings
from streams.sources.simulate.outage import silences
from streams.sources.simulate.shape import HOUR_MS, Shape
from streams.sources.simulate.source import Simulated

SHAPE = Shape(n_customers=400, days=240, warm_up_days=63, seed=7)
SILENT = {"silence", "rhythm", "volume"}
SETTINGS = {
    "churn": {"label": "churned", "active_days": 120, "prior_rate": 0.03},
    "intake": {"ticks": "feed", "tick_hours": 1},
    "topics": {"partitions": 1, "desk_partitions": 1},
}


@pytest.fixture(scope="module")
def year() -> tuple[Pipeline, Partition]:
    """Give a run of some hundred customers, in hourly ticks, on one partition."""
    pipeline = Pipeline(Settings.model_validate(SETTINGS))
    feed(pipeline, Simulated(SHAPE), lambda _: None)
    (partition,) = pipeline.partitions
    return pipeline, partition


def pauses(engine: Engine, source: str) -> list[tuple[int, int]]:
    feed = engine.ledger.feeds[engine.ledger.sources.index(source)]
    assert feed["n_pauses"] <= PAUSES
    ends = zip(feed["began_ms"].tolist(), feed["ended_ms"].tolist(), strict=True)
    return list(ends)[: int(feed["n_pauses"])]


def test_both_outages_are_known_and_nothing_else_is_taken_for_one(
    year: tuple[Pipeline, Partition],
) -> None:
    engine = year[1].engine
    found = {name: pauses(engine, name) for name in engine.ledger.sources}
    true = silences(SHAPE)
    assert [name for name, silent in found.items() if silent] == ["erp"]
    for (began_ms, ended_ms), one in zip(found["erp"], true, strict=True):
        assert abs(began_ms - one.from_ms) < 6 * HOUR_MS
        assert abs(ended_ms - one.to_ms) <= 2 * HOUR_MS


def test_the_outage_week_raises_no_silence_task_of_the_silent_source(
    year: tuple[Pipeline, Partition],
) -> None:
    pipeline, partition = year
    ledger, week = partition.engine.ledger, silences(SHAPE)[0]
    of_erp = ledger.table["churn.source"] == ledger.sources.index("erp")
    quiet_ms = [
        round(alert.as_of.timestamp() * 1000)
        for alert in pipeline.collected.alerts
        if alert.reasons
        and all(reason.family in SILENT for reason in alert.reasons)  # news may cross a line too
        and of_erp[partition.names.index(alert.customer)]
    ]
    assert len(quiet_ms) > 5
    assert [at_ms for at_ms in quiet_ms if week.from_ms + HOUR_MS < at_ms <= week.to_ms] == []


def test_each_change_hits_somebody_and_departures_are_of_all_kinds(
    year: tuple[Pipeline, Partition],
) -> None:
    collected = year[0].collected
    assert len(collected.changes) == 9
    assert all(0 < one.n_exposed < SHAPE.n_customers for one in collected.changes.values())
    kinds = {one.kind for one in collected.departures}
    assert kinds == {"voluntary", "involuntary", "natural"}
    causes = {one.cause for one in collected.departures}
    assert {"payment.failed", "need.ended", "change.policy"} <= causes
