"""Memory that goes back: what a worker's C library keeps of what was freed.

glibc keeps it for whoever asks next: after a Monday's snapshots or an hour of catching up, hundreds
of megabytes. To have large pieces returned at once (`M_MMAP_THRESHOLD`) costs a scorer a quarter of
its speed, for what a slice needs would be new memory each time; now and then costs nothing that
can be measured.
"""

import asyncio
import ctypes

EVERY_S = 30.0


async def give_back() -> None:
    """Give back what is free, now and then, for ever; another C library than glibc keeps it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    while trim is not None:
        await asyncio.sleep(EVERY_S)
        trim(0)
