"""Decodes what the scanner declined, so that compiled code can take it like the rest."""

from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
import numpy as np

from detectors.arrays import I64
from streams.events.clock import ClockAdvanced
from streams.events.complaints import Complaint
from streams.events.decode import decode
from streams.events.envelope import AnyEvent, Data, at_ms
from streams.events.refusals import Refused
from streams.log_rows import event_hash, row_of
from streams.reading.reading import READING
from streams.sequencing.arrivals import Arrivals


class Decoded(NamedTuple):
    """An event's reading as `READING` has it, and the names and the note or `data` it points to."""

    reading: tuple[Any, ...]
    texts: bytes


def decoded(event: AnyEvent, at: int) -> Decoded:
    """Give an event as a reading whose names and note lie at a place in a buffer."""
    kind, code, amount, quantity, reference, lines, note = row_of(event)
    subject, source = (event.subject or "").encode(), event.source.encode()
    said = (1, kind, code, at_ms(event.time), event_hash(event), amount, quantity, reference, lines)
    source_at = at + len(subject)
    told_at = source_at + len(source)
    if has_text(event.data):
        told = msgspec.json.encode(event.data)
        length = len(told)
    else:
        told = note or b""
        length = -len(told)
    places = (at, len(subject), source_at, len(source), told_at, length)
    return Decoded(said + places, subject + source + told)


def has_text(data: Data) -> bool:
    """Say whether what was told has a text to be read, and so needs more than its note.

    It is read where its event gets into the log, once, with the model that then speaks.
    """
    return type(data) is Complaint and bool(data.text)


def completed(arrivals: Arrivals, after: I64) -> Arrivals:
    """Decode the records behind an offset of their topic that were declined.

    What is no event for the log, a clock or a refusal, stays declined and is put aside.
    """
    columns = arrivals.columns
    if arrivals.n_declined == 0:
        return arrivals
    declined = (columns.readings["taken"] == 0) & (columns.offsets > after[columns.topics])
    places = [at for at in np.flatnonzero(declined).tolist() if at not in arrivals.aside]
    if not places:
        return arrivals
    readings, texts, end = {}, [columns.buffer.tobytes()], len(columns.buffer)
    aside = dict(arrivals.aside)
    for at in places:
        topic, _, _, key, value, headers = arrivals.record(at)
        # By the exact type: `isinstance` asks the structs' metaclass, for each event.
        event: Any = decode(topic, key, value, headers)
        if type(event) is Refused or type(event) is ClockAdvanced:
            aside[at] = event
            continue
        readings[at], text = decoded(event, end)
        texts.append(text)
        end += len(text)
    everything = columns.readings.copy()
    everything[list(readings)] = np.array(list(readings.values()), READING)
    buffer = np.frombuffer(b"".join(texts), np.uint8)
    more = columns._replace(readings=everything, buffer=buffer).read_only()
    return replace(arrivals, columns=more, aside=aside)
