"""Several intakes and the topics between them, in memory: what they write comes back to them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from detectors.kinds import TOPICS, Kind
from detectors.slices import Slice
from streams.events.encode import encode, key_of
from streams.events.envelope import AnyEvent
from streams.identity.people import CustomerRow, People, read_row, row_bytes
from streams.onward import Place, sent, topic_of
from streams.partitions import partition_of
from streams.sequencer import IntakeSettings, Sequenced, Sequencer
from streams.sequencing.arrivals import Arrival, arrivals_of
from streams.sequencing.customer_numbers import Numbers
from streams.sequencing.names import Names
from streams.tail import LogRecord, tail_of
from tests.streams.arrivals import packed

KNOWN_MS = 2**42
IDS_KEPT = 1_000


@dataclass
class Intakes:
    """As many intakes as partitions, each with its log and its customers' rows.

    `crashes` says after how many of the effects of its next steps an intake dies: it then
    comes back with what its log and its rows hold, and reads all again.
    """

    n_partitions: int = 3
    given: tuple[str, ...] = ()
    crashes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.topics: defaultdict[Place, list[Arrival]] = defaultdict(list)
        self.logs: list[list[LogRecord]] = [[] for _ in range(self.n_partitions)]
        self.rows: list[dict[str, bytes]] = [{} for _ in range(self.n_partitions)]
        self.read: defaultdict[Place, int] = defaultdict(int)
        self.done: list[Sequenced] = []
        self._live = [self._begun(number) for number in range(self.n_partitions)]

    def send(self, *events: AnyEvent) -> None:
        """Let events arrive one after the other, each with everything that follows from it."""
        for event in events:
            self.send_at_once(event)

    def send_at_once(self, *events: AnyEvent) -> None:
        """Let events arrive in one go: each topic is read as a whole."""
        for event in events:
            self._write(topic_of(event), key_of(event) or b"", encode(event), ())
        self.settle()

    def settle(self) -> None:
        """Let every intake take what waits, until nothing does."""
        while waiting := [
            at for at, records in self.topics.items() if self.read[at] < len(records)
        ]:
            for topic, partition in sorted(waiting):
                self._step(topic, partition)

    def facts(self) -> dict[str, list[tuple[str, float]]]:
        """Give what the logs hold of each customer: kind and amount, in their order."""
        found = defaultdict[str, list[tuple[str, float]]](list)
        for log, rows in zip(self.logs, self.rows, strict=True):
            name_of = {read_row(value).number: name for name, value in rows.items()}
            for record in log:
                if isinstance(record, Slice):
                    for row, kind, amount in zip(
                        *(record.columns[c].tolist() for c in ("row", "kind", "amount")),
                        strict=True,
                    ):
                        found[name_of[row]].append((Kind(kind).name, amount))
        return dict(found)

    def count(self, customer: str, kind: Kind = Kind.PURCHASE_MADE) -> int:
        """Count the events of a kind that stand in the logs under a customer's number."""
        return [told for told, _ in self.facts().get(customer, ())].count(kind.name)

    def codes(self, kind: Kind) -> list[int]:
        """Give the codes of all events of a kind, partition by partition."""
        slices = (record for log in self.logs for record in log if isinstance(record, Slice))
        return [c for s in slices for c in s.columns["code"][s.columns["kind"] == kind].tolist()]

    @property
    def n_withheld(self) -> int:
        """Count what was not processed."""
        return sum(done.n_withheld for done in self.done)

    def _write(
        self, topic: str, key: bytes, value: bytes | None, headers: Iterable[tuple[str, bytes]]
    ) -> None:
        partition = partition_of(key, self.n_partitions)
        records = self.topics[topic, partition]
        records.append(Arrival(topic, len(records), KNOWN_MS, key, value, tuple(headers)))

    def _begun(self, partition: int) -> Sequencer:
        tail = tail_of(self.logs[partition], IDS_KEPT)
        rows = {name: read_row(value) for name, value in self.rows[partition].items()}
        names = Names()
        names.put([name.encode() for name in rows], [row.number for row in rows.values()])
        kept = {row.number: row.standing for row in rows.values() if row.standing}
        settings = IntakeSettings.model_validate(
            {"ticks": "feed", "ids_kept": IDS_KEPT, "consent_given": self.given}
        )
        numbers = Numbers(partition, self.n_partitions, names)
        return Sequencer(settings, numbers, tail, People(kept, tail.marks.taken))

    def _step(self, topic: str, partition: int) -> None:
        waiting = self.topics[topic, partition][self.read[topic, partition] :]
        self.read[topic, partition] += len(waiting)
        sequencer = self._live[partition]
        done = sequencer.take(arrivals_of(packed(waiting, topic)))
        left = self.crashes.pop() if self.crashes else None
        rows = [(name, CustomerRow(number)) for name, number in sequencer.customers.take_new()]
        rows += sequencer.people.take_changed()
        effects: list[tuple[str, object]] = [("row", it) for it in rows]
        effects += [("onward", it) for it in sent(done, self.n_partitions).items()]
        effects += [("log", it) for it in done.records]
        for what, it in effects[:left]:
            self._apply(partition, what, it)
        if left is None or left >= len(effects):
            self.done.append(done)
            return
        # It died. Another goes on from the log, and Kafka gives it everything again.
        self._live[partition] = self._begun(partition)
        for name in TOPICS:
            self.read[name, partition] = 0

    def _apply(self, partition: int, what: str, it: object) -> None:
        match what, it:
            case "row", (str(name), CustomerRow() as row):
                self.rows[partition][name] = row_bytes(row)
            case "onward", ((str(topic), int(_)), list(records)):
                for key, value, headers in records:
                    self._write(topic, key, value, headers)
            case "log", _:
                self.logs[partition].append(it)  # type: ignore[arg-type]


def rows_of(log: Iterable[LogRecord], kind: Kind) -> list[int]:
    """Give the numbers of the customers of a kind of event, in the log's order."""
    slices = [record for record in log if isinstance(record, Slice)]
    found = [record.columns["row"][record.columns["kind"] == kind] for record in slices]
    return np.concatenate(found).tolist() if found else []
