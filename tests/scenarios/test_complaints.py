"""Complaints as stories: what was promised, what was kept, and what was said about it."""

import pytest

from alerts.life import LEARNED_LATE
from alerts.task import State
from detectors.complaint_settings import ComplaintSettings
from detectors.kinds import Kind
from detectors.settings import CoreSettings
from tests.scenarios.story import Story, Told, moment

HOUR = 1 / 24
UNANSWERED = [("answer", round(20 + HOUR, 4)), ("analysis", 21.0)]  # opened on day 20


def a_story(until: float = 45.0, settings: CoreSettings | None = None) -> Story:
    """Give the story of Ada, who buys every day."""
    story = Story(settings)
    story.buys("ada", until)
    return story


def well_handled(story: Story, day: float, complaint: int = 1) -> None:
    story.complains("ada", day, complaint, severity="major")
    story.answers("ada", day + 0.5 * HOUR, 1, complaint)
    story.answers("ada", day + 5 * HOUR, 2, complaint)
    story.resolves("ada", day + 1, complaint)
    story.informs("ada", day + 1 + 2 * HOUR, complaint)


def risk_at_end(story: Story, until: float) -> float:
    """Give Ada's risk as last told, were she watched closely."""
    return story.until(until).assessments("ada")[-1].risk


CLOSELY = CoreSettings.model_validate({"assessment": {"report_change": 0.0001}})


def test_a_complaint_unanswered_for_24_hours_reaches_management_once() -> None:
    story = a_story()
    story.complains("ada", 20.0, severity="minor")
    told = story.until(21.9)
    (said,) = told.crossings("ada")
    assert (said.breach, said.band, said.hard, said.urgent) == ("analysis", "at_risk", True, True)
    assert said.stage == "consideration"
    assert said.as_of == moment(21.0 + HOUR)  # the tick after the deadline
    assert said.reasons[0].id == "complaint.unresolved"
    assert told.breaches("ada") == UNANSWERED
    (task,) = told.tasks.values()
    assert task.urgent


def test_management_that_does_not_answer_is_decision_and_a_line_of_its_own() -> None:
    story = a_story()
    story.complains("ada", 20.0)
    told = story.until(30.0)
    assert [said.breach for said in told.crossings("ada")] == ["analysis", "management"]
    assert told.crossings("ada")[-1].stage == "decision"
    assert told.breaches("ada")[-1] == ("management", 23.0)


def test_a_breach_is_noticed_at_the_next_event_if_that_comes_before_the_tick() -> None:
    story = a_story()
    story.complains("ada", 20.0)
    story.happens(Kind.LOGIN_MADE, "ada", 21.001)
    (said,) = story.until(21.5).crossings("ada")
    assert (said.cause, said.as_of) == ("event", moment(21.001))


def test_a_complaint_answered_in_time_breaks_nothing() -> None:
    story = a_story()
    well_handled(story, 20.0)
    story.rates("ada", 22.0, 0.9)
    told = story.until(45.0)
    assert told.noticed("ada") == []
    assert told.crossings("ada") == []


def test_an_answer_at_the_very_deadline_is_in_time() -> None:
    story = a_story()
    story.complains("ada", 20.0)
    story.answers("ada", 21.0, 2)
    assert ("analysis", 21.0) not in story.until(24.0).breaches("ada")


def test_what_was_answered_in_time_but_learned_late_is_taken_back() -> None:
    story = a_story()
    story.complains("ada", 20.0)
    story.answers("ada", 20.5, 2, known=21.6)
    told = story.until(30.0)
    last = [(one.clock, one.withdrawn) for one in told.noticed("ada")][-2:]
    assert last == [("analysis", False), ("analysis", True)]
    assert told.breaches("ada") == [("answer", round(20 + HOUR, 4))]
    assert [said.breach for said in told.crossings("ada")] == ["analysis"]  # both sides stay told
    (clear,) = (said for said in told.assessments("ada") if said.cleared and said.breach)
    assert (clear.breach, clear.band, clear.as_of) == (
        "analysis",
        "at_risk",
        moment(21 + 14 * HOUR),
    )
    (task,) = told.tasks.values()
    assert (task.state, task.history[-1].note) == (State.WITHDRAWN, LEARNED_LATE)


def test_what_is_broken_of_another_complaint_is_not_taken_back_with_it() -> None:
    story = a_story()
    story.complains("ada", 20.0, 1)
    story.complains("ada", 20.0, 2)
    story.answers("ada", 20.5, 2, 1, known=21.6)
    told = story.until(22.5)
    assert ("analysis", True) in {(one.clock, one.withdrawn) for one in told.noticed("ada")}
    assert not any(said.cleared for said in told.assessments("ada"))
    (task,) = told.tasks.values()
    assert task.state.live


def test_a_promise_earlier_than_a_day_is_the_clock() -> None:
    story = a_story()
    story.complains("ada", 20.0)
    story.answers("ada", 20.02, 1, promised=20.25)
    assert story.until(20.5).breaches("ada") == [("analysis", 20.25)]


def test_a_promise_later_than_a_day_changes_nothing() -> None:
    story = a_story()
    story.complains("ada", 20.0)
    story.answers("ada", 20.02, 1, promised=23.0)
    assert story.until(21.5).breaches("ada") == [("analysis", 21.0)]


