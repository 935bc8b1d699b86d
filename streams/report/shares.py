"""Shares: the arithmetic that every part of the report has in common."""

from collections.abc import Sequence


def share(part: float, whole: float) -> float | None:
    """Give a part of a whole, 0 to 1; None where there is no whole.

    Examples
    --------
    >>> share(1, 4), share(0, 0)
    (0.25, None)
    """
    return part / whole if whole else None


def share_of(which: Sequence[bool]) -> float | None:
    """Give the share of those that are so; None where there are none to ask.

    Examples
    --------
    >>> share_of([True, False]), share_of([])
    (0.5, None)
    """
    return share(sum(which), len(which))
