"""A connection that was lost a moment ago, as aiokafka expects to hear of it.

aiokafka takes an `OSError` of a write for a lost connection. uvloop raises a `RuntimeError` between
the loss and the turn in which the reader hears of it. That went through aiokafka's handlers: it
ended the task that keeps a client's metadata, silently, and whoever waited for news of the brokers
then waited until the watchdog ended the process, two minutes after a broker was back.

Overrides a method of aiokafka 0.14.0; `tests/streams/test_lost_connections.py` fails when a new
version changes it.
"""

from collections.abc import Awaitable
from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

_send = AIOKafkaConnection.send


def expect_lost_connections() -> None:
    """Have all Kafka clients of this process take a lost connection for one."""
    AIOKafkaConnection.send = send


def send(
    connection: AIOKafkaConnection, request: object, expect_response: bool = True
) -> Awaitable[Any]:
    """Send a request, in place of a connection's own `send`.

    Raises
    ------
    KafkaConnectionError
        If there is no connection, or none any more.
    """
    try:
        sent: Awaitable[Any] = _send(connection, request, expect_response)
    except RuntimeError as error:
        connection.close(reason=CloseReason.CONNECTION_BROKEN, exc=error)
        where = f"{connection.host}:{connection.port}"
        raise KafkaConnectionError(f"Connection at {where} broken: {error}") from error
    return sent
