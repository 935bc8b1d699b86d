"""Gathering: holds lessons back until every partition has said its own of a tick.

Partitions are scored by different workers and arrive in any interleaving. A tick's lessons
are given out when each partition has said that tick or a later one, oldest tick first and in
order of partitions, so what comes out does not depend on who was faster.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from detectors.learning.lessons import Lesson, joined


@dataclass(slots=True)
class _Said:
    """Parts of one lesson so far, and the position in the log of the first of them."""

    position: int
    parts: dict[int, Lesson] = field(default_factory=dict)
    whole: Lesson | None = None


class Gathering:
    """Lessons that wait for those of other partitions.

    Parameters
    ----------
    n_partitions : how many have to say a tick; one that falls silent holds all back
    """

    def __init__(self, n_partitions: int) -> None:
        self._reached_ms = [0] * n_partitions  # newest tick that each partition has said wholly
        self._said: dict[tuple[int, int], _Said] = {}  # by tick and partition

    def take(self, position: int, part: Lesson) -> None:
        """Take a part at its position in the log; what was said wholly before is passed over."""
        partition = part.partition
        if part.at_ms <= self._reached_ms[partition]:
            return
        said = self._said.setdefault((part.at_ms, partition), _Said(position))
        said.parts.setdefault(part.part, part)
        if len(said.parts) < part.n_parts:
            return
        said.whole = joined([said.parts[place] for place in range(part.n_parts)])
        said.parts.clear()
        self._reached_ms[partition] = part.at_ms
        # The log was entered in the middle of an older lesson: its other parts lie behind us.
        for at_ms, other in list(self._said):
            if other == partition and at_ms < part.at_ms and self._said[at_ms, other].parts:
                del self._said[at_ms, other]

    def due(self) -> Iterator[tuple[int, tuple[tuple[int, Lesson], ...]]]:
        """Give what every partition has said, and let go of it.

        Yields
        ------
        at_ms : int
            The tick.
        lessons : tuple of (position in the log, Lesson), in order of partitions
        """
        until_ms = min(self._reached_ms)
        ready = sorted(key for key, said in self._said.items() if said.whole and key[0] <= until_ms)
        for at_ms in sorted({at_ms for at_ms, _ in ready}):
            found = [self._said.pop(key) for key in ready if key[0] == at_ms]
            yield at_ms, tuple((said.position, said.whole) for said in found if said.whole)

    def oldest_position(self) -> int | None:
        """Give the position of the oldest part still held; None if nothing is."""
        return min((said.position for said in self._said.values()), default=None)
