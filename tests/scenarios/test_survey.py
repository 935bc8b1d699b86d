"""Surveys: satisfaction that falls, an intent to leave, questions left unanswered."""

from typing import Any

from detectors.kinds import Kind
from tests.scenarios.telling import Tale


def surveys(*answers: tuple[float, dict[str, Any] | None]) -> Tale:
    """Give a customer asked on some days; what they answer a day later, None for nothing."""
    tale = Tale().weekly(360)
    for when, said in answers:
        tale.so(when, Kind.SURVEY_ASKED)
        if said is not None:
            tale.so(when + 1, Kind.SURVEY_ANSWERED, **said)
    return tale


def test_satisfaction_that_falls_is_awareness_for_a_season() -> None:
    tale = surveys((30, {"satisfaction": 0.9}), (90, {"satisfaction": 0.6}))
    assert [tale.told(until).stage for until in (90, 92, 180, 182)] == [
        None, "awareness", "awareness", None,
    ]  # fmt: skip
    assert tale.told(92).reasons["survey"].id == "service.indifference"


def test_who_was_never_very_satisfied_has_not_fallen() -> None:
    tale = surveys((30, {"satisfaction": 0.62}), (90, {"satisfaction": 0.6}))
    assert tale.told(92).stage is None


def test_an_intent_to_leave_is_decision_until_a_contrary_answer() -> None:
    tale = surveys((60, {"intent": "leave"}), (80, {"intent": "stay"}))
    assert [tale.told(until).stage for until in (62, 80, 82, 96, 111)] == [
        "decision", "decision", "consideration", "awareness", None,
    ]  # fmt: skip


def test_an_intent_to_leave_tells_for_sixty_days() -> None:
    tale = surveys((60, {"intent": "leave"}))
    assert [tale.told(until).stage for until in (120, 122, 136)] == [
        "decision", "consideration", "awareness",
    ]  # fmt: skip


def test_who_stops_answering_shows_awareness() -> None:
    used_to = surveys((30, {"satisfaction": 0.8}), (60, None), (100, None))
    never_did = surveys((30, None), (60, None), (100, None))
    assert [used_to.told(until).stage for until in (113, 115, 189, 191)] == [
        None, "awareness", "awareness", None,
    ]  # fmt: skip
    assert never_did.told(115).stage is None
    assert used_to.told(115).reasons["survey"].id == "decline.quiet"


def test_what_matters_is_told_and_points_at_a_reason() -> None:
    tale = surveys((60, {"satisfaction": 0.2, "intent": "leave", "matters": ["digital access"]}))
    told = tale.told(62)
    reason = told.reasons["survey"]
    assert reason.id == "technology.digital_gap"
    assert "digital access" in reason.en
    assert told.said[-1].matters == ("digital access",)


def test_the_reason_they_state_is_the_reason() -> None:
    said = {"satisfaction": 0.2, "exit_reason": "product.fit", "matters": ["cost"]}
    assert surveys((60, said)).told(62).reasons["survey"].id == "product.fit"
