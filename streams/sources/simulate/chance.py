"""Chance by name: what a customer meets depends on nobody else's draws.

Each part of the simulation draws, for each day, as many numbers for every customer as it may
need, used or not. Two runs that differ in one customer's treatment therefore stay equal in
everything that does not follow from it.
"""

from collections.abc import Sequence

import numpy as np
from xxhash import xxh3_64_intdigest

from detectors.arrays import F64

Sampled = np.random.Generator


class Chance:
    """All chance of a run, by seed."""

    def __init__(self, seed: int, n_customers: int) -> None:
        self._seed, self._n = seed, n_customers

    def of(self, part: str, *place: int) -> Sampled:
        """Give a generator for one purpose and place, such as a day or a customer.

        Examples
        --------
        >>> a, b = Chance(1, 2).of("orders", 3), Chance(1, 2).of("orders", 3)
        >>> a.random() == b.random()
        True
        """
        return np.random.default_rng([self._seed, xxh3_64_intdigest(part.encode()), *place])

    def uniform(self, part: str, day: int, n_numbers: int) -> F64:
        """Draw numbers from 0 to 1 for every customer on a day, shape (n_numbers, n)."""
        return self.of(part, day).random((n_numbers, self._n))


def picked(u: float, shares: Sequence[float]) -> int:
    """Pick an index by its share with the number `u`, 0 to 1.

    Examples
    --------
    >>> [picked(u, [0.5, 0.25, 0.25]) for u in (0.1, 0.6, 0.99)]
    [0, 1, 2]
    """
    left = u * sum(shares)
    for index, share in enumerate(shares):
        left -= share
        if left < 0:
            return index
    return len(shares) - 1
