"""Loopback ports that stay ours, also while the server behind them is down."""

import socket

from detectors.errors import EmbeddedError

HOST = "127.0.0.1"


class Port:
    """A loopback port, held from now until `release`.

    We hold it bound but not listening, with SO_REUSEADDR; a server that sets the same option
    (Java and Valkey do) can still listen on it. Nobody else is given it in between: neither
    before the server is up nor while it is restarted. Fails to keep away one who asks for this
    very port with SO_REUSEADDR before the server listens; then the server says so.
    """

    def __init__(self, number: int | None = None) -> None:
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._held.bind((HOST, number or 0))
        except OSError as error:
            self._held.close()
            raise EmbeddedError(
                f"port {number} of {HOST} is not free: {error.strerror}",
                remedy="End what uses it, or leave the port out to be given a free one.",
            ) from error
        self.number: int = self._held.getsockname()[1]

    @property
    def address(self) -> str:
        """Give host and port as clients want it."""
        return f"{HOST}:{self.number}"

    def release(self) -> None:
        """Let others have it."""
        self._held.close()
