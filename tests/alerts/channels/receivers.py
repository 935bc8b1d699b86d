"""Real servers that take what is delivered, and misbehave as they are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG = 0  # an answer that does not come


@dataclass
class Receiver:
    """A web server: it gives `answers` one after the other, then goes on saying 204."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    _let_go: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ids(self) -> list[str]:
        """The idempotency keys, in the order of the requests."""
        return [headers["Idempotency-Key"] for headers, _ in self.got]

    async def _answer(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        status = self.answers.pop(0) if self.answers else 204
        if status == HANG:
            await self._let_go.wait()
            status = 204
        headers = {"Location": self.url} if 300 <= status < 400 else {}
        return web.Response(status=status, headers=headers)


@asynccontextmanager
async def receiving(*answers: int) -> AsyncIterator[Receiver]:
    """Run a web server while the block runs."""
    receiver = Receiver(list(answers))
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver._answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/in"
    try:
        yield receiver
    finally:
        receiver._let_go.set()
        await runner.cleanup()


@dataclass
class PostOffice:
    """A mail server: it gives `answers` one after the other, then goes on saying yes."""

    answers: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)  # addresses that it does not have
    letters: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to a recipient."""
        if address in self.unknown:
            return "550 no such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer to a letter."""
        told = self.answers.pop(0) if self.answers else "250 OK"
        content: Any = envelope.content
        if told.startswith("250"):
            parsed: Any = BytesParser(policy=default).parsebytes(content)
            self.letters.append(parsed)
        return told


@asynccontextmanager
async def post_office(*answers: str, unknown: tuple[str, ...] = ()) -> AsyncIterator[PostOffice]:
    """Run a mail server while the block runs."""
    office = PostOffice(list(answers), set(unknown))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(office, enable_SMTPUTF8=True, loop=loop, hostname="localhost"), "127.0.0.1", 0
    )
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()
