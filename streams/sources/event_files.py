"""Events of the contract in files, one a line, as the topics carry them. Start with `open_events`.

Files need no mapping: they say what they mean. They are read as they are fed, a block at a time,
so how long they are does not matter; what was refused is known at the end.
"""

import heapq
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import dropwhile, takewhile
from pathlib import Path

import numpy as np

from detectors.errors import SettingsError
from streams.events.envelope import AnyEvent
from streams.sources.columns.rows import LETTERS_MAX, DeadLetter
from streams.sources.interleaving import interleaved
from streams.sources.late import Late
from streams.sources.line_file import LineFile
from streams.sources.mapping_file import unknown_name
from streams.sources.stretches import Stretch
from streams.topics import INPUTS, PROFILES

ENDINGS = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")


class EventFiles:
    """Topics written to files, merged. Satisfies `streams.sources.source.Source`, and `InColumns`.

    What the profiles say no later than the first event of another topic is known from the
    beginning.
    """

    name = "events"
    notes: tuple[str, ...] = ()

    def __init__(self, files: Sequence[LineFile]) -> None:
        self._files = tuple(files)

    @property
    def preset(self) -> dict[str, object]:
        """Nothing: a file of events says nothing of what churn is."""
        return {}

    @cached_property
    def n_events(self) -> int:
        """Count all lines; those that give no event are known when they are read."""
        return sum(file.n_lines() for file in self._files)

    @property
    def n_refused(self) -> int:
        """Count the lines read so far that gave no event."""
        return sum(file.n_refused for file in self._files)

    @property
    def refused(self) -> tuple[DeadLetter, ...]:
        """Say which and why; the first of very many."""
        letters = (letter for file in self._files for letter in file.letters)
        return tuple(letters)[:LETTERS_MAX]

    @property
    def topics(self) -> tuple[str, ...]:
        """Give the topics of the files."""
        return tuple(sorted({file.topic for file in self._files}))

    def profiles(self) -> Iterator[AnyEvent]:
        """Give what is known of the customers at the beginning."""
        told = heapq.merge(*(file.events() for file in self._files_of(PROFILES)), key=_when)
        return (late.event for late in takewhile(self._is_known_before, told))

    def events(self) -> Iterator[AnyEvent | Late]:
        """Give what happened, in the order in which it became known."""
        told = (file.events() for file in self._files if file.topic != PROFILES)
        more = (
            dropwhile(self._is_known_before, file.events()) for file in self._files_of(PROFILES)
        )
        return heapq.merge(*told, *more, key=_when)

    def profile_stretches(self) -> Iterator[Stretch]:
        """Give `profiles` as columns."""
        for stretch in interleaved([file.stretches() for file in self._files_of(PROFILES)]):
            n = self._n_known_before(stretch)
            yield stretch.part(0, n)
            if n < stretch.n_events:
                return

    def event_stretches(self) -> Iterator[Stretch]:
        """Give `events` as columns."""
        told = [file.stretches() for file in self._files if file.topic != PROFILES]
        more = [self._later(file) for file in self._files_of(PROFILES)]
        return interleaved([*told, *more])

    def _later(self, file: LineFile) -> Iterator[Stretch]:
        for stretch in file.stretches():
            n = self._n_known_before(stretch)
            if n < stretch.n_events:
                yield stretch.part(n, stretch.n_events)

    def _n_known_before(self, stretch: Stretch) -> int:
        return int(np.searchsorted(stretch.known_ms, self._begin_ms, side="right"))

    def _is_known_before(self, late: Late) -> bool:
        return late.known_ms <= self._begin_ms

    def _files_of(self, topic: str) -> list[LineFile]:
        return [file for file in self._files if file.topic == topic]

    @cached_property
    def _begin_ms(self) -> int:
        # When the first event of another topic becomes known.
        firsts = (next(file.events(), None) for file in self._files if file.topic != PROFILES)
        known = [late.known_ms for late in firsts if late is not None]
        return min(known, default=np.iinfo(np.int64).max)


def open_events(given: Sequence[str]) -> EventFiles:
    """Open files of events.

    Parameters
    ----------
    given : sequence of str
        ``TOPIC=PATH``; a topic may have several.

    Raises
    ------
    SettingsError
        If a topic is not known or a file is not there, or is of another kind.
    """
    return EventFiles([_file(*one.partition("=")) for one in given])


def _file(topic: str, sign: str, path: str) -> LineFile:
    if not sign:
        raise SettingsError(
            f"--events {topic}: of which topic? Write TOPIC=PATH with one of {', '.join(INPUTS)}; "
            "or say what its columns mean: --mapping MAP.toml"
        )
    if topic not in INPUTS:
        raise SettingsError(f"--events {topic}=...: {unknown_name(topic, INPUTS)}")
    if not path.endswith(ENDINGS):
        raise SettingsError(f"--events {topic}={path}: must end in one of {', '.join(ENDINGS)}")
    if not Path(path).is_file():
        raise SettingsError(f"--events {topic}={path}: no such file")
    return LineFile(topic, Path(path))


def _when(late: Late) -> int:
    return late.known_ms
