"""The console of a system that runs: from an invitation to an action that the desk has taken."""

import asyncio
import json
import re
import time
from html import unescape

import pytest
from aiohttp import ClientSession, CookieJar

from detectors.errors import EbbwatchError
from streams.console_people import opened
from streams.runtime import Running
from streams.scraped import port_of, scraped
from tests.streams.commands.conftest import Ebbwatch
from tests.streams.commands.test_live_commands import complained

WITHIN_S = 20.0  # it takes a twentieth of that; the machine may be busy
FIELD = r'name="{}" value="([^"]+)"'
POLL_S = 0.05


async def acknowledged(link: str, task: str) -> tuple[str, str]:
    """Come in, acknowledge a task, and wait until its page says it is done; give both pages."""
    address = link.partition("/enter")[0]
    async with ClientSession(address, cookie_jar=CookieJar(unsafe=True)) as browser:

        async def page(path: str) -> str:
            async with browser.get(path) as response:
                assert response.status == 200
                return await response.text()

        door = await page(link.removeprefix(address))
        form = {"form_token": field(door, "form_token"), "token": field(door, "token")}
        async with browser.post("/enter", data=form) as response:
            queue = await response.text()
        shown = await page(f"/tasks/{task}?from=queue")
        form = {"form_token": field(shown, "form_token"), "once": field(shown, "once")}
        path = f"/tasks/{task}/acknowledge"
        async with browser.post(path, data=form, allow_redirects=False) as response:
            assert response.status == 303
            sent = response.headers["Location"]
        began_s = time.monotonic()
        while "Done: seen." not in (told := await page(sent)):
            assert time.monotonic() - began_s < WITHIN_S, told
            await asyncio.sleep(POLL_S)
        return queue, told


def field(page: str, name: str) -> str:
    found = re.search(FIELD.format(name), page)
    assert found is not None, page
    return unescape(found[1])


def test_an_account_manager_comes_in_and_does_something(
    ebbwatch: Ebbwatch, system: Running
) -> None:
    task = complained(ebbwatch, "c9")
    link = ebbwatch("console", "invite", "Kim Berg").strip()
    assert link.startswith(opened(system).split()[1].rstrip(";") + "/enter?token=")
    queue, told = asyncio.run(acknowledged(link, task))
    assert "<strong>c9</strong>" in queue
    assert "acknowledged" in told
    on_board = json.loads(ebbwatch("task", "show", task, "--json"))
    assert on_board["state"] == "acknowledged"
    assert on_board["history"][-1]["by"] == "Kim Berg"
    views = json.loads(ebbwatch("views", "c9", "--json"))
    assert [(view["who"], view["what"], view["why"]) for view in views][:2] == [
        ("Kim Berg", "queue", "queue"),
        ("Kim Berg", "task", "queue"),
    ]
    assert "Kim Berg" in ebbwatch("views", "c9")
    assert scraped(system.roles["console"])["ebbwatch_console_request_seconds_count"] > 0
    assert port_of(system.roles["console"].log.read_text(encoding="utf-8"))


def test_nobody_is_invited_whom_the_settings_do_not_name(ebbwatch: Ebbwatch) -> None:
    with pytest.raises(EbbwatchError, match="does not name 'Eve'; it names Kim Berg"):
        ebbwatch("console", "invite", "Eve")
