"""Webhooks: a signed POST of JSON, as Standard Webhooks has it.

``webhook-signature`` is ``v1,`` and the base64 of an HMAC-SHA256 over
``id.timestamp.body``; ``Idempotency-Key`` is the id again, for receivers that know only that.
A redirect is a refusal: what is signed for one server is not for another.
"""

import base64
import hmac
from datetime import datetime

import aiohttp

from alerts.channels.channel import TRY_AGAIN, Parcel
from detectors.errors import DeliveryError

STANDARD = "whsec_"  # before a secret that is base64, as the standard's own libraries make them


class Webhook:
    """Delivers by HTTP.

    Parameters
    ----------
    secret : str
        What requests are signed with; as UTF-8, or as base64 behind ``whsec_``.
    answer_s : float
        Longest wait for an answer. Raising it lets a slow server hold up a place for longer.
    """

    def __init__(self, secret: str, *, answer_s: float) -> None:
        self._secret = key_of(secret)
        self._timeout = aiohttp.ClientTimeout(total=answer_s)
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, parcel: Parcel, address: str, at: datetime) -> None:
        """See `Channel.deliver`: any 2xx is a yes."""
        if self._session is None:
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=jar)
        headers = signed(parcel, at, self._secret)
        try:
            async with self._session.post(
                address, data=parcel.body, headers=headers, allow_redirects=False
            ) as answer:
                status = answer.status
        except TimeoutError as error:
            raise DeliveryError("no answer in time", cause="timeout", retryable=True) from error
        except aiohttp.ClientError as error:
            told = type(error).__name__  # its words hold the address
            raise DeliveryError(told, cause="unreachable", retryable=True) from error
        if not 200 <= status < 300:
            again = status >= 500 or status in TRY_AGAIN
            raise DeliveryError(f"answered {status}", cause=f"http_{status}", retryable=again)

    async def close(self) -> None:
        """See `Channel.close`."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def key_of(secret: str) -> bytes:
    """Give the key of a secret.

    Examples
    --------
    >>> key_of("plain"), key_of("whsec_cGxhaW4=")
    (b'plain', b'plain')
    """
    if secret.startswith(STANDARD):
        return base64.b64decode(secret.removeprefix(STANDARD))
    return secret.encode()


def signed(parcel: Parcel, at: datetime, key: bytes) -> dict[str, str]:
    """Give the headers of a parcel sent at an instant.

    Examples
    --------
    >>> from datetime import UTC
    >>> made = signed(Parcel(id="a1", body=b"{}"), datetime(2025, 1, 1, tzinfo=UTC), b"key")
    >>> made["webhook-timestamp"], made["webhook-signature"]
    ('1735689600', 'v1,iMiELd3BRd+jXO+sXPWQ5S87MOuPecIrUxYLxqqil34=')
    """
    stamp = str(int(at.timestamp()))
    content = b".".join((parcel.id.encode(), stamp.encode(), parcel.body))
    digest = hmac.digest(key, content, "sha256")
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": parcel.id,
        "webhook-id": parcel.id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
