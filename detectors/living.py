"""The living clock: silence counts only while the customer's source can be heard.

Each source of events is a feed: how many events it brings in each quarter of a weekday, and when
it was silent itself. What a customer could not have told us is no silence of theirs, so silence,
rhythm, volume and churn are measured on a clock that stands while their feed does. Promises to
customers are kept on the plain clock: an outage ends none. But whether one was kept may not be
known while the source of their complaints is silent (`hides`).

Fails for customers of several sources: the one of the latest sign of life counts.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.arrays import DAY_MS, NEVER
from detectors.compiled import compiled

LIVING = "living"  # a family's CLOCK, if it is not the plain one
QUARTERS = 28  # of a week: four of each day
PAUSES = 8  # kept of a feed; a silence that spans more counts the oldest as the customer's

# One source: its latest event, the events since the last tick, what was expected of it and of the
# others since it was last heard as usual, its pauses (a ring), and its usual rates by the hour.
FEED = np.dtype(
    [
        ("latest_ms", np.int64),
        ("n_came", np.int64),
        ("since_ms", np.int64),
        ("expected", np.float64),
        ("came", np.float64),
        ("others_expected", np.float64),
        ("others_came", np.float64),
        ("n_pauses", np.int64),
        ("began_ms", np.int64, (PAUSES,)),
        ("ended_ms", np.int64, (PAUSES,)),  # NEVER while it lasts
        ("rate", np.float64, (QUARTERS,)),  # events an hour
        ("hours", np.float64, (QUARTERS,)),  # seen of it
        ("declared", np.bool_),  # somebody told us of the pause
    ],
    align=True,
)
Feeds = NDArray[Any]
NO_FEEDS = np.zeros(0, FEED)
NOTICED_MS = DAY_MS
CATCHING_UP_MS = DAY_MS // 2  # ours: what a feed held back comes in that time


class Moment(NamedTuple):
    """An instant of a customer: on the plain clock, on the living one.

    `held` says that the source is silent, or so lately back that it has not caught up: time alone
    raises nobody then.
    """

    now_ms: int
    living_ms: int
    held: bool


@compiled
def moment_of(feeds: Feeds, source: int, active_ms: int, now_ms: int) -> Moment:
    """Give an instant of a customer whose latest sign of life came at `active_ms` by `source`."""
    living_ms = now_ms - idle_ms(feeds, source, active_ms, now_ms)
    return Moment(now_ms, living_ms, idle_ms(feeds, source, now_ms - CATCHING_UP_MS, now_ms) > 0)


@compiled
def heard(feeds: Feeds, source: int, at_ms: int) -> None:
    """Count an event of a source."""
    if source >= len(feeds):
        return
    feed = feeds[source]
    feed.latest_ms = max(feed.latest_ms, at_ms)
    feed.n_came += 1


@compiled
def is_paused(feed: np.record) -> bool:
    """Say whether a source is silent now."""
    last = (feed.n_pauses - 1) % PAUSES
    return bool(feed.n_pauses > 0 and feed.ended_ms[last] == NEVER)


@compiled
def declare(feed: np.record, at_ms: int) -> None:
    """Let a source be silent because somebody says so, since it was last heard.

    People notice hours later, so the pause begins up to a day before they say it.
    """
    pause(feed, min(at_ms, max(feed.latest_ms, at_ms - NOTICED_MS)), True)


@compiled
def pause(feed: np.record, at_ms: int, declared: bool) -> None:
    """Let a source be silent from an instant on; of two instants the earlier holds."""
    if is_paused(feed):
        last = (feed.n_pauses - 1) % PAUSES
        feed.began_ms[last] = min(feed.began_ms[last], at_ms)
        feed.declared = feed.declared or declared
        return
    place = feed.n_pauses % PAUSES
    feed.began_ms[place], feed.ended_ms[place] = at_ms, NEVER
    feed.n_pauses += 1
    feed.declared = declared


@compiled
def resume(feed: np.record, at_ms: int) -> None:
    """Let a silent source be heard again from an instant on."""
    if is_paused(feed):
        last = (feed.n_pauses - 1) % PAUSES
        feed.ended_ms[last] = max(at_ms, feed.began_ms[last] + 1)
        feed.declared = False
        feed.since_ms = at_ms
        feed.expected = feed.came = feed.others_expected = feed.others_came = 0.0


@compiled
def idle_ms(feeds: Feeds, source: int, from_ms: int, now_ms: int) -> int:
    """Give for how long, between two instants, a source could not be heard.

    A source that nobody knows (-1) was always heard.
    """
    total = 0
    if source < 0 or source >= len(feeds) or from_ms == NEVER:
        return total
    feed = feeds[source]
    for place in range(min(feed.n_pauses, PAUSES)):
        ended_ms = feed.ended_ms[place]
        until_ms = now_ms if ended_ms == NEVER else min(ended_ms, now_ms)
        total += max(until_ms - max(feed.began_ms[place], from_ms), 0)
    return total


@compiled
def hides(feeds: Feeds, source: int, at_ms: int, now_ms: int) -> bool:
    """Say whether something done by an instant may still be unheard of: the source was silent.

    It is until it has had time to catch up. A source that nobody knows (-1) was always heard.
    """
    if source < 0 or source >= len(feeds):
        return False
    feed = feeds[source]
    for place in range(min(feed.n_pauses, PAUSES)):
        ended_ms = feed.ended_ms[place]
        lasts = ended_ms == NEVER or now_ms < ended_ms + CATCHING_UP_MS
        if lasts and feed.began_ms[place] <= at_ms:
            return True
    return False


@compiled
def latest_ms(feeds: Feeds, source: int) -> int:
    """Give the time of the latest event of a source, NEVER if there was none."""
    if source < 0 or source >= len(feeds):
        return NEVER
    at_ms: int = feeds[source].latest_ms
    return at_ms


@compiled
def quarter(at_ms: int) -> int:
    """Give the quarter of the week that an instant lies in.

    Examples
    --------
    >>> quarter(4 * DAY_MS), quarter(4 * DAY_MS - 1)
    (0, 27)
    """
    return (at_ms - 4 * DAY_MS) // (DAY_MS // 4) % QUARTERS
