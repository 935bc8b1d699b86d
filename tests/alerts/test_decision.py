"""The ladder: one rung, one reason."""

from typing import Any, get_args

import msgspec
import pytest
from msgspec.structs import replace

from alerts.actions import ContactChannel
from alerts.alert import Alert
from alerts.cases import told
from alerts.decision import Decision, Situation, before_budget, not_before, within_budget
from alerts.holdout import held_out
from alerts.life import opened
from alerts.settings import DeskSettings
from alerts.task import State, Task
from tests.alerts.desks import (
    a_breach,
    a_change,
    a_job,
    an_alert,
    complaint,
    day,
    in_control_group,
)

CONTROL = in_control_group()
CHANNELS = get_args(ContactChannel)
STANDARD = an_alert(because="product.fit", tier="base")  # no playbook is about that for the base
DRAWN = DeskSettings()


def a_task(state: State = State.OPEN, band: str = "at_risk", *, urgent: bool = False) -> Task:
    alert = an_alert(band=band, urgent=urgent)
    task = opened(a_job(alert), day(1), alerts=(alert.id,))
    return msgspec.structs.replace(task, state=state)


def known(**changed: Any) -> Situation:
    return Situation(**{"now": day(10)} | changed)


COOLING = known(cool_until=day(20), cool_band="at_risk")
CALLED_TWICE = known(contacts=(day(5), day(8)))
CALLED_THRICE = known(contacts=(day(4), day(5), day(8)))
CASE = told(None, a_change(), day(0.5), DRAWN.cases)
MANAGEMENT = a_breach(at=2, breach="management")
COUNTED = Decision.COUNTED


def task_of(alert: Alert) -> Task:
    return opened(a_job(alert), day(1), alerts=(alert.id,))


BROKEN, MESSAGE = task_of(a_breach()), task_of(an_alert(tier="base"))

LADDER = [
    ("nothing is known of them", an_alert(), known(), None),
    ("no consent", an_alert(consented=False), known(task=a_task()), Decision.NO_CONSENT),
    ("same trouble, task open", an_alert(), known(task=a_task()), Decision.MERGED),
    (
        "worse trouble, task open",
        an_alert(band="critical"),
        known(task=a_task()),
        Decision.RAISED,
    ),
    ("now urgent, task open", an_alert(urgent=True), known(task=a_task()), Decision.RAISED),
    (
        "less trouble, task open",
        an_alert(),
        known(task=a_task(band="critical", urgent=True)),
        Decision.MERGED,
    ),
    (
        "same trouble, put off",
        an_alert(),
        known(task=a_task(State.SNOOZED)),
        Decision.SNOOZED,
    ),
    (
        "worse trouble, put off",
        an_alert(band="critical"),
        known(task=a_task(State.SNOOZED)),
        Decision.RAISED,
    ),
    ("in the control group", an_alert(CONTROL), known(), Decision.HELD_OUT),
    ("control group, top tier", an_alert(CONTROL, tier="top"), known(), None),
    ("control group, urgent", an_alert(CONTROL, urgent=True), known(), None),
    (
        "control group, task open all the same",
        an_alert(CONTROL),
        known(task=a_task()),
        Decision.MERGED,
    ),
    ("same trouble, too soon", an_alert(), COOLING, Decision.COOL_DOWN),
    ("worse trouble, too soon", an_alert(band="critical"), COOLING, None),
    ("urgent, too soon", an_alert(urgent=True), COOLING, None),
    ("same trouble, cooled down", an_alert(), known(cool_until=day(10)), None),
    ("called twice", an_alert(), CALLED_TWICE, Decision.CONTACT_CAP),
    ("called twice, urgent", an_alert(urgent=True), CALLED_TWICE, None),
    ("called thrice, urgent", an_alert(urgent=True), CALLED_THRICE, Decision.CONTACT_CAP),
    ("called thrice, complains", complaint(), CALLED_THRICE, None),
    ("no consent, complains", complaint(consented=False), known(), None),
    ("standard content, no channel", STANDARD, known(), Decision.NOTHING_FITS),
    ("standard content, old news", STANDARD, known(now=day(14.5)), Decision.EXPIRED),
    ("standard content, called twice", STANDARD, CALLED_TWICE, Decision.CONTACT_CAP),
    ("standard content, urgent", replace(STANDARD, urgent=True), known(), None),
    ("all channels refused", an_alert(refused=CHANNELS), known(), Decision.NOTHING_FITS),
    ("all channels refused, complains", complaint(refused=CHANNELS), known(), None),
    ("all channels refused, broken", a_breach(refused=CHANNELS), known(), None),
    ("a change hit many", an_alert(), known(case=CASE), Decision.MERGED_INTO_CASE),
    ("a change, task open", an_alert(), known(case=CASE, task=a_task()), Decision.MERGED),
    ("a change, control group", an_alert(CONTROL), known(case=CASE), Decision.MERGED_INTO_CASE),
    ("middle, watch", an_alert(band="watch"), known(), Decision.LISTED),
    ("base, watch", an_alert(band="watch", tier="base"), known(), Decision.COUNTED),
    ("top, watch", an_alert(band="watch", tier="top"), known(), None),
    ("watch, decision", an_alert(band="watch", stage="decision", urgent=True), known(), None),
    ("watch, complains", complaint(band="watch", tier="base"), known(), None),
    ("watch, control group", an_alert(CONTROL, band="watch"), known(), Decision.LISTED),
    ("silent too long", an_alert(band="calm", care=True), known(), None),
    ("silent too long, base", an_alert(band="calm", care=True, tier="base"), known(), COUNTED),
    ("a second clock broke", MANAGEMENT, known(task=BROKEN), Decision.RAISED),
    ("the same clock broke", a_breach(at=0.7), known(task=BROKEN), Decision.MERGED),
    ("broken, control group", a_breach(CONTROL), known(), None),
    ("broken, called thrice", a_breach(), CALLED_THRICE, None),
    ("broken, too soon", a_breach(), COOLING, None),
    ("a person for a message", an_alert(band="critical"), known(task=MESSAGE), Decision.RAISED),
    ("a complaint for a message", complaint(tier="base"), known(task=MESSAGE), Decision.RAISED),
]


