"""The files that a backtest leaves behind."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from alerts.contract import Words
from alerts.playbooks import Step
from alerts.task import Change, Entry, State, Task, task_id
from detectors.outcome import Breach
from streams.backtest.collected import Broken
from streams.backtest.measures import measured
from streams.backtest.output import (
    write_alerts,
    write_breaches,
    write_metrics,
    write_predictions,
    write_refused,
    write_tasks,
)
from streams.backtest.predictions import Predictions
from streams.sources.columns.rows import DeadLetter
from tests.alerts.desks import an_alert, day

MONDAY_MS = round(day(0).timestamp() * 1000)
PREDICTIONS = Predictions(
    names=["bo", "ada", "cy"],
    customer=np.array([1, 0, 2], np.int32),
    as_of_ms=np.full(3, MONDAY_MS),
    risk=np.array([0.123456789, 0.5, 0.9]),
    label=np.array([1, 0, -1], np.int8),
    outcome_at_ms=np.array([MONDAY_MS + 5, 0, 0]),
    band_names=["calm", "watch", "critical"],
    band=np.array([1, 0, 2], np.uint8),
    basis_names=["rules"],
    basis=np.zeros(3, np.uint8),
    model_version=np.array([0, 0, 1], np.int32),
    reason_names=["decline.quiet", ""],
    reason=np.array([0, 1, 1], np.int8),
)


def a_task() -> Task:
    alert = an_alert()
    words, step = Words(en="Call", zh="致电"), Step(en="Call", zh="致电")
    return Task(
        id=task_id(alert.id), customer="ada", owner="kim", desk_key="kim", state=State.CLOSED,
        opened_at=day(1), due_at=day(3), urgent=False, band="at_risk", stage=None, tier="middle",
        risk=0.5, value=1000.0, value_basis="spend", value_at_risk=500.0, saveability=0.4,
        expected_value=180.0, language="en", reasons=alert.reasons, playbook="decline",
        title=words, steps=(step,), channels=(), offer=words, closes_when=words,
        alerts=(alert.id,), history=(Entry(at=day(1), change=Change.OPENED, by="desk"),),
        finished_at=day(2), outcome="saved",
    )  # fmt: skip


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def test_predictions_have_nulls_for_what_is_not_known(tmp_path: Path) -> None:
    ada, bo, cy = rows(write_predictions(tmp_path, PREDICTIONS))
    assert ada == {
        "customer_id": "ada",
        "as_of": day(0),
        "risk": 0.123457,
        "label": 1,
        "outcome_at": day(0) + timedelta(milliseconds=5),
        "band": "watch",
        "basis": "rules",
        "model_version": 0,
        "top_reason": "decline.quiet",
    }
    assert (bo["label"], bo["outcome_at"], bo["top_reason"]) == (0, None, None)
    assert (cy["label"], cy["model_version"]) == (None, 1)


def test_the_types_of_predictions_do_not_depend_on_what_is_in_them(tmp_path: Path) -> None:
    full = pq.read_schema(write_predictions(tmp_path / "full", PREDICTIONS))
    columns = {name: value[:0] for name, value in vars(PREDICTIONS).items()}
    empty = Predictions(**columns)
    assert pq.read_schema(write_predictions(tmp_path / "empty", empty)).equals(full)
    assert str(full.field("as_of").type) == "timestamp[ms, tz=UTC]"
    assert str(full.field("label").type) == "int8"


def test_a_file_of_many_parts_is_the_file_of_one_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    n = 2_500
    longer: dict[str, Any] = {
        name: np.resize(value, n) if isinstance(value, np.ndarray) else value
        for name, value in vars(PREDICTIONS).items()
    }
    many = Predictions(**longer)
    monkeypatch.setattr("streams.backtest.output._GROUP", 1_000)
    path = write_predictions(tmp_path, many)
    whole = tmp_path / "whole.parquet"
    table = pq.read_table(path).combine_chunks()
    pq.write_table(table, whole, compression="zstd", row_group_size=1_000)
    assert path.read_bytes() == whole.read_bytes()
    assert table["customer_id"].to_pylist() == ["ada", "bo", "cy"] * 833 + ["ada"]


def test_columns_of_different_length_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="length"):
        write_predictions(tmp_path, replace(PREDICTIONS, band=np.zeros(1, np.uint8)))
    assert list(tmp_path.iterdir()) == []


def test_the_same_columns_give_the_same_bytes(tmp_path: Path) -> None:
    first = [
        write_predictions(tmp_path / "a", PREDICTIONS),
        write_alerts(tmp_path / "a", [an_alert()]),
        write_tasks(tmp_path / "a", [a_task()]),
    ]
    write_predictions(tmp_path / "b", PREDICTIONS)
    write_alerts(tmp_path / "b", [an_alert()])
    write_tasks(tmp_path / "b", [a_task()])
    for path in first:
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_alerts_keep_their_reasons_as_json(tmp_path: Path) -> None:
    (row,) = rows(write_alerts(tmp_path, [an_alert()]))
    assert (row["customer_id"], row["as_of"], row["stage"]) == ("ada", day(0.5), None)
    assert row["top_reason"] == json.loads(row["reasons"])[0]["id"] == "decline.quiet"


def test_tasks_are_as_they_were_at_the_end(tmp_path: Path) -> None:
    (row,) = rows(write_tasks(tmp_path, [a_task()]))
    assert (row["state"], row["outcome"], row["finished_at"]) == ("closed", "saved", day(2))
    assert (row["started_at"], row["n_alerts"], row["title_zh"]) == (None, 1, "致电")
    assert json.loads(row["history"])[0]["change"] == "opened"


def test_a_broken_promise_says_whose_it_was_and_when(tmp_path: Path) -> None:
    at_ms = round(day(3).timestamp() * 1000)
    breach = Breach(7, 0xC9, "analysis", at_ms, at_ms + 60_000, withdrawn=False)
    assert rows(write_breaches(tmp_path, [Broken("ada", breach)])) == [
        {
            "customer_id": "ada",
            "complaint": "00000000000000c9",
            "clock": "analysis",
            "deadline": day(3),
            "noticed_at": day(3) + timedelta(minutes=1),
        }
    ]


def test_no_alerts_and_no_tasks_are_files_all_the_same(tmp_path: Path) -> None:
    assert rows(write_alerts(tmp_path, [])) == rows(write_tasks(tmp_path, [])) == []


def test_measures_become_plain_json_with_six_places(tmp_path: Path) -> None:
    told = measured(np.array([0.1, 0.7, 0.7]), np.array([0, 1, 0], np.int8))
    path = write_metrics(tmp_path, {"overall": told, "weeks": {1: 1 / 3}, "none": None})
    text = path.read_text(encoding="utf-8")
    assert json.loads(text)["overall"]["base_rate"] == 0.333333
    assert json.loads(text)["weeks"] == {"1": 0.333333}
    assert json.loads(text)["none"] is None
    assert text.endswith("}\n")


def test_a_figure_that_is_no_number_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        write_metrics(tmp_path, {"auc": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_dead_letters_are_a_table_too(tmp_path: Path) -> None:
    letter = DeadLetter("orders.csv", 7, "event 1 (purchase.made)", "customer: empty")
    assert rows(write_refused(tmp_path, [letter])) == [
        {"file": "orders.csv", "row": 7, "event": letter.event, "reason": letter.reason}
    ]
