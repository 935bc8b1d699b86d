from dataclasses import replace as replaced
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from alerts.courier import CustomerMessage, Later, Post, Rules, Stop, TaskNews, decide
from alerts.outbox import Ending, Notice, Told, notices
from alerts.playbooks import Playbooks, shipped
from alerts.reaching import WRITTEN
from alerts.task import Task
from tests.alerts.books import message, notice_of, opened, rules
from tests.alerts.desks import (
    Played,
    a_reason,
    an_alert,
    close,
    contacted,
    day,
    reassign,
)

NOON, MIDNIGHT = day(0.5), day(1)  # of a Monday
QUIET: dict[str, Any] = {"quiet": {"zones": {"east": "Asia/Shanghai"}}}


def decided(
    task: Task, notice: Notice | None = None, told: dict[str, Told] | None = None, **changed: Any
) -> Post | Later | Stop:
    given = changed.pop("rules", None) or rules(**changed)
    return decide(notice or notice_of(task), task, told or {}, NOON, given)


def posted(task: Task, notice: Notice | None = None, **changed: Any) -> Post:
    found = decided(task, notice, **changed)
    assert isinstance(found, Post), found
    return found


def news(post: Post) -> TaskNews:
    return msgspec.json.decode(post.parcel.body, type=TaskNews)


def test_a_task_goes_to_its_owner_by_the_channel_they_prefer() -> None:
    task = opened()
    post = posted(task)
    assert post.person == "kim"
    assert post.ways == (("mail", "kim@example.org"), ("webhook", "https://example.org/kim"))
    assert post.parcel.id == notice_of(task).id
    told = news(post)
    assert (told.delivery, told.to, told.audience, told.task) == (
        notice_of(task).id, "kim", "owner", task,
    )  # fmt: skip


def test_what_is_urgent_goes_by_the_immediate_channel_first() -> None:
    assert [name for name, _ in posted(opened(urgent=True)).ways] == ["webhook", "mail"]


def test_who_prefers_webhooks_gets_them() -> None:
    people = {"kim": {"mail": "k@e.org", "webhook": "https://e.org/k", "prefers": "webhook"}}
    assert [name for name, _ in posted(opened(), people=people).ways] == ["webhook", "mail"]


def test_a_head_is_looked_up_in_the_book() -> None:
    task = opened(tier="top", band="at_risk")
    post = posted(task, notices(task)[1])
    assert (post.person, [name for name, _ in post.ways]) == ("boss", ["webhook"])
    assert news(post).audience == "head"


def test_whose_head_is_not_named_has_the_usual_one() -> None:
    task = opened(tier="top", band="at_risk", owner="lee")
    assert posted(task, notices(task)[1], head="boss").person == "boss"
    assert decided(task, notices(task)[1]) == Stop(Ending.NO_ADDRESS, person="head of lee")


def test_management_is_one_address() -> None:
    task = opened(tier="top", band="critical", urgent=True)
    assert posted(task, notices(task)[1]).person == "board"
    assert decided(task, notices(task)[1], management=None) == Stop(
        Ending.NO_ADDRESS, person="management of kim"
    )


@pytest.mark.parametrize("owner", ["nobody", "nowhere"], ids=["not in the book", "no address"])
def test_who_cannot_be_reached_is_named(owner: str) -> None:
    assert decided(opened(owner=owner)) == Stop(Ending.NO_ADDRESS, person=owner)


def test_a_task_that_is_over_is_told_to_nobody() -> None:
    played = Played().hear(an_alert(cause="event"))
    notice = notice_of(played.task())
    played.hear(close(played.task(), 0.6))
    assert decided(played.task(), notice) == Stop(Ending.OVER)
    assert decide(notice, None, {}, NOON, rules()) == Stop(Ending.OVER)


def test_a_newer_notice_takes_the_place_of_the_older() -> None:
    played = Played().hear(an_alert(cause="event"))
    older = notice_of(played.task())
    played.hear(reassign(played.task(), 0.6, "lee"))
    assert decided(played.task(), older) == Stop(Ending.OVER)
    assert posted(played.task()).person == "lee"


