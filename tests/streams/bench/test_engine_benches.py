"""The benches that need no server, on loads that are over at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from detectors.errors import EbbwatchError
from streams.bench import backtest as backtest_bench
from streams.bench.histories import FORMATS, Format, History, opened, write
from streams.bench.skew import skew
from streams.bench.sweep import sweep
from streams.commands import bench
from streams.settings import Settings
from streams.sources.late import known

TINY = History(n_events=1_500, n_days=90)


def quiet(_: str) -> None:
    """Say nothing."""


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[[], Any]:
    return lambda: msgspec.json.decode(capsys.readouterr().out.splitlines()[-1])


def test_sweep_tells_each_size_and_draws_growth(told: Callable[[], Any], tmp_path: Path) -> None:
    bench.sweep(customers=(400, 200), events=300, out=tmp_path, runs=2, json=True)
    found = told()
    assert found["bench"] == "sweep"
    names = ("sweep", "sweep with snapshots", "row swept", "event")
    assert list(found["figures"]) == [f"{n}: {name}" for n in (200, 400) for name in names]
    assert all(one["n_runs"] == 2 and one["median"] > 0 for one in found["figures"].values())
    assert ElementTree.parse(tmp_path / "growth.svg").getroot().tag.endswith("svg")


def test_a_sweep_goes_over_all_and_events_are_all_taken() -> None:
    runs = sweep((200,), 300, Settings.model_construct(), n_runs=3, told=quiet)
    assert [run.hourly.n_events for run in runs] == [200] * 3
    assert [run.monday.n_events for run in runs] == [200] * 3
    assert [run.events.n_events for run in runs] == [300] * 3


def test_skew_takes_as_many_events_of_both_feeds() -> None:
    run = skew(2_000, 500, 0.1, Settings.model_construct(), told=quiet)
    assert run.even.n_events == run.skewed.n_events == 2_000
    even, skewed, ratio = run.figures()
    assert ratio.value == pytest.approx(skewed.value / even.value)


def test_backtest_tells_each_kind_of_file(told: Callable[[], Any]) -> None:
    bench.backtest(events=1_500, days=90, retail=False, runs=1, json=True)
    found = told()
    [run] = found["runs"]
    assert set(run["histories"]) == {*FORMATS, "parquet, 50 each"}
    assert {"csv", "parquet", "json", "replay", "csv, memory"} <= set(found["figures"])
    given = run["histories"]["parquet"]["spent"]["n_events"]
    assert run["replays"]["replay"]["n_events"] == given, "a replay takes what was given"
    assert "1,500 purchases of 10 customers in 90 days" in found["done"]
    assert found["runs"][0]["histories"]["csv"]["models"] > 0, "it did not learn"


@pytest.mark.parametrize("kind", FORMATS)
def test_every_kind_of_file_holds_the_same_purchases(kind: Format, tmp_path: Path) -> None:
    source = opened(TINY, kind, write(TINY, kind, tmp_path))
    expected = [
        (customer, at)
        for part in TINY.parts()
        for customer, at in zip(part["customer"].to_pylist(), part["at"].to_pylist(), strict=True)
    ]
    events = [late.event for late in map(known, source.events())]
    assert [(event.subject, event.time) for event in events] == expected
    assert source.n_refused == 0
    assert source.n_events == 1_500 + sum(1 for _ in source.profiles())


def test_a_history_loses_half_of_its_customers() -> None:
    (part,) = TINY.parts()
    customers = part["customer"].to_pylist()
    assert len(set(customers[:300])) > 1.3 * len(set(customers[-300:]))


def test_a_backtest_that_loses_events_gives_no_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lossy(*arguments: Any) -> dict[str, object]:
        return {"events": 1, "refused": 0, "alerts": 0, "models": 0}

    monkeypatch.setattr(backtest_bench, "run_backtest", lossy)
    with pytest.raises(EbbwatchError, match="1 taken"):
        backtest_bench.warm_up(backtest_bench.loading((), None))
