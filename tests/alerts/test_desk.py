"""The desk: from what is said to who does what. Stories of some days, in days."""

import pytest

from alerts.decision import Decision
from alerts.records import DecisionMade, DeskRecord, TaskChanged, decode_task
from alerts.task import State
from tests.alerts.desks import (
    Played,
    a_tick,
    all_clear,
    an_alert,
    close,
    complaint,
    day,
    failed_payment,
    in_control_group,
)


def test_a_quiet_customer_becomes_a_task_in_the_round() -> None:
    played = Played().hear(an_alert(at=0.5))
    assert played.tasks == {}
    task = played.hear(a_tick(1)).task()
    assert (task.owner, task.opened_at, task.due_at) == ("kim", day(1), day(8))
    assert (task.expected_value, task.value_at_risk) == (180.0, 500.0)


def test_a_complaint_becomes_a_task_at_once() -> None:
    task = Played().hear(complaint(at=0.5)).task()
    assert (task.opened_at, task.playbook, task.saveability) == (day(0.5), "P5", 0.6)


def test_the_best_expected_value_is_opened_and_the_rest_waits() -> None:
    alerts = [an_alert(name, value=worth) for name, worth in [("a", 100), ("b", 900), ("c", 500)]]
    played = Played(open_tasks_max=1).hear(*alerts, a_tick(1))
    assert list(played.live) == ["b"]
    assert [played.said_of(alert) for alert in alerts] == [
        [Decision.WAITING_FOR_BUDGET],
        [Decision.OPENED],
        [Decision.WAITING_FOR_BUDGET],
    ]


def test_of_equal_value_the_lower_id_is_opened() -> None:
    alerts = [an_alert(name) for name in "abcdef"]
    played = Played(open_tasks_max=1).hear(*alerts, a_tick(1))
    assert played.task(next(iter(played.live))).alerts == (min(alert.id for alert in alerts),)


def test_room_is_given_to_the_best_waiting_in_the_next_round() -> None:
    played = Played(open_tasks_max=1).hear(an_alert("a", value=900), a_tick(1))
    played.hear(an_alert("b", 1.5, value=300), an_alert("c", 1.5, value=500), a_tick(2))
    played.hear(close(played.task("a"), 2.5))
    assert list(played.live) == []
    played.hear(a_tick(3))
    assert list(played.live) == ["c"]
    assert played.task("c").opened_at == day(3)


def test_every_manager_has_a_budget_of_their_own() -> None:
    alerts = [an_alert(f"{owner}{n}", owner=owner) for owner in ("kim", "lee") for n in range(4)]
    played = Played(open_tasks_max=2, budgets={"lee": 3}).hear(*alerts, a_tick(1))
    owners = [task.owner for task in played.live.values()]
    assert (owners.count("kim"), owners.count("lee")) == (2, 3)


def test_urgent_ones_pass_a_full_day_within_their_own_cap() -> None:
    usual = [an_alert(f"u{n}") for n in range(2)]
    played = Played(open_tasks_max=2, urgent_extra=1).hear(*usual, a_tick(1))
    urgent = [complaint(f"x{n}", 1.2 + n / 10, urgent=True) for n in range(2)]
    played.hear(*urgent)
    assert [played.said_of(alert) for alert in urgent] == [
        [Decision.OPENED],
        [Decision.WAITING_FOR_BUDGET],
    ]
    assert not played.live["u0"].urgent
    assert played.live["x0"].urgent


def test_an_urgent_one_that_waits_comes_before_more_valuable_ones() -> None:
    played = Played(open_tasks_max=1, urgent_extra=0).hear(an_alert("a"), a_tick(1))
    played.hear(complaint("x", 1.2, urgent=True, value=10.0), an_alert("rich", 1.3, value=1e6))
    played.hear(a_tick(2), close(played.task("a"), 2.5), a_tick(3))
    assert list(played.live) == ["x"]


def test_a_second_alert_joins_the_open_task() -> None:
    again = an_alert(at=2.5)
    played = Played().hear(an_alert(), a_tick(1), again, a_tick(3))
    assert played.said_of(again) == [Decision.MERGED]
    assert played.task().alerts == (an_alert().id, again.id)


def test_worse_trouble_raises_the_open_task() -> None:
    worse = complaint(at=2.5, band="critical")
    task = Played().hear(an_alert(), a_tick(1), worse).task()
    assert (task.band, task.due_at, task.playbook) == ("critical", day(3.5), "P5")


def test_a_newer_alert_takes_the_place_of_one_that_waits() -> None:
    first, newer = an_alert("b", 1.5, value=10), an_alert("b", 2.5, value=20)
    played = Played(open_tasks_max=1).hear(an_alert("a"), a_tick(1), first, a_tick(2))
    played.hear(newer, a_tick(3), close(played.task("a"), 3.5), a_tick(4))
    assert played.said_of(first) == [Decision.WAITING_FOR_BUDGET, Decision.REPLACED]
    assert played.said_of(newer) == [Decision.WAITING_FOR_BUDGET, Decision.OPENED]
    assert played.task("b").alerts == (first.id, newer.id)


def test_one_that_waits_goes_when_the_customer_recovers() -> None:
    waits = an_alert("b", 1.5, value=10)
    played = Played(open_tasks_max=1).hear(an_alert("a"), a_tick(1), waits, a_tick(2))
    played.hear(all_clear("b", 2.5), a_tick(3), close(played.task("a"), 3.5), a_tick(4))
    assert played.said_of(waits) == [Decision.WAITING_FOR_BUDGET, Decision.WITHDRAWN]
    assert played.live == {}


