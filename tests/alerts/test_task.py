"""The life of a task: what may happen to it in which state, and what that does."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from alerts import life
from alerts.actions import AnyAction, Result
from alerts.alert import Alert
from alerts.handling import Handling, Kind
from alerts.task import LIFE, Change, State, Task, task_id
from alerts.value import Worth
from tests.alerts.desks import (
    PLAYBOOKS,
    a_breach,
    a_job,
    acknowledge,
    all_clear,
    an_alert,
    close,
    contacted,
    day,
    note,
    reassign,
    snooze,
    start,
)

MONTH = timedelta(days=30)
TOLD_HEAD = Handling(cell="head", kind=Kind.CUSTOMER, owner="kim", urgent=False, informed="head")
P24_TEXT = PLAYBOOKS.find("decline.quiet", None, "base").message


def a_task(state: State = State.OPEN, alert: Alert | None = None) -> Task:
    told = alert or an_alert()
    task = life.opened(a_job(told, 1), day(1), alerts=(told.id,))
    return msgspec.structs.replace(task, state=state)


def done(task: Task, action: AnyAction) -> Task:
    return life.acted(task, action, snooze_max=MONTH)


# What each state becomes by each act; a blank is refused.
STATES = ["open", "acknowledged", "in_progress", "snoozed", "closed", "expired", "withdrawn"]
TABLE = {
    "acknowledge": ["acknowledged", "", "", "acknowledged", "", "", ""],
    "start": ["in_progress", "in_progress", "", "in_progress", "", "", ""],
    "snooze": ["snoozed", "snoozed", "snoozed", "snoozed", "", "", ""],
    "close": ["closed", "closed", "closed", "closed", "", "", ""],
    "reassign": ["open", "open", "open", "open", "", "", ""],
    "note": STATES,
    "contacted": ["in_progress", "in_progress", "in_progress", "in_progress", "", "", ""],
}
ACTS: dict[str, AnyAction] = {
    "acknowledge": acknowledge("t", 2),
    "start": start("t", 2),
    "snooze": snooze("t", 2, until=4),
    "close": close("t", 2),
    "reassign": reassign("t", 2, "lee"),
    "note": note("t", 2, "called"),
    "contacted": contacted("t", 2),
}


@pytest.mark.parametrize(
    ("act", "state", "after"),
    [
        pytest.param(act, state, after, id=f"{act} when {state}")
        for act, row in TABLE.items()
        for state, after in zip(STATES, row, strict=True)
    ],
)
def test_what_people_may_do(act: str, state: str, after: str) -> None:
    task = done(a_task(State(state)), ACTS[act])
    assert task.state == (after or state)
    assert (task.history[-1].change is Change.REFUSED) == (not after)


def test_every_state_can_be_left_or_is_an_end() -> None:
    ends = {state for state in State if not state.live}
    assert ends == {State.CLOSED, State.EXPIRED, State.WITHDRAWN}
    assert {state for state in State if LIFE[state].keys() == {Change.NOTED}} == ends


def test_a_refused_act_is_on_the_record_and_changes_nothing_else() -> None:
    task = a_task(State.CLOSED)
    after = done(task, start("t", 2))
    assert after.history[-1].note == "started while closed"
    assert after.history[-1].by == "kim"
    assert msgspec.structs.replace(after, history=task.history) == task


def test_a_task_is_named_by_the_alert_that_began_it() -> None:
    first, last = an_alert(at=0.1), an_alert(at=0.2)
    task = life.opened(a_job(last), day(1), alerts=(first.id, last.id))
    assert task.id == task_id(first.id)
    assert task.alerts == (first.id, last.id)


def test_a_task_has_a_plan_in_both_languages() -> None:
    task = a_task()
    assert (task.playbook, task.title.en, task.title.zh) == ("P24", "Ask before acting", "先问后动")
    assert len(task.steps) == 4
    assert all(step.en and step.zh for step in task.steps)


@pytest.mark.parametrize(
    ("band", "due"), [pytest.param("at_risk", 8.0, id="in full"), ("critical", 4.5)]
)
def test_a_critical_customer_is_called_in_half_the_time(band: str, due: float) -> None:
    assert a_task(alert=an_alert(band=band)).due_at == day(due)


def test_raised_is_due_earlier_and_another_plan() -> None:
    worse = an_alert(at=2, band="critical", urgent=True, because="complaint.open")
    task = life.raised(a_task(), a_job(worse, worth=Worth(0.6, 500.0)), day(2))
    assert (task.due_at, task.playbook, task.band, task.urgent) == (
        day(3),
        "P5",
        "critical",
        True,
    )
    assert task.expected_value == 500.0


def test_raised_is_never_lowered() -> None:
    critical = a_task(alert=an_alert(band="critical", risk=0.8))
    urgent = an_alert(at=7, band="at_risk", risk=0.5, urgent=True)
    task = life.raised(critical, a_job(urgent, worth=Worth(0.1, 10.0)), day(7))
    assert (task.band, task.due_at, task.risk, task.expected_value) == (
        "critical",
        day(4.5),
        0.8,
        300.0,
    )


def test_merged_keeps_plan_and_due_time_and_shows_the_newest_reasons() -> None:
    again = an_alert(at=3, because="complaint.open")
    task = life.merged(a_task(), a_job(again, worth=Worth(0.6, 90.0)), day(3))
    assert (task.playbook, task.due_at, task.expected_value) == ("P24", day(8), 180.0)
    assert [reason.id for reason in task.reasons] == ["complaint.open"]
    assert task.alerts == (an_alert().id, again.id)


def test_merged_is_ranked_anew_when_it_is_worth_more() -> None:
    task = life.merged(a_task(), a_job(an_alert(at=3, value=9000.0)), day(3))
    assert (task.expected_value, task.value) == (1780.0, 9000.0)


@pytest.mark.parametrize("state", [State.OPEN, State.ACKNOWLEDGED, State.SNOOZED])
def test_a_cleared_condition_withdraws_what_nobody_started(state: State) -> None:
    task = life.relieved(a_task(state), all_clear("ada", 3))
    assert (task.state, task.finished_at, task.ending) == (State.WITHDRAWN, day(3), "withdrawn")


@pytest.mark.parametrize("then", ["", "snooze", "reassign"])
def test_a_cleared_condition_is_told_to_who_started(then: str) -> None:
    task = done(a_task(), start("t", 2))
    task = done(task, ACTS[then]) if then else task
    after = life.relieved(task, all_clear("ada", 3))
    assert (after.state, after.history[-1].change) == (task.state, Change.CLEARED)


def test_snoozing_moves_the_due_time_out_and_waking_ends_it() -> None:
    task = done(a_task(), snooze("t", 2, until=12))
    assert (task.snoozed_until, task.due_at) == (day(12), day(12))
    woken = life.woken(task, day(12))
    assert (woken.state, woken.snoozed_until) == (State.ACKNOWLEDGED, None)


@pytest.mark.parametrize("until", [2.0, 1.0, 33.0], ids=["now", "before now", "too far off"])
def test_snoozing_for_no_time_or_too_long_is_refused(until: float) -> None:
    task = done(a_task(), snooze("t", 2, until=until))
    assert (task.state, task.history[-1].change) == (State.OPEN, Change.REFUSED)


def test_closing_keeps_what_came_of_it() -> None:
    task = done(a_task(), close("t", 2, "false-alarm"))
    assert (task.outcome, task.outcome_reason, task.finished_at, task.ending) == (
        "false-alarm",
        "decline.quiet",
        day(2),
        "false-alarm",
    )


def test_a_reassigned_task_is_unseen_by_its_new_owner_and_keeps_its_desk() -> None:
    task = done(done(a_task(), acknowledge("t", 2)), reassign("t", 3, "lee"))
    assert (task.owner, task.desk_key, task.state) == ("lee", "kim", State.OPEN)


@pytest.mark.parametrize("outcome", ["saved", "false-alarm"])
def test_a_claim_needs_a_contact_or_a_note(outcome: Result) -> None:
    silent = close("t", 3, outcome, note=" ")
    task = done(a_task(), silent)
    assert (task.state, task.history[-1].change) == (State.OPEN, Change.REFUSED)
    assert task.history[-1].note == f"{outcome} without a contact or a note"
    for first in (contacted("t", 2), note("t", 2, "called")):
        assert done(done(a_task(), first), silent).outcome == outcome
    assert done(a_task(), close("t", 3, outcome, note="they said so")).outcome == outcome


@pytest.mark.parametrize("outcome", ["lost", "not-reachable"])
def test_what_nobody_is_proud_of_needs_no_proof(outcome: Result) -> None:
    assert done(a_task(), close("t", 3, outcome, note="")).outcome == outcome


def test_a_breach_learned_late_is_withdrawn_where_it_stands_alone() -> None:
    late = all_clear("ada", 3, breach="analysis")
    task = life.relieved(a_task(alert=a_breach()), late)
    assert (task.state, task.history[-1].note) == (State.WITHDRAWN, life.LEARNED_LATE)


def test_a_breach_learned_late_leaves_what_has_other_reasons() -> None:
    both = life.raised(a_task(), a_job(a_breach(at=2)), day(2))
    after = life.relieved(both, all_clear("ada", 3, breach="analysis"))
    assert (after.state, after.history[-1].change) == (State.OPEN, Change.CLEARED)
    assert after.history[-1].note == life.LEARNED_LATE


def test_of_a_broken_promise_management_is_told_and_stays_told() -> None:
    task = life.raised(a_task(), a_job(a_breach(at=2)), day(2))
    assert (task.informed, task.breach, task.urgent) == ("management", "analysis", True)
    head = a_job(an_alert(at=3, tier="top", band="critical"))
    assert life.raised(task, replace(head, handling=TOLD_HEAD), day(3)).informed == "management"


def test_a_message_becomes_a_call_when_it_gets_worse() -> None:
    message = a_task(alert=an_alert(tier="base"))
    assert (message.kind, message.owner, message.message) == (Kind.MESSAGE, "automatic", P24_TEXT)
    worse = a_job(an_alert(at=2, tier="base", band="critical"))
    call = life.raised(message, worse, day(2))
    assert (call.kind, call.owner, call.message) == (Kind.CUSTOMER, "pool", None)
    own = life.raised(call, a_job(a_breach(at=3, tier="base")), day(3))
    assert (own.kind, own.owner) == (Kind.CUSTOMER, "kim")


def test_what_somebody_took_out_of_the_pool_stays_theirs() -> None:
    pooled = a_task(alert=an_alert(tier="base", band="critical"))
    taken = done(pooled, reassign("t", 2, "lee"))
    assert life.raised(taken, a_job(a_breach(at=3, tier="base")), day(3)).owner == "lee"
