"""Promises while the source of complaints is silent: held, then broken or kept."""

from alerts.task import State
from detectors.assessment import Assessment
from tests.scenarios.story import Story, Told, moment

HOUR = 1 / 24
ANSWER = ("answer", round(20 + HOUR, 4))


def a_story() -> Story:
    """Give the story of Ada, who buys every day by the web, and complains by the ticket system."""
    story = Story()
    story.buys("ada", 45.0, sent_by=1)
    story.complains("ada", 20.0)
    return story


def held(told: Told) -> list[Assessment]:
    return [said for said in told.assessments("ada") if said.unverified]


def test_a_clock_that_runs_out_in_an_outage_is_held_and_not_hard() -> None:
    story = a_story()
    story.silent(20.5)
    told = story.until(24.0)
    assert told.breaches("ada") == [ANSWER]
    (said,) = held(told)
    assert (said.breach, said.crossed, said.hard) == ("analysis", True, False)
    assert said.as_of == moment(21.0 + HOUR)
    assert told.tasks == {}


def test_back_again_it_is_broken_as_of_the_old_deadline_once_it_has_caught_up() -> None:
    story = a_story()
    story.silent(20.5, 22.0)
    before, after = story.until(22.4), story.until(22.6)
    assert before.breaches("ada") == [ANSWER]
    assert after.breaches("ada") == [ANSWER, ("analysis", 21.0)]
    (task,) = after.tasks.values()
    assert (task.breach, task.informed, task.urgent) == ("analysis", "management", True)


def test_an_answer_that_comes_out_of_the_outage_takes_it_back_and_nobody_was_called() -> None:
    story = a_story()
    story.silent(20.5, 22.0)
    story.answers("ada", 20.9, 2, known=22.1)
    told = story.until(30.0)
    assert told.breaches("ada") == [ANSWER]
    taken_back = held(told)[-1]
    assert (taken_back.cleared, taken_back.breach) == (True, "analysis")
    assert all(task.breach is None for task in told.tasks.values())


def test_an_answer_out_of_the_outage_that_came_too_late_is_no_excuse() -> None:
    story = a_story()
    story.silent(20.5, 22.0)
    story.answers("ada", 21.5, 2, known=22.1)
    assert story.until(23.0).breaches("ada") == [ANSWER, ("analysis", 21.0)]


def test_an_outage_that_began_after_the_deadline_hides_nothing() -> None:
    story = a_story()
    story.informs("ada", 21.5)  # the source is heard, and of no answer
    story.silent(21.6, 25.0)
    told = story.until(22.0)
    assert told.breaches("ada") == [ANSWER, ("analysis", 21.0)]
    assert held(told) == []


def test_another_source_in_an_outage_hides_nothing() -> None:
    story = Story()
    story.buys("ada", 45.0)
    story.complains("ada", 20.0, sent_by=1)
    story.silent(20.4, 25.0)
    told = story.until(22.0)
    assert ("analysis", 21.0) in told.breaches("ada")
    assert held(told) == []


def test_who_insists_decides_it() -> None:
    story = a_story()
    story.silent(20.5, 22.0)
    story.reopens("ada", 21.5, known=22.05)  # before the source has had time to catch up
    told = story.until(22.2)
    assert ("analysis", 21.0) in told.breaches("ada")
    assert any(one.unverified and one.clock == "analysis" for one in told.noticed("ada"))


def test_managements_clock_runs_on_through_an_outage_and_is_decided_with_the_first() -> None:
    story = a_story()
    story.silent(20.5, 24.0)
    told = story.until(25.0)
    assert told.breaches("ada") == [ANSWER, ("analysis", 21.0), ("management", 23.0)]
    (task,) = told.tasks.values()
    assert (task.breach, task.state) == ("management", State.OPEN)
