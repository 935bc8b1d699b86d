import asyncio

import numpy as np
import pytest

from streams import memory
from streams.bench.proc import memory_bytes

PIECE_BYTES, N_PIECES = 100_000, 2_000  # too small for pieces of their own: they lie in the heap


async def test_what_was_freed_below_what_is_held_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "EVERY_S", 0.01)
    pieces = [np.ones(PIECE_BYTES, np.uint8) for _ in range(N_PIECES)]
    held = [piece for number, piece in enumerate(pieces) if number % 10 == 9]
    full_bytes = memory_bytes()
    del pieces
    giving = asyncio.create_task(memory.give_back())
    await asyncio.sleep(0.5)
    giving.cancel()
    assert full_bytes - memory_bytes() > 0.8 * PIECE_BYTES * N_PIECES
    assert sum(int(piece.sum()) for piece in held) == PIECE_BYTES * len(held)
