import base64
import hmac

import pytest

from alerts.channels.webhook import Webhook
from detectors.errors import DeliveryError
from tests.alerts.channels.parcels import NOON, a_parcel
from tests.alerts.channels.receivers import receiving


async def test_a_request_is_signed_so_that_the_receiver_can_tell_whose_it_is() -> None:
    async with receiving() as receiver:
        channel = Webhook("a secret", answer_s=5.0)
        await channel.deliver(a_parcel("d1"), receiver.url, NOON)
        await channel.close()
    ((headers, body),) = receiver.got
    assert headers["Content-Type"] == "application/json"
    assert headers["Idempotency-Key"] == headers["webhook-id"] == "d1"
    stamp = headers["webhook-timestamp"]
    assert int(stamp) == NOON.timestamp()
    signed = hmac.new(b"a secret", f"d1.{stamp}.".encode() + body, "sha256")
    assert headers["webhook-signature"] == "v1," + base64.b64encode(signed.digest()).decode()


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 425, 429])
async def test_a_server_in_trouble_is_asked_again(status: int) -> None:
    assert (await refusal(status)).retryable


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 410, 422])
async def test_a_refusal_is_the_last_word(status: int) -> None:
    assert not (await refusal(status)).retryable


async def test_a_redirect_is_not_followed() -> None:
    async with receiving(307) as receiver:
        channel = Webhook("s", answer_s=5.0)
        with pytest.raises(DeliveryError, match="307"):
            await channel.deliver(a_parcel(), receiver.url, NOON)
        await channel.close()
    assert len(receiver.got) == 1


async def test_an_error_does_not_say_where() -> None:
    channel = Webhook("s", answer_s=5.0)
    with pytest.raises(DeliveryError) as failed:
        await channel.deliver(a_parcel(), "http://127.0.0.1:1/token-of-kim", NOON)
    await channel.close()
    assert "token-of-kim" not in str(failed.value)


async def refusal(status: int) -> DeliveryError:
    async with receiving(status) as receiver:
        channel = Webhook("s", answer_s=5.0)
        with pytest.raises(DeliveryError) as failed:
            await channel.deliver(a_parcel(), receiver.url, NOON)
        await channel.close()
    assert failed.value.cause == f"http_{status}"
    return failed.value
