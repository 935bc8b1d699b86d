"""One engine in this process, with a past: what the benches of the core measure on."""

import time
from collections.abc import Iterable

from detectors.arrays import DAY_MS, HOUR_MS, WEEK_MS
from detectors.engine import Engine
from detectors.slices import Slice, Tick
from streams.bench.drawn_log import DrawnLog, quiet_and_busy
from streams.bench.load import MIDNIGHT_MS
from streams.bench.spent import Spent
from streams.settings import Settings

PAST_EVENTS = 3  # of each customer, on average: two purchases a month, and something else


class EngineRun:
    """An engine of `n_customers` after a past, at `now_ms`: the noon before a Monday.

    Everybody has a profile and on average `PAST_EVENTS` events, most of them within a week; a
    tenth of the customers fell silent four weeks ago.
    """

    def __init__(self, n_customers: int, settings: Settings) -> None:
        self.engine, self.log = Engine(0, settings.core), DrawnLog()
        self.n_customers, self.now_ms = n_customers, MIDNIGHT_MS - DAY_MS // 2
        self._position = -1
        long_ago_ms = self.now_ms - 8 * WEEK_MS
        quiet, busy = quiet_and_busy(n_customers, n_customers * PAST_EVENTS)
        self.take(self.log.profiles(n_customers, long_ago_ms))
        self.take(self.log.events(quiet, (long_ago_ms, self.now_ms - 4 * WEEK_MS)))
        self.take(self.log.events(busy, (self.now_ms - WEEK_MS, self.now_ms)))
        self.tick()  # the first tick gives everybody a band

    def week(self) -> None:
        """Let a week pass, in which whoever is busy goes on: it is the same noon again."""
        noon_ms = MIDNIGHT_MS - DAY_MS // 2
        weeks = (self.now_ms - noon_ms) // WEEK_MS + 1
        begin_ms, self.now_ms = self.now_ms, noon_ms + weeks * WEEK_MS
        _, busy = quiet_and_busy(self.n_customers, self.n_customers, seed=weeks)
        self.take(self.log.events(busy, (begin_ms, self.now_ms)))
        self.tick()

    def tick_monday(self) -> Spent:
        """Let the day pass, and sweep everybody at the midnight of a Monday: with snapshots."""
        hours = (MIDNIGHT_MS - self.now_ms) // HOUR_MS % (7 * 24)
        return self.tick(hours)

    def take(self, slices: Iterable[Slice]) -> Spent:
        """Take slices; the time to draw them is not counted."""
        n_events, cpu_s, wall_s = 0, 0.0, 0.0
        for one in slices:
            cpu, wall = time.process_time(), time.perf_counter()
            self._position += 1
            outcome = self.engine.step(self._position, one)
            cpu_s, wall_s = cpu_s + time.process_time() - cpu, wall_s + time.perf_counter() - wall
            n_events += outcome.n_events
        return Spent(n_events, cpu_s, wall_s)

    def tick(self, hours: int = 1) -> Spent:
        """Let some hours pass, and sweep everybody once at their end; events are customers."""
        self.now_ms += hours * HOUR_MS
        cpu, wall = time.process_time(), time.perf_counter()
        self._position += 1
        self.engine.step(self._position, Tick(self.now_ms))
        return Spent(self.n_customers, time.process_time() - cpu, time.perf_counter() - wall)
