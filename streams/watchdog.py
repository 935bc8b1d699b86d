"""The watchdog: finds work that stands still, and ends the process rather than waiting for it.

Clients of Kafka can die slowly: commits stop while work goes on, a fetch is never sent again, a
recovery waits for a record that compaction removed. Each was seen with Faust. A fresh process
cures them, and it costs seconds.
"""

import asyncio
import faulthandler
from collections.abc import Callable
from math import inf
from time import monotonic

from streams.counts import Counts, TopicPartition
from streams.exits import StalledError

LOOK_S = 0.5
LOOP_BLOCKED_S = 60.0  # far above any step; then all stacks are printed and the process ends
BEAT_LATE_S = 10.0


class Lease:
    """How long this worker is certain to be a member of its consumer group.

    A worker that was frozen longer than its session lost its partitions without noticing, and
    would overwrite newer rows of their new owner. The broker keeps a member for a whole session
    after each heartbeat it answered, so before each write we ask: was the last one answered less
    than a session ago? Fails for a freeze between the question and the write itself.

    Parameters
    ----------
    session_s : float
        The session timeout of the group.
    """

    def __init__(self, session_s: float) -> None:
        self._session_s = session_s
        self._until = inf  # before the first assignment nothing can have been lost

    def member(self, *, alive_at: float | None) -> None:
        """Take note of an answered heartbeat sent at `alive_at`; None: the group dropped us."""
        self._until = -inf if alive_at is None else alive_at + self._session_s

    def check(self) -> None:
        """Raise `StalledError` if the partitions may belong to another worker by now."""
        late_s = monotonic() - self._until
        if late_s > 0:
            raise StalledError(f"the group may have dropped this worker {late_s:.1f} s ago")


class Watchdog:
    """Looks, twice a second, whether the work moves.

    Parameters
    ----------
    counts : Counts
        Positions of the inputs; gets how long the oldest uncommitted work has stood still.
    moving : callable
        Gives a value that changes as long as the broker answers (or, while recovering, as rows
        come in).
    after_s : float
        Longest stand-still. Raising it survives longer outages of the broker, and notices a dead
        client later.
    """

    def __init__(self, counts: Counts, moving: Callable[[], object], *, after_s: float) -> None:
        self._counts = counts
        self._moving = moving
        self._after_s = after_s
        self._stands: dict[TopicPartition, tuple[int, float]] = {}  # where, and since when
        self._moved: tuple[object, float] = (None, monotonic())
        self._beat = monotonic()
        self.content = True

    @property
    def alive(self) -> bool:
        """Whether the event loop turned in the last ten seconds and nothing stands still."""
        return self.content and monotonic() - self._beat < BEAT_LATE_S

    async def watch(self) -> None:
        """Look for ever; raises `StalledError` when something stood still for too long."""
        try:
            while True:
                faulthandler.dump_traceback_later(LOOP_BLOCKED_S, exit=True, file=2)
                self._beat = monotonic()
                self.look(self._beat)
                await asyncio.sleep(LOOK_S)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def look(self, now: float) -> None:
        """Compare with the last look, at monotonic time `now`."""
        stands: dict[TopicPartition, tuple[int, float]] = {}
        for key, place in self._counts.positions.items():
            if place.delivered > place.committed:
                # What was acked has to be committed; what was not may be taken for a long time.
                done = max(place.taken, place.committed)
                at = place.committed if place.acked > place.committed else done
                before, since = self._stands.get(key, (at, now))
                stands[key] = at, since if before == at else now
        self._stands = stands
        oldest_s = max((now - since for _, since in stands.values()), default=0.0)
        self._counts.uncommitted_seconds = oldest_s
        if oldest_s > self._after_s:
            self._stalled(f"work was delivered and has stood still for {oldest_s:.0f} s")
        moving, since = self._moving(), self._moved[1]
        if moving != self._moved[0] or stands:
            self._moved = (moving, now)
        elif now - since > self._after_s:
            self._stalled(f"nothing came from the broker for {now - since:.0f} s")

    def _stalled(self, what: str) -> None:
        self.content = False
        raise StalledError(what)
