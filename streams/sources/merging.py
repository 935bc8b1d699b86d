"""Rules' events merged in order of time, a part after the other."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from detectors.arrays import I64


class Part(NamedTuple):
    """The next rows of each rule, and where each stands in order of time.

    `order`, shape (n,), are places among the spans' rows, put one behind the other.
    """

    spans: tuple[range, ...]
    order: I64


def merged(times: Sequence[I64], at_once: int) -> Iterator[Part]:
    """Merge the events of several rules by time; at the same instant, in the rules' order.

    Parameters
    ----------
    times : sequence of int64, shape (n_events,)
        Of each rule, ascending.
    at_once : int
        Rows of a rule in one part; more, where many are at one instant.

    Examples
    --------
    >>> [(part.spans, part.order.tolist()) for part in merged([np.array([3]), np.array([1])], 9)]
    [((range(0, 1), range(0, 1)), [1, 0])]
    """
    done = [0] * len(times)
    while any(at < len(one) for at, one in zip(done, times, strict=True)):
        # No further than where the first part ends: what follows there may come before the rest.
        ends = [
            one[at + at_once - 1]
            for at, one in zip(done, times, strict=True)
            if at + at_once < len(one)
        ]
        stops = [
            int(np.searchsorted(one, min(ends), side="right")) if ends else len(one)
            for one in times
        ]
        some = [one[at:stop] for one, at, stop in zip(times, done, stops, strict=True)]
        order = np.argsort(np.concatenate(some), kind="stable")
        yield Part(tuple(map(range, done, stops)), order)
        done = stops
