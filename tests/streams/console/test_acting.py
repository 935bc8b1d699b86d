"""What people do with a task becomes an action on the desk's log, and nothing else."""

import re
from html import unescape

import pytest

from alerts.actions import Acknowledge, AnyAction, Close, Contacted, Note, Reassign, Snooze, Start
from alerts.task import Task
from tests.alerts.desks import a_tick, an_alert, close
from tests.streams.console.conftest import ONCE, Guest, House

FORMS: dict[str, tuple[dict[str, str], type[AnyAction], dict[str, object]]] = {
    "acknowledge": ({}, Acknowledge, {}),
    "start": ({}, Start, {}),
    "contacted": (
        {"channel": "phone", "brought": "training", "answered": "yes"},
        Contacted,
        {"channel": "phone", "value_item": "training", "answered": True},
    ),
    "snooze": ({"days": "3"}, Snooze, {}),
    "close": (
        {"outcome": "lost", "reason": "service", "note": " gone "},
        Close,
        {"outcome": "lost", "reason": "service", "note": "gone"},
    ),
    "note": ({"text": "call after five"}, Note, {"text": "call after five"}),
    "reassign": ({"to": "retention-lead"}, Reassign, {"to": "retention-lead"}),
}


async def at_task(house: House, customer: str, name: str = "Kim") -> tuple[Guest, Task]:
    """Open the page of a task."""
    task = (await house.hear(an_alert(customer), a_tick(1))).task(customer)
    guest = await house.come_in(name)
    assert (await guest.get(f"/tasks/{task.id}")).status == 200
    return guest, task


@pytest.mark.parametrize("kind", FORMS)
async def test_a_button_ends_as_an_action_on_the_topic(house: House, kind: str) -> None:
    fields, made, says = FORMS[kind]
    guest, task = await at_task(house, f"acts-{kind}")
    before = await house.parts.board.load(0)
    response = await guest.post(f"/tasks/{task.id}/{kind}", {"once": "1", **fields})
    assert response.status == 303
    (found,) = await house.actions(task)
    assert isinstance(found, made)
    assert (found.by, found.task_id) == ("Kim", task.id)
    assert {name: getattr(found, name) for name in says} == says
    # The board is the desk's: nothing changed on it.
    assert await house.parts.board.load(0) == before


async def test_the_page_says_sent_until_the_board_shows_it(house: House) -> None:
    guest, task = await at_task(house, "acts-sent")
    sent = await guest.post(f"/tasks/{task.id}/acknowledge", {"once": "1"})
    await guest.get(sent.headers["Location"])
    assert "taking effect" in guest.last
    assert 'http-equiv="refresh"' in guest.last
    await house.hear(*await house.actions(task))
    await guest.get(sent.headers["Location"])
    assert "Done: seen." in guest.last
    assert "refresh" not in guest.last


async def test_what_the_desk_refuses_is_told(house: House) -> None:
    guest, task = await at_task(house, "acts-refused")
    sent = await guest.post(f"/tasks/{task.id}/close", {"once": "1", "outcome": "saved"})
    await house.hear(*await house.actions(task))
    await guest.get(sent.headers["Location"])
    assert "The desk refused it" in guest.last


async def test_a_second_click_is_the_first_ones_action(house: House) -> None:
    guest, task = await at_task(house, "acts-twice")
    page, once = guest.last, ONCE.search(guest.last)
    assert once is not None
    fields = {"once": unescape(once[1]), "text": "twice"}
    first = await guest.post(f"/tasks/{task.id}/note", fields)
    guest.last = page
    second = await guest.post(f"/tasks/{task.id}/note", fields)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(await house.actions(task)) == 1


async def test_a_state_has_the_buttons_that_it_allows(house: House) -> None:
    guest, task = await at_task(house, "acts-over")
    await house.hear(close(task, 2))
    await guest.get(f"/tasks/{task.id}")
    buttons = set(re.findall(rf'action="/tasks/{task.id}/(\w+)"', guest.last))
    assert buttons == {"note"}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("snooze", {"days": "4000"}),
        ("close", {"outcome": "won"}),
        ("close", {"outcome": "lost", "reason": "sorcery"}),
        ("close", {"outcome": "lost", "note": "x" * 2001}),
        ("contacted", {"channel": "pigeon"}),
        ("contacted", {"channel": "phone", "brought": "flowers"}),
        ("note", {"text": "  "}),
        ("reassign", {"to": "lee"}),  # of another team
        ("reassign", {}),
    ],
)
async def test_a_field_that_cannot_be_is_refused(
    house: House, kind: str, fields: dict[str, str]
) -> None:
    guest, task = await at_task(house, f"acts-bad-{kind}-{len(str(fields))}")
    assert (await guest.post(f"/tasks/{task.id}/{kind}", fields)).status == 400
    assert await house.actions(task) == []


@pytest.mark.parametrize("name", ["Lee", "Otto", "Ana"])
async def test_nobody_acts_on_a_foreign_task(house: House, name: str) -> None:
    task = (await house.hear(an_alert("acts-foreign"), a_tick(1))).task("acts-foreign")
    guest = await house.come_in(name)
    await guest.get("/password")  # a page with a form: its token is good
    assert (await guest.post(f"/tasks/{task.id}/start")).status == 404
    assert await house.actions(task) == []


async def test_who_only_sees_a_task_cannot_act_on_it(house: House) -> None:
    task = (await house.hear(an_alert("acts-seen", owner="lee"), a_tick(1))).task("acts-seen")
    await house.says("acts-seen", "kim")
    guest = await house.come_in("Kim")
    await guest.get("/password")
    assert (await guest.post(f"/tasks/{task.id}/start")).status == 404
    assert (await guest.post(f"/tasks/{task.id}/burn")).status == 404
    assert await house.actions(task) == []


@pytest.mark.parametrize("token", ["", "x", "ü"])
async def test_a_form_without_our_token_is_refused(house: House, token: str) -> None:
    guest, task = await at_task(house, f"acts-token-{len(token)}{token.isascii()}")
    response = await guest.post(f"/tasks/{task.id}/start", token=token)
    assert response.status == 403
    assert await house.actions(task) == []


async def test_a_form_of_somebody_else_is_refused(house: House) -> None:
    guest, task = await at_task(house, "acts-borrowed")
    nora = await house.come_in("Nora")
    await nora.get("/password")
    guest.last = nora.last
    assert (await guest.post(f"/tasks/{task.id}/start")).status == 403
    assert await house.actions(task) == []


async def test_a_form_that_another_site_sends_is_refused(house: House) -> None:
    guest, task = await at_task(house, "acts-elsewhere")
    guest.client.session.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await guest.post(f"/tasks/{task.id}/start")).status == 403
    assert await house.actions(task) == []


async def test_a_form_that_is_too_large_is_refused(house: House) -> None:
    guest, task = await at_task(house, "acts-large")
    assert (await guest.post(f"/tasks/{task.id}/note", {"text": "x" * 70_000})).status == 413
    assert await house.actions(task) == []
