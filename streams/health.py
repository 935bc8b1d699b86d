"""The worker's own little web server: `/metrics`, `/livez`, `/readyz`."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from detectors.errors import SettingsError

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class Health:
    """Answers probes and scrapes from the worker's event loop; a blocked loop cannot answer.

    Parameters
    ----------
    live : callable
        False asks for a restart of the process.
    ready : callable
        False while starting, recovering, rebalancing, without partitions, and when stopping.
    metrics : callable
        Gives the page of `/metrics` in Prometheus' text format.
    """

    def __init__(
        self, live: Callable[[], bool], ready: Callable[[], bool], metrics: Callable[[], bytes]
    ) -> None:
        self._live = live
        self._ready = ready
        self._metrics = metrics
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 takes a free one. Gives the port.

        Raises
        ------
        SettingsError
            If the port is taken, or the host is none of ours.
        """
        app = web.Application()
        app.router.add_get("/livez", self._probe(self._live))
        app.router.add_get("/readyz", self._probe(self._ready))
        app.router.add_get("/metrics", self._page)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, shutdown_timeout=0.1)
        try:
            await site.start()
        except OSError as error:
            raise SettingsError(f"health_host, health_port: {error}") from error
        address: tuple[Any, ...] = self._runner.addresses[0]
        return int(address[1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _probe(self, good: Callable[[], bool]) -> Callable[[web.Request], Any]:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(text="yes\n") if good() else web.Response(text="no\n", status=503)

        return answer

    async def _page(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics(), headers={"Content-Type": PROMETHEUS})
