"""Every channel does what `Channel` says, against a real server of its kind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from socket import socket
from typing import Any

import pytest

from alerts import channels
from alerts.address_book import MailSettings
from alerts.channels.channel import Channel
from alerts.channels.mail import Mail
from alerts.channels.webhook import Webhook
from detectors.errors import DeliveryError
from tests.alerts.channels.parcels import NOON, a_parcel
from tests.alerts.channels.receivers import HANG, post_office, receiving

ANSWER_S = 0.3


@dataclass
class Bench:
    """A channel, an address on its server, and the ids of what the server has taken."""

    channel: Channel
    address: str
    taken: Callable[[], list[str]]

    async def deliver(self, name: str = "a1") -> None:
        await self.channel.deliver(a_parcel(name), self.address, NOON)


@asynccontextmanager
async def web(*answers: int) -> AsyncIterator[Bench]:
    async with receiving(*answers) as receiver:
        channel = Webhook("s", answer_s=ANSWER_S)
        yield Bench(channel, receiver.url, lambda: receiver.ids)
        await channel.close()


@asynccontextmanager
async def letters(*answers: str) -> AsyncIterator[Bench]:
    async with post_office(*answers) as office:
        channel = mail(office.port)
        ids = lambda: [letter["Message-ID"][1:].split("@")[0] for letter in office.letters]  # noqa: E731
        yield Bench(channel, "kim@example.org", ids)
        await channel.close()


def mail(port: int) -> Mail:
    settings = MailSettings(host="127.0.0.1", port=port, tls="none", sender="e@example.org")
    return Mail(settings, answer_s=ANSWER_S)


def closed_port() -> int:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


Run = Callable[..., AbstractAsyncContextManager[Bench]]
KINDS = pytest.mark.parametrize(
    ("bench", "passing", "final"), [(web, 503, 404), (letters, "451 later", "552 never")]
)


@KINDS
async def test_what_is_taken_is_taken_under_its_id(bench: Run, passing: Any, final: Any) -> None:
    async with bench() as one:
        await one.deliver("a1")
        await one.deliver("a1")
        assert one.taken() == ["a1", "a1"]


@KINDS
async def test_a_failure_that_may_pass_says_so(bench: Run, passing: Any, final: Any) -> None:
    async with bench(passing) as one:
        with pytest.raises(DeliveryError) as failed:
            await one.deliver()
        assert failed.value.retryable
        await one.deliver()


@KINDS
async def test_a_last_word_says_so(bench: Run, passing: Any, final: Any) -> None:
    async with bench(final) as one:
        with pytest.raises(DeliveryError) as failed:
            await one.deliver()
        assert not failed.value.retryable


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        (lambda: Webhook("s", answer_s=ANSWER_S), f"http://127.0.0.1:{closed_port()}/"),
        (lambda: mail(closed_port()), "kim@example.org"),
    ],
    ids=["webhook", "mail"],
)
async def test_nobody_there_may_pass(channel: Callable[[], Channel], address: str) -> None:
    made = channel()
    with pytest.raises(DeliveryError) as failed:
        await made.deliver(a_parcel(), address, NOON)
    await made.close()
    assert (failed.value.cause, failed.value.retryable) == ("unreachable", True)


async def silent_server(
    deliver: Callable[[int], Awaitable[None]],
) -> DeliveryError:
    """Deliver to a server that takes a connection and says nothing."""
    let_go = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await let_go.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    try:
        with pytest.raises(DeliveryError) as failed:
            await deliver(server.sockets[0].getsockname()[1])
        return failed.value
    finally:
        let_go.set()
        server.close()
        await server.wait_closed()


async def test_a_silent_web_server_is_waited_for_only_so_long() -> None:
    channel = Webhook("s", answer_s=ANSWER_S)
    error = await silent_server(
        lambda port: channel.deliver(a_parcel(), f"http://127.0.0.1:{port}/", NOON)
    )
    await channel.close()
    assert (error.cause, error.retryable) == ("timeout", True)


async def test_a_silent_mail_server_is_waited_for_only_so_long() -> None:
    error = await silent_server(
        lambda port: mail(port).deliver(a_parcel(), "kim@example.org", NOON)
    )
    assert (error.cause, error.retryable) == ("timeout", True)


async def test_an_answer_that_does_not_come_is_a_timeout() -> None:
    async with web(HANG) as one:
        with pytest.raises(DeliveryError) as failed:
            await one.deliver()
        assert failed.value.cause == "timeout"


def test_every_channel_is_in_the_suite() -> None:
    modules = [
        import_module(f"alerts.channels.{found.name}") for found in iter_modules(channels.__path__)
    ]
    homes = {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and one is not Channel and hasattr(one, "deliver")
    }
    assert homes == {Webhook, Mail}
