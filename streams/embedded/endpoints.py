"""Where Kafka and the store are: your own if you name them, else ours on this machine."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from detectors.errors import EmbeddedError
from streams.embedded.environment import state_folder, variable
from streams.embedded.folder import announced
from streams.embedded.kafka import NAME as KAFKA
from streams.embedded.kafka import kafka
from streams.embedded.store import NAME as STORE
from streams.embedded.store import store

KAFKA_VARIABLE, STORE_VARIABLE = "KAFKA_BOOTSTRAP_SERVERS", "REDIS_URL"


@dataclass(frozen=True)
class Endpoints:
    """What clients need to reach both servers."""

    bootstrap_servers: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """Give them as variables, for a worker that is started as a process of its own."""
        return {KAFKA_VARIABLE: self.bootstrap_servers, STORE_VARIABLE: self.redis_url}


def endpoints(state: Path | None = None) -> Endpoints:
    """Find servers that run already: the environment's, else those that `servers` runs.

    Raises
    ------
    EmbeddedError
        If neither is there.
    """
    folder = state or state_folder()
    return Endpoints(_found(KAFKA_VARIABLE, folder, KAFKA), _found(STORE_VARIABLE, folder, STORE))


@contextmanager
def servers(state: Path | None = None, *, keep: bool = True) -> Iterator[Endpoints]:
    """Run the servers that the environment does not name, while the block runs.

    With `keep`, other processes of the user find them with `endpoints`.
    """
    with ExitStack() as stack:
        # The store first: it is up in no time, and its errors need not wait for Kafka.
        redis_url = variable(STORE_VARIABLE) or stack.enter_context(store(state, keep=keep))
        bootstrap = variable(KAFKA_VARIABLE) or stack.enter_context(kafka(state, keep=keep))
        yield Endpoints(bootstrap, redis_url)


def _found(name: str, state: Path, server: str) -> str:
    address = variable(name) or announced(state, server)
    if address is None:
        raise EmbeddedError(
            f"no {server} runs in {state}, and {name} is not set",
            remedy=f"Start `ebbwatch up` in another terminal, or set {name}.",
        )
    return address
