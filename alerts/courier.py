"""What the courier does with a notice: deliver it now, later, or not at all, and why. Pure.

Everything is asked again when its turn has come: a task that is over, an owner who is another
by now, an approval taken back. A notice whose turn came too late ends, on record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from alerts.address_book import ChannelName, CourierSettings
from alerts.channels.channel import Parcel
from alerts.contact import ContactSettings
from alerts.contract import Contract
from alerts.handling import Kind
from alerts.letter import Language, letter
from alerts.outbox import Audience, Ending, Notice, Occasion, Told, notices
from alerts.playbooks import Playbooks, ValueItem
from alerts.quiet import open_at
from alerts.reaching import is_written_to, sent_by
from alerts.task import Task


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the courier goes by."""

    settings: CourierSettings
    contact: ContactSettings
    playbooks: Playbooks


@dataclass(frozen=True, kw_only=True)
class Post:
    """Deliver it: to whom, what, and by which channels and addresses, in this order."""

    person: str
    parcel: Parcel
    ways: tuple[tuple[ChannelName, str], ...]


@dataclass(frozen=True)
class Later:
    """Not before `at`: it is night where the customer lives."""

    at: datetime


@dataclass(frozen=True)
class Stop:
    """Deliver it to nobody."""

    ending: Ending
    person: str = ""
    cause: str = ""


class TaskNews(Contract, frozen=True, kw_only=True):
    """The body of a webhook about a task. `to` is the person's name in the address book."""

    delivery: str
    occasion: Occasion
    audience: Audience
    to: str
    language: Language
    subject: str
    text: str
    task: Task


class CustomerMessage(Contract, frozen=True, kw_only=True):
    """The body of a message to a customer: nothing that they may not read stands in it."""

    delivery: str
    task: str
    customer: str
    channel: str
    language: str
    text: str
    value_item: ValueItem | None


_encoder = msgspec.json.Encoder(order="deterministic")


def decide(
    notice: Notice, task: Task | None, told: Mapping[str, Told], now: datetime, rules: Rules
) -> Post | Later | Stop:
    """Say what to do with a notice.

    Parameters
    ----------
    task : the task as it is now, None if it was forgotten
    told : what came of all notices of the task, by their ids
    """
    # A newer notice says it better, and of what is over there is nothing to say.
    if task is None or all(one.id != notice.id for one in notices(task)):
        return Stop(Ending.OVER)
    if notice.occasion is Occasion.WITHDRAWN and not _knows(task.owner, told):
        return Stop(Ending.OVER)
    if notice.audience is Audience.CUSTOMER:
        return _message(notice, task, now, rules)

    settings = rules.settings
    name = settings.meant(notice)
    person = settings.people.get(name)
    channels = person.channels(urgent=notice.urgent) if person is not None else ()
    if person is None or not channels:
        return Stop(Ending.NO_ADDRESS, person=name or f"{notice.audience} of {notice.whose}")
    addresses = {"webhook": str(person.webhook), "mail": person.mail or ""}
    return Post(
        person=name,
        parcel=_news(notice, task, name, rules.settings),
        ways=tuple((channel, addresses[channel]) for channel in channels),
    )


def text_of(task: Task) -> str:
    """Give the text of a message in the customer's language: Chinese if that is theirs."""
    if task.message is None:
        return ""
    return task.message.zh if task.language.lower().startswith("zh") else task.message.en


def _message(notice: Notice, task: Task, now: datetime, rules: Rules) -> Post | Later | Stop:
    url = rules.settings.automation.url
    if url is None:
        return Stop(Ending.NO_ADDRESS, person="automation")

    # The desk sees to both; what reaches a customer is looked at twice.
    if not _approved(task, rules.playbooks):
        return Stop(Ending.WITHHELD, cause="not_approved")
    if task.answers:
        return Stop(Ending.WITHHELD, cause="emotion")
    if not is_written_to(task.refused):
        return Stop(Ending.WITHHELD, cause="refused")

    opens = open_at(now, task.region, rules.contact.quiet)
    if opens > now:
        return Later(opens)
    message = CustomerMessage(
        delivery=notice.id,
        task=task.id,
        customer=task.customer,
        channel=sent_by(task.channel, rules.contact.channels, task.refused),
        language=task.language,
        text=text_of(task),
        value_item=task.value_item,
    )
    parcel = Parcel(id=notice.id, body=_encoder.encode(message))
    return Post(person="automation", parcel=parcel, ways=(("automation", str(url)),))


def _news(notice: Notice, task: Task, name: str, settings: CourierSettings) -> Parcel:
    language = settings.people[name].language
    made = letter(notice, task, language, settings.link)
    news = TaskNews(
        delivery=notice.id,
        occasion=notice.occasion,
        audience=notice.audience,
        to=name,
        language=language,
        subject=made.subject,
        text=made.text,
        task=task,
    )
    return Parcel(id=notice.id, body=_encoder.encode(news), letter=made)


def _approved(task: Task, playbooks: Playbooks) -> bool:
    return task.kind is Kind.MESSAGE and any(
        row.key == task.playbook and row.approved and row.message == task.message
        for row in playbooks.rows
    )


def _knows(owner: str, told: Mapping[str, Told]) -> bool:
    return any(one.ending is Ending.DELIVERED and one.person == owner for one in told.values())
