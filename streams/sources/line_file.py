"""A topic written to a file: an event of the contract on each line, as CloudEvents in JSON.

Lines stand in the order in which the events became known, as a topic holds them. One that
happened before an event above it was told late.
"""

import gzip
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

import numpy as np

from detectors.arrays import I64
from detectors.compiled import kernel
from detectors.kinds import TOPICS
from streams.events.clock import ClockAdvanced
from streams.events.decode import decode
from streams.events.envelope import at_ms
from streams.events.refusals import Refused
from streams.reading.loads import PADDING
from streams.reading.reading import READING, read_places
from streams.sequencing.decoding import decoded
from streams.sequencing.texts import Bytes, read_only
from streams.sources.columns.rows import LETTERS_MAX, DeadLetter
from streams.sources.late import Late
from streams.sources.stretches import Stretch

BLOCK = 8 * 1024 * 1024  # bytes read at a time: some 30,000 events
_LOOKED_AT = 65_536  # bytes
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
        n_lines, before, block = 0, _NEW_LINE, np.empty(BLOCK, np.uint8)
        with self._opened() as file:
            while n := file.readinto(block.data):
                n_lines += int(_ends(block[:n], before))
                before = int(block[n - 1])
        return n_lines + (before != _NEW_LINE)

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
            for line in block.tobytes().split(b"\n")[:-1]:
                row += 1
                event = self._decoded(line, row)
                if event is not None:
                    known_ms = max(known_ms, at_ms(event.time))
                    yield Late(event, known_ms)

    def _opened(self) -> BufferedReader:
        opens = gzip.open if self.path.suffix == ".gz" else Path.open
        return cast("BufferedReader", opens(self.path, "rb"))

    def _blocks(self) -> Iterator[Bytes]:
        # Whole lines, each with its end, and zeros behind the last: as many as `PADDING`.
        with self._opened() as file:
            rest = np.empty(0, np.uint8)
            while True:
                buffer = np.empty(len(rest) + BLOCK + 1 + PADDING, np.uint8)
                buffer[: len(rest)] = rest
                end = len(rest) + file.readinto(buffer[len(rest) :][:BLOCK].data)
                if end == len(rest):
                    break
                whole = _last(buffer[:end]) + 1
                rest = buffer[whole:end].copy()
                if whole:
                    yield _padded(buffer, whole)
            if end:
                buffer[end] = _NEW_LINE
                yield _padded(buffer, end + 1)

    def _stretch(self, buffer: Bytes, spans: tuple[I64, I64], row: int) -> Stretch:
        starts, lengths = spans
        buffer[starts + lengths] = 0  # behind each value, where JSON allows none
        readings = read_places(self.topic, read_only(buffer), starts, lengths)
        texts, end = list[bytes](), len(buffer)
        for at in np.flatnonzero((readings["taken"] == 0) & (lengths > 0)).tolist():
            line = buffer[starts[at] :][: lengths[at]].tobytes()
            event = self._decoded(line, row + at + 1)
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


def _padded(buffer: Bytes, n_bytes: int) -> Bytes:
    buffer[n_bytes:] = 0
    return buffer[: n_bytes + PADDING]


def _spans(block: Bytes) -> tuple[I64, I64]:
    # Where each line begins, and its bytes.
    ends = np.flatnonzero(block == _NEW_LINE)
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    return starts, ends - starts


def _last(block: Bytes) -> int:
    # The place of the last line's end, -1 without any. Lines are short: it is not far.
    for at in range(len(block), 0, -_LOOKED_AT):
        begin = max(at - _LOOKED_AT, 0)
        found = np.flatnonzero(block[begin:at] == _NEW_LINE)
        if len(found):
            return begin + int(found[-1])
    return -1


@kernel
def _ends(block: Bytes, before: int) -> int:
    # Ends of lines that are not empty.
    n_ends = int(block[0] == _NEW_LINE and before != _NEW_LINE)
    for at in range(1, len(block)):
        n_ends += (block[at] == _NEW_LINE) & (block[at - 1] != _NEW_LINE)
    return n_ends
