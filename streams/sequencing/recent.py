"""Which events came lately: a set that forgets, with the same result after a restart."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detectors.compiled import inlined, kernel
from streams.sequencing.texts import read_only

U64 = NDArray[np.uint64]

# Which generation is the young one, how many it has, and how many it may have. A slot that
# is 0 is empty, so whether a generation has the hash 0 is said here.
COUNTS = np.dtype([("young", "<i8"), ("n_young", "<i8"), ("size", "<i8"), ("has_zero", "u1", (2,))])


class Generations(NamedTuple):
    """What compiled code sees of `Recent`: uint64 of shape (2, slots), and `COUNTS`."""

    hashes: U64
    counts: NDArray[Any]


class Recent:
    """The last `size` to twice `size` event hashes, in two generations.

    The full generation becomes the old one, and the old one is forgotten. When that happens
    depends on how many were added since the log began, so a reader of the log who starts at a
    multiple of `size` ends with the same set. An event costs 32 to 64 bytes in all.

    Examples
    --------
    >>> recent = Recent(2)
    >>> [recent.add(identity) for identity in (1, 2, 1, 3, 4, 5, 1)]
    [True, True, False, True, True, True, True]
    """

    def __init__(self, size: int) -> None:
        self.size = size
        counts = np.zeros(1, COUNTS)
        counts["size"] = size
        n_slots = 1 << (2 * size - 1).bit_length()  # at most half are used
        self.generations = Generations(np.zeros((2, n_slots), np.uint64), counts)

    def add(self, identity: int) -> bool:
        """Add a hash; False if it is here already."""
        return bool(_add(self.generations, read_only(np.array([identity], np.uint64))))

    def extend(self, identities: ArrayLike | Iterable[int]) -> None:
        """Add the hashes of events that the log holds, in their order."""
        _add(self.generations, read_only(np.asarray(identities, np.uint64)))

    def starts_at(self, n_events: int) -> int:
        """Give the number of the event from which to read, for a log of so many events."""
        return max(0, ((n_events - 1) // self.size - 1) * self.size)


@inlined
def knows(recent: Generations, identity: np.uint64) -> bool:
    """Say whether either generation has a hash."""
    return _has(recent, identity, 0) or _has(recent, identity, 1)


@inlined
def remember(recent: Generations, identity: np.uint64) -> None:
    """Add a hash that is not known."""
    counts = recent.counts[0]
    if counts.n_young == counts.size:
        counts.young = 1 - counts.young
        counts.n_young = 0
        counts.has_zero[counts.young] = 0
        recent.hashes[counts.young, :] = 0
    counts.n_young += 1
    if identity == 0:
        counts.has_zero[counts.young] = 1
    else:
        recent.hashes[counts.young, _place(recent, identity, counts.young)] = identity


@inlined
def _has(recent: Generations, identity: np.uint64, generation: int) -> bool:
    if identity == 0:
        return bool(recent.counts[0].has_zero[generation])
    return bool(recent.hashes[generation, _place(recent, identity, generation)] == identity)


@inlined
def _place(recent: Generations, identity: np.uint64, generation: int) -> np.uint64:
    # Where the hash is, or the empty slot where it would go.
    last = np.uint64(recent.hashes.shape[1] - 1)
    place = identity & last
    found = recent.hashes[generation, place]
    while found != 0 and found != identity:  # noqa: PLR1714, a tuple would be made for each
        place = (place + np.uint64(1)) & last
        found = recent.hashes[generation, place]
    return place


@kernel
def _add(recent: Generations, identities: U64) -> int:
    n_new = 0
    for identity in identities:
        if not knows(recent, identity):
            remember(recent, identity)
            n_new += 1
    return n_new
