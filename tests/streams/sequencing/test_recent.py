"""The last events' hashes: two generations, as with Python's sets."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.sequencing.recent import Recent

# Hashes that want the same slot, 0 that looks like an empty one, and the last that there is.
HASHES = st.one_of(st.integers(0, 12), st.integers(0, 6).map(lambda n: n << 32), st.just(2**64 - 1))


class Sets:
    """What `Recent` means."""

    def __init__(self, size: int) -> None:
        self.size, self.young, self.old = size, set[int](), set[int]()

    def add(self, identity: int) -> bool:
        if identity in self.young | self.old:
            return False
        if len(self.young) == self.size:
            self.young, self.old = set(), self.young
        self.young.add(identity)
        return True


@given(st.integers(1, 9), st.lists(HASHES, max_size=80), st.lists(HASHES, max_size=30))
def test_it_remembers_what_two_sets_remember(size: int, read: list[int], more: list[int]) -> None:
    recent, sets = Recent(size), Sets(size)
    recent.extend(np.array(read, np.uint64))
    for identity in read:
        sets.add(identity)
    assert [recent.add(identity) for identity in more] == [sets.add(it) for it in more]


@given(st.integers(1, 9), st.lists(st.integers(0, 2**64 - 1), max_size=60, unique=True))
def test_reading_from_where_it_says_gives_the_same_memory(size: int, log: list[int]) -> None:
    whole, tail = Recent(size), Recent(size)
    whole.extend(np.array(log, np.uint64))
    tail.extend(np.array(log[tail.starts_at(len(log)) :], np.uint64))
    assert [whole.add(identity) for identity in log] == [tail.add(identity) for identity in log]
