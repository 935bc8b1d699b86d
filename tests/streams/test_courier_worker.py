"""How a courier's process starts, and how it ends where it cannot."""

from streams.courier_worker import run_courier
from streams.embedded import Endpoints
from streams.exits import Exit
from streams.settings import load

NOWHERE = Endpoints("127.0.0.1:1", "redis://127.0.0.1:1")


def test_an_address_book_that_is_not_whole_refuses_the_start() -> None:
    settings = load(['courier.people={"kim": {"webhook": "https://example.org/kim"}}'])
    assert run_courier(settings, NOWHERE) == Exit.REFUSED


def test_messages_need_a_broker_to_be_reported_to() -> None:
    settings = load(["courier.automation.url=https://example.org", "courier.automation.secret=s"])
    assert run_courier(settings, NOWHERE) == Exit.STALLED
