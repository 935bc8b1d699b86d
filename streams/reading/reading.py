"""What is read of an event: one record of fixed size, and places in a buffer for its names."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

READING = np.dtype(
    [
        ("taken", "u1"),  # 1: read here; 0: declined, ask `streams.events.decode`
        ("kind", "u1"),
        ("code", "<i4"),
        ("at_ms", "<i8"),
        ("id_hash", "<u8"),
        ("amount", "<f8"),
        ("quantity", "<f4"),
        ("reference", "<u8"),
        ("lines", "<u8"),
        ("subject_at", "<i8"),  # in the buffer; a length of 0 says that there is no subject
        ("subject_len", "<i4"),
        ("source_at", "<i8"),
        ("source_len", "<i4"),
        ("data_at", "<i8"),  # of `data`, if a note is to be made of it; else a length of 0
        ("data_len", "<i4"),
    ],
    align=True,
)


def read(topic: str, values: Sequence[bytes | None]) -> tuple[NDArray[np.uint8], NDArray[np.void]]:
    """Give the values' bytes in one buffer, and what was read of each.

    Nothing is read here yet: each is declined, and `decode` asked.
    """
    buffer = b"".join([value or b"" for value in values])
    return np.frombuffer(buffer, np.uint8), np.zeros(len(values), READING)