@pytest.mark.parametrize(
    ("alert", "situation", "expected"),
    [pytest.param(*row[1:], id=row[0]) for row in LADDER],
)
def test_the_ladder(alert: Alert, situation: Situation, expected: Decision | None) -> None:
    assert before_budget(a_job(alert), situation, DRAWN) == expected


@pytest.mark.parametrize(
    ("n_open", "urgent", "expected"),
    [
        pytest.param(24, False, Decision.OPENED, id="room for one"),
        pytest.param(25, False, Decision.WAITING_FOR_BUDGET, id="full"),
        pytest.param(25, True, Decision.OPENED, id="full, urgent"),
        pytest.param(29, True, Decision.OPENED, id="one urgent left"),
        pytest.param(30, True, Decision.WAITING_FOR_BUDGET, id="full of urgent ones"),
    ],
)
def test_the_budget(n_open: int, urgent: bool, expected: Decision) -> None:
    handling = a_job(an_alert(urgent=urgent)).handling
    assert within_budget(handling, n_open, 25, DRAWN) is expected


@pytest.mark.parametrize(("owner", "budget"), [("kim", 25), ("new", 1), ("away", 0), ("pool", 200)])
def test_some_have_a_budget_of_their_own(owner: str, budget: int) -> None:
    assert DeskSettings(budgets={"new": 1, "away": 0}).budget(owner) == budget


@pytest.mark.parametrize(
    ("decision", "situation", "expected"),
    [
        pytest.param(Decision.COOL_DOWN, COOLING, day(20), id="when cooled down"),
        pytest.param(Decision.CONTACT_CAP, CALLED_TWICE, day(19), id="when a call is forgotten"),
        pytest.param(Decision.WAITING_FOR_BUDGET, known(), day(10), id="at once"),
    ],
)
def test_when_it_is_decided_again(
    decision: Decision, situation: Situation, expected: object
) -> None:
    assert not_before(a_job(an_alert()), situation, decision, DRAWN) == expected


def test_five_decisions_keep_the_alert_in_its_place() -> None:
    assert [one for one in Decision if one.postponed] == [
        Decision.WAITING_FOR_BUDGET,
        Decision.COOL_DOWN,
        Decision.CONTACT_CAP,
        Decision.NOTHING_FITS,
        Decision.UNVERIFIED,
    ]


def test_the_control_group_is_the_same_however_often_it_is_asked_and_grows_by_share() -> None:
    def drawn(share: float) -> set[int]:
        return {n for n in range(2000) if held_out(str(n), share=share, salt="ebbwatch")}

    assert drawn(0.0) == set()
    assert drawn(0.1) < drawn(0.2)
    assert 150 < len(drawn(0.1)) < 250
    assert drawn(0.1) != {n for n in range(2000) if held_out(str(n), share=0.1, salt="other")}
