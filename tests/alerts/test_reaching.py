from typing import get_args

import pytest
from msgspec.structs import replace

from alerts import life
from alerts.actions import ContactChannel
from alerts.life import COURIER, on_record
from alerts.outbox import notices
from alerts.pages import Customer
from alerts.reaching import WRITTEN, ChannelSettings, is_written_to, sent_by
from alerts.task import Change, State
from tests.alerts.books import message, opened
from tests.alerts.desks import (
    Played,
    a_job,
    a_reason,
    a_tick,
    an_alert,
    day,
    failed_payment,
    sent,
)
from tests.alerts.desks import settings as desk_settings


@pytest.mark.parametrize(
    ("own", "tier", "channel"),
    [("chat", "top", "chat"), ("", "top", "phone"), ("", "middle", "email"), ("", "odd", "email")],
)
def test_a_task_says_how_to_reach_the_customer(own: str, tier: str, channel: str) -> None:
    assert opened(channel=own, tier=tier).channel == channel


def test_a_channel_that_the_customer_refused_is_not_used() -> None:
    assert opened(channel="", tier="middle", refused=("email",)).channel == "phone"
    assert opened(channel="", tier="top", refused=("phone",)).channel == "email"
    assert opened(urgent=True, refused=get_args(ContactChannel)).channel == ""


def test_a_machine_writes_by_a_channel_that_is_not_refused() -> None:
    assert sent_by("visit", ChannelSettings(), ("email",)) == "message"
    assert is_written_to(("email",))
    assert not is_written_to(WRITTEN)


def test_whom_no_machine_may_write_to_is_a_persons_work() -> None:
    task = Played().hear(failed_payment(tier="base", refused=WRITTEN)).task()
    assert (task.kind, task.message, task.refused) == ("customer", None, WRITTEN)


def test_which_channel_suits_a_tier_can_be_set() -> None:
    channels = {"by_tier": {"middle": "portal"}, "usual": "letter"}
    chosen = desk_settings(contact={"channels": channels})
    for tier, channel in (("middle", "portal"), ("top", "letter")):
        job = a_job(an_alert(tier=tier), settings=chosen)
        assert life.opened(job, day(1), alerts=(job.alert.id,)).channel == channel


def test_who_complains_beside_it_is_a_persons_work() -> None:
    angry = failed_payment(tier="base")
    angry = replace(angry, reasons=(*angry.reasons, a_reason("complaint.open")))
    task = Played().hear(angry).task()
    assert (task.owner, task.kind, task.message) == ("pool", "customer", None)
    assert message().owner == "automatic"


class TestSent:
    """What the desk makes of a message that was sent."""

    def test_it_is_all_of_the_task_and_a_contact(self) -> None:
        played = Played().hear(failed_payment(tier="base"))
        played.hear(sent(played.task(), 0.6))
        task = played.task()
        assert (task.state, task.outcome) == (State.CLOSED, "sent")
        (told,) = played.outcomes[-1].contacted
        assert (told.customer, told.channel, told.value_item) == ("ada", "email", "terms")
        assert played.outcomes[-1].closed == ()
        assert notices(task) == ()

    def test_said_twice_it_is_one(self) -> None:
        played = Played().hear(failed_payment(tier="base"))
        said = sent(played.task(), 0.6)
        played.hear(said, replace(said, at=day(0.7)))
        assert [entry.change for entry in played.task().history].count(Change.SENT) == 1
        assert played.outcomes[-1].contacted == ()

    def test_the_customer_is_left_alone_for_two_weeks(self) -> None:
        played = Played().hear(failed_payment(tier="base"))
        played.hear(sent(played.task(), 0.6))
        again = failed_payment(at=5.0, tier="base")
        assert played.hear(again).said_of(again) == ["cool_down"]

    def test_it_counts_as_outreach(self) -> None:
        played = Played(cool_down={"sent": 0.0})
        for at in (0.5, 2.5):
            played.hear(failed_payment(at=at, tier="base"))
            (task,) = played.live.values()
            played.hear(sent(task, at + 0.1))
        third = failed_payment(at=4.5, tier="base")
        assert played.hear(third).said_of(third) == ["contact_cap"]

    def test_one_that_a_person_took_over_meanwhile_stays_theirs(self) -> None:
        played = Played().hear(failed_payment(tier="base"))
        said = replace(sent(played.task(), 0.7), by=COURIER)
        played.hear(failed_payment(at=0.6, tier="base", band="critical"), said, a_tick(1))
        task = played.task()
        assert (task.kind, task.state, task.owner) == ("customer", State.OPEN, "pool")
        assert task.history[-1].note == "message sent: email"
        assert len(played.outcomes[-2].contacted) == 1
        (customer,) = (page for page in played.pages() if isinstance(page, Customer))
        assert customer.contacts == (day(0.7),)
        # A machine's word is not what a person may claim a success by.
        assert not on_record(task)

    def test_what_is_sent_of_a_task_that_is_not_there_is_refused(self) -> None:
        task = message()
        played = Played().hear(sent(task, 0.6))
        assert [one.why for one in played.outcomes[-1].refused] == ["unknown task"]
