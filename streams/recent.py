"""Which events came lately: a set that forgets, with the same result after a restart."""

from collections.abc import Iterable


class Recent:
    """The last `size` to twice `size` event hashes, in two generations.

    The full generation becomes the old one, and the old one is forgotten. When that happens
    depends on how many were added since the log began, so a reader of the log who starts at a
    multiple of `size` ends with the same set.

    Examples
    --------
    >>> recent = Recent(2)
    >>> [recent.add(identity) for identity in (1, 2, 1, 3, 4, 5, 1)]
    [True, True, False, True, True, True, True]
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._young: set[int] = set()
        self._old: set[int] = set()

    def add(self, identity: int) -> bool:
        """Add a hash; False if it is here already."""
        if identity in self._young or identity in self._old:
            return False
        if len(self._young) == self.size:
            self._old, self._young = self._young, set()
        self._young.add(identity)
        return True

    def extend(self, identities: Iterable[int]) -> None:
        """Add the hashes of events that the log holds, in their order."""
        for identity in identities:
            self.add(identity)

    def starts_at(self, n_events: int) -> int:
        """Give the number of the event from which to read, for a log of so many events."""
        return max(0, ((n_events - 1) // self.size - 1) * self.size)
