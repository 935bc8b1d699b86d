"""How a sequencer goes on after a crash: what the end of its own log says."""

from collections.abc import Iterable, Sequence

from detectors.slices import Marks, Model, Slice, Tick
from streams.sequencer import Tail
from streams.sequencing.recent import Recent

LogRecord = Slice | Tick | Model


def n_events(records: Sequence[LogRecord]) -> int:
    """Give how many events the log holds up to the end of these, its last records."""
    for record in reversed(records):
        if isinstance(record, Slice):
            return record.first + len(record)
    return 0


def reaches(records: Sequence[LogRecord], ids_kept: int) -> bool:
    """Say whether the last records of a log go far enough back to go on from.

    They must hold a slice, a tick and a model, and all events that may still be repeated; a
    log that begins with them reaches in any case, and the caller knows when it does.
    """
    slices = [record for record in records if isinstance(record, Slice)]
    kinds = {type(record) for record in records}
    if not kinds >= {Slice, Tick, Model}:
        return False
    return slices[0].first <= Recent(ids_kept).starts_at(n_events(records))


def tail_of(records: Iterable[LogRecord], ids_kept: int) -> Tail:
    """Read the end of a log, in its order, into what a sequencer has to know."""
    known = list(records)
    start = Recent(ids_kept).starts_at(n_events(known))
    tail = Tail(recent=Recent(ids_kept))
    for record in known:
        match record:
            case Slice():
                _take_slice(tail, record, start)
            case Tick():
                tail.tick_ms = record.at_ms
            case Model():
                tail.model_version = record.version
        if not isinstance(record, Model):
            tail.marks = _further(tail.marks, record.marks)
    return tail


def _take_slice(tail: Tail, record: Slice, start: int) -> None:
    tail.n_events = record.first + len(record)
    tail.newest_ms = max(tail.newest_ms, int(record.columns["at_ms"].max(initial=0)))
    skipped = max(0, start - record.first)
    assert tail.recent is not None
    tail.recent.extend(record.columns["id_hash"][skipped:])


def _further(one: Marks, other: Marks) -> Marks:
    return Marks(tuple(map(max, one.taken, other.taken)), tuple(map(max, one.clocks, other.clocks)))
