"""Tasks as a person sees them."""

import io

import pytest
from msgspec.structs import replace
from rich.console import Console, RenderableType

from alerts import alert, life
from alerts.board import Load
from alerts.decision import Decision
from alerts.playbooks import shipped
from alerts.settings import DeskSettings
from alerts.task import State, Task
from alerts.value import worth
from streams.commands.shown import (
    BANDS,
    NO_TASK,
    STATES,
    loads_table,
    queue_table,
    task_line,
    task_page,
)
from tests.alerts.desks import an_alert, day

NOON = day(0.5)


def a_task(customer: str = "ada", owner: str = "kim", *, band: str = "at_risk") -> Task:
    told = an_alert(customer, owner=owner, band=band, because="complaint.open")
    plan = shipped().find("complaint.open", None, "middle")
    return life.opened(told, worth(told, DeskSettings().value), plan, NOON, alerts=(told.id,))


def plain(shown: RenderableType) -> str:
    written = io.StringIO()
    Console(file=written, width=200).print(shown)
    return written.getvalue()


def test_a_queue_says_who_why_what_and_by_when() -> None:
    task = a_task()
    heads, line = plain(queue_table([task], NOON, "en")).splitlines()
    assert heads.split()[:3] == ["due", "(UTC)", "band"]
    for part in ("2017-01-03 12:00", "at risk", "ada", "50%", "500", "open", task.id):
        assert part in line
    assert "Because of complaint.open." in line
    assert "P5 Close the loop" in line


def test_a_queue_speaks_chinese() -> None:
    shown = plain(queue_table([a_task()], NOON, "zh"))
    for part in ("截止", "有风险", "因为 complaint.open。", "投诉闭环", "待处理"):
        assert part in shown


def test_ids_and_words_are_shown_as_they_are() -> None:
    assert "[red]7[/red]" in plain(queue_table([a_task("[red]7[/red]")], NOON, "en"))


@pytest.mark.parametrize(
    ("task", "days", "stands_out"),
    [
        pytest.param(a_task(), 1.4, False, id="due tomorrow"),
        pytest.param(a_task(), 1.6, True, id="due an hour ago"),
        pytest.param(replace(a_task(), state=State.CLOSED), 1.6, False, id="but closed"),
    ],
)
def test_what_is_overdue_stands_out(task: Task, days: float, *, stands_out: bool) -> None:
    table = queue_table([task], day(days), "en")
    due = next(iter(table.columns[0].cells))
    assert str(getattr(due, "style", "")) == ("red" if stands_out else "")


def test_every_manager_is_shown_with_the_first_of_their_tasks() -> None:
    kims = [a_task("ada"), a_task("bob")]
    loads = [(Load("kim", 3, 1, 1), kims), (Load("", 1, 0, 0), [a_task("eve", "")])]
    _, *lines = plain(loads_table(loads, NOON, "en")).splitlines()
    assert [line.split()[:4] for line in (lines[0], lines[2])] == [
        ["kim", "3", "1", "1"],
        ["(nobody)", "1", "0", "0"],
    ]
    assert lines[1].startswith(" ")
    assert "bob" in lines[1]


def test_a_caption_says_what_was_invented() -> None:
    assert "invented" in plain(queue_table([], NOON, "en", caption="Managers are invented."))


def test_a_page_tells_the_steps_and_the_history() -> None:
    task = a_task()
    shown = plain(task_page(task, NOON, "en"))
    assert "\n1. Thank and listen" in shown
    assert "\n2017-01-02 12:00 opened desk" in shown
    assert "- Because of complaint.open." in shown


def test_a_line_begins_with_the_id() -> None:
    task = a_task("ada", "")
    told = "customer ada, (nobody), due 2017-01-03 12:00: Close the loop."
    assert task_line(task) == f"{task.id} open: {told} Because of complaint.open."
    assert task_line(replace(task, reasons=())) == f"{task.id} open: {told}"


def test_every_state_and_band_has_words() -> None:
    assert set(STATES) == set(State)
    assert tuple(BANDS) == alert.BANDS


def test_every_decision_without_a_task_is_explained() -> None:
    without = {Decision.NO_CONSENT, Decision.HELD_OUT} | {d for d in Decision if d.postponed}
    assert set(NO_TASK) == without
