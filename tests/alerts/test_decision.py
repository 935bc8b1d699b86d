"""The ladder: one rung, one reason."""

from typing import Any

import msgspec
import pytest

from alerts.alert import Alert
from alerts.decision import Decision, Situation, before_budget, not_before, within_budget
from alerts.holdout import held_out
from alerts.life import opened
from alerts.settings import DeskSettings
from alerts.task import State, Task
from alerts.value import Worth
from tests.alerts.desks import PLAYBOOKS, an_alert, day, in_control_group

CONTROL = in_control_group()
DRAWN = DeskSettings()


def a_task(state: State = State.OPEN, band: str = "at_risk", *, urgent: bool = False) -> Task:
    alert = an_alert(band=band, urgent=urgent)
    task = opened(alert, Worth(0.4, 100.0), PLAYBOOKS.rows[-1], day(1), alerts=(alert.id,))
    return msgspec.structs.replace(task, state=state)


def known(**changed: Any) -> Situation:
    return Situation(**{"now": day(10)} | changed)


COOLING = known(cool_until=day(20), cool_band="at_risk")
CALLED_TWICE = known(contacts=(day(5), day(8)))
CALLED_THRICE = known(contacts=(day(4), day(5), day(8)))

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
]


@pytest.mark.parametrize(
    ("alert", "situation", "expected"),
    [pytest.param(*row[1:], id=row[0]) for row in LADDER],
)
def test_the_ladder(alert: Alert, situation: Situation, expected: Decision | None) -> None:
    assert before_budget(alert, situation, DRAWN) == expected


@pytest.mark.parametrize(
    ("n_open", "urgent", "owner", "expected"),
    [
        pytest.param(24, False, "kim", Decision.OPENED, id="room for one"),
        pytest.param(25, False, "kim", Decision.WAITING_FOR_BUDGET, id="full"),
        pytest.param(25, True, "kim", Decision.OPENED, id="full, urgent"),
        pytest.param(29, True, "kim", Decision.OPENED, id="one urgent left"),
        pytest.param(30, True, "kim", Decision.WAITING_FOR_BUDGET, id="full of urgent ones"),
        pytest.param(1, False, "new", Decision.WAITING_FOR_BUDGET, id="own budget, full"),
        pytest.param(0, False, "away", Decision.WAITING_FOR_BUDGET, id="no budget"),
    ],
)
def test_the_budget(n_open: int, urgent: bool, owner: str, expected: Decision) -> None:
    settings = DeskSettings(budgets={"new": 1, "away": 0})
    assert within_budget(an_alert(owner=owner, urgent=urgent), n_open, settings) is expected


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
    assert not_before(an_alert(), situation, decision, DRAWN) == expected


def test_three_decisions_keep_the_alert_in_its_place() -> None:
    assert [one for one in Decision if one.postponed] == [
        Decision.WAITING_FOR_BUDGET,
        Decision.COOL_DOWN,
        Decision.CONTACT_CAP,
    ]


def test_the_control_group_is_the_same_however_often_it_is_asked_and_grows_by_share() -> None:
    def drawn(share: float) -> set[int]:
        return {n for n in range(2000) if held_out(str(n), share=share, salt="ebbwatch")}

    assert drawn(0.0) == set()
    assert drawn(0.1) < drawn(0.2)
    assert 150 < len(drawn(0.1)) < 250
    assert drawn(0.1) != {n for n in range(2000) if held_out(str(n), share=0.1, salt="other")}
