"""What a customer is worth."""

import msgspec
import pytest

from detectors.families import value
from detectors.kinds import Kind, Severity
from detectors.worth import ValueSettings, lifetime_value, yearly_revenue
from tests.detectors.any_log import A_WEEK
from tests.detectors.logs import One, at, cut
from tests.detectors.runs import run

SETTINGS = ValueSettings()


@pytest.mark.parametrize(
    ("profile", "spend", "expected"),
    [
        pytest.param(5000.0, 300.0, (5000.0, "revenue"), id="the profile says"),
        pytest.param(0.0, 300.0, (0.0, "revenue"), id="the profile says nothing is earned"),
        pytest.param(-1.0, 300.0, (300.0, "spend"), id="seen to spend"),
        pytest.param(-1.0, 0.0, (1000.0, "unknown"), id="nothing known is never nothing worth"),
    ],
)
def test_revenue_is_what_is_known_best(
    profile: float, spend: float, expected: tuple[float, str]
) -> None:
    assert yearly_revenue(profile, spend, SETTINGS) == expected


def test_money_later_is_worth_less() -> None:
    worth = lifetime_value(1000.0, ValueSettings(years_kept=2.0, discount=0.25))
    assert worth == 1000.0 * (0.8 + 0.64)


def test_a_weekly_spender_is_worth_a_year_of_weeks() -> None:
    weekly = [One(0, Kind.PURCHASE_MADE, at(7 * n), n, amount=10.0) for n in range(104)]
    ledger = run(cut(weekly, 104), A_WEEK).ledger
    spend = value.yearly_spend(ledger.row(0).value, at(7 * 103 + 3.5))
    assert spend == pytest.approx(10.0 * 365.25 / 7, rel=0.01)


def test_value_at_risk_is_the_share_that_may_be_lost() -> None:
    rich = msgspec.msgpack.encode({"owner": "Ada", "yearly_revenue": 8000.0})
    events = [
        One(0, Kind.PURCHASE_MADE, at(1), 0),
        One(0, Kind.PROFILE_UPDATED, at(1), 0, topic=2, note=rich),
        One(0, Kind.COMPLAINT_OPENED, at(1), 0, topic=1, code=Severity.CRITICAL, reference=1),
    ]
    said = run(cut(events, 3), A_WEEK).outcomes[0].assessments[-1]
    assert (said.value, said.value_basis) == (24_000.0, "revenue")
    assert said.value_at_risk == pytest.approx(24_000.0 * said.risk, abs=0.01)
    assert 0 < said.value_at_risk < 24_000.0
