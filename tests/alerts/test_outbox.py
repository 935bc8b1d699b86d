from datetime import timedelta

import msgspec

from alerts.outbox import Audience, Occasion, notices
from alerts.task import Task
from tests.alerts.desks import (
    Played,
    a_breach,
    a_change,
    a_tick,
    acknowledge,
    an_alert,
    close,
    day,
    failed_payment,
    note,
    reassign,
)


def told(task: Task) -> list[tuple[str, str, str]]:
    return [(one.audience.value, one.whose, one.occasion.value) for one in notices(task)]


def opened(**changed: object) -> Played:
    return Played().hear(an_alert(**changed), a_tick(1))  # type: ignore[arg-type]  # as they come


def test_a_task_is_told_to_whoever_has_to_do_it() -> None:
    assert told(opened().task()) == [("owner", "kim", "opened")]


def test_the_same_task_gives_the_same_id_however_often_it_is_asked() -> None:
    played = opened()
    before = notices(played.task())
    played.hear(acknowledge(played.task(), 1.1), note(played.task(), 1.2, "called"))
    assert notices(played.task()) == before


def test_the_head_and_management_are_told_beside_the_owner() -> None:
    task = opened(tier="top", band="at_risk").task()
    assert told(task) == [("owner", "kim", "opened"), ("head", "kim", "informed")]
    task = opened(tier="top", band="critical", urgent=True).task()
    assert told(task) == [("owner", "kim", "opened"), ("management", "kim", "informed")]
    assert all(one.urgent for one in notices(task))


def test_a_raised_task_is_news_to_its_owner_and_to_nobody_twice() -> None:
    played = opened(tier="top", band="at_risk")
    before = notices(played.task())
    played.hear(a_breach(at=1.5, tier="top"), a_tick(2))
    assert told(played.task()) == [("owner", "kim", "raised"), ("management", "kim", "informed")]
    assert {one.id for one in before}.isdisjoint(one.id for one in notices(played.task()))


def test_a_task_that_is_given_to_somebody_is_told_to_them() -> None:
    played = opened()
    played.hear(reassign(played.task(), 1.2, "lee"))
    assert told(played.task()) == [("owner", "lee", "reassigned")]


def test_who_takes_a_task_for_themselves_is_not_told_of_it() -> None:
    played = opened(tier="base", band="critical", urgent=True)
    assert told(played.task()) == [("owner", "pool", "opened")]
    played.hear(reassign(played.task(), 1.2, "kim"))  # by kim
    assert told(played.task()) == []


def test_what_is_over_is_told_to_nobody() -> None:
    played = opened()
    played.hear(close(played.task(), 1.5))
    assert told(played.task()) == []


def test_a_task_that_is_taken_back_is_told() -> None:
    played = opened()
    played.hear(an_alert(at=1.5, band="critical", consented=False, cause="event"))
    assert played.task().state == "withdrawn"
    assert told(played.task()) == [("owner", "kim", "withdrawn")]


def test_a_message_is_for_the_customer_alone() -> None:
    played = Played().hear(failed_payment(tier="base"))
    (notice,) = notices(played.task())
    assert (notice.audience, notice.occasion) == (Audience.CUSTOMER, Occasion.MESSAGE)


def test_a_case_is_told_to_its_owner() -> None:
    played = Played().hear(a_change(), a_tick(1))
    (task,) = played.tasks.values()
    assert told(task) == [("owner", "retention-lead", "opened")]


def test_notices_of_one_task_have_ids_of_their_own() -> None:
    found = notices(opened(tier="top", band="at_risk").task())
    assert len({one.id for one in found}) == len(found) == 2


def test_the_same_occasion_later_is_another_notice() -> None:
    played = opened()
    task = played.hear(reassign(played.task(), 1.2, "lee")).task()
    later = msgspec.structs.replace(
        task, history=(*task.history[:-1], msgspec.structs.replace(task.history[-1], at=day(2)))
    )
    assert task.history[-1].at + timedelta(days=0.8) == day(2)
    assert notices(task)[0].id != notices(later)[0].id
