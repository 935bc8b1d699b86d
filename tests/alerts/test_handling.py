"""By value and band: what kind of work an alert is."""

from typing import Any

import pytest
from pydantic import ValidationError

from alerts.alert import Alert
from alerts.decision import Decision
from alerts.handling import Cell, Kind, TierSettings, answers, handled
from alerts.settings import DeskSettings
from alerts.task import State
from tests.alerts.desks import (
    Played,
    a_breach,
    a_tick,
    all_clear,
    an_alert,
    close,
    complaint,
    contacted,
    day,
    failed_payment,
    start,
)

BANDS = ("calm", "watch", "at_risk", "critical")
MATRIX: dict[str, tuple[Cell, ...]] = {
    "top": ("care", "task", "head", "urgent"),
    "middle": ("care", "list", "task", "task"),
    "base": ("nothing", "nothing", "message", "pool"),
    "gold": ("care", "list", "task", "task"),
}


def taken(alert: Alert, *, auto: bool = True) -> tuple[str, str, bool, str]:
    found = handled(alert, alert.owner, TierSettings(), auto=auto)
    return found.cell, found.owner, found.urgent, found.informed


@pytest.mark.parametrize(
    ("tier", "band", "cell"),
    [
        pytest.param(tier, band, cell, id=f"{tier}, {band}")
        for tier, row in MATRIX.items()
        for band, cell in zip(BANDS, row, strict=True)
    ],
)
def test_the_matrix(tier: str, band: str, cell: Cell) -> None:
    assert taken(an_alert(tier=tier, band=band))[0] == cell


