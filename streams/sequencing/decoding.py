"""Decodes what the scanner declined, so that compiled code can take it like the rest."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from streams.events.clock import ClockAdvanced
from streams.events.decode import decode
from streams.events.envelope import AnyEvent, at_ms
from streams.events.refusals import Refused
from streams.log_rows import event_hash, row_of
from streams.reading.reading import READING
from streams.sequencing.arrivals import Arrivals, columns_of


class Decoded(NamedTuple):
    """An event's reading as `READING` has it, the names it points to, and its note."""

    reading: tuple[Any, ...]
    names: bytes
    note: bytes | None


def decoded(event: AnyEvent, at: int) -> Decoded:
    """Give an event as a reading whose names lie at a place in a buffer.

    There is a place of `data` if there is a note; what lies there is not `data`.
    """
    kind, code, amount, quantity, reference, lines, note = row_of(event)
    subject, source = (event.subject or "").encode(), event.source.encode()
    said = (1, kind, code, at_ms(event.time), event_hash(event), amount, quantity, reference, lines)
    n_subject, n_source = len(subject), len(source)
    places = (at, n_subject, at + n_subject, n_source, at, int(note is not None))
    return Decoded(said + places, subject + source, note)


def completed(arrivals: Arrivals, after: int) -> Arrivals:
    """Decode the records behind an offset that were declined.

    What is no event for the log, a clock or a refusal, stays declined and is put aside.
    """
    columns = arrivals.columns
    declined = (columns.readings["taken"] == 0) & (columns.offsets > after)
    if not declined.any():
        return arrivals
    readings, names, end = {}, [columns.buffer.tobytes()], len(columns.buffer)
    aside, notes = dict(arrivals.aside), dict(arrivals.notes)
    for at in np.flatnonzero(declined).tolist():
        _, _, _, key, value, headers = arrivals.record(at)
        # By the exact type: `isinstance` asks the structs' metaclass, for each event.
        event: Any = decode(arrivals.topic, key, value, headers)
        if type(event) is Refused or type(event) is ClockAdvanced:
            aside[at] = event
            continue
        readings[at], name, note = decoded(event, end)
        names.append(name)
        end += len(name)
        if note is not None:
            notes[at] = note
    everything = columns.readings.copy()
    everything[list(readings)] = np.array(list(readings.values()), READING)
    buffer = np.frombuffer(b"".join(names), np.uint8)
    more = columns_of(everything, buffer, columns.offsets, columns.known_ms)
    return replace(arrivals, columns=more, aside=aside, notes=notes)
