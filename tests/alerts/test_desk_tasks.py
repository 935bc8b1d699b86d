"""What becomes of tasks at the desk: what time, recoveries and people do to them."""

import msgspec
import pytest

from alerts.actions import AnyAction
from alerts.decision import Decision
from alerts.task import Change, State
from tests.alerts.desks import (
    Played,
    a_tick,
    acknowledge,
    all_clear,
    an_alert,
    close,
    complaint,
    day,
    note,
    reassign,
    snooze,
    start,
)


def test_a_task_nobody_started_is_withdrawn_when_the_customer_recovers() -> None:
    played = Played().hear(an_alert(), a_tick(1), all_clear("ada", 2.5), a_tick(3))
    assert (played.task().state, played.task().finished_at) == (State.WITHDRAWN, day(2.5))


def test_a_task_nobody_touches_expires_after_the_days_of_grace() -> None:
    played = Played(grace_days=2).hear(an_alert(), a_tick(1), a_tick(9.9))
    assert played.task().state is State.OPEN
    played.hear(a_tick(10))
    assert (played.task().state, played.task().finished_at) == (State.EXPIRED, day(10))


def test_a_task_somebody_is_on_does_not_expire() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    played.hear(start(played.task(), 2), a_tick(100))
    assert played.task().state is State.IN_PROGRESS


def test_a_snoozed_task_wakes_in_the_round_of_its_time() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    played.hear(snooze(played.task(), 2, until=4), a_tick(3))
    assert played.task().state is State.SNOOZED
    played.hear(a_tick(4))
    assert (played.task().state, played.task().history[-1].at) == (State.ACKNOWLEDGED, day(4))


def test_a_snoozed_task_sleeps_through_its_old_due_time() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    played.hear(snooze(played.task(), 2, until=20), a_tick(19))
    assert (played.task().state, played.task().due_at) == (State.SNOOZED, day(20))


def test_a_snoozed_task_still_takes_its_place_in_the_budget() -> None:
    played = Played(open_tasks_max=1).hear(an_alert("a"), a_tick(1))
    played.hear(snooze(played.task("a"), 2, until=9), an_alert("b", 2.5), a_tick(3))
    assert list(played.live) == ["a"]


def test_more_of_the_same_does_not_wake_what_was_put_off() -> None:
    same, worse = complaint(at=2.5, id="same"), complaint(at=3.5, band="critical")
    played = Played().hear(an_alert(), a_tick(1))
    played.hear(snooze(played.task(), 2, until=9), same)
    assert (played.said_of(same), played.task().state) == ([Decision.SNOOZED], State.SNOOZED)
    played.hear(worse)
    assert (played.said_of(worse), played.task().state) == ([Decision.RAISED], State.OPEN)


def test_what_people_do_twice_is_done_once() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    done = close(played.task(), 2)
    played.hear(done, done)
    assert len(played.task().history) == 2
    assert sum(len(outcome.closed) for outcome in played.outcomes) == 1


def test_acting_on_a_task_nobody_knows_is_recorded() -> None:
    outcome = Played().hear(close("nowhere", 2)).outcomes[-1]
    (refused,) = outcome.refused
    assert (refused.task_id, refused.by, refused.why) == ("nowhere", "kim", "unknown task")


def test_what_came_of_a_task_is_told_back() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    (closed,) = played.hear(close(played.task(), 2, "lost")).outcomes[-1].closed
    assert (closed.customer, closed.outcome, closed.reason) == ("ada", "lost", "decline.quiet")
    assert (closed.opened_at, closed.at, closed.by) == (day(1), day(2), "kim")


@pytest.mark.parametrize("ending", [snooze("t", 2, until=3), acknowledge("t", 2)])
def test_only_a_closing_is_told_back(ending: AnyAction) -> None:
    played = Played().hear(an_alert(), a_tick(1))
    act = msgspec.structs.replace(ending, task_id=played.task().id)
    assert played.hear(act).outcomes[-1].closed == ()


def test_closing_twice_is_refused_and_told_back_once() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    played.hear(close(played.task(), 2), close(played.task(), 3, "lost"))
    assert (played.task().outcome, played.task().history[-1].change) == ("saved", Change.REFUSED)
    assert sum(len(outcome.closed) for outcome in played.outcomes) == 1


def test_a_reassigned_task_takes_the_place_in_the_others_budget() -> None:
    played = Played(open_tasks_max=1).hear(an_alert("a"), a_tick(1))
    played.hear(reassign(played.task("a"), 2, "lee"))
    played.hear(an_alert("b", 2.5), an_alert("c", 2.5, owner="lee"), a_tick(3))
    assert {name: task.owner for name, task in played.live.items()} == {"a": "lee", "b": "kim"}


def test_a_note_is_kept_on_what_is_over() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    played.hear(close(played.task(), 2), note(played.task(), 3, "sent a card"))
    assert (played.task().state, played.task().history[-1].note) == (State.CLOSED, "sent a card")


def test_finished_tasks_leave_the_desk_after_their_time() -> None:
    played = Played(finished_kept_days=10).hear(an_alert(), a_tick(1))
    task = played.hear(close(played.task(), 2)).task()
    played.hear(a_tick(11))
    assert f"task/{task.id}" in played.documents
    played.hear(a_tick(12))
    assert f"task/{task.id}" not in played.documents
