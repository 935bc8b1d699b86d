"""Sending: a post by its channels, one after the other, each tried some times in a row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from alerts.address_book import CourierSettings
from alerts.channels.channel import Channel
from alerts.channels.mail import Mail
from alerts.channels.webhook import Webhook
from alerts.courier import Post
from detectors.errors import DeliveryError

LONGEST_WAIT_S = 5.0  # between two tries in a row; what takes longer is put off


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What came of sending: which channel took it, else which failed last and why.

    `again` says whether one of the failures may pass.
    """

    channel: str
    delivered: bool
    cause: str = ""
    again: bool = False


def channels_of(settings: CourierSettings) -> dict[str, Channel]:
    """Make the channels for which there is all that they need."""
    made: dict[str, Channel] = {}
    answer_s = settings.answer_s
    for name, one in (("webhook", settings.webhook), ("automation", settings.automation)):
        if one.secret is not None:
            made[name] = Webhook(one.secret.get_secret_value(), answer_s=answer_s)
    if settings.mail.host:
        made["mail"] = Mail(settings.mail, answer_s=answer_s)
    return made


async def send(
    post: Post,
    channels: Mapping[str, Channel],
    settings: CourierSettings,
    now: Callable[[], datetime],
    tried: Callable[[str], None] = lambda _: None,
) -> Sent:
    """Bring a post to its person by the first channel that takes it.

    Parameters
    ----------
    now : gives the time of each try
    tried : told the channel of each try
    """
    failures: list[tuple[str, DeliveryError]] = []
    for name, address in post.ways:
        try:
            async for attempt in _tries(settings):
                with attempt:
                    tried(name)
                    await channels[name].deliver(post.parcel, address, now())
        except DeliveryError as error:
            failures.append((name, error))
        else:
            return Sent(channel=name, delivered=True)
    last, why = failures[-1]
    again = any(failure.retryable for _, failure in failures)
    return Sent(channel=last, delivered=False, cause=why.cause, again=again)


def _tries(settings: CourierSettings) -> AsyncRetrying:
    return AsyncRetrying(
        retry=retry_if_exception(_may_pass),
        wait=wait_random_exponential(multiplier=settings.first_wait_s, max=LONGEST_WAIT_S),
        stop=stop_after_attempt(settings.tries_max),
        reraise=True,
    )


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, DeliveryError) and error.retryable
