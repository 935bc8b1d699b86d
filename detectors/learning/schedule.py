"""When things are learned: at which ticks snapshots are taken, labels mature, models appear.

All follows from a tick's own instant and the horizon. So a scorer, the trainer and a feed of
history agree without a word, and a replay takes the same decisions.
"""

from detectors.arrays import DAY_MS, MONDAY_MS, WEEK_MS


def snapshots(at_ms: int) -> bool:
    """Say whether customers are snapshotted at this tick: Mondays, 00:00 UTC.

    Examples
    --------
    >>> snapshots(MONDAY_MS + WEEK_MS), snapshots(MONDAY_MS + DAY_MS)
    (True, False)
    """
    return at_ms >= MONDAY_MS and (at_ms - MONDAY_MS) % WEEK_MS == 0


def matures(at_ms: int, horizon_days: int) -> int | None:
    """Give the Monday whose labels are known at this tick, or None.

    The label asks about ``(Monday, Monday + horizon]``; when the tick of its end comes, all
    events up to it are in the log. A model is published at just these ticks.

    Parameters
    ----------
    at_ms : int
        The tick, ms since 1970.
    horizon_days : int
        How far ahead the risk looks, days.

    Examples
    --------
    >>> matures(MONDAY_MS + 28 * DAY_MS, 28) == MONDAY_MS
    True
    >>> matures(MONDAY_MS + 29 * DAY_MS, 28)
    """
    as_of_ms = at_ms - horizon_days * DAY_MS
    return as_of_ms if snapshots(as_of_ms) else None


def teaches(at_ms: int, horizon_days: int) -> bool:
    """Say whether every partition sends a lesson at this tick, if only an empty one.

    Examples
    --------
    >>> teaches(MONDAY_MS, 28), teaches(MONDAY_MS + DAY_MS, 28)
    (True, False)
    """
    return snapshots(at_ms) or matures(at_ms, horizon_days) is not None
