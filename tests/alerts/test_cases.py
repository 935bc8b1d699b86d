"""Cases: one task for all whom a company change hits, at one desk and at many."""

from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace

from alerts.actions import Close
from alerts.alert import Alert
from alerts.cases import NO_PLAN, WORN_OFF, Case, belongs, progress, told
from alerts.decision import Decision
from alerts.handling import Kind
from alerts.handover import Seat
from alerts.settings import CaseSettings
from alerts.task import Change, State, Task, case_id
from tests.alerts.desks import (
    Played,
    a_breach,
    a_change,
    a_reason,
    a_tick,
    all_clear,
    an_alert,
    close,
    day,
    reassign,
    start,
)

CHANGE = "c0ffee00c0ffee00"
HERE, ELSEWHERE = Seat(0, lambda _: 0), Seat(1, lambda _: 0)
OTHER = "0000000000000001"


def hit(customer: str = "ada", at: float = 1.2, **changed: Any) -> Alert:
    """Give the alert of a customer whom the change moves."""
    told: dict[str, Any] = {"because": "change.policy", "cohort": CHANGE}
    return an_alert(customer, at, **told | changed)


def the_case(played: Played) -> Task:
    return played.tasks[case_id(CHANGE)]


def page(played: Played) -> Case:
    (found,) = (page for page in played.pages() if isinstance(page, Case))
    return found


def test_a_change_becomes_one_task_in_the_round() -> None:
    played = Played().hear(a_change(n_exposed=300, value_exposed=90_000.0))
    assert played.tasks == {}
    case = the_case(played.hear(a_tick(1)))
    assert (case.kind, case.customer, case.owner) == (Kind.CASE, "", "retention-lead")
    assert (case.n_exposed, case.value, case.playbook) == (300, 90_000.0, "P15")
    assert (case.opened_at, case.desk_key) == (day(1), CHANGE)


def test_who_is_hit_is_merged_into_the_case_and_gets_no_task() -> None:
    alerts = [hit(name) for name in ("ada", "bob", "eve")]
    played = Played().hear(a_change(), a_tick(1), *alerts, a_tick(2))
    assert list(played.tasks) == [case_id(CHANGE)]
    for alert in alerts:
        assert played.said_of(alert) == [Decision.MERGED_INTO_CASE]
    made = [one for outcome in played.outcomes for one in outcome.decisions]
    assert {one.task_id for one in made} == {case_id(CHANGE)}
    assert (page(played).n_alerts, page(played).n_customers) == (3, 3)


def test_what_is_decided_at_once_is_merged_before_the_round_too() -> None:
    now = hit(at=0.6, cause="event")
    played = Played().hear(a_change(0.5), now)
    assert played.said_of(now) == [Decision.MERGED_INTO_CASE]


@pytest.mark.parametrize(
    "alert",
    [
        pytest.param(hit(stage="decision"), id="is going"),
        pytest.param(a_breach(at=1.2, cohort=CHANGE), id="was let down"),
        pytest.param(hit(because="complaint.unresolved"), id="complained in vain"),
        pytest.param(hit(cohort=None), id="another reason"),
        pytest.param(hit(cohort=OTHER), id="another change, not heard of"),
    ],
)
def test_who_has_a_reason_of_their_own_gets_a_task(alert: Alert) -> None:
    played = Played().hear(a_change(), a_tick(1), alert, a_tick(2))
    assert played.said_of(alert) == [Decision.OPENED]


@pytest.mark.parametrize(
    ("other", "adds", "stands"),
    [
        pytest.param("competition.price", 0.6, True, id="another, not strong"),
        pytest.param("competition.price", 0.7, False, id="another, strong"),
        pytest.param("decline.quiet", 1.9, True, id="what the change does to them"),
        pytest.param("relation.neglect", 0.9, True, id="our own silence"),
    ],
)
def test_another_strong_reason_wants_a_task_of_its_own(
    other: str, adds: float, *, stands: bool
) -> None:
    case = told(None, a_change(), day(0.5), CaseSettings())
    second = replace(a_reason(other), contribution=adds)
    alert = replace(hit(), reasons=(a_reason("change.policy"), second))
    assert belongs(alert, case, CaseSettings()) is stands


