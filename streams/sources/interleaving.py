"""Streams of stretches merged in the order in which their events became known."""

from collections.abc import Iterator, Sequence

import numpy as np

from streams.sources.stretches import Stretch, joined

_ENDLESS_MS = np.iinfo(np.int64).max


def interleaved(streams: Sequence[Iterator[Stretch]]) -> Iterator[Stretch]:
    """Merge streams, each in order; what became known at one instant stands in their order.

    Holds one stretch of each stream, or as many as are of a single instant. None is empty.
    """
    held = [_Held(stream) for stream in streams]
    while len(left := [one for one in held if not one.is_over]) > 1:
        # The next of a stream may be of the same instant as the last that is here.
        limit_ms = min(one.limit_ms for one in held)
        ready = [part for one in held if (part := one.cut(limit_ms)) is not None]
        if ready:
            whole = joined(ready)
            yield whole.taken(np.argsort(whole.known_ms, kind="stable"))
        for one in held:
            if one.some is None or (not ready and one.limit_ms == limit_ms):
                one.pull()
    for one in left:  # is in order as it is, and need not be put together anew
        yield from one.rest()


class _Held:
    def __init__(self, stream: Iterator[Stretch]) -> None:
        self._stream, self._ended = stream, False
        self.some: Stretch | None = None
        self.pull()

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of the stream."""
        return self._ended and self.some is None

    @property
    def limit_ms(self) -> int:
        """The instant before which nothing more comes of the stream."""
        if self._ended or self.some is None:
            return _ENDLESS_MS
        return int(self.some.known_ms[-1])

    def pull(self) -> None:
        """Hold the next stretch too, if there is one."""
        more = next(self._stream, None)
        if more is None:
            self._ended = True
        else:
            self.some = more if self.some is None else joined([self.some, more])

    def rest(self) -> Iterator[Stretch]:
        """Give all that is still to come."""
        if self.some is not None:
            yield self.some
        yield from self._stream

    def cut(self, limit_ms: int) -> Stretch | None:
        """Let go of what became known before an instant; nothing is None."""
        if self.some is None:
            return None
        some, n = self.some, int(np.searchsorted(self.some.known_ms, limit_ms))
        if n:
            # Or what is left would drag along the texts of all that is gone.
            self.some = some.part(n, some.n_events).alone() if n < some.n_events else None
        return some.part(0, n) if n else None