@pytest.mark.parametrize(
    ("alert", "auto", "expected"),
    [
        pytest.param(
            an_alert(tier="top"), True, ("head", "kim", False, "head"), id="the head is told"
        ),
        pytest.param(
            an_alert(tier="top", band="critical"), True, ("urgent", "kim", True, "management"),
            id="management is told",
        ),
        pytest.param(
            an_alert(stage="decision", urgent=True), True, ("task", "kim", True, ""),
            id="middle, urgent at decision stage",
        ),
        pytest.param(
            an_alert(tier="base"), True, ("message", "automatic", False, ""), id="a text"
        ),
        pytest.param(an_alert(tier="base"), False, ("pool", "pool", False, ""), id="no text"),
        pytest.param(
            complaint(tier="base"), True, ("pool", "pool", False, ""), id="anger meets a person"
        ),
        pytest.param(
            complaint(band="watch"), True, ("task", "kim", False, ""), id="complaints of all"
        ),
        pytest.param(
            a_breach(tier="base"), True, ("urgent", "kim", True, "management"), id="broken, base"
        ),
    ],
)  # fmt: skip
def test_whose_work_it_is(
    alert: Alert, *, auto: bool, expected: tuple[str, str, bool, str]
) -> None:
    assert taken(alert, auto=auto) == expected


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"actions": {f"t{n}": {} for n in range(5)}}, "5 tiers, at most 4", id="many"),
        pytest.param({"actions": {"middle": {"calm": "care"}}}, "nothing about band 'watch'"),
        pytest.param({"usual": "gold"}, "the usual tier 'gold' is none of", id="usual"),
        pytest.param(
            {"actions": {"middle": dict.fromkeys(BANDS, "shout")}}, "Input should be", id="cell"
        ),
    ],
)
def test_wrong_tiers_are_refused_at_the_start(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        DeskSettings(tiers=wrong)


def test_an_answer_is_no_outreach() -> None:
    assert answers(complaint())
    assert answers(a_breach())
    assert not answers(failed_payment())


def test_a_message_waits_in_the_queue_of_the_courier_and_is_answered_to_its_desk() -> None:
    task = Played().hear(an_alert(tier="base"), a_tick(1)).task()
    assert (task.kind, task.owner, task.desk_key) == (Kind.MESSAGE, "automatic", "kim")
    assert task.message is not None


def test_a_listed_alert_is_on_the_record_and_no_task() -> None:
    alert = an_alert(band="watch")
    played = Played().hear(alert, a_tick(1))
    assert (played.said_of(alert), played.tasks) == ([Decision.LISTED], {})


@pytest.mark.parametrize("stage", [None, "decision"])
def test_who_closes_down_is_counted_and_nobody_is_sent(stage: str | None) -> None:
    told = an_alert(tier="top", band="critical", because="need.ended", stage=stage)
    played = Played().hear(told, a_tick(1))
    assert played.said_of(told) == [Decision.COUNTED]
    assert played.tasks == {}


def test_a_care_task_takes_a_place_in_the_budget_behind_what_is_worth_more() -> None:
    care = an_alert("ada", band="calm", risk=0.02, care=True, because="relation.neglect")
    played = Played(open_tasks_max=1).hear(care, an_alert("bob"), a_tick(1))
    assert list(played.live) == ["bob"]
    played.hear(close(played.task("bob"), 1.5), a_tick(2))
    task = played.task("ada")
    assert (task.kind, task.playbook, task.due_at) == (Kind.CARE, "P19", day(9))


def test_silence_of_ours_does_not_push_trouble_out_of_the_queue() -> None:
    trouble, care = an_alert("b", 1.5, value=10), an_alert("b", 2.5, band="calm", care=True)
    played = Played(open_tasks_max=1).hear(an_alert("a"), a_tick(1), trouble, a_tick(2), care)
    played.hear(a_tick(3), close(played.task("a"), 3.5), a_tick(4))
    assert played.said_of(care) == [Decision.REPLACED]
    assert played.task("b").kind is Kind.CUSTOMER
    assert played.task("b").alerts == (trouble.id, care.id)


def test_only_a_contact_ends_our_silence() -> None:
    played = Played().hear(an_alert(band="calm", care=True), a_tick(1))
    played.hear(all_clear("ada", 1.5), a_tick(2))
    assert played.task().state is State.OPEN
    played.hear(all_clear("ada", 2.5, care=True), a_tick(3))
    assert played.task().state is State.WITHDRAWN


def test_a_contact_does_not_end_trouble() -> None:
    played = Played().hear(an_alert(), a_tick(1), all_clear("ada", 1.5, care=True), a_tick(2))
    assert played.task().state is State.OPEN


def test_trouble_makes_another_task_of_a_care_task() -> None:
    played = Played().hear(an_alert(band="calm", care=True), a_tick(1), an_alert(at=1.5), a_tick(2))
    assert (played.task().kind, played.task().playbook) == (Kind.CUSTOMER, "P24")


def test_an_opt_out_takes_back_what_was_to_be_said() -> None:
    out = an_alert(at=1.5, consented=False)
    played = Played().hear(an_alert(), a_tick(1), out, a_tick(2))
    assert played.said_of(out) == [Decision.NO_CONSENT]
    assert (played.task().state, played.task().history[-1].note) == (
        State.WITHDRAWN,
        "no consent",
    )


def test_an_opt_out_leaves_what_answers_them_and_what_somebody_is_on() -> None:
    asked = Played().hear(complaint(), an_alert(at=0.7, consented=False), a_tick(1))
    assert asked.task().state is State.OPEN
    played = Played().hear(an_alert(), a_tick(1))
    played.hear(start(played.task(), 1.2), an_alert(at=1.5, consented=False), a_tick(2))
    assert played.task().state is State.IN_PROGRESS


def test_a_contact_counts_when_it_happened_and_once() -> None:
    played = Played(cool_down={"not_reachable": 0.0})
    for n in (1, 3):
        played.hear(failed_payment(at=n))
        played.hear(contacted(played.live["ada"], n + 0.5))
        played.hear(close(played.live["ada"], n + 1, "not-reachable"))
    third = failed_payment(at=5)
    played.hear(third, a_tick(15.4))
    assert played.said_of(third) == [Decision.CONTACT_CAP]
    played.hear(a_tick(15.5))
    assert played.said_of(third) == [Decision.CONTACT_CAP, Decision.OPENED]


def test_a_contact_is_told_back_to_the_customer() -> None:
    played = Played().hear(an_alert(), a_tick(1))
    act = contacted(played.task(), 2, answered=True, value_item="training")
    (told,) = played.hear(act, act).outcomes[-2].contacted
    assert (told.customer, told.channel, told.value_item) == ("ada", "phone", "training")
    assert (told.answered, told.at, told.action_id) == (True, day(2), act.id)
    assert played.outcomes[-1].contacted == ()


def test_answers_to_complaints_do_not_fill_the_cap() -> None:
    played = Played(cool_down={"not_reachable": 0.0})
    for n in (1, 2, 3):
        played.hear(complaint(at=n))
        played.hear(close(played.live["ada"], n + 0.5, "not-reachable"))
    after = failed_payment(at=5)
    assert played.hear(after).said_of(after) == [Decision.OPENED]
