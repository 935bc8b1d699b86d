"""The intake: the gate and the sequencer, on Faust. What it decides is in `sequencer.py`.

Effects in this order: rows of customers (number, whose id, consent), what goes to others, dead
letters, labels of texts, then the log. A customer's number is therefore known to whoever reads
it in the log, and what a crash made it say twice has the same id or place. After a crash it goes
on from its own log's tail; Kafka's committed offsets only say where to look again.
"""

import asyncio
import time
from collections import defaultdict
from typing import Any

from aiokafka import ConsumerRecord

from detectors.kinds import TOPICS
from detectors.learning.text_labels import pack
from detectors.slices import Model
from streams.complaints.remembering import remember
from streams.customer_log import outgoing, read_tail
from streams.dead_letters import dead_letter
from streams.events.activity import Login, LoginMade
from streams.events.complaints import Complaint, ComplaintOpened
from streams.events.encode import encode
from streams.events.envelope import EPOCH
from streams.fetching.batches import batch_of
from streams.fetching.packed import Packed
from streams.identity.people import CustomerRow, Kept, People, read_row, row_bytes
from streams.intake_counts import IntakeCounts
from streams.log_reader import LogReader
from streams.models import Follower
from streams.onward import sent
from streams.role import Kit, Records, Role, Table
from streams.sequencer import IntakeSettings, Sequenced, Sequencer, Tail
from streams.sequencing.arrivals import arrivals_of
from streams.sequencing.customer_numbers import Numbers
from streams.sequencing.names import FORGOTTEN, Names
from streams.tail import tail_of
from streams.topics import (
    COMPLAINTS,
    CUSTOMER_LOG,
    CUSTOMERS,
    DEAD_LETTERS,
    INPUTS,
    INTERACTIONS,
    TRAINING_LOG,
)


class Intake(Role):
    """Reads the five public topics, writes the customer log."""

    name = "churn-intake"
    topics = INPUTS
    batches = frozenset(INPUTS)

    def __init__(self, bootstrap_servers: str, settings: IntakeSettings, n_partitions: int) -> None:
        self.table = Table(ledger=self, topic=CUSTOMERS)
        self.done = IntakeCounts()
        self._servers, self._settings, self._n_partitions = (
            bootstrap_servers,
            settings,
            n_partitions,
        )
        self._known: dict[int, Names] = {}
        self._standings: defaultdict[int, Kept] = defaultdict(dict)
        self._sequencers: dict[int, Sequencer] = {}
        self._models = Follower(bootstrap_servers)

    def restore(self, partition: int, records: Records) -> None:
        """Take customers' numbers back; a null value is a customer who was forgotten."""
        keyed = [(r.key, r.value) for r in records if r.key is not None]
        rows = [None if value is None else read_row(value) for _, value in keyed]
        names, standings = self._known.setdefault(partition, Names()), self._standings[partition]
        for (name, _), row in zip(keyed, rows, strict=True):
            if row is None:
                standings.pop(names.number(name), None)
            elif row.standing:
                standings[row.number] = row.standing
        numbers = [FORGOTTEN if row is None else row.number for row in rows]
        names.put([name for name, _ in keyed], numbers)

    def drop(self, partition: int) -> None:
        """Forget a partition that went to another worker."""
        self._known.pop(partition, None)
        self._standings.pop(partition, None)
        self._sequencers.pop(partition, None)

    async def started(self, kit: Kit) -> None:
        """Begin to follow the models."""
        await super().started(kit)
        _warm_up(self._settings)
        for topic in (CUSTOMER_LOG, TRAINING_LOG):
            await kit.writer.partitions(topic)
        await self._models.catch_up()
        kit.spawn("models", self._models.run())

    async def assigned(self, partition: int) -> None:
        """Go on from the log's own tail."""
        async with LogReader(self._servers) as reader:
            tail = tail_of(
                await read_tail(reader, partition, self._settings.ids_kept), self._settings.ids_kept
            )
            names = self._known.setdefault(partition, Names())
            numbers = Numbers(partition, self._n_partitions, names)
            people = People(self._standings.pop(partition, {}), tail.marks.taken)
            sequencer = Sequencer(self._settings, numbers, tail, people)
            end = tail.marks.taken[TOPICS.index(COMPLAINTS)] + 1
            await remember(reader, sequencer.complaints, partition, end)
        self._read_with_latest(sequencer)
        self._sequencers[partition] = sequencer

    async def step(self, partition: int, topic: str, records: Records) -> None:
        """Put a slice of records into the order."""
        assert isinstance(records, Packed), f"{topic} is none of `batches`"
        done = self._sequencers[partition].take(arrivals_of(records))
        await self._write(partition, done)

    async def pulse(self, partition: int) -> None:
        """Make the ticks of the wall clock, and put a new model into the order."""
        sequencer = self._sequencers[partition]
        await self._write(partition, sequencer.pass_time(time.time_ns() // 1_000_000))
        self._read_with_latest(sequencer)
        model = self._models.latest
        if isinstance(model, Model):
            await self._write(partition, sequencer.take_model(model))

    def _read_with_latest(self, sequencer: Sequencer) -> None:
        model = self._models.latest_text
        if model is not None and model.version > sequencer.complaints.model.version:
            sequencer.complaints.model = model
            self.done.text_model_version = model.version

    async def _write(self, partition: int, done: Sequenced) -> None:
        sequencer = self._sequencers[partition]
        rows = [(name, CustomerRow(number)) for name, number in sequencer.customers.take_new()]
        rows += sequencer.people.take_changed()
        self.done.add(done)
        if rows and self.kit.rows is not None:
            packed = [(name.encode(), row_bytes(row)) for name, row in rows]
            await self.kit.rows.write(partition, packed)
        others = sent(done, self._n_partitions)
        await asyncio.gather(*(self.kit.writer.write(*place, it) for place, it in others.items()))
        letters = [
            dead_letter(dropped, partition)
            for dropped in done.refusals
            if dropped.refused.reason.is_fault
        ]
        await self.kit.writer.write(DEAD_LETTERS, partition, letters)
        labels = [(None, pack(label), ()) for label in done.heard.labels]
        await self.kit.writer.write(TRAINING_LOG, 0, labels)
        await self.kit.writer.write(CUSTOMER_LOG, partition, [outgoing(r) for r in done.records])


def _warm_up(settings: IntakeSettings) -> None:
    # The compiled code is read now, so that the first events do not wait for it: half a second
    # for that of texts alone.
    head: dict[str, Any] = {"specversion": "1.0", "source": "/", "time": EPOCH, "subject": "0"}
    login = LoginMade(**head, id="0", data=Login())
    said = ComplaintOpened(**head, id="1", data=Complaint(complaint_id="0", text="No answer."))
    sequencer = Sequencer(settings, Numbers(0, 1, Names()), Tail())
    for topic, event in ((INTERACTIONS, login), (COMPLAINTS, said)):
        record = ConsumerRecord(topic, 0, 0, 0, 0, b"0", encode(event), None, 0, 0, ())
        sequencer.take(arrivals_of(Packed.of(topic, 0, [batch_of(record)])))