@pytest.mark.parametrize(("channel", "broken"), [("phone", True), ("email", False)])
def test_who_waits_on_the_line_is_answered_at_once(channel: str, broken: bool) -> None:
    story = a_story()
    story.complains("ada", 20.0, channel=channel)
    story.answers("ada", 20.0 + HOUR / 60, 2)
    assert bool(story.until(20.5).breaches("ada")) == broken


def test_reopened_twice_it_goes_to_management_without_any_clock_broken() -> None:
    story = a_story()
    well_handled(story, 20.0)
    for day in (23.0, 25.0):
        story.reopens("ada", day)
        story.answers("ada", day + 0.02, 2)
    told = story.until(30.0)
    assert told.breaches("ada") == [("management", 27.0)]
    assert told.assessments("ada")[-1].reasons[0].id == "complaint.unresolved"


def test_a_dissatisfied_rating_opens_it_again_and_asks_management() -> None:
    story = a_story()
    well_handled(story, 20.0)
    story.rates("ada", 23.0, 0.2)
    told = story.until(30.0)
    assert told.breaches("ada") == [
        ("answer", round(23 + HOUR, 4)),
        ("analysis", 24.0),
        ("management", 25.0),
    ]


def test_closed_after_a_satisfied_rating_the_risk_is_below_what_it_was() -> None:
    story = a_story(settings=CLOSELY)
    before = risk_at_end(story, 19.9)
    well_handled(story, 20.0)
    waiting = risk_at_end(story, 20.3)
    story.rates("ada", 22.0, 0.9)
    assert risk_at_end(story, 23.9) < before < waiting


def test_who_was_told_but_never_asked_is_a_broken_check_and_no_alert() -> None:
    story = a_story()
    well_handled(story, 20.0)
    told = story.until(40.0)
    assert told.breaches("ada") == [("check", round(28 + 2 * HOUR, 4))]
    assert told.crossings("ada") == []


@pytest.mark.parametrize("complaint", [0, 1], ids=["of none in particular", "by its reference"])
def test_a_call_that_asks_whether_it_is_solved_meets_the_check(complaint: int) -> None:
    story = a_story()
    well_handled(story, 20.0)
    story.checks("ada", 24.0, complaint)
    assert story.until(40.0).noticed("ada") == []


def test_resolved_and_not_told_is_the_owners_broken_promise() -> None:
    story = a_story()
    story.complains("ada", 20.0)
    story.resolves("ada", 20.5)
    assert ("inform", 21.5) in story.until(23.0).breaches("ada")


def test_an_unreadable_text_is_never_scored_and_its_clocks_run() -> None:
    story = a_story()
    story.complains("ada", 20.0, unreadable=True)
    plain = a_story()
    plain.complains("ada", 20.0)
    told, other = story.until(22.0), plain.until(22.0)
    assert told.breaches("ada") == other.breaches("ada") != []
    assert risks(told) == risks(other)
    assert "open the original" in told.crossings("ada")[-1].reasons[0].en
    assert "open the original" not in other.crossings("ada")[-1].reasons[0].en


def risks(told: Told) -> list[float]:
    return [said.risk for said in told.assessments("ada")]


def test_a_person_corrects_how_bad_a_complaint_is() -> None:
    story = a_story()
    story.complains("ada", 20.0, severity="critical")
    assert story.until(20.5).assessments("ada")[-1].hard
    story.triages("ada", 20.1, "minor")
    story.answers("ada", 20.02, 2)
    told = story.until(26.0)
    assert told.assessments("ada")[-1].cleared


def test_more_complaints_than_are_kept_apart_keep_the_risk_up() -> None:
    story = a_story(settings=CLOSELY)
    for complaint in range(1, 6):
        story.complains("ada", 20.0 + complaint / 100, complaint, severity="minor")
    five = risk_at_end(story, 20.2)
    story.complains("ada", 20.1, 6, severity="minor")
    told = story.until(30.0)
    assert risk_at_end(story, 20.2) > five
    assert [clock for clock, _ in told.breaches("ada")].count("analysis") == 5


def test_steps_of_a_complaint_nobody_opened_start_no_clock_until_it_is() -> None:
    story = a_story()
    story.answers("ada", 20.1, 1)
    assert story.until(25.0).noticed("ada") == []
    story.complains("ada", 20.0, known=25.1)
    assert story.until(26.0).breaches("ada") == [*UNANSWERED, ("management", 23.0)]


def test_a_reopening_learned_late_breaks_no_clock_that_it_cannot_judge() -> None:
    story = a_story()
    well_handled(story, 20.0)
    story.reopens("ada", 20.1, known=22.5)  # answered again at 20.2, of which nothing is kept
    assert all(clock == "check" for clock, _ in story.until(40.0).breaches("ada"))


def test_the_lengths_are_settings() -> None:
    settings = CoreSettings(complaints=ComplaintSettings(answer_hours=2, analysis_hours=72))
    story = a_story(settings=settings)
    story.complains("ada", 20.0)
    assert story.until(23.1).breaches("ada") == [
        ("answer", round(20 + 2 * HOUR, 4)),
        ("analysis", 23.0),
    ]


def test_one_who_came_back_starts_with_no_stage() -> None:
    story = a_story(until=60)
    story.complains("ada", 20.0)
    before = story.until(23.9).assessments("ada")[-1]
    story.happens(Kind.CUSTOMER_RETURNED, "ada", 24.0)
    after = story.until(24.5).assessments("ada")[-1]
    assert (before.stage, after.stage) == ("decision", None)
