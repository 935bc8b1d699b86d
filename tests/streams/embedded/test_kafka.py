"""A real Kafka as a child process: it serves, comes back, and says what is wrong."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from detectors.errors import EmbeddedError
from streams.embedded import KafkaServer

TOPIC, MIB = "events", 1 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    # A home may be named in any script, and have blanks in it.
    state = tmp_path_factory.mktemp("state") / "客户 état"
    with KafkaServer(state, keep=False) as server:
        yield server


async def make_topic(server: KafkaServer, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=server.address)
    await admin.start()
    await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    await admin.close()


async def write(server: KafkaServer, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=server.address, max_request_size=8 * MIB
    ) as producer:
        await producer.send_and_wait(topic, value)


async def first(server: KafkaServer, topic: str) -> bytes:
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=server.address, auto_offset_reset="earliest"
    ) as consumer:
        record = await consumer.getone()
        assert record.value is not None
        return bytes(record.value)


async def test_it_carries_records_of_almost_eight_mebibytes(server: KafkaServer) -> None:
    await make_topic(server, "large")
    value = bytes(8 * MIB - 1024)
    await write(server, "large", value)
    assert await first(server, "large") == value


async def test_a_topic_nobody_made_is_not_made_by_asking_for_it(server: KafkaServer) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=server.address)
    await admin.start()
    await admin.describe_topics(["mistyped"])
    assert "mistyped" not in await admin.list_topics()
    await admin.close()


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_what_was_written_is_there_on_the_same_port_after(
    server: KafkaServer, end: str
) -> None:
    address = server.address
    await make_topic(server, end)
    await write(server, end, b"kept")
    getattr(server, end)()
    server.start()
    assert await first(server, end) == b"kept"
    assert server.address == address


def test_a_kept_folder_has_its_data_again_and_the_log_of_the_run_before(tmp_path: Path) -> None:
    for _ in range(2):
        with KafkaServer(tmp_path):
            pass
    assert (tmp_path / "kafka" / "data" / "meta.properties").exists()
    assert "Kafka Server started" in (tmp_path / "kafka" / "kafka.log.1").read_text()


def test_a_taken_port_is_named_and_nothing_stays_behind(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"port {port} of 127.0.0.1 is not free"):
            KafkaServer(tmp_path, keep=False, port=port)
    assert list(tmp_path.iterdir()) == []


def test_a_broker_that_fails_tells_the_last_lines_of_its_log(tmp_path: Path) -> None:
    damaged = tmp_path / "kafka" / "data" / "meta.properties"
    damaged.parent.mkdir(parents=True)
    damaged.write_text("version=99\n")
    with (
        pytest.raises(EmbeddedError, match=r"ended with code 1 .*\n(  \| .*\n)+") as failed,
        KafkaServer(tmp_path),
    ):
        pass
    assert failed.value.log == tmp_path / "kafka" / "kafka.log"
