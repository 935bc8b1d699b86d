"""Outages: silences of a source that nobody declared, seen at ticks.

A source's usual rates are learned by the quarter of the weekday, so that a night or a weekend is
none. It counts as silent when much was expected of it, next to nothing came, and the others go on
as usual. Fails for a source that is alone, and in the first two weeks: there is no usual yet.
"""

from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from detectors.arrays import DAY_MS, HOUR_MS, NEVER
from detectors.compiled import array_kernel, compiled
from detectors.living import Feeds, is_paused, pause, quarter, resume

QUARTER_MS = DAY_MS // 4
KNOWN_HOURS = 12.0  # two weeks of a quarter
MEMORY_HOURS = 24.0  # four weeks
TICK_MAX_MS = 7 * DAY_MS  # between ticks farther apart nothing is learned


class SourceSettings(BaseModel):
    """When a source of events counts as silent, and its customers' silence as none of theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # So many events missing are no accident: of 20 expected none comes once in 500 million.
    expected_min: float = Field(20.0, gt=0)
    # Less than this share of what was expected is silence; a few stragglers may come.
    dead_share: float = Field(0.05, ge=0, lt=1)
    # The other sources bring at least this share of theirs: else it is a holiday.
    others_share: float = Field(0.5, ge=0, le=1)
    # A silence that nobody declared and that lasts longer is a source that was switched off.
    seen_days_max: int = Field(14, ge=1)


class Beat(NamedTuple):
    """Two ticks in a row, and the settings as plain numbers."""

    before_ms: int
    at_ms: int
    expected_min: float
    dead_share: float
    others_share: float
    seen_max_ms: int


def beat(before_ms: int, at_ms: int, settings: SourceSettings) -> Beat:
    """Give what `watch` needs at a tick."""
    return Beat(
        before_ms,
        at_ms,
        settings.expected_min,
        settings.dead_share,
        settings.others_share,
        settings.seen_days_max * DAY_MS,
    )


@array_kernel
def watch(feeds: Feeds, tick: Beat) -> None:
    """Look at all sources at a tick: which are silent, which are back, what is usual."""
    n = len(feeds)
    if tick.before_ms == NEVER or tick.at_ms - tick.before_ms > TICK_MAX_MS:
        for place in range(n):
            feeds[place].n_came, feeds[place].since_ms = 0, tick.at_ms
        return
    expected = np.zeros(n)
    all_expected, all_came = 0.0, 0.0
    for place in range(n):
        expected[place] = _expected(feeds[place], tick)
        if expected[place] > 0 and not is_paused(feeds[place]):
            all_expected += expected[place]
            all_came += feeds[place].n_came
    for place in range(n):
        feed, own = feeds[place], expected[place]
        counts = own > 0 and not is_paused(feed)
        feed.expected += own
        feed.came += feed.n_came
        feed.others_expected += all_expected - (own if counts else 0.0)
        feed.others_came += all_came - (feed.n_came if counts else 0)
        if is_paused(feed):
            _still(feed, own, tick)
        else:
            _as_usual(feed, tick)
        feed.n_came = 0


@compiled
def _as_usual(feed: np.record, tick: Beat) -> None:
    if feed.came >= tick.dead_share * feed.expected:
        feed.since_ms = tick.at_ms
        feed.expected = feed.came = feed.others_expected = feed.others_came = 0.0
    elif feed.expected >= tick.expected_min and 0 < feed.others_expected * tick.others_share <= (
        feed.others_came
    ):
        pause(feed, feed.since_ms, False)
        return
    _learn(feed, tick)


@compiled
def _still(feed: np.record, expected: float, tick: Beat) -> None:
    # What somebody declared ends when they say so, or when as much comes as ever.
    last = (feed.n_pauses - 1) % len(feed.began_ms)
    if feed.declared:
        if feed.expected >= tick.expected_min and feed.came >= tick.others_share * feed.expected:
            resume(feed, tick.at_ms)
    elif feed.n_came > 0 and feed.n_came >= tick.dead_share * expected:
        resume(feed, tick.at_ms)
    elif tick.at_ms - feed.began_ms[last] >= tick.seen_max_ms:
        resume(feed, feed.began_ms[last] + tick.seen_max_ms)
        feed.hours[:] = 0.0


@compiled
def _expected(feed: np.record, tick: Beat) -> float:
    # What the source usually brings between the two ticks; 0 where that is not known yet.
    total, from_ms = 0.0, tick.before_ms
    while from_ms < tick.at_ms:
        place, until_ms = quarter(from_ms), _end(from_ms, tick)
        if feed.hours[place] < KNOWN_HOURS:
            return 0.0
        total += feed.rate[place] * (until_ms - from_ms) / HOUR_MS
        from_ms = until_ms
    return total


@compiled
def _learn(feed: np.record, tick: Beat) -> None:
    rate, from_ms = feed.n_came * HOUR_MS / (tick.at_ms - tick.before_ms), tick.before_ms
    while from_ms < tick.at_ms:
        place, until_ms = quarter(from_ms), _end(from_ms, tick)
        hours = (until_ms - from_ms) / HOUR_MS
        feed.hours[place] = min(feed.hours[place] + hours, MEMORY_HOURS)
        feed.rate[place] += hours / feed.hours[place] * (rate - feed.rate[place])
        from_ms = until_ms


@compiled
def _end(from_ms: int, tick: Beat) -> int:
    return min((from_ms // QUARTER_MS + 1) * QUARTER_MS, tick.at_ms)


def paused(feeds: Feeds) -> list[int]:
    """Give the places of the sources that are silent now."""
    lasts = (feeds["n_pauses"] - 1) % feeds["ended_ms"].shape[1]
    ended = feeds["ended_ms"][np.arange(len(feeds)), lasts]
    places: list[int] = np.flatnonzero((feeds["n_pauses"] > 0) & (ended == NEVER)).tolist()
    return places
