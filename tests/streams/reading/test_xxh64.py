"""The compiled hash against the library's."""

import numpy as np
from xxhash import xxh64_intdigest

from detectors.arrays import U8
from detectors.compiled import compiled
from streams.reading.loads import PADDING
from streams.reading.xxh64 import xxh64


@compiled
def hashed(buffer: U8, start: int, length: int) -> np.uint64:
    return xxh64(buffer, start, length)


def test_every_length_gives_what_the_library_gives() -> None:
    text = np.random.default_rng(7).integers(0, 256, 301, np.uint8).tobytes()
    buffer = np.frombuffer(text + b"\xff" * PADDING, np.uint8)
    for length in range(301):
        for start in {0, 301 - length, (301 - length) // 2}:
            expected = xxh64_intdigest(text[start : start + length])
            assert int(hashed(buffer, start, length)) == expected