def test_who_recovers_and_who_was_closed_is_counted() -> None:
    played = Played().hear(a_change(), a_tick(1), hit("ada"), hit("bob"), a_tick(2))
    played.hear(hit("own", 2.5, stage="decision"), all_clear("bob", 2.5), a_tick(3))
    played.hear(close(played.task("own"), 4), all_clear("bob", 4.5), a_tick(5))
    found = page(played)
    assert (found.n_customers, found.n_cleared, found.n_closed) == (2, 1, 1)


def test_a_change_without_a_plan_begins_with_writing_one() -> None:
    case = the_case(Played().hear(a_change(has_plan=False), a_tick(1)))
    assert case.steps[0] == NO_PLAN
    planned = the_case(Played().hear(a_change(has_plan=True), a_tick(1)))
    assert planned.steps == case.steps[1:]


@pytest.mark.parametrize(
    ("effective", "due"),
    [
        pytest.param(None, day(8), id="not said: within a week"),
        pytest.param(day(30), day(30), id="before it takes effect"),
        pytest.param(day(-5), day(1), id="it is in force already"),
    ],
)
def test_a_case_is_due_before_the_change_takes_effect(effective: object, due: object) -> None:
    case = the_case(Played().hear(a_change(effective_at=effective), a_tick(1)))
    assert case.due_at == due


def test_a_case_ends_when_the_change_has_worn_off_even_if_somebody_is_on_it() -> None:
    played = Played(cases={"lasts_days": {"change.policy": 10.0}}).hear(a_change(0.5), a_tick(1))
    played.hear(start(the_case(played), 2), a_tick(10))
    assert the_case(played).state is State.IN_PROGRESS
    late = hit(at=10.7)
    played.hear(a_tick(10.6), late, a_tick(11))
    case = the_case(played)
    assert (case.state, case.history[-1].change) == (State.WITHDRAWN, Change.ENDED)
    assert case.history[-1].note == WORN_OFF
    assert played.said_of(late) == [Decision.OPENED]


def test_a_case_does_not_expire() -> None:
    played = Played(grace_days=1).hear(a_change(), a_tick(1), a_tick(60))
    assert the_case(played).state is State.OPEN


def test_a_closed_case_takes_nobody_more_and_is_told_to_no_customer() -> None:
    played = Played().hear(a_change(), a_tick(1))
    outcome = played.hear(close(the_case(played), 2)).outcomes[-1]
    assert outcome.closed == ()
    after = hit(at=2.5)
    assert played.hear(after, a_tick(3)).said_of(after) == [Decision.OPENED]


def test_every_desk_merges_and_one_has_the_task() -> None:
    desks = [Played(seat=seat).hear(a_change(), a_tick(1)) for seat in (HERE, ELSEWHERE)]
    assert [len(played.tasks) for played in desks] == [1, 0]
    alerts = [hit("ada"), hit("bob"), hit("eve")]
    desks[0].hear(*alerts[:1], a_tick(2))
    desks[1].hear(*alerts[1:], a_tick(2))
    assert desks[1].said_of(alerts[1]) == [Decision.MERGED_INTO_CASE]
    found = progress(page(played) for played in desks)
    assert found is not None
    assert (found.n_exposed, found.n_alerts, found.n_customers) == (10, 3, 3)
    assert progress([]) is None


