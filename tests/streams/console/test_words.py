"""What stands on the pages: both languages, and nothing that a name could do."""

import re

import pytest

from alerts.task import Change, State
from detectors.tree import REASONS
from streams.console import words
from streams.console.rendering import WORDS
from tests.alerts.desks import a_change, a_tick, an_alert, note
from tests.streams.console.conftest import House

HOSTILE = "<script>alert(1)</script>\"'&"
HAN = re.compile(r"[一-鿿]")
ENGLISH = re.compile(r">\s*([A-Z][a-z]+ [a-z]+[^<]*)<")
PATHS = ("/tasks", "/tasks/{task}", "/customers", "/customer?id=ada", "/cases", "/password")


async def test_hostile_names_are_shown_and_do_nothing(house: House) -> None:
    alert = an_alert(HOSTILE, urgent=True, channel=HOSTILE, matters=(HOSTILE,))
    task = (await house.hear(alert, a_tick(1))).task(HOSTILE)
    await house.hear(note(task, 2, HOSTILE))
    await house.says(HOSTILE, "kim", channel=HOSTILE)
    await house.says(HOSTILE, "kim", at=2, channel=HOSTILE)
    kim = await house.come_in("Kim")
    for path, query in (
        ("/tasks", {"show": HOSTILE, "owner": HOSTILE}),
        (f"/tasks/{task.id}", {"from": HOSTILE, "sent": HOSTILE}),
        ("/customer", {"id": HOSTILE, "from": HOSTILE}),
        ("/login", {"next": "/" + HOSTILE}),
        ("/enter", {"token": HOSTILE}),
    ):
        assert (await kim.get(path, params=query)).status == 200
        assert "<script" not in kim.last
        assert "&lt;script&gt;" in kim.last or path == "/tasks" or "%3Cscript" in kim.last


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_page_is_in_one_language(house: House, language: str) -> None:
    await house.hear(a_change(0.2), an_alert("ada"), a_tick(1))
    task = house.played.task("ada")
    await house.says("ada", "kim")
    nora = await house.come_in("Nora", headers={"Accept-Language": language})
    for path in PATHS:
        assert (await nora.get(path.format(task=task.id))).status == 200
        page = nora.last.replace("中文", "").replace(">English<", "><")
        assert bool(HAN.search(page)) == (language == "zh"), path
        if language == "zh":
            assert ENGLISH.findall(page) == [], path
        assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in page


async def test_a_language_is_chosen_once_and_kept(house: House) -> None:
    kim = await house.come_in("Kim", headers={"Accept-Language": "en"})
    await kim.get("/tasks")
    assert "My tasks" in kim.last
    await kim.get("/language/zh?back=/tasks")
    assert "我的任务" in kim.last
    await kim.get("/tasks")
    assert "我的任务" in kim.last


async def test_a_person_may_have_a_language(house: House) -> None:
    ming = await house.come_in("阿明")
    await ming.get("/tasks")
    assert "我的任务" in ming.last


def test_every_word_is_there_twice() -> None:
    tables = [words.UI, *WORDS.values()]
    told = [one for table in tables for one in table.values()]
    assert all(one.en and one.zh for one in told)
    assert not [one for one in told if HAN.search(one.en) and one.en != "中文"]
    for one in told:
        assert sorted(re.findall(r"{\w+}", one.en)) == sorted(re.findall(r"{\w+}", one.zh))


def test_whatever_may_happen_has_a_word() -> None:
    assert set(words.CHANGES) == set(Change)
    assert set(WORDS["states"]) == set(State)
    groups = {name.partition(".")[0] for name in REASONS}
    assert groups <= set(words.GROUPS)
