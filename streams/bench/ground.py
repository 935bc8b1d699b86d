"""The ground that a bench stands on: servers and topics of its own, thrown away afterwards."""

import asyncio
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from streams import topics_apply
from streams.embedded import Endpoints, KafkaServer, StoreServer
from streams.log_reader import LogReader
from streams.settings import Settings
from streams.topics import TABLE

# A group that begins waits so long for its other members: they share the first assignment.
TOGETHER = {"group.initial.rebalance.delay.ms": "2000"}
NO_STORE = "redis://127.0.0.1:1/0"  # intake and scorer need none

Ends = dict[str, list[int]]


@dataclass(frozen=True)
class Place:
    """Where roles run: the servers, the folder of data and logs, and their settings.

    `pids` are the servers' processes by name, `settings_file` is what roles are started with.
    """

    endpoints: Endpoints
    state: Path
    settings: Settings
    settings_file: Path
    pids: Mapping[str, int]

    @property
    def servers(self) -> str:
        """Give what Kafka's clients take."""
        return self.endpoints.bootstrap_servers

    @property
    def n_partitions(self) -> int:
        """Count the partitions of the inputs and of the customer log."""
        return self.settings.topics.partitions

    def bytes_on_disk(self, topic: str) -> int:
        """Count what a topic takes on Kafka's disk, compressed as it was written."""
        return sum(file.stat().st_size for file in self.state.glob(f"kafka-*/data/{topic}-*/*.log"))


@contextmanager
def ground(
    settings: Settings, *, with_store: bool = False, together: bool = False
) -> Iterator[Place]:
    """Run a Kafka with all topics while the block runs, and a store beside it if one is needed.

    With `together`, several workers of a role that are started at once share its first assignment.
    """
    with ExitStack() as stack:
        state = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ebbwatch-bench-")))
        store = stack.enter_context(StoreServer(state, keep=False)) if with_store else None
        properties = TOGETHER if together else {}
        broker = stack.enter_context(KafkaServer(state, keep=False, properties=properties))
        asyncio.run(_create_topics(broker.address, settings))
        file = state / "settings.json"
        file.write_text(settings.model_dump_json())
        endpoints = Endpoints(broker.address, store.address if store else NO_STORE)
        pids = {"Kafka": broker.process.pid} | ({"store": store.process.pid} if store else {})
        yield Place(endpoints, state, settings, file, pids)


def ends(place: Place) -> Ends:
    """Give where every partition of every topic ends now."""

    async def ask() -> Ends:
        async with LogReader(place.servers) as reader:
            return {
                topic.name: [
                    (await reader.ends(topic.name, number))[1]
                    for number in range(await reader.partitions(topic.name))
                ]
                for topic in TABLE
            }

    return asyncio.run(ask())


def n_new(before: Ends, after: Ends, topics: Iterable[str]) -> int:
    """Count the records that came to some topics in between."""
    return sum(sum(after[topic]) - sum(before[topic]) for topic in topics)


async def _create_topics(bootstrap_servers: str, settings: Settings) -> None:
    async with topics_apply.connected(bootstrap_servers) as admin:
        await topics_apply.apply(admin, settings.topics)
