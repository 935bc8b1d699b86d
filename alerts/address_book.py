"""Settings of the courier: who is reached where, and by what.

Secrets are given in the environment (`EBBWATCH_COURIER__WEBHOOK__SECRET`) and never written
anywhere: neither into a log nor into the settings that a running system leaves behind.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    AnyHttpUrl,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PositiveInt,
    SecretStr,
)

from alerts.outbox import Audience, Notice
from detectors.errors import SettingsError

Secret = Annotated[SecretStr, PlainSerializer(lambda _: None, when_used="json")]
Url = Annotated[AnyHttpUrl, PlainSerializer(str)]
ChannelName = Literal["webhook", "mail", "automation"]
# One address without blanks and line breaks: it becomes a header of a letter.
MAIL = r"^[^@\s<>,;\"]+@[^@\s<>,;\"]+$"


class Person(BaseModel):
    """Where an account manager, a head or a team is reached, and in which language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    webhook: Url | None = None  # an address that takes JSON
    mail: str | None = Field(default=None, pattern=MAIL)
    prefers: Literal["webhook", "mail"] = "mail"  # a letter waits, a webhook rings
    language: Literal["en", "zh"] = "en"
    head: str | None = None  # who their head is, by the name in this book

    def channels(self, *, urgent: bool) -> tuple[ChannelName, ...]:
        """Give the channels by which they are reached, the one that suits first.

        Examples
        --------
        >>> kim = Person(mail="kim@example.org", webhook="https://example.org/kim")
        >>> kim.channels(urgent=False), kim.channels(urgent=True)
        (('mail', 'webhook'), ('webhook', 'mail'))
        """
        at_once = urgent or self.prefers == "webhook"
        order: tuple[ChannelName, ...] = ("webhook", "mail") if at_once else ("mail", "webhook")
        without = {"webhook": self.webhook is None, "mail": self.mail is None}
        return tuple(name for name in order if not without[name])


class WebhookSettings(BaseModel):
    """How webhooks are signed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    secret: Secret | None = None  # what requests are signed with; no webhook without one


class MailSettings(BaseModel):
    """The server that takes letters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = ""  # empty: no letters are sent
    port: int = Field(default=587, ge=1, le=65535)  # where servers take letters for others
    sender: str = Field(default="ebbwatch@localhost", pattern=MAIL)  # say one that you own
    tls: Literal["starttls", "tls", "none"] = "starttls"  # none: within one machine only
    user: str | None = None  # none: the server takes letters from whoever is in the network
    password: Secret | None = None  # in the environment
    at_once_max: PositiveInt = 8  # ours: what a small server takes from one client


class AutomationSettings(BaseModel):
    """The company's own machine that sends approved texts to customers. We never do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Url | None = None  # none: messages have nowhere to go, as `ebbwatch deliveries` says
    secret: Secret | None = None  # what its requests are signed with


class CourierSettings(BaseModel):
    """Whom the courier reaches, and how long it tries. Without anybody it is off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    people: Mapping[str, Person] = {}  # account manager (or head, pool, lead) -> where
    head: str | None = None  # whose head is not named in `people`: who is told instead
    management: str | None = None  # who is told what management has to know, by name in `people`
    link: str = ""  # address of a task's page, as in "https://churn.example.org/task/{id}"
    webhook: WebhookSettings = WebhookSettings()
    mail: MailSettings = MailSettings()
    automation: AutomationSettings = AutomationSettings()
    poll_s: float = Field(default=0.5, gt=0)  # how late a notice may be picked up
    at_once_max: PositiveInt = 32  # ours: deliveries under way in one courier
    lease_s: float = Field(default=15.0, gt=0)  # what deliveries of a killed courier wait for
    answer_s: float = Field(default=10.0, gt=0)  # a server that thinks for longer is asked again
    tries_max: PositiveInt = 3  # in a row: a restart behind a load balancer
    first_wait_s: float = Field(default=0.5, ge=0)  # between them, doubled each time, with jitter
    first_pause_s: float = Field(default=60.0, gt=0)  # then it is put off, twice as long each time
    longest_pause_s: float = Field(default=3600.0, gt=0)  # ours: an hour late is late enough
    rounds_max: PositiveInt = 28  # with these pauses about a day; then somebody has to look at it

    @property
    def on(self) -> bool:
        """Whether there is anybody to be reached."""
        return bool(self.people) or self.automation.url is not None

    def meant(self, notice: Notice) -> str:
        """Say who a notice is for, by name; empty if nobody is named for it."""
        match notice.audience:
            case Audience.OWNER:
                return notice.whose
            case Audience.HEAD:
                known = self.people.get(notice.whose)
                return (known.head if known else None) or self.head or ""
            case Audience.MANAGEMENT:
                return self.management or ""
            case Audience.CUSTOMER:
                return "automation"

    def pause_s(self, rounds: int) -> float:
        """Give how long to leave a notice alone that was tried in so many rounds.

        Examples
        --------
        >>> [CourierSettings().pause_s(n) for n in (1, 2, 3, 9)]
        [60.0, 120.0, 240.0, 3600.0]
        """
        return float(min(self.first_pause_s * 2.0 ** (rounds - 1), self.longest_pause_s))


def checked(settings: CourierSettings) -> CourierSettings:
    """Give settings back if a courier can work with them.

    Raises
    ------
    SettingsError
        Names the key and what is missing.
    """
    book = settings.people
    if any(one.webhook for one in book.values()) and settings.webhook.secret is None:
        raise SettingsError("courier.webhook.secret: people have webhooks, and nothing signs them")
    if any(one.mail for one in book.values()) and not settings.mail.host:
        raise SettingsError("courier.mail.host: people have mail addresses, and no server sends")
    if settings.automation.url is not None and settings.automation.secret is None:
        raise SettingsError("courier.automation.secret: nothing signs what is sent to the url")
    named = [(f"people.{name}.head", one.head) for name, one in book.items()]
    for key, name in [*named, ("head", settings.head), ("management", settings.management)]:
        if name is not None and name not in book:
            raise SettingsError(f"courier.{key}: {name!r} is not in courier.people")
    return settings
