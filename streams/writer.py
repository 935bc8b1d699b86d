"""Writing to Kafka in whole batches: nothing is written until Kafka says so."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import RecordMetadata

from streams.counts import Counts
from streams.exits import StalledError

Headers = Sequence[tuple[str, bytes]]
Outgoing = tuple[bytes | None, bytes | None, Headers]

BATCH_BYTES = 786_432  # of fewer the requests cost; of more, one that does not compress is refused
# aiokafka calls lz4 at its slowest level: 10 µs for a ledger row, where snappy takes 0.5 µs.
COMPRESSION = "snappy"
REQUEST_S = 40.0  # one produce request; it is tried again until `timeout_s` is over


class Writer:
    """An idempotent producer that packs records into batches itself.

    `AIOKafkaProducer.send` costs 16 µs for a record and a future; a batch costs 5. Fails when
    Kafka does not acknowledge within `timeout_s`: whoever writes then must not ack.

    Parameters
    ----------
    bootstrap_servers : str
        `host:port`, several with commas.
    counts : Counts
        Gets the number of acknowledged records.
    timeout_s : float
        Longest wait for acknowledgements. Raising it survives longer outages of the broker, and
        leaves a worker longer in doubt.
    still_ours : callable
        Asked before each write; raises if this worker may have lost its partitions.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        counts: Counts,
        *,
        timeout_s: float = 60.0,
        still_ours: Callable[[], None] = lambda: None,
    ) -> None:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap_servers,
            enable_idempotence=True,
            acks="all",
            compression_type=COMPRESSION,
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            max_request_size=BATCH_BYTES * 64,
            request_timeout_ms=int(REQUEST_S * 1000),
        )
        self._counts = counts
        self._timeout_s = timeout_s
        self._turns: defaultdict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._still_ours = still_ours

    async def start(self) -> None:
        """Connect, and get the producer's id from the broker."""
        await self._producer.start()

    async def stop(self) -> None:
        """Disconnect. Nothing is pending: every write waited for its acks."""
        await self._producer.stop()

    async def partitions(self, topic: str) -> int:
        """Give the number of partitions of a topic, and have its leaders known for later."""
        return len(await self._producer.partitions_for(topic))

    async def write(self, topic: str, partition: int, records: Sequence[Outgoing]) -> list[int]:
        """Write records in order to one partition and wait until Kafka has them all.

        Two writes to one partition at the same time keep each its own order and may mix.

        Parameters
        ----------
        topic : str
            An existing topic.
        partition : int
            One of its partitions.
        records : sequence of (key, value, headers)
            Key or value may be None, headers are (str, bytes) pairs; none is `()`.

        Returns
        -------
        offsets : list of int
            The offset of each record; -1 for one that a retry had written before, whose place
            the broker no longer knew.

        Raises
        ------
        StalledError
            If Kafka did not acknowledge in time, or the partition may no longer be ours.
        KafkaError
            If Kafka refused.
        """
        if not records:
            return []
        self._still_ours()
        try:
            async with asyncio.timeout(self._timeout_s):
                sent = await self._send(topic, partition, records)
                acks = await asyncio.gather(*(ack for ack, _ in sent))
        except TimeoutError as error:
            message = f"{topic}[{partition}]: no ack within {self._timeout_s:g} s"
            raise StalledError(message) from error
        self._counts.written[topic] += len(records)
        offsets: list[int] = []
        for ack, (_, n_records) in zip(acks, sent, strict=True):
            first = ack.offset
            offsets.extend(range(first, first + n_records) if first >= 0 else [-1] * n_records)
        return offsets

    async def _send(
        self, topic: str, partition: int, records: Sequence[Outgoing]
    ) -> list[tuple[asyncio.Future[RecordMetadata], int]]:
        sent: list[tuple[asyncio.Future[RecordMetadata], int]] = []
        batch = self._producer.create_batch()
        for key, value, some_headers in records:
            headers = list(some_headers)  # the compiled builder takes nothing else
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                sent.append(await self._close(batch, topic, partition))
                batch = self._producer.create_batch()
                # The first record of a batch always fits; too large for the broker, it raises.
                batch.append(timestamp=None, key=key, value=value, headers=headers)
        sent.append(await self._close(batch, topic, partition))
        return sent

    async def _close(
        self, batch: BatchBuilder, topic: str, partition: int
    ) -> tuple[asyncio.Future[RecordMetadata], int]:
        batch.close()  # or a `send` elsewhere could append to it
        n_records = batch.record_count()
        # One at a time: aiokafka takes the whole wait off its time-out whenever a batch leaves, so
        # that with some 200 in the queue 40 s are over within the first.
        async with self._turns[topic, partition]:
            return await self._producer.send_batch(batch, topic, partition=partition), n_records