def test_one_that_waits_too_long_expires_and_is_not_forgotten_in_silence() -> None:
    waits = an_alert("b", 1.5, value=10)
    played = Played(open_tasks_max=1, waiting_days=3).hear(an_alert("a"), a_tick(1), waits)
    played.hear(a_tick(2), a_tick(5))
    assert played.said_of(waits) == [Decision.WAITING_FOR_BUDGET, Decision.EXPIRED]


def test_a_recovery_makes_room_in_the_same_round() -> None:
    played = Played(open_tasks_max=1).hear(an_alert("a"), a_tick(1))
    played.hear(an_alert("b", 2.5, value=10), all_clear("a", 2.7), a_tick(3))
    assert list(played.live) == ["b"]


@pytest.mark.parametrize("customer", list("abcdef"))
def test_of_one_instant_the_all_clear_comes_first(customer: str) -> None:
    alert = an_alert(customer, 0.5)
    clear = all_clear(customer, 0.5)
    assert Played().hear(alert, clear, a_tick(1)).said_of(alert) == [Decision.OPENED]
    assert Played().hear(clear, alert, a_tick(1)).said_of(alert) == [Decision.OPENED]


def test_a_customer_who_recovers_before_the_round_never_becomes_a_task() -> None:
    alert = an_alert(at=0.2)
    played = Played().hear(alert, all_clear("ada", 0.8), a_tick(1))
    assert (played.tasks, played.said_of(alert)) == ({}, [Decision.WITHDRAWN])


def test_after_a_task_the_customer_is_left_alone_unless_it_gets_worse() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    played.hear(close(played.task(), 2, "saved"))
    same, worse = an_alert(at=5), an_alert(at=8, band="critical")
    played.hear(same, a_tick(6))
    assert played.said_of(same) == [Decision.COOL_DOWN]
    played.hear(worse, a_tick(9))
    assert played.said_of(same) == [Decision.COOL_DOWN, Decision.REPLACED]
    assert played.said_of(worse) == [Decision.OPENED]


def test_who_is_still_at_risk_after_the_cool_down_becomes_a_task() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    played.hear(close(played.task(), 2, "saved"))
    same = an_alert(at=5)
    played.hear(same, a_tick(6), a_tick(31.9))
    assert played.said_of(same) == [Decision.COOL_DOWN]
    played.hear(a_tick(32))
    assert played.said_of(same) == [Decision.COOL_DOWN, Decision.OPENED]


def test_a_customer_is_not_called_a_third_time_in_two_weeks() -> None:
    played = Played(cool_down={"not_reachable": 0.0})
    for n in (1, 3):
        played.hear(failed_payment(at=n))
        played.hear(close(played.live["ada"], n + 1, "not-reachable"))
    third = failed_payment(at=5)
    played.hear(third)
    assert played.said_of(third) == [Decision.CONTACT_CAP]
    played.hear(a_tick(15.9))
    assert played.live == {}
    played.hear(a_tick(16))
    assert played.said_of(third) == [Decision.CONTACT_CAP, Decision.OPENED]


def test_the_control_group_is_recorded_and_gets_no_task() -> None:
    ada = in_control_group()
    alert, urgent = an_alert(ada), complaint(ada, 1.5, urgent=True)
    played = Played(hold_out={"share": 0.10}).hear(alert, a_tick(1))
    assert (played.said_of(alert), played.tasks) == ([Decision.HELD_OUT], {})
    played.hear(urgent)
    assert played.said_of(urgent) == [Decision.OPENED]


def test_no_consent_no_task() -> None:
    alert = an_alert(consented=False)
    played = Played().hear(alert, a_tick(1))
    assert (played.said_of(alert), played.tasks) == ([Decision.NO_CONSENT], {})


def test_what_is_said_twice_is_heard_once() -> None:
    said: list[DeskRecord] = [
        an_alert(),
        complaint("bob", 0.7),
        a_tick(1),
        all_clear("ada", 1.5),
        a_tick(2),
    ]
    once, twice = Played().hear(*said), Played().hear(*said, *said)
    assert twice.tasks == once.tasks
    assert twice.decisions == once.decisions
    assert twice.documents == once.documents


def test_an_old_all_clear_said_again_does_not_touch_a_newer_task() -> None:
    clear = all_clear("ada", 1.5)
    played = Played().hear(clear, a_tick(2), an_alert(at=2.5), a_tick(3), clear, a_tick(4))
    assert played.task().state is State.OPEN


def test_a_position_taken_before_changes_nothing() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    outcome = played.desk.step(1, complaint("bob", 1.5))
    assert (outcome.decisions, outcome.tasks, dict(outcome.changes.puts)) == ((), (), {})


def test_a_late_alert_is_heard_in_the_next_round_and_a_pending_one_before_a_complaint() -> None:
    played = Played().hear(a_tick(1), an_alert(at=0.5), complaint(at=1.5))
    assert played.task().alerts == (an_alert(at=0.5).id, complaint(at=1.5).id)
    late = an_alert("bob", 0.9)
    assert "bob" in played.hear(late, a_tick(2)).live


def test_records_are_keyed_by_task_and_alert_and_read_back() -> None:
    played = Played(open_tasks_max=1).hear(an_alert("a", value=9000), an_alert("b"), a_tick(1))
    messages = played.outcomes[-1].messages()
    found = [decode_task(value, "here") for _, value in messages]
    assert [type(record) for record in found] == [DecisionMade, DecisionMade, TaskChanged]
    assert [key for key, _ in messages] == [
        an_alert("a").id,
        an_alert("b").id,
        played.task("a").id,
    ]
    assert found == [*played.outcomes[-1].decisions, *played.outcomes[-1].tasks]
