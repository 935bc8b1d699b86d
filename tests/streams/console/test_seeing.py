"""Everybody sees exactly what their work needs; the rest does not exist for them."""

from typing import Any

import pytest

from alerts.console.people import People
from alerts.task import case_id
from streams.console.app import HOMES
from tests.alerts.desks import a_change, a_tick, an_alert, close, in_control_group
from tests.streams.console.conftest import PEOPLE, House

NOWHERE = 404
PAGES = {
    "Kim": {"/tasks", "/customers"},
    "Lee": {"/tasks", "/customers"},
    "Nora": {"/tasks", "/customers", "/cases"},
    "Otto": {"/operations"},
    "Ana": set[str](),
    "阿明": {"/tasks", "/customers"},
}


@pytest.mark.parametrize("name", PEOPLE)
async def test_everybody_has_the_pages_of_their_job_and_no_others(house: House, name: str) -> None:
    await house.hear(a_change(0.2), a_tick(1))
    guest = await house.come_in(name)
    opened = {path for path in HOMES.values() if (await guest.get(path)).status == 200}
    assert opened == PAGES[name]


async def test_a_queue_holds_ones_own_tasks_only_and_a_leads_the_teams(house: House) -> None:
    await house.hear(an_alert("ada"), an_alert("bob", owner="lee"), a_tick(1))
    shown = {}
    for name in ("Kim", "Lee", "Nora"):
        guest = await house.come_in(name)
        await guest.get("/tasks")
        shown[name] = {who for who in ("ada", "bob") if f"<strong>{who}</strong>" in guest.last}
    assert shown == {"Kim": {"ada"}, "Lee": {"bob"}, "Nora": {"ada"}}


async def test_a_foreign_queue_is_not_to_be_had_by_asking(house: House) -> None:
    await house.hear(an_alert("ada"), an_alert("bob", owner="lee"), a_tick(1))
    kim = await house.come_in("Kim")
    await kim.get("/tasks", params={"owner": "lee"})
    assert "bob" not in kim.last


@pytest.mark.parametrize("name", ["Lee", "Otto", "Ana"])
async def test_a_foreign_task_or_customer_is_as_if_it_were_not_there(
    house: House, name: str
) -> None:
    customer = f"hidden-from-{name}"
    task = (await house.hear(an_alert(customer), a_tick(1))).task(customer)
    await house.says(customer, "kim")
    guest = await house.come_in(name)
    for path, theirs, missing in (
        ("/tasks/", task.id, "0" * 16),
        ("/customer?id=", customer, "nobody"),
    ):
        foreign = await guest.get(path + theirs)
        told = guest.last.replace(theirs, "")
        gone = await guest.get(path + missing)
        assert (foreign.status, gone.status) == (NOWHERE, NOWHERE)
        # But for the address, which the visitor knew, the pages are the same.
        assert told == guest.last.replace(missing, "")
    assert await house.views(customer) == []


async def test_an_account_manager_sees_a_task_of_theirs_that_another_does(house: House) -> None:
    task = (await house.hear(an_alert("ada", owner="lee"), a_tick(1))).task("ada")
    await house.says("ada", "kim")
    kim = await house.come_in("Kim")
    assert (await kim.get(f"/tasks/{task.id}")).status == 200
    assert "somebody else" in kim.last
    assert 'action="/tasks/' not in kim.last


async def test_a_customer_page_has_tasks_risks_and_what_happened(house: House) -> None:
    task = (await house.hear(an_alert("ada"), a_tick(1))).task("ada")
    await house.hear(close(task, 2))
    await house.says("ada", "kim", at=1.0, risk=0.1)
    await house.says("ada", "kim", at=3.0, risk=0.4, band="at_risk")
    kim = await house.come_in("Kim")
    assert (await kim.get("/customer?id=ada")).status == 200
    assert '<polyline points="0.0,128.0 640.0,128.0 640.0,32.0"/>' in kim.last
    assert f"/tasks/{task.id}" in kim.last
    assert "false alarm" in kim.last or "saved" in kim.last


async def test_those_to_watch_are_ones_own_by_what_may_be_lost(house: House) -> None:
    await house.says("ada", "kim", value_at_risk=5.0)
    await house.says("bea", "kim", value_at_risk=9.0)
    await house.says("cid", "lee")
    await house.says("dan", "kim", band="at_risk")  # a task's business
    await house.says("eve", "kim", tier="base")
    kim = await house.come_in("Kim")
    await kim.get("/customers")
    places = [kim.last.find(f"<strong>{who}</strong>") for who in ("bea", "ada")]
    assert 0 < places[0] < places[1]
    assert not [who for who in ("cid", "dan", "eve") if f"<strong>{who}<" in kim.last]
    await house.says("ada", "lee", at=2.0)  # given to somebody else
    await kim.get("/customers")
    assert "<strong>ada<" not in kim.last


async def test_of_the_control_group_no_risk_is_shown(house: House) -> None:
    house.parts.desk.__dict__["hold_out"] = house.parts.desk.hold_out.model_copy(
        update={"share": 0.1}
    )
    held = in_control_group()
    await house.says(held, "kim", at=1.0, risk=0.11)
    await house.says(held, "kim", at=2.0, risk=0.22)
    kim = await house.come_in("Kim")
    await kim.get("/customers")
    assert f"<strong>{held}</strong>" not in kim.last
    assert (await kim.get("/customer", params={"id": held})).status == 200
    assert "by which we measure" in kim.last
    assert "polyline" not in kim.last
    assert "22%" not in kim.last


async def test_cases_are_told_in_numbers(house: House) -> None:
    hit: dict[str, Any] = {"because": "change.policy", "cohort": a_change().id}
    await house.hear(a_change(0.2), an_alert("ada", **hit), a_tick(1))
    nora = await house.come_in("Nora")
    await nora.get("/cases")
    assert "<b>10</b> Exposed" in nora.last
    assert "<b>1</b> Alerts merged" in nora.last
    assert "ada" not in nora.last
    assert (await nora.get(f"/tasks/{case_id(a_change().id)}")).status == 200
    kim = await house.come_in("Kim")
    assert (await kim.get(f"/tasks/{case_id(a_change().id)}")).status == NOWHERE


async def test_operations_are_counts_without_a_customer(house: House) -> None:
    await house.hear(an_alert("ada"), an_alert("bob", urgent=True), a_tick(1))
    otto = await house.come_in("Otto")
    await otto.get("/operations")
    assert "<b>2</b> live tasks" in otto.last
    assert "<b>7</b> desk" in otto.last
    assert not [one for one in ("ada", "bob", "kim") if one in otto.last]


async def test_whoever_is_no_longer_named_is_out(house: House) -> None:
    kim = await house.come_in("Kim")
    house.parts.__dict__["people"] = People({})  # as after a restart
    response = await kim.get("/tasks", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/login?next=/tasks")
