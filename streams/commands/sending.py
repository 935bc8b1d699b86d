"""Sending one event by hand, and waiting for what comes of it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import msgspec

from alerts.board import Board
from alerts.decision import Decision
from alerts.records import DecisionMade, decode_task
from alerts.task import Task
from detectors.errors import ContractError, EbbwatchError
from streams.events import EVENT_TYPES, AnyEvent, Refused, decode, encode, key_of, name_of
from streams.events.complaints import ComplaintOpened
from streams.log_reader import LogReader, Record
from streams.partitions import partition_of
from streams.topics import CUSTOMERS, DEAD_LETTERS, TASKS
from streams.writer import Outgoing, Writer

WAIT_S = 10.0  # what takes longer waits for a tick, and that may be an hour
_ASK_S = 0.02

Heard = AsyncGenerator[list[Record], None]


@dataclass(frozen=True)
class Sent:
    """Where an event stands; of a company's event, its copy in the first partition."""

    event: AnyEvent
    topic: str
    partition: int
    offset: int

    @property
    def place(self) -> str:
        """Say where: topic, partition and offset."""
        return f"{self.topic}[{self.partition}]@{self.offset}"


@dataclass(frozen=True)
class Verdict:
    """What the desk decided after an event, and the task it led to, as it is on the board."""

    decision: Decision
    owner: str
    task: Task | None
    seconds: float


async def send(writer: Writer, event: AnyEvent) -> Sent:
    """Write an event to its topic and wait until Kafka has it.

    A company's event, which has no customer, goes to every partition.
    """
    topic = EVENT_TYPES[name_of(type(event))].topics[0]
    n_partitions, key = await writer.partitions(topic), key_of(event)
    record: Outgoing = (key, encode(event), ())
    if key is not None:
        partition = partition_of(key, n_partitions)
        return Sent(event, topic, partition, (await writer.write(topic, partition, [record]))[0])
    copies = (writer.write(topic, partition, [record]) for partition in range(n_partitions))
    return Sent(event, topic, 0, (await asyncio.gather(*copies))[0][0])


def told(sent: Sent) -> Iterator[str]:
    """Say what was sent, where it stands, and what a person may need next."""
    event, name = sent.event, name_of(type(sent.event))
    whose = f" of customer {event.subject}" if event.subject else ""
    yield f"{name}{whose} at {event.time.isoformat()}: {sent.place}"
    if isinstance(event, ComplaintOpened):
        complaint = event.data.complaint_id
        yield (
            f"Complaint {complaint}; when it is put right: ebbwatch send resolved "
            f"--customer {event.subject} --complaint {complaint}"
        )


def written(path: Path) -> list[AnyEvent]:
    """Read events of any types from a file, one a line; all of them, before one is sent.

    Raises
    ------
    ContractError
        If the file cannot be read or a line is no event; names the line.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise ContractError(f"{path}: {error.strerror}") from error
    found: list[AnyEvent] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        event = decode(_topic_of(line, f"{path} line {number}"), None, line)
        if isinstance(event, Refused):
            raise ContractError(f"{path} line {number}: {event.path} {event.detail}".rstrip())
        found.append(event)
    return found


def _topic_of(line: bytes, place: str) -> str:
    try:
        name = msgspec.json.decode(line, type=_Typed).type
    except msgspec.MsgspecError as error:
        raise ContractError(f"{place}: {error}") from error
    if name not in EVENT_TYPES:
        raise ContractError(f"{place}: unknown event type {name!r}")
    return EVENT_TYPES[name].topics[0]


class _Typed(msgspec.Struct):
    type: str


async def refuse_unknown(reader: LogReader, customer: str) -> None:
    """Raise if nothing was ever heard of a customer: a wrong id would make a new one.

    Raises
    ------
    EbbwatchError
        Saying how to send it all the same.
    """
    key = customer.encode()
    partition = partition_of(key, await reader.partitions(CUSTOMERS))
    known = False
    async for record in reader.read(CUSTOMERS, partition):
        if record.key == key:
            known = record.value is not None
    if not known:
        raise EbbwatchError(
            f"customer {customer} is not known. Check the id, or say --new if this is their "
            "first event"
        )


class Watch:
    """Follows what desks decide, from the moment at which it was opened."""

    def __init__(self, reader: LogReader, board: Board) -> None:
        self._reader, self._board = reader, board
        self._letters: list[int] = []
        self._heard: Heard | None = None

    async def open(self) -> None:
        """Begin, before the event is sent."""
        self._letters = [end for _, end in await self._ends(DEAD_LETTERS)]
        starts = dict(enumerate(end for _, end in await self._ends(TASKS)))
        self._heard = cast("Heard", self._reader.follow(TASKS, starts))
        await anext(self._heard)  # connected now, so that the seconds told are the system's

    async def verdict(self, sent: Sent, began_s: float) -> Verdict | None:
        """Wait for what is decided about the event's customer; None if it moved nothing.

        Raises
        ------
        ContractError
            If the intake refused the event.
        """
        made = await self._decision(sent.event.subject or "", began_s)
        if made is None:
            await self._refuse_letter(sent)
            return None
        task = await self._task(made, began_s)
        return Verdict(made.decision, made.owner, task, time.monotonic() - began_s)

    async def _decision(self, customer: str, began_s: float) -> DecisionMade | None:
        assert self._heard is not None, "the watch was not opened"
        async with aclosing(self._heard) as heard:
            async for records in heard:
                for record in records:
                    place = f"{TASKS}[{record.partition}]@{record.offset}"
                    told = decode_task(record.value or b"", place)
                    if isinstance(told, DecisionMade) and _concerns(told, customer):
                        return told
                if time.monotonic() - began_s > WAIT_S:
                    return None
        return None

    async def _task(self, made: DecisionMade, began_s: float) -> Task | None:
        # The decision is told a moment before the board has it.
        while made.task_id is not None and time.monotonic() - began_s < WAIT_S:
            task = await self._board.task(made.task_id)
            merged = made.decision is Decision.MERGED_INTO_CASE
            if task is not None and (merged or made.alert_id in task.alerts):
                return task
            await asyncio.sleep(_ASK_S)
        return None

    async def _refuse_letter(self, sent: Sent) -> None:
        start = self._letters[sent.partition]
        async for record in self._reader.read(DEAD_LETTERS, sent.partition, start):
            headers: dict[str, bytes] = dict(record.headers)
            told = msgspec.json.decode(headers.get("ebbwatch", b"{}"))
            if (told.get("topic"), told.get("offset")) == (sent.topic, sent.offset):
                raise ContractError(f"{sent.place} was refused: {told['detail']}")

    async def _ends(self, topic: str) -> list[tuple[int, int]]:
        n_partitions = await self._reader.partitions(topic)
        return [await self._reader.ends(topic, place) for place in range(n_partitions)]


def _concerns(told: DecisionMade, customer: str) -> bool:
    # What was put off before is replaced first; the decision about the new alert follows.
    return told.customer == customer and told.decision is not Decision.REPLACED