@pytest.mark.parametrize(
    ("note", "decision"),
    [
        pytest.param("all were told", Decision.OPENED, id="closed"),
        pytest.param("", Decision.MERGED_INTO_CASE, id="a claim without a word is refused"),
    ],
)
def test_a_closing_is_understood_at_every_desk_alike(note: str, decision: Decision) -> None:
    for seat in (HERE, ELSEWHERE):
        played = Played(seat=seat).hear(a_change(), a_tick(1))
        act: Close = close(case_id(CHANGE), 2, "saved", note)
        assert played.hear(act).outcomes[-1].refused == ()
        after = hit(at=2.5)
        assert played.hear(after, a_tick(3)).said_of(after) == [decision]


def test_a_desk_without_the_task_passes_over_what_else_is_done_with_it() -> None:
    played = Played(seat=ELSEWHERE).hear(a_change(), a_tick(1))
    outcome = played.hear(reassign(case_id(CHANGE), 2, "lee")).outcomes[-1]
    assert (outcome.refused, outcome.tasks) == ((), ())


def test_partitions_add_up_in_any_order_and_twice_is_once() -> None:
    parts = [a_change(0.5, partition=n, n_exposed=n + 1, value_exposed=0.1) for n in range(3)]
    ticks = [a_tick(1, partition=n, partitions=3) for n in range(3)]
    found = []
    for order in permutations(parts):
        played = Played().hear(*order, *order, *ticks)
        assert (the_case(played).n_exposed, the_case(played).value) == (6, 0.3)
        found.append((played.tasks, played.documents))
    assert all(one == found[0] for one in found)


def test_a_late_part_is_counted_in_the_round_after_it() -> None:
    played = Played().hear(a_change(0.5), a_tick(1, partitions=2))
    played.hear(a_tick(1, partition=1, partitions=2))
    played.hear(a_change(0.5, partition=1, n_exposed=7))
    assert the_case(played).n_exposed == 10
    played.hear(a_tick(2, partitions=2), a_tick(2, partition=1, partitions=2))
    case = the_case(played)
    assert (case.n_exposed, case.history[-1].change) == (17, Change.COUNTED)


def test_a_change_of_tomorrow_stands_for_nobody_today() -> None:
    today = hit(at=0.5)
    played = Played().hear(a_change(1.5), today, a_tick(1))
    assert played.said_of(today) == [Decision.OPENED]


def test_what_was_put_off_is_merged_when_the_case_comes_first() -> None:
    played, cooling = Played().hear(an_alert(at=0.2), a_tick(1)), hit(at=3)
    played.hear(close(played.task(), 2, "not-reachable"), cooling, a_tick(4))
    played.hear(a_change(4.5), a_tick(5), a_tick(9))
    assert played.said_of(cooling) == [Decision.COOL_DOWN, Decision.MERGED_INTO_CASE]
    assert "waiting/ada" not in played.documents


def test_the_memory_of_a_case_ends() -> None:
    played = Played(cases={"lasts_days": {"change.policy": 10.0}}, finished_kept_days=5)
    played.hear(a_change(0.5), a_tick(1), close(case_id(CHANGE), 2), a_tick(15))
    assert f"case/{CHANGE}" in played.documents
    played.hear(a_tick(16))
    assert f"case/{CHANGE}" not in played.documents


def test_of_three_hundred_customers_only_the_few_with_own_reasons_get_a_task() -> None:
    own: dict[int, dict[str, Any]] = {
        3: {"stage": "decision"},
        77: {"because": "complaint.open", "cohort": None},
    }
    alerts = [hit(f"c{n}", 1.1 + n / 1000, **own.get(n, {})) for n in range(300)]
    played = Played().hear(a_change(n_exposed=300), a_tick(1), *alerts, a_tick(2))
    assert sorted(played.live) == ["", "c3", "c77"]
    assert page(played).n_customers == 298


def test_a_change_that_hits_nobody_is_no_case() -> None:
    assert Played().hear(a_change(n_exposed=0), a_tick(1)).tasks == {}


def test_two_changes_are_two_cases() -> None:
    played = Played().hear(a_change(), a_change(id=OTHER, reason="competition.entered"), a_tick(1))
    assert sorted(task.playbook for task in played.tasks.values()) == ["P11", "P15"]
