"""A real Apache Kafka on this machine: one node, broker and controller in one process."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.embedded.environment import cache_folder, child_environment, state_folder
from streams.embedded.folder import Folder, writing
from streams.embedded.jars import classpath, lock_id
from streams.embedded.java import java, memory
from streams.embedded.ports import Port
from streams.embedded.process import Process

NAME = "kafka"
# Relative to the folder it runs in: Kafka reads settings as Latin-1, and a home may be /home/王.
DATA, SETTINGS, TEMPORARY = "data", "server.properties", "tmp"
READY_LINE = b"Kafka Server started"
START_WITHIN_S = 90.0  # 3 s on two free cores; a loaded machine may need many times that
FORMAT_WITHIN_S = 60.0
JVM = (
    f"-Djava.io.tmpdir={TEMPORARY}",
    "-Xmx512m",
    "-XX:+UseSerialGC",  # small heap, few cores: fewer threads, and its pauses stay short
    # The second compiler takes a third of a core for minutes, and in turns of 100 ms: on two cores
    # all others wait for it. The code of the first is fast enough for a broker that moves bytes.
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Xlog:disable",
    "-Xlog:all=error:stderr",  # Java's memory of an earlier start warns of what it passes over
    "-Djava.net.preferIPv4Stack=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",  # says READY_LINE
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
)
PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    # A name typed wrong is an error, not a new topic.
    "auto.create.topics.enable": "false",
    "message.max.bytes": str(8 << 20),  # a slice, or the lessons of a partition, in one record
    "replica.fetch.max.bytes": str(8 << 20),
    # One node: one replica of everything, and few partitions of what Kafka keeps for itself.
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    # Groups form and lose a dead member fast; clients choose their own time-outs above this.
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    # After a kill the controller waits this long before it believes that the old broker is gone.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "num.recovery.threads.per.data.dir": "2",
    # Many partitions on a small disk: each one maps two index files of this size.
    "log.segment.bytes": str(256 << 20),
    "log.index.size.max.bytes": str(1 << 20),
    # Changelogs are compacted while we run. The default buffer alone is a quarter of the heap.
    "log.cleaner.enable": "true",
    "log.cleaner.dedupe.buffer.size": str(32 << 20),
    "log.cleaner.backoff.ms": "5000",
}


class KafkaServer:
    """Kafka as a child process; port and data outlive a `stop` or `kill` until `close`.

    Parameters
    ----------
    state : Path, optional
        Folder of all servers' data; the user's state folder if not given.
    keep : bool
        Whether data is there again next time. Otherwise `close` throws it away.
    port : int, optional
        Port of 127.0.0.1; a free one if not given.
    jvm : sequence of str
        Further options of Java; they replace its memory of an earlier start.
    properties : mapping of str to str
        Settings of Kafka's own that differ from `PROPERTIES`.
    """

    def __init__(
        self,
        state: Path | None = None,
        *,
        keep: bool = True,
        port: int | None = None,
        jvm: Sequence[str] = (),
        properties: Mapping[str, str] | None = None,
    ) -> None:
        self._jvm, self._properties = jvm, PROPERTIES | dict(properties or {})
        self._folder = Folder(state or state_folder(), NAME, keep=keep)
        try:
            self._clients, self._controller = Port(port), Port()
        except BaseException:
            self._folder.release()
            raise
        self._process: Process | None = None

    @property
    def address(self) -> str:
        """Give what clients take as bootstrap servers."""
        return self._clients.address

    @property
    def process(self) -> Process:
        """Give the running server."""
        assert self._process is not None, "Kafka was not started"
        return self._process

    def start(self) -> None:
        """Start it, and come back when it serves.

        Raises
        ------
        EmbeddedError
            If jars, Java, the folder, or the server itself fail.
        """
        runtime, jars = java(), classpath(cache_folder())
        program = [str(runtime), *JVM, "-cp", jars]
        with writing(self._folder.path):
            self._clear_temporary()
            self._write_properties()
            if not (self._data / "meta.properties").exists():
                self._format(program)
        program[1:1] = self._jvm or _remembering(memory(runtime, cache_folder()))
        self._process = process = self._run(program, "kafka.Kafka", SETTINGS)
        process.wait_until(lambda: READY_LINE in process.log.read_bytes(), START_WITHIN_S)
        self._folder.announce(self.address)

    def stop(self) -> None:
        """End it cleanly; `start` brings it back with its data, on the same port."""
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        """End it as a power cut would; `start` brings it back likewise."""
        self.process.kill()

    def close(self) -> None:
        """Stop it and give back its ports and folder."""
        self.stop()
        self._clients.release()
        self._controller.release()
        self._folder.release()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _data(self) -> Path:
        return self._folder.path / DATA

    # Kafka's libraries unpack native code there, and after a kill leave it behind.
    def _clear_temporary(self) -> None:
        shutil.rmtree(self._folder.path / TEMPORARY, ignore_errors=True)
        (self._folder.path / TEMPORARY).mkdir()

    def _write_properties(self) -> None:
        clients, controller = self.address, self._controller.address
        own = {
            "listeners": f"PLAINTEXT://{clients},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{clients}",
            "controller.quorum.voters": f"1@{controller}",
            "log.dirs": DATA,
        }
        lines = "".join(f"{key}={value}\n" for key, value in (self._properties | own).items())
        (self._folder.path / SETTINGS).write_text(lines)

    def _run(self, program: list[str], *arguments: str) -> Process:
        return Process([*program, *arguments], self._folder, child_environment())

    # Made once a user and then copied: it takes Kafka's own tool a second each time. Our servers
    # share one cluster id; they never meet.
    def _format(self, program: list[str]) -> None:
        made = cache_folder() / f"formatted-{lock_id()}"
        if made.exists():
            shutil.copytree(made, self._data)
            return
        cluster = "ebbwatch-on-one-machin"  # any 22 characters that are base64 of 16 bytes
        tool = ("kafka.tools.StorageTool", "format", "-t", cluster, "-c", SETTINGS)
        self._process = process = self._run(program, *tool)
        process.wait_until(lambda: not process.alive, FORMAT_WITHIN_S)
        if not (self._data / "meta.properties").exists():
            raise process.failure("could not make its data folder")
        copy = Path(tempfile.mkdtemp(dir=cache_folder(), prefix="formatting-"))
        shutil.copytree(self._data, copy, dirs_exist_ok=True)
        with contextlib.suppress(OSError):  # another process was first
            copy.rename(made)


def _remembering(memory: Path) -> list[str]:
    return [f"-XX:AOTCache={memory}"] if memory.exists() else []


@contextmanager
def kafka(
    state: Path | None = None, *, keep: bool = True, port: int | None = None
) -> Iterator[str]:
    """Run Kafka while the block runs, and give its bootstrap servers.

    Parameters and errors are those of `KafkaServer`.
    """
    with KafkaServer(state, keep=keep, port=port) as server:
        yield server.address