def test_that_there_is_no_need_is_told_to_those_who_were_told_of_it() -> None:
    played = Played().hear(an_alert(cause="event"))
    before = Told(notice=notice_of(played.task()), ending=Ending.DELIVERED, person="kim")
    played.hear(an_alert(at=0.6, band="critical", consented=False, cause="event"))
    told = {before.notice.id: before}
    found = decide(notice_of(played.task()), played.task(), told, NOON, rules())
    assert isinstance(found, Post)
    assert found.parcel.letter is not None
    assert found.parcel.letter.subject.startswith("No longer needed")
    for other in ({}, {before.notice.id: replace(before, ending=Ending.GAVE_UP)}):
        stopped = decide(notice_of(played.task()), played.task(), other, NOON, rules())
        assert stopped == Stop(Ending.OVER)


class TestMessages:
    """What goes to a customer."""

    def test_it_goes_to_the_companys_machine_and_to_nothing_else(self) -> None:
        task = message(channel="app")
        post = posted(task)
        assert (post.person, post.ways) == (
            "automation", (("automation", "https://example.org/send"),),
        )  # fmt: skip
        told = msgspec.json.decode(post.parcel.body, type=CustomerMessage)
        assert told.customer == "ada"
        assert task.message is not None
        assert (told.text, told.channel) == (task.message.en, "app")
        assert post.parcel.letter is None

    def test_it_says_nothing_of_what_we_think_of_them(self) -> None:
        told = msgspec.json.decode(posted(message()).parcel.body)
        assert set(told) == {
            "delivery", "task", "customer", "channel", "language", "text", "value_item",
        }  # fmt: skip

    @pytest.mark.parametrize(("language", "zh"), [("zh", True), ("zh-CN", True), ("de", False)])
    def test_it_is_in_the_customers_language(self, language: str, zh: bool) -> None:
        task = replace(message(), language=language)
        told = msgspec.json.decode(posted(task).parcel.body, type=CustomerMessage)
        assert task.message is not None
        assert told.text == (task.message.zh if zh else task.message.en)

    @pytest.mark.parametrize("channel", ["phone", "visit", "letter", "public", ""])
    def test_where_theirs_needs_a_person_a_machine_takes_the_usual_one(self, channel: str) -> None:
        told = msgspec.json.decode(posted(message(channel=channel)).parcel.body)
        assert told["channel"] == "email"

    def test_a_text_whose_approval_was_taken_back_does_not_go(self) -> None:
        task = message()
        rows = shipped().rows
        drafts = tuple(
            replace(row, approval="draft") if row.key == task.playbook else row for row in rows
        )
        assert decided(task, playbooks=Playbooks(drafts)) == withheld("not_approved")

    def test_a_text_that_is_not_the_approved_one_does_not_go(self) -> None:
        task = message()
        assert task.message is not None
        other = replace(task, message=replace(task.message, en="Buy now!"))
        assert decided(other) == withheld("not_approved")

    def test_who_complains_hears_no_machine(self) -> None:
        task = message()
        hurt = replace(task, reasons=(*task.reasons, a_reason("complaint.open")))
        assert decided(hurt) == withheld("emotion")

    def test_who_refused_all_that_a_machine_can_write_to_hears_none(self) -> None:
        told = msgspec.json.decode(posted(replace(message(), refused=("email",))).parcel.body)
        assert told["channel"] == "message"
        assert decided(replace(message(), refused=WRITTEN)) == withheld("refused")

    def test_without_a_machine_nobody_is_reached(self) -> None:
        stopped = decided(message(), rules=without_machine())
        assert stopped == Stop(Ending.NO_ADDRESS, person="automation")

    @pytest.mark.parametrize(
        ("region", "now", "opens"),
        [("", MIDNIGHT, day(1 + 8 / 24)), ("east", NOON, day(1)), ("", NOON, None)],
        ids=["night", "night in the east", "noon"],
    )
    def test_nobody_is_woken(self, region: str, now: Any, opens: Any) -> None:
        task = message(region=region)
        found = decide(notice_of(task), task, {}, now, rules(contact=QUIET))
        assert found == Later(opens) if opens else isinstance(found, Post)

    def test_somebody_who_is_on_it_keeps_the_machine_out(self) -> None:
        played = Played().hear(an_alert(cause="event", tier="base", because="payment.failed"))
        notice = notice_of(played.task())
        played.hear(contacted(played.task(), 0.6))
        assert decided(played.task(), notice) == Stop(Ending.OVER)


def withheld(cause: str) -> Stop:
    return Stop(Ending.WITHHELD, cause=cause)


def without_machine() -> Rules:
    given = rules()
    settings = given.settings.model_copy(update={"automation": type(given.settings.automation)()})
    return replaced(given, settings=settings)
