"""Alerts by stage: which came before the decision."""

import numpy as np

from detectors.arrays import DAY_MS
from streams.backtest.early import alert_stages
from streams.backtest.lead import Churns
from streams.backtest.report import figures
from streams.backtest.run import warned
from tests.alerts.desks import an_alert


def churns(happened: dict[int, int], alerts: list[tuple[int, int]]) -> Churns:
    return Churns(
        np.array(list(happened), np.int64),
        np.array(list(happened.values()), np.int64) * DAY_MS,
        np.array([who for who, _ in alerts], np.int64),
        np.array([day for _, day in alerts], np.int64) * DAY_MS,
    )


def test_only_alerts_on_who_left_soon_after_count() -> None:
    told = churns({1: 90, 2: 90}, [(1, 80), (1, 10), (2, 91), (3, 80)])
    found = alert_stages(told, ["consideration", "decision", "decision", "decision"])
    assert (found.n_alerts, found.by_stage, found.before_decision) == (1, {"consideration": 1}, 1.0)


def test_an_alert_without_a_stage_came_before_the_decision() -> None:
    told = churns({1: 90}, [(1, 80), (1, 85), (1, 88)])
    found = alert_stages(told, [None, "awareness", "decision"])
    assert found.by_stage == {"awareness": 1, "decision": 1, "none": 1}
    assert found.before_decision == 2 / 3


def test_an_alert_of_the_last_days_is_news() -> None:
    told = churns({1: 90}, [(1, 80), (1, 88)])
    found = alert_stages(told, ["awareness", "decision"])
    assert (found.before_decision, found.n_news, found.early_share) == (0.5, 1, 1.0)


def test_without_alerts_there_is_no_share() -> None:
    assert alert_stages(churns({1: 90}, []), []).before_decision is None


def test_the_table_has_a_line_for_each_figure() -> None:
    told = {
        "events": 10,
        "alerts": 2,
        "all": {
            "n": 4,
            "base_rate": 0.5,
            "auc": 0.75,
            "average_precision": None,
            "observed_over_expected": 1.0,
        },
        "lead": {
            "n_churned": 2,
            "n_alerted": 1,
            "median_lead_days": 20.0,
            "early": [{"notice_days": 7, "recall": 0.5, "random": 0.1}],
        },
        "alert_stages": alert_stages(churns({1: 90}, [(1, 80)]), [None]),
    }
    lines = dict(zip(*(column.cells for column in figures(told).columns), strict=True))
    assert lines["AUC, average precision"] == "0.750, -"
    assert lines["alerted 7 days before (random lists)"] == "50.0% (10.0%)"
    assert lines["alerts on later leavers before the decision stage"] == "100.0% of 1"
    assert lines["the same, without news of the last three days"] == "100.0% of 1"


def test_a_care_alert_is_no_warning() -> None:
    warning, care = an_alert("a"), an_alert("b", care=True)
    assert warned([care, warning]) == [warning]
