"""Quiet hours and due times: nobody is called at supper, and no promise waits for Monday."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.alert import Alert
from alerts.due import AT_ONCE, due_at
from alerts.quiet import QuietSettings, open_at
from alerts.settings import DeskSettings
from tests.alerts.desks import PLAYBOOKS, a_breach, an_alert, complaint, day, failed_payment

EAST = QuietSettings(
    zones={"east": "Asia/Shanghai", "gulf": "Asia/Dubai"},
    rest_days_of={"gulf": ("friday", "saturday")},
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "region", "opens"),
    [
        pytest.param("2017-01-04 12:30", "", "2017-01-04 12:30", id="at noon"),
        pytest.param("2017-01-04 20:00", "", "2017-01-05 08:00", id="at supper"),
        pytest.param("2017-01-04 19:59", "", "2017-01-04 19:59", id="just before"),
        pytest.param("2017-01-05 03:15", "", "2017-01-05 08:00", id="at night"),
        pytest.param("2017-01-06 21:00", "", "2017-01-09 08:00", id="over the week-end"),
        pytest.param("2017-01-07 03:00", "", "2017-01-09 08:00", id="on Saturday, at night"),
        pytest.param("2017-01-08 10:00", "", "2017-01-09 08:00", id="on Sunday"),
        pytest.param("2017-01-04 23:30", "east", "2017-01-05 00:00", id="morning in Shanghai"),
        pytest.param("2017-01-04 12:30", "east", "2017-01-05 00:00", id="evening in Shanghai"),
        pytest.param("2017-01-06 10:00", "gulf", "2017-01-08 04:00", id="Friday in Dubai"),
        pytest.param("2017-01-04 12:30", "moon", "2017-01-04 12:30", id="a region not named"),
    ],
)
def test_when_a_customer_may_be_called(at: str, region: str, opens: str) -> None:
    assert open_at(utc(at), region, EAST) == utc(opens)


def test_the_hour_that_a_change_of_clocks_leaves_out_is_no_trap() -> None:
    berlin = QuietSettings(zone="Europe/Berlin", rest_days=(), from_hour=1, until_hour=3)
    assert open_at(utc("2017-03-26 00:30"), "", berlin) == utc("2017-03-26 01:00")


def test_quiet_hours_may_be_by_day_or_none() -> None:
    noon = QuietSettings(from_hour=12, until_hour=14, rest_days=("sunday",))
    assert open_at(utc("2017-01-04 12:30"), "", noon) == utc("2017-01-04 14:00")
    assert open_at(utc("2017-01-07 23:00"), "", noon) == utc("2017-01-07 23:00")
    assert open_at(utc("2017-01-08 10:00"), "", noon) == utc("2017-01-09 00:00")
    none = QuietSettings(from_hour=0, until_hour=0, rest_days=())
    assert open_at(utc("2017-01-08 03:00"), "", none) == utc("2017-01-08 03:00")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"zones": {"east": "Asia/Atlantis"}}, "there is no time zone 'Asia/Atlantis'"),
        ({"zone": "../etc"}, "there is no time zone"),
        ({"rest_days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
                        "sunday"]}, "every day is a rest day"),
    ],
)  # fmt: skip
def test_wrong_hours_are_refused_at_the_start(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        QuietSettings(**wrong)


def due(alert: Alert, now: float) -> datetime:
    from_alert = PLAYBOOKS.find(alert.reasons[0].id, alert.stage, alert.tier)
    return due_at(alert, from_alert, day(now), DeskSettings())


@pytest.mark.parametrize(
    ("alert", "now", "expected"),
    [
        pytest.param(an_alert(), 0.5, day(7.5), id="in a week, at noon"),
        pytest.param(an_alert(), 5.5, day(14 + 8 / 24), id="a Saturday: on Monday"),
        pytest.param(failed_payment(), 0.9, day(2 + 8 / 24), id="at night: in the morning"),
        pytest.param(a_breach(at=0.9), 0.9, day(0.9 + 4 / 24), id="a promise does not sleep"),
        pytest.param(complaint(at=5.5), 5.5, day(6.5), id="nor does its clock, on Sunday"),
        pytest.param(complaint(at=5.5), 6.25, day(6.5), id="which began when they told us"),
        pytest.param(complaint(at=1.0), 5.5, day(5.5) + AT_ONCE, id="what is late is due soon"),
    ],
)
def test_by_when_a_task_is_to_be_done(alert: Alert, now: float, expected: datetime) -> None:
    assert due(alert, now) == expected
