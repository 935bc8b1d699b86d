"""The console's rules by themselves: who sees what, what is drawn, what is signed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace as changed

from alerts.console.access import Seer, acts_on, sees_customer, sees_task, shows_risk
from alerts.console.course import Point, Standing, drawing, listed, standing_of
from alerts.console.people import PAGES, People, Person
from alerts.console.settings import ConsoleSettings
from alerts.console.signing import fits, form_token, is_of, opened, seal
from alerts.handling import Kind, TierSettings
from alerts.settings import HoldOutSettings
from alerts.task import State, Task
from tests.alerts.desks import Played, a_tick, an_alert, day, in_control_group

KEY = b"k" * 32


def a_seer(job: str = "manager", *owners: str) -> Seer:
    return Seer("Kim", Person.model_validate({"job": job, "owners": owners}), frozenset(owners))


def a_task(**more: object) -> Task:
    return changed(Played().hear(an_alert(), a_tick(1)).task(), **more)


def a_standing(**more: object) -> Standing:
    told = Standing(
        customer="ada", owner="kim", as_of=day(1), risk=0.2, band="watch", stage=None,
        tier="middle", value=1.0, value_at_risk=0.2, basis="rules", reasons=(),
    )  # fmt: skip
    return changed(told, **more)


@pytest.mark.parametrize(
    ("job", "owners", "task", "account", "sees", "acts"),
    [
        pytest.param("manager", ["kim"], {}, None, True, True, id="own task"),
        pytest.param("manager", ["lee"], {}, None, False, False, id="foreign task"),
        pytest.param("manager", ["lee"], {}, "lee", True, False, id="own customer's"),
        pytest.param("manager", [], {"owner": ""}, None, False, False, id="of nobody"),
        pytest.param("operations", ["kim"], {}, "kim", False, False, id="numbers only"),
        pytest.param("analyst", ["kim"], {}, "kim", False, False, id="no page"),
        pytest.param("lead", [], {"kind": Kind.CASE}, None, True, False, id="a case"),
        pytest.param("manager", ["lee"], {"kind": Kind.CASE}, None, False, False, id="no case"),
        pytest.param("manager", ["kim"], {"kind": Kind.CASE}, None, True, True, id="own case"),
        pytest.param("operations", [], {"kind": Kind.CASE}, None, False, False, id="ops' case"),
    ],
)
def test_who_sees_a_task_and_who_acts_on_it(
    job: str, owners: list[str], task: dict[str, object], account: str | None,
    sees: bool, acts: bool,
) -> None:  # fmt: skip
    seer, found = a_seer(job, *owners), a_task(**task)
    assert (sees_task(seer, found, account), acts_on(seer, found)) == (sees, acts)


def test_who_sees_a_customer() -> None:
    live, over = a_task(), a_task(state=State.CLOSED)
    assert sees_customer(a_seer("manager", "lee"), "lee", ())
    assert sees_customer(a_seer("manager", "kim"), "lee", (live,))
    assert not sees_customer(a_seer("manager", "kim"), "lee", (over,))
    assert not sees_customer(a_seer("manager"), None, ())
    assert not sees_customer(a_seer("operations", "lee"), "lee", (live,))


def test_the_risk_of_the_control_group_is_kept_back() -> None:
    held, hold_out = in_control_group(), HoldOutSettings()
    assert not shows_risk(held, "middle", (), hold_out)
    assert shows_risk(held, "top", (), hold_out)  # never held out
    assert shows_risk(held, "middle", (a_task(),), hold_out)  # a task has told it
    assert shows_risk(held, "middle", (), HoldOutSettings(share=0.0))


def test_a_lead_has_the_team_and_nobody_of_another() -> None:
    people = People(
        {
            "Lin": Person(job="lead", owners=("pool",), team="north"),
            "Ada": Person(job="manager", owners=("ada", "al"), team="north"),
            "Bo": Person(job="manager", owners=("bo",), team="south"),
            "Cy": Person(job="manager", owners=("cy",)),
            "Dee": Person(job="lead", owners=("dee",)),
        }
    )
    assert people.owners("Lin") == {"pool", "ada", "al"}
    # Without a team there is nobody to lead: no team is not a team of all who have none.
    assert people.owners("Dee") == {"dee"}
    assert people.heirs("Ada") == ["ada", "al", "pool"]
    assert people.heirs("Cy") == ["cy"]
    assert people.owners("Nobody") == frozenset()


def test_pages_with_customers_are_not_given_away() -> None:
    assert PAGES["analyst"] == frozenset()
    given = Person(job="analyst", also=("operations",))
    assert {page.value for page in given.pages} == {"operations"}
    with pytest.raises(ValueError, match="also"):
        Person.model_validate({"job": "analyst", "also": ["customers"]})


@pytest.mark.parametrize(
    "wrong",
    [{"people": {" ": {"job": "lead"}}}, {"address": "console.example"}, {"people": {"A": {}}}],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"people|address"):
        ConsoleSettings.model_validate(wrong)


@pytest.mark.parametrize(
    ("standing", "watched"),
    [
        ({}, True),
        ({"band": "at_risk"}, False),
        ({"band": "calm"}, False),
        ({"tier": "base"}, False),
        ({"tier": "top"}, False),
        ({"tier": ""}, True),  # as the desk takes whoever is in no tier
        ({"stage": "decision"}, False),
    ],
)
def test_whom_to_watch(standing: dict[str, object], watched: bool) -> None:
    assert listed(a_standing(**standing), TierSettings()) is watched


def test_a_course_holds_until_the_next_word() -> None:
    points = [Point(day(0), 1.0, "critical"), Point(day(1), 0.5, "watch"), Point(day(4), 0.5, "x")]
    drawn = drawing(points)
    assert drawn is not None
    assert drawn.line == "0.0,0.0 160.0,0.0 160.0,80.0 640.0,80.0 640.0,80.0"
    assert drawn.grid == ((80.0, "50%"), (0.0, "100%"))
    low = drawing([Point(day(0), 0.02, "calm"), Point(day(1), 0.1, "calm")])
    assert low is not None
    assert (low.grid[1], low.last) == ((0.0, "10%"), (640.0, 0.0))
    assert drawing(points[:1]) is drawing([]) is None
    assert drawing([points[0], replace_at(points[1], points[0].at)]) is None


def replace_at(point: Point, at: datetime) -> Point:
    return changed(point, at=at)


def test_a_cookie_and_a_form_do_not_pass_for_each_other() -> None:
    cookie = seal(KEY, "s", 2_000_000_000)
    assert opened(KEY, cookie, 1_999_999_999.5) == "s"
    assert opened(KEY, f"s.2000000000.{form_token(KEY, 's.2000000000')}", 0) is None
    assert not fits(KEY, "s.2000000000", cookie.rpartition(".")[2])


def test_a_password_too_long_to_be_one_costs_nothing() -> None:
    kept = "scrypt$16384$c2FsdA$" + "A" * 43
    assert not is_of("x" * 10_000_000, kept)


def test_an_assessment_becomes_a_standing_with_an_owner() -> None:
    record = (
        b'{"partition":0,"number":1,"as_of":"2017-01-02T00:00:00Z","risk":0.5,"band":"watch",'
        b'"previous_band":"calm","stage":null,"basis":"rules","model_version":0,'
        b'"settings_id":"s","owner":"","tier":"middle","language":"en","value":1.0,'
        b'"value_basis":"spend","value_at_risk":0.5,"cause":"time","adverse":false,"hard":false,'
        b'"late":false,"crossed":true,"cleared":false,"reasons":[]}'
    )
    found = standing_of("ada", record)
    assert (found.owner, found.risk) == ("unassigned", 0.5)
    assert found.as_of == datetime(2017, 1, 2, tzinfo=UTC)


def test_a_person_who_is_somebody_else_sees_something_else() -> None:
    kim = a_seer("manager", "kim")
    assert not acts_on(replace(kim, owners=frozenset()), a_task())
    assert kim.person.pages == PAGES["manager"]
    assert timedelta(0) == day(0) - day(0)
