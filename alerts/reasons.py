"""Which of an alert's reasons it is about: what to talk of with the customer."""

from functools import lru_cache

from detectors.assessment import Reason

CLEAR = 0.5  # ours: a cause that adds half as much as mere behaviour is what to talk about
NEGLECT = "relation.neglect"
LABELS_ONLY = frozenset({"need.ended"})  # who closes down is counted, and nothing can be done

# The reasons asked about last, and what was found: while an alert is decided, its own some twelve
# times. Known again by being the very same.
_LATEST: list[tuple[tuple[Reason, ...], Reason | None]] = [((), None)]


def main_reason(reasons: tuple[Reason, ...]) -> Reason | None:
    """Pick the reason that a task is about: an open complaint, else a cause, else the strongest.

    Somebody who waits for an answer must not be called about anything else. A decline shows that
    something is wrong and not what: a cause that adds at least half as much goes before it. Our own
    silence is none: care tasks are about that.
    """
    latest, found = _LATEST[0]
    if latest is not reasons:
        found = _main(reasons)
        _LATEST[0] = reasons, found
    return found


def _main(reasons: tuple[Reason, ...]) -> Reason | None:
    if not reasons:
        return None
    cause, least = None, CLEAR * reasons[0].contribution
    for reason in reasons:
        if group(reason.id) == "complaint":
            return reason
        if cause is None and reason.contribution >= least and is_cause(reason):
            cause = reason
    return cause or reasons[0]


def is_cause(reason: Reason) -> bool:
    """Say whether a reason says why: a decline and our own silence say only that something is."""
    return group(reason.id) != "decline" and reason.id != NEGLECT


@lru_cache(1024)  # many more than there are, and asked of each alert some twenty times
def group(reason_id: str) -> str:
    """Give the group of a reason id.

    Examples
    --------
    >>> group("decline.quiet"), group("unknown")
    ('decline', 'unknown')
    """
    return reason_id.partition(".")[0]
