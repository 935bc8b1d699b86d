"""A topic written to a file: an event of the contract on each line, as CloudEvents in JSON.

Lines stand in the order in which the events became known, as a topic holds them. One that
happened before an event above it was told late.
"""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from detectors.arrays import I64
from detectors.kinds import TOPICS
from streams.events.clock import ClockAdvanced
from streams.events.decode import decode
from streams.events.envelope import at_ms
from streams.events.refusals import Refused
from streams.reading.loads import PADDING
from streams.reading.reading import READING, read_places
from streams.sequencing.decoding import decoded
from streams.sequencing.texts import read_only
from streams.sources.columns.rows import LETTERS_MAX, DeadLetter
from streams.sources.late import Late
from streams.sources.stretches import Stretch

BLOCK = 8 * 1024 * 1024  # bytes read at a time: some 30,000 events
_NEW_LINE = ord("\n")


class LineFile:
    """The events of one topic, read as often as asked for; only a block is in memory.

    `n_refused` counts the lines so far that gave no event, `letters` says which and why.
    """

    def __init__(self, topic: str, path: Path) -> None:
        self.topic, self.path = topic, path
        self.n_refused = 0
        self.letters: list[DeadLetter] = []
        self._refused_to = 0  # the last line that was counted

    def n_lines(self) -> int:
        """Count the lines that are not empty."""
        return sum(int(np.count_nonzero(_spans(block)[1])) for block in self._blocks())

    def stretches(self) -> Iterator[Stretch]:
        """Give the events as columns."""
        known_ms, row = np.iinfo(np.int64).min, 0
        for block in self._blocks():
            starts, lengths = _spans(block)
            stretch = self._stretch(block, (starts, lengths), row)
            row += len(starts)
            if stretch.n_events:
                told = np.maximum(np.maximum.accumulate(stretch.readings["at_ms"]), known_ms)
                known_ms = int(told[-1])
                yield stretch._replace(known_ms=told)

    def events(self) -> Iterator[Late]:
        """Give the same events as objects."""
        known_ms, row = np.iinfo(np.int64).min, 0
        for block in self._blocks():
            for line in block.split(b"\n")[:-1]:
                row += 1
                event = self._decoded(line, row)
                if event is not None:
                    known_ms = max(known_ms, at_ms(event.time))
                    yield Late(event, known_ms)

    def _blocks(self) -> Iterator[bytes]:
        # Whole lines, each with its end.
        opens = gzip.open if self.path.suffix == ".gz" else Path.open
        with cast("BinaryIO", opens(self.path, "rb")) as file:
            rest = b""
            while data := file.read(BLOCK):
                end = data.rfind(b"\n") + 1
                if end:
                    yield b"".join((rest, memoryview(data)[:end]))
                rest = data[end:] if end else rest + data
            if rest:
                yield rest + b"\n"

    def _stretch(self, block: bytes, spans: tuple[I64, I64], row: int) -> Stretch:
        buffer = np.zeros(len(block) + PADDING, np.uint8)
        buffer[: len(block)] = np.frombuffer(block, np.uint8)
        starts, lengths = spans
        buffer[starts + lengths] = 0  # behind each value, where JSON allows none
        readings = read_places(self.topic, read_only(buffer), starts, lengths)
        texts, end = list[bytes](), len(buffer)
        for at in np.flatnonzero((readings["taken"] == 0) & (lengths > 0)).tolist():
            event = self._decoded(block[starts[at] :][: lengths[at]], row + at + 1)
            if event is not None:
                readings[at], text = decoded(event, end)
                texts.append(text)
                end += len(text)
        if not readings["taken"].all():
            readings = readings.take(np.flatnonzero(readings["taken"])).view(READING)
        if texts:
            buffer = np.concatenate([buffer, np.frombuffer(b"".join(texts), np.uint8)])
        n = len(readings)
        topics = np.full(n, TOPICS.index(self.topic), np.uint8)
        return Stretch(readings, topics, np.zeros(n, np.int64), buffer)

    def _decoded(self, line: bytes, row: int) -> Any:
        # None for what is no event; why is noted the first time it is met.
        if not line.strip():
            return None
        event = decode(self.topic, None, line)
        if isinstance(event, Refused):
            where = f"{event.path}: " if event.path else ""
            return self._refuse(row, f"{event.reason}: {where}{event.detail}")
        if isinstance(event, ClockAdvanced):
            return self._refuse(row, "clocks are made by the feed, not by a file")
        return event

    def _refuse(self, row: int, reason: str) -> None:
        if row > self._refused_to:
            self._refused_to = row
            self.n_refused += 1
            if len(self.letters) < LETTERS_MAX:
                self.letters.append(DeadLetter(self.path.name, row, self.topic, reason))


def _spans(block: bytes) -> tuple[I64, I64]:
    # Where each line begins, and its bytes.
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == _NEW_LINE)
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    return starts, ends - starts
