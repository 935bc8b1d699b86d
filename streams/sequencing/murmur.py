"""Kafka's own hash of a key (murmur2), for every customer who is seen for the first time."""

import numpy as np
from numpy.typing import NDArray

from detectors.compiled import array_kernel, inlined
from streams.sequencing.texts import Text, Texts, word

_SEED = np.uint32(0x9747B28C)
_M = np.uint32(0x5BD1E995)
_POSITIVE = np.uint32(0x7FFFFFFF)


@inlined
def partition_of(key: Text, n_partitions: int) -> int:
    """Give the partition of a key as Kafka's default partitioner does."""
    hashed = _SEED ^ np.uint32(key.length)
    whole = key.length // 4 * 4
    for at in range(0, whole, 4):
        block = _times(np.uint32(word(key.buffer, key.start + at, 4)))
        hashed = _times(hashed) ^ _times(block ^ (block >> np.uint32(24)))
    if key.length > whole:
        rest = np.uint32(0)
        for at in range(key.length - 1, whole - 1, -1):
            rest = rest << np.uint32(8) | np.uint32(key.buffer[key.start + at])
        hashed = _times(np.uint32(hashed ^ rest))
    hashed = _times(hashed ^ (hashed >> np.uint32(13)))
    return int((hashed ^ (hashed >> np.uint32(15))) & _POSITIVE) % n_partitions


@inlined
def _times(number: np.uint32) -> np.uint32:
    return np.uint32(number * _M)  # compiled code multiplies in 64 bits


@array_kernel
def partitions_of(keys: Texts, n_partitions: int) -> NDArray[np.int32]:
    """Give the partitions of many keys, int32 of shape (n,)."""
    partitions = np.empty(len(keys.starts), np.int32)
    for at in range(len(keys.starts)):
        key = Text(keys.buffer, keys.starts[at], keys.lengths[at])
        partitions[at] = partition_of(key, n_partitions)
    return partitions
