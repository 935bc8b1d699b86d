"""Tasks as a person sees them."""

import io
from typing import get_args

import pytest
from msgspec.structs import replace
from rich.console import Console, RenderableType

from alerts import alert, life
from alerts.board import Load
from alerts.cases import Case, progress
from alerts.decision import Decision
from alerts.handling import Kind
from alerts.playbooks import ValueItem
from alerts.task import State, Task
from detectors.assessment import Marks
from streams.commands.shown import (
    first_lines,
    loads_table,
    marks_said,
    queue_table,
    task_line,
    task_page,
)
from streams.commands.shown_words import BANDS, BRINGS, CLOCKS, INFORMED, KINDS, NO_TASK, STATES
from tests.alerts.desks import Played, a_breach, a_change, a_job, a_tick, an_alert, day

NOON = day(0.5)


def a_task(customer: str = "ada", owner: str = "kim", *, band: str = "at_risk") -> Task:
    told = an_alert(customer, owner=owner, band=band, because="complaint.open")
    return life.opened(a_job(told), NOON, alerts=(told.id,))


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


def test_every_name_has_words() -> None:
    assert set(STATES) == set(State)
    assert tuple(BANDS) == alert.BANDS
    assert set(KINDS) == set(Kind)
    assert ("", *INFORMED) == life.INFORMED
    assert tuple(BRINGS) == get_args(ValueItem)
    assert set(CLOCKS) == {"analysis", "management"}


def test_a_page_begins_with_the_reason_and_what_they_care_about() -> None:
    told = an_alert(matters=("lead_time", "colour"))
    task = life.opened(a_job(told), NOON, alerts=(told.id,))
    shown = plain(task_page(task, NOON, "en")).splitlines()
    assert shown[:2] == ["Because of decline.quiet.", "They care about: lead time, colour."]
    assert first_lines(task, "zh") == ("因为 decline.quiet。", "客户看重：交期、colour。")
    assert first_lines(a_task(), "en")[1] == "What they care about is not known: ask."


def test_a_page_says_who_is_told_and_what_was_broken() -> None:
    told = a_breach(channel="phone", reduced=True)
    task = life.opened(a_job(told), NOON, alerts=(told.id,))
    shown = plain(task_page(task, NOON, "en"))
    for part in ("also told       management", "cause and remedy were not told in time"):
        assert part in shown
    for part in ("reach them by   phone", "bring them      news of a fix", "for lack of consent"):
        assert part in shown
    assert "管理层" in plain(task_page(task, NOON, "zh"))


def test_a_page_says_that_little_can_be_saved() -> None:
    told = an_alert(stage="decision")
    task = life.opened(a_job(told), NOON, alerts=(told.id,))
    assert "10% (low: one fair offer, then a good goodbye)" in plain(task_page(task, NOON, "en"))
    assert "10% (低" in plain(task_page(task, NOON, "zh")).replace("（", "(")


def test_a_page_shows_what_ties_the_customer_to_us_each_apart() -> None:
    marks = Marks(trust=0.2, preference=0.35, conditional=0.9, captive_until=day(90), growth=True)
    told = an_alert(marks=marks)
    task = life.opened(a_job(told), NOON, alerts=(told.id,))
    english, chinese = (
        " ".join(plain(task_page(task, NOON, language)).split()) for language in ("en", "zh")
    )
    for part in ("trust 20%", "use not known", "preference 35%", "moved by discounts 90%"):
        assert part in english
    assert f"held until {day(90):%Y-%m-%d}, with little trust" in english
    for part in ("信任", "20%", "未知", "偏好", "受约束至", "成长"):
        assert part in chinese
    assert "loyal" not in english
    assert "忠诚" not in chinese


def test_a_page_says_nothing_of_what_is_not_known_beside_the_three() -> None:
    assert [name for name, _ in marks_said(Marks(), "en")] == ["trust", "use", "preference"]
    assert {said for _, said in marks_said(Marks(), "zh")} == {"未知"}


def test_a_case_shows_how_many_and_how_far() -> None:
    played = Played().hear(a_change(0.5, n_exposed=300, value_exposed=90_000.0, has_plan=False))
    merged = [an_alert(name, 1.2, cohort="c0ffee00c0ffee00") for name in ("ada", "bob")]
    played.hear(a_tick(1), *merged, a_tick(2))
    case = played.task("")
    pages = [page for page in played.pages() if isinstance(page, Case)]
    shown = plain(task_page(case, NOON, "en", progress(pages)))
    assert "300 customers, worth 90,000, are hit by a change of ours" in shown
    assert "2 alerts of 2 customers merged; 0 fell below the line again" in shown
    assert "1. Write the plan" in shown
    assert "case of many customers" in plain(queue_table([case], NOON, "en"))
    assert task_line(case).startswith(f"{case.id} open: case of many customers, retention-lead")
    assert "合并 2 位客户的 2 条预警" in plain(task_page(case, NOON, "zh", progress(pages)))


def test_every_decision_without_a_task_is_explained() -> None:
    without = {
        Decision.NO_CONSENT,
        Decision.HELD_OUT,
        Decision.MERGED_INTO_CASE,
        Decision.LISTED,
        Decision.COUNTED,
    } | {decision for decision in Decision if decision.postponed}
    assert set(NO_TASK) == without
