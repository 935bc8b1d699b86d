"""Mail: a letter as text and as a page, through the company's own server.

Its ``Message-ID`` is made of the notice's id, so a letter that comes twice is the same letter:
most mail programs show it once.
"""

import asyncio
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from alerts.address_book import MailSettings
from alerts.channels.channel import Parcel
from detectors.errors import DeliveryError


class Mail:
    """Delivers by SMTP, a connection a letter.

    Parameters
    ----------
    settings : MailSettings
        The server and the sender.
    answer_s : float
        Longest wait for each answer of the server.
    """

    def __init__(self, settings: MailSettings, *, answer_s: float) -> None:
        self._settings, self._answer_s = settings, answer_s
        self._at_once = asyncio.Semaphore(settings.at_once_max)

    async def deliver(self, parcel: Parcel, address: str, at: datetime) -> None:
        """See `Channel.deliver`: a 2xx for the text is a yes, a 5xx the last word."""
        told = self._settings
        message = written(parcel, told.sender, address, at)
        try:
            async with self._at_once:
                await aiosmtplib.send(
                    message,
                    hostname=told.host,
                    port=told.port,
                    username=told.user,
                    password=told.password.get_secret_value() if told.password else None,
                    use_tls=told.tls == "tls",
                    start_tls=told.tls == "starttls",
                    timeout=self._answer_s,
                )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _told(error) from error

    async def close(self) -> None:
        """See `Channel.close`: nothing is kept open."""


def written(parcel: Parcel, sender: str, address: str, at: datetime) -> EmailMessage:
    """Write a parcel as a letter.

    Raises
    ------
    ValueError
        If the parcel has none, which is nobody's fault but ours.
    """
    letter = parcel.letter
    if letter is None:
        raise ValueError(f"parcel {parcel.id} has no letter")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, address, letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{parcel.id}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday answers it
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _told(error: Exception) -> DeliveryError:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPResponseException) and error.code > 0:
        again, cause = error.code < 500, f"smtp_{error.code}"
        return DeliveryError(f"answered {error.code}", cause=cause, retryable=again)
    timed_out = isinstance(error, TimeoutError | aiosmtplib.SMTPTimeoutError)
    cause = "timeout" if timed_out else "unreachable"
    return DeliveryError(type(error).__name__, cause=cause, retryable=True)
