"""Handover: the book of somebody who left goes to an heir, who has one budget."""

from typing import Any

import pytest

from alerts.decision import Decision
from alerts.handover import Handover, Seat, heir_of, share
from alerts.task import Change, State, case_id
from tests.alerts.desks import Played, a_change, a_tick, an_alert, close, complaint, day, start

CHANGE = "c0ffee00c0ffee00"


def left(owner: str = "kim", heir: str = "lee", since: float = 1.0) -> Handover:
    return Handover(owner=owner, heir=heir, change=CHANGE, since=day(since), until=day(99))


def gone(at: float = 1.5, **changed: Any) -> Any:
    """Say that kim left, and lee follows."""
    told = {"reason": "relation.manager_left", "owner": "kim", "successor": "lee"}
    return a_change(at, **told | changed)


def test_what_is_open_goes_to_the_successor() -> None:
    played = Played().hear(an_alert("ada"), an_alert("eve", owner="max"), a_tick(1))
    played.hear(start(played.task("ada"), 1.2), gone(), a_tick(2))
    task = played.task("ada")
    assert (task.owner, task.desk_key, task.state) == ("lee", "kim", State.OPEN)
    assert (task.history[-1].change, task.history[-1].cause) == (Change.REASSIGNED, CHANGE)
    assert played.task("eve").owner == "max"


def test_the_case_is_a_handover_of_the_successors() -> None:
    case = Played().hear(gone(), a_tick(2)).tasks[case_id(CHANGE)]
    assert (case.owner, case.playbook) == ("lee", "P17")


def test_without_a_successor_the_retention_lead_has_the_book() -> None:
    played = Played().hear(an_alert(), a_tick(1), gone(successor=None), a_tick(2))
    assert played.task("ada").owner == "retention-lead"


def test_of_somebody_poached_the_case_is_urgent() -> None:
    case = Played().hear(gone(reason="relation.poached"), a_tick(2)).tasks[case_id(CHANGE)]
    assert (case.playbook, case.urgent, case.due_at) == ("P18", True, day(3))


def test_from_then_on_alerts_go_to_the_successor() -> None:
    played = Played().hear(gone(), an_alert("before", 0.5), a_tick(1), a_tick(2))
    played.hear(an_alert("after", 2.5), complaint("now", 2.6), a_tick(3))
    owners = {name: task.owner for name, task in played.live.items() if name}
    assert owners == {"before": "lee", "after": "lee", "now": "lee"}
    assert {task.desk_key for task in played.tasks.values()} == {"kim", CHANGE}


def test_what_waits_moves_to_the_queue_of_the_successor() -> None:
    played = Played(open_tasks_max=1).hear(an_alert("a", value=9000), an_alert("b"), a_tick(1))
    played.hear(gone(), a_tick(2))
    played.hear(close(played.task("a"), 2.5), close(case_id(CHANGE), 2.6), a_tick(3))
    assert played.task("b").owner == "lee"


def test_a_desk_opened_again_remembers_who_left() -> None:
    played = Played().hear(gone(), a_tick(2))
    played.open_again()
    assert played.hear(an_alert("after", 2.5), a_tick(3)).task("after").owner == "lee"


@pytest.mark.parametrize(
    ("handovers", "heir"),
    [
        pytest.param([], "kim", id="is still here"),
        pytest.param([left()], "lee", id="left"),
        pytest.param([left(since=5)], "kim", id="has not left yet"),
        pytest.param([left(), left("lee", "max")], "max", id="the heir left as well"),
        pytest.param([left(), left("lee", "kim")], "kim", id="in a circle"),
    ],
)
def test_who_has_the_customers(handovers: list[Handover], heir: str) -> None:
    known = {one.owner: one for one in handovers}
    assert heir_of("kim", known, day(3)) == heir


def test_an_heir_at_two_desks_has_one_budget() -> None:
    places = {"kim": 0, "lee": 1, "max": 1}
    seats = [Seat(n, places.__getitem__) for n in range(2)]
    known = {"kim": left()}
    shares = [share("lee", 25, known, day(3), seat) for seat in seats]
    assert shares == [12, 13]
    assert [share("lee", 25, known, day(100), seat) for seat in seats] == [25, 25]
    assert [share("max", 25, known, day(3), seat) for seat in seats] == [25, 25]
    at_one = {"max": left("max", "lee")}
    assert share("lee", 25, at_one, day(3), seats[1]) == 25


def test_the_desk_of_who_left_opens_no_more_than_its_share() -> None:
    seat = Seat(0, {"kim": 0, "lee": 1, CHANGE: 1}.__getitem__)
    played = Played(seat=seat, open_tasks_max=3).hear(gone(), a_tick(2))
    alerts = [an_alert(name, 2.5) for name in "abc"]
    played.hear(*alerts, a_tick(3))
    assert len(played.live) == 1
    decisions = [played.said_of(alert)[-1] for alert in alerts]
    assert decisions.count(Decision.WAITING_FOR_BUDGET) == 2


def test_when_it_is_over_the_heir_has_a_whole_budget_again() -> None:
    seat = Seat(0, {"kim": 0, "lee": 1, CHANGE: 1}.__getitem__)
    short = {"lasts_days": {"relation.manager_left": 2.0}}
    played = Played(seat=seat, open_tasks_max=3, waiting_days=99, cases=short).hear(gone())
    played.hear(a_tick(2), *(an_alert(name, 2.5) for name in "abc"), a_tick(3))
    assert len(played.live) == 1
    played.hear(a_tick(4))
    assert len(played.live) == 3


def test_an_old_departure_learned_late_changes_nothing_about_a_newer_one() -> None:
    played = Played().hear(gone(), gone(2.5, id="0000000000000002", successor="max"))
    played.hear(gone(partition=1), a_tick(3), an_alert("after", 3.5), a_tick(4))
    assert played.task("after").owner == "max"
