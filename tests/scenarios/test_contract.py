"""Contracts: notice and what takes it back, a smaller contract, and the day it runs out."""

from detectors.kinds import Kind
from tests.scenarios.telling import Tale, day


def signed(renewal: float) -> Tale:
    return Tale().weekly(300).so(1, Kind.CONTRACT_SIGNED, ends_at=day(renewal), auto_renew=False)


def test_notice_is_decision_and_critical_at_once() -> None:
    told = signed(300).so(99.5, Kind.CONTRACT_CANCELLATION_ASKED).told(100)
    assert (told.stage, told.band) == ("decision", "critical")
    last = told.said[-1]
    assert (last.cause, last.crossed, last.hard, last.urgent) == ("event", True, True, True)


def test_notice_taken_back_is_forgotten_a_stage_a_fortnight() -> None:
    tale = signed(300).so(99.5, Kind.CONTRACT_CANCELLATION_ASKED)
    tale.so(110, Kind.CONTRACT_CANCELLATION_WITHDRAWN)
    stages = [tale.told(until).stage for until in (109, 111, 125, 139)]
    assert stages == ["decision", "consideration", "awareness", None]
    assert tale.told(120).band == "calm"


def test_notice_learned_after_it_was_taken_back_is_as_if_in_time() -> None:
    tale = signed(300).so(110, Kind.CONTRACT_CANCELLATION_WITHDRAWN)
    tale.so(99.5, Kind.CONTRACT_CANCELLATION_ASKED, known=112)
    assert [tale.told(until).stage for until in (111, 112, 125)] == [
        None, "consideration", "awareness",
    ]  # fmt: skip


def test_the_reason_given_with_the_notice_is_the_reason() -> None:
    tale = signed(300).so(99.5, Kind.CONTRACT_CANCELLATION_ASKED, reason="need.moved")
    assert tale.told(100).reasons["contract"].id == "need.moved"


def test_automatic_renewal_switched_off_is_consideration_until_the_day_of_renewal() -> None:
    tale = Tale().weekly(300).so(1, Kind.CONTRACT_SIGNED, ends_at=day(200), auto_renew=True)
    tale.so(100, Kind.CONTRACT_AUTO_RENEW_OFF)
    assert [tale.told(until).stage for until in (99, 101, 199, 201, 230)] == [
        None, "consideration", "consideration", "awareness", None,
    ]  # fmt: skip


def test_a_renewal_counters_a_smaller_contract() -> None:
    tale = signed(300).so(100, Kind.CONTRACT_DOWNGRADED).so(120, Kind.CONTRACT_RENEWED)
    tale.so(120, Kind.PROFILE_UPDATED, contract_renewal=day(600))
    assert [tale.told(until).stage for until in (119, 121, 135)] == [
        "consideration", "awareness", None,
    ]  # fmt: skip


def test_before_a_contract_runs_out_any_sign_is_consideration() -> None:
    quiet, told_of = signed(160), signed(160).so(120, Kind.COMPETITOR_NAMED, name="Acme")
    assert quiet.told(121).stage is None
    early = signed(300).so(120, Kind.COMPETITOR_NAMED, name="Acme")
    assert early.told(121).stage == "awareness"
    assert told_of.told(121).stage == "consideration"


def test_a_contract_that_renews_itself_is_no_reason_as_it_runs_out() -> None:
    assert signed(160).told(159).reasons["contract"].feature == "renewal_near"
    tale = signed(160).so(2, Kind.PROFILE_UPDATED, auto_renew=True)
    assert "contract" not in tale.told(159).reasons


def test_who_returned_begins_with_no_stage() -> None:
    tale = signed(300).so(100, Kind.CONTRACT_CANCELLATION_ASKED)
    tale.so(101, Kind.CUSTOMER_CHURNED).so(105, Kind.CUSTOMER_RETURNED).buys(105.5)
    told = tale.told(106)
    assert (told.stage, told.reasons.get("contract")) == (None, None)


def test_a_silence_never_seen_before_is_decision_where_no_contract_holds() -> None:
    weekly, bound = Tale().weekly(100), Tale().weekly(100)
    bound.so(1, Kind.CONTRACT_SIGNED, ends_at=day(400), auto_renew=True)
    assert weekly.told(125).stage == "awareness"  # 26 days, after gaps of seven
    assert weekly.told(130).stage == "decision"
    assert bound.told(130).stage == "awareness"


def test_a_long_silence_is_nothing_new_for_who_has_had_one() -> None:
    tale = Tale().buys(*range(0, 42, 7), *range(80, 120, 7))
    assert tale.told(150).stage == "awareness"
