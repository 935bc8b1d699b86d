"""Address books and rules for tests of the courier."""

from typing import Any

from alerts.address_book import CourierSettings
from alerts.contact import ContactSettings
from alerts.courier import Rules
from alerts.outbox import Notice, notices
from alerts.playbooks import Playbooks, shipped
from alerts.task import Task
from tests.alerts.desks import NO_QUIET, Played, an_alert, failed_payment

PEOPLE: dict[str, dict[str, Any]] = {
    "kim": {"mail": "kim@example.org", "webhook": "https://example.org/kim", "head": "boss"},
    "lee": {"mail": "lee@example.org", "language": "zh"},
    "boss": {"webhook": "https://example.org/boss"},
    "board": {"mail": "board@example.org"},
    "nowhere": {},
}


def rules(playbooks: Playbooks | None = None, contact: Any = NO_QUIET, **changed: Any) -> Rules:
    """Give rules with a few people, and a machine for messages."""
    told: dict[str, Any] = {
        "people": PEOPLE,
        "management": "board",
        "automation": {"url": "https://example.org/send"},
    }
    return Rules(
        settings=CourierSettings(**told | changed),
        contact=ContactSettings(**contact),
        playbooks=playbooks or shipped(),
    )


def message(**changed: Any) -> Task:
    """Give a task that is a message to a customer."""
    return Played().hear(failed_payment(tier="base", **changed)).task()


def opened(**changed: Any) -> Task:
    """Give a task that was opened at once."""
    return Played().hear(an_alert(cause="event", **changed)).task()


def notice_of(task: Task) -> Notice:
    """Give the first notice of a task."""
    return notices(task)[0]
