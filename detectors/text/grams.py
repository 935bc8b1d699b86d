"""A text as a set of numbered buckets: Chinese by characters, English by words.

Chinese gives each character, each two and each three that stand together: words need no
cutting. English gives each word and each two that follow each other. A bucket is a hash: no
list of words is kept, and a text cannot simply be read back.
"""

import numpy as np

from detectors.arrays import U8, U16, U64, Mask
from detectors.compiled import array_kernel, compiled
from detectors.text.tokens import BREAK, HAN, WORD, Tokens, mixed

# 15 gave .004 more accuracy, 12 took .008, and a model must fit into a Kafka record.
BITS = 14
N_BUCKETS = 1 << BITS

_NONE = np.uint64(0)


def grams(said: Tokens) -> U16:
    """Give the buckets of a text, each once, uint16, shape (n,), in order of the text.

    Examples
    --------
    >>> from detectors.text.tokens import tokens
    >>> [len(grams(tokens(text))) for text in ("客户服务", "no answer", "20 24", "")]
    [9, 3, 1, 0]
    """
    return _grams(said.hashes, said.kinds)


@compiled
def _added(state: np.uint64, found: U16, n_found: int, seen: Mask) -> int:
    """Put a hash's bucket among those found, if it is new; give how many there are."""
    bucket = (state * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(64 - BITS)
    if seen[bucket]:
        return n_found
    seen[bucket] = True
    found[n_found] = bucket
    return n_found + 1


@array_kernel
def _grams(hashes: U64, kinds: U8) -> U16:
    found, n, seen = np.empty(3 * len(hashes), np.uint16), 0, np.zeros(N_BUCKETS, np.bool_)
    first, second, word = _NONE, _NONE, _NONE  # two characters before, one, the last word
    for at in range(len(hashes)):
        kind, this = kinds[at], hashes[at]
        if kind != HAN:
            first, second = _NONE, _NONE
        if kind != BREAK:
            n = _added(this, found, n, seen)
        if kind == HAN:
            if second:
                n = _added(mixed(second, this), found, n, seen)
            if first:
                n = _added(mixed(mixed(first, second), this), found, n, seen)
            first, second = second, this
        if kind == WORD:
            if word:
                n = _added(mixed(word, this), found, n, seen)
            word = this
    return found[:n].copy()
