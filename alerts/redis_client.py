"""Talking to the store: how long to wait for it, and what is said when it does not answer."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

from detectors.errors import BoardError

Command = tuple[bytes | str | int | float, ...]

FIRST_WAIT_S = 0.05


class Patience(NamedTuple):
    """How often a client tries again, the longest wait between two tries, and for an answer."""

    retries: int
    longest_wait_s: float
    answer_within_s: float


def connected(url: str, patience: Patience) -> Redis:
    """Give a client for a URL. It connects when first asked, and again after a break."""
    waits = ExponentialBackoff(cap=patience.longest_wait_s, base=FIRST_WAIT_S)
    return Redis.from_url(
        url,
        retry=Retry(waits, patience.retries),
        socket_timeout=patience.answer_within_s,
        socket_connect_timeout=patience.answer_within_s,
    )


async def asked(client: Redis, commands: Iterable[Command], store: str) -> list[Any]:
    """Ask several things together and at one instant: a write between them is whole or not.

    `store` names the store in the error, as in `answered`.
    """
    with answered(store):
        async with client.pipeline(transaction=True) as pipeline:
            for command in commands:
                pipeline.execute_command(*command)
            answers: list[Any] = await pipeline.execute()
            return answers


@contextmanager
def answered(store: str) -> Iterator[None]:
    """Turn what the store refuses, or leaves without an answer, into a `BoardError`."""
    try:
        yield
    except RedisError as error:
        raise BoardError(f"{store} did not answer: {error}") from error
