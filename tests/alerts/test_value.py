"""Value and contact policy, in plain numbers."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from alerts.contact import ContactSettings, free_at, remembered
from alerts.reasons import main_reason
from alerts.value import SaveabilitySettings, ValueSettings, reason_id, saveability, worth
from tests.alerts.desks import a_breach, a_reason, an_alert, day


@pytest.mark.parametrize(
    ("stage", "because", "expected"),
    [
        pytest.param(None, "decline.quiet", 0.40, id="nothing done yet"),
        pytest.param("awareness", "decline.quiet", 0.40, id="looks around"),
        pytest.param("consideration", "competition.price", 0.30, id="compares"),
        pytest.param("decision", "competition.price", 0.10, id="is switching"),
        pytest.param("awareness", "payment.failed", 0.60, id="a failed card is easily mended"),
        pytest.param("consideration", "complaint.open", 0.45, id="complains, hopes"),
        pytest.param("decision", "complaint.unresolved", 0.10, id="complained in vain"),
        pytest.param("awareness", "change.policy", 0.32, id="our own change"),
        pytest.param("awareness", "need.moved", 0.08, id="moved away"),
        pytest.param("awareness", "need.changed", 0.40, id="needs something else"),
        pytest.param("at sea", "decline.quiet", 0.40, id="a stage not known"),
        pytest.param("awareness", "need.ended", 0.0, id="nobody could have kept them"),
    ],
)
def test_saveability_by_stage_and_reason(stage: str | None, because: str, expected: float) -> None:
    assert saveability(an_alert(at=5, stage=stage, because=because), ValueSettings()) == expected


def test_saveability_by_tier() -> None:
    settings = ValueSettings(tier_factor={"top": 1.5})
    assert saveability(an_alert(tier="top"), settings) == pytest.approx(0.6)
    assert saveability(an_alert(tier="base"), settings) == 0.4


def test_who_was_let_down_by_management_hopes_no_more() -> None:
    analysis, management = a_breach(), a_breach(breach="management")
    assert saveability(analysis, ValueSettings()) == 0.6
    assert saveability(management, ValueSettings()) == 0.4


@pytest.mark.parametrize(
    ("open_for", "expected"),
    [pytest.param(14, 0.6, id="last day of hope"), pytest.param(15, 0.4, id="ignored")],
)
def test_the_save_window_closes_after_two_weeks(open_for: float, expected: float) -> None:
    reasons = (a_reason("complaint.open", since=day(0)),)
    alert = replace(an_alert(at=open_for, stage="awareness"), reasons=reasons)
    assert saveability(alert, ValueSettings()) == expected


def test_nobody_is_certain_to_stay() -> None:
    settings = ValueSettings(saveability=SaveabilitySettings(none=0.8))
    assert saveability(an_alert(because="payment.failed"), settings) == 0.9


def test_expected_value_is_risk_times_value_times_saveability_less_cost() -> None:
    found = worth(an_alert(risk=0.5, value=1000.0), ValueSettings(cost=20.0))
    assert (found.saveability, found.expected_value) == (0.4, 180.0)


def test_what_a_new_customer_would_cost_is_shown_where_known() -> None:
    settings = ValueSettings(acquisition_cost={"top": 4000.0})
    found = [worth(an_alert(tier=tier), settings).replacement_cost for tier in ("top", "base")]
    assert found == [4000.0, None]


def test_a_care_task_is_about_our_silence() -> None:
    both = (a_reason("decline.quiet"), a_reason("relation.neglect"))
    alert = replace(an_alert(care=True), reasons=both)
    assert reason_id(alert) == "relation.neglect"
    assert reason_id(replace(alert, reasons=())) == "relation.neglect"
    assert reason_id(replace(alert, care=False)) == "decline.quiet"


def test_who_waits_for_an_answer_is_not_called_about_anything_else() -> None:
    reasons = (a_reason("decline.quiet"), a_reason("complaint.open"))
    assert main_reason(reasons) == reasons[1]
    assert main_reason(reasons[:1]) == reasons[0]
    assert main_reason(()) is None


CAP = ContactSettings(contacts_max=2, urgent_extra=1, window_days=14)


@pytest.mark.parametrize(
    ("contacts", "urgent", "expected"),
    [
        pytest.param([], False, None, id="never called"),
        pytest.param([9], False, None, id="called once"),
        pytest.param([3, 9], False, day(17), id="called twice"),
        pytest.param([3, 9], True, None, id="called twice, urgent"),
        pytest.param([1, 3, 9], False, day(17), id="called thrice"),
        pytest.param([1, 3, 9], True, day(15), id="called thrice, urgent"),
        pytest.param([-4, 9], False, None, id="forgotten today"),
    ],
)
def test_when_a_customer_may_be_called_again(
    contacts: list[int], urgent: bool, expected: datetime | None
) -> None:
    called = tuple(day(one) for one in contacts)
    assert free_at(called, day(10), CAP, urgent=urgent) == expected


def test_contacts_are_forgotten_when_they_have_left_the_window() -> None:
    assert remembered((day(0), day(5)), day(15), CAP) == (day(5), day(15))


def test_a_cause_goes_before_a_decline_that_adds_no_more_than_twice_as_much() -> None:
    decline = replace(a_reason("decline.quiet"), contribution=1.0)
    half = replace(a_reason("competition.price"), contribution=0.5)
    less = replace(a_reason("change.policy"), contribution=0.49)
    assert main_reason((decline, half, less)) == half
    assert main_reason((decline, less)) == decline
