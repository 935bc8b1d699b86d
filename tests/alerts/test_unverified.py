"""What the desk does with a promise that may be broken: it holds it, shows it, and calls nobody."""

from msgspec.structs import replace

from alerts.alert import Alert, Cleared
from alerts.decision import Decision
from alerts.task import State
from tests.alerts.desks import Played, a_breach, a_tick, all_clear, an_alert, failed_payment


def held(at: float = 0.5) -> Alert:
    """Give the alert of a clock that broke while its source was silent."""
    return a_breach(at=at, cause="time", urgent=False, unverified=True)


def kept(at: float) -> Cleared:
    """Say that it was kept after all."""
    return replace(all_clear("ada", at, breach="analysis"), unverified=True)


def test_it_is_held_and_decided_when_the_source_is_back() -> None:
    broken = a_breach(at=2.5, cause="time")
    played = Played().hear(held(), a_tick(1))
    assert (played.said_of(held()), played.tasks) == ([Decision.UNVERIFIED], {})
    played.open_again()
    played.hear(broken, a_tick(3))
    assert played.said_of(held()) == [Decision.UNVERIFIED, Decision.REPLACED]
    assert played.said_of(broken) == [Decision.OPENED]
    assert played.task().informed == "management"


def test_kept_after_all_it_is_withdrawn_and_was_never_a_task() -> None:
    played = Played().hear(held(), a_tick(1), kept(2.5), a_tick(3))
    assert played.said_of(held()) == [Decision.UNVERIFIED, Decision.WITHDRAWN]
    assert played.tasks == {}


def test_a_task_that_is_open_is_neither_raised_nor_taken_back_by_it() -> None:
    played = Played().hear(a_breach(), held(1.5), a_tick(2))
    before = played.task()
    assert before.alerts == (a_breach().id,)
    played.hear(kept(2.5), a_tick(3))
    assert played.task() == before
    assert played.task().state is State.OPEN


def test_what_is_sure_keeps_its_place() -> None:
    waits = failed_payment(at=0.5)
    played = Played(budgets={"kim": 0}, urgent_extra=0).hear(waits, held(1.5), a_tick(2))
    assert played.said_of(waits) == [Decision.WAITING_FOR_BUDGET]
    assert played.said_of(held(1.5)) == [Decision.UNVERIFIED]


def test_other_news_of_the_customer_goes_before_it() -> None:
    news = an_alert(at=1.5)
    played = Played().hear(held(), a_tick(1), news, a_tick(2))
    assert played.said_of(news) == [Decision.OPENED]


def test_a_source_that_never_comes_back_ends_it_on_record() -> None:
    played = Played().hear(held(), a_tick(1), a_tick(14), a_tick(14.5))
    assert played.said_of(held()) == [Decision.UNVERIFIED, Decision.EXPIRED]


def test_consent_is_not_asked_for_what_calls_nobody() -> None:
    told = replace(held(), consented=False)
    assert Played().hear(told, a_tick(1)).said_of(told) == [Decision.UNVERIFIED]
