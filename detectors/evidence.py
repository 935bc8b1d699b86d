"""Evidence of a stage: how far a customer has gone on the way out, and how that fades.

Evidence counts while it lives. What ended, or was countered, at an instant counts one stage
lower for two weeks, two lower for two more, then not at all. A closed form: whatever order
events come in, the stage at an instant is the same.
"""

from detectors.arrays import DAY_MS
from detectors.compiled import compiled

STEP_DAYS = 14  # ours: two weeks without news are a step back
STEP_MS = STEP_DAYS * DAY_MS
FOREVER_MS = 2**60  # the end of what only a contrary event ends


# How far a customer has gone. Plain numbers: compiled code takes the larger of two.
NO_STAGE = 0
AWARENESS = 1  # looks around, has done nothing
CONSIDERATION = 2  # compares
DECISION = 3  # is switching
STAGES = (None, "awareness", "consideration", "decision")


@compiled
def fading(stage: int, ended_ms: int, now_ms: int) -> int:
    """Give the stage that evidence still shows, whose end is (or will be) at `ended_ms`.

    Examples
    --------
    >>> [fading(3, DAY_MS, day * DAY_MS) for day in (0, 1, 14, 15, 29)]
    [3, 2, 2, 1, 0]
    """
    if now_ms < ended_ms:
        return stage
    return max(stage - 1 - (now_ms - ended_ms) // STEP_MS, 0)


@compiled
def lasting(stage: int, began_ms: int, days: int, now_ms: int) -> int:
    """Give the stage that evidence of `began_ms` shows if nothing but time ends it.

    One that never began (0) shows none.

    Examples
    --------
    >>> [lasting(2, DAY_MS, 60, day * DAY_MS) for day in (2, 61, 80)]
    [2, 1, 0]
    """
    return fading(stage, began_ms + days * DAY_MS, now_ms) if began_ms else 0


@compiled
def ended(began_ms: int, until_ms: int, countered_ms: int) -> int:
    """Give when evidence of `began_ms` ends: at `until_ms`, or when it was countered before.

    Examples
    --------
    >>> ended(5, 9, 0), ended(5, 9, 7), ended(5, 9, 11)
    (9, 7, 9)
    """
    return min(until_ms, countered_ms) if countered_ms >= began_ms else until_ms
