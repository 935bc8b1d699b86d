"""One event: its envelope, in whatever order its attributes come, and its `data`."""

import numpy as np

from detectors.arrays import U8
from detectors.compiled import inlined
from streams.reading.data import read_data
from streams.reading.dictionaries import UNKNOWN, meaning_of
from streams.reading.fields import Role
from streams.reading.loads import Record, byte_at, put_word, word_at
from streams.reading.tables import ENVELOPE, TYPE_NAMES, Tables
from streams.reading.texts import (
    CLOSING,
    DECLINED,
    QUOTE,
    after_space,
    first_member,
    next_member,
    object_end,
    text_end,
    value_place,
)
from streams.reading.values import Value, simple_end, value
from streams.reading.xxh64 import xxh64

# What is known of an event while it is read; `type` is 0 before it is known.
HEAD = np.dtype(
    [
        ("seen", "u8"),
        ("type", "i8"),
        ("data_at", "i8"),
        ("data_end", "i8"),
        ("id_at", "i8"),
        ("id_len", "i8"),
    ],
    align=True,
)
_NEW_LINE = np.uint64(ord("\n"))


@inlined
def read_event(tables: Tables, buffer: U8, span: tuple[int, int], records: Record) -> bool:
    """Read the event in a span (start, end) of the buffer, and say whether it was read.

    `records` are a `HEAD` and the reading to fill, both all zero.
    """
    head, reading = records
    envelope = tables.types[ENVELOPE]
    names = tables.dictionaries[envelope.names]
    place = first_member(buffer, after_space(buffer, span[0]))
    while place != DECLINED and byte_at(buffer, place) == QUOTE:
        end = text_end(buffer, place + 1)
        found = meaning_of(tables.slots, names, (buffer, place + 1, end - place - 1))
        place = value_place(buffer, end + 1)
        if DECLINED in (end, place):
            return False
        if found == UNKNOWN:  # an extension of CloudEvents
            end = simple_end(buffer, place)
        else:
            end = _attribute(tables, buffer, place, (tables.fields[found], head, reading))
        place = DECLINED if end == DECLINED else next_member(buffer, end)
    if place == DECLINED or byte_at(buffer, place) != CLOSING:
        return False
    whole = after_space(buffer, place + 1) == span[1]
    if not whole or head.seen & envelope.required != envelope.required:
        return False
    return _fits_type(tables, buffer, records)


@inlined
def identity(buffer: U8, scratch: U8, records: Record) -> np.uint64:
    """Give the hash of source and id that `streams.log_rows.event_hash` gives.

    `scratch` has room for both; see `loads.PADDING`. `records` as `read_event` left them.
    """
    head, reading = records
    length = int(reading.source_len)
    for at in range(0, length, 8):
        put_word(scratch, at, word_at(buffer, reading.source_at + at))
    put_word(scratch, length, _NEW_LINE)
    length += 1
    for at in range(0, head.id_len, 8):
        put_word(scratch, length + at, word_at(buffer, head.id_at + at))
    return xxh64(scratch, 0, length + head.id_len)


@inlined
def _attribute(tables: Tables, buffer: U8, place: int, records: Record) -> int:
    # The place behind the value of an attribute of the envelope, or `DECLINED`.
    field, head, reading = records
    if head.seen & field.bit:
        return DECLINED
    head.seen |= field.bit
    if field.role == Role.DATA:
        if head.type != ENVELOPE:
            return read_data(tables, buffer, place, (tables.types[head.type], reading))
        head.data_at, head.data_end = place, object_end(buffer, place)
        return int(head.data_end)
    told = value(tables, buffer, place, field)
    if field.role == Role.TYPE:
        names = tables.dictionaries[TYPE_NAMES]
        found = meaning_of(tables.slots, names, (buffer, told[1], told[2]))
        head.type = found
        return DECLINED if found == UNKNOWN else told[0]
    _keep((field, head, reading), told)
    return told[0]


@inlined
def _keep(records: Record, told: Value) -> None:
    field, head, reading = records
    _, at, whole, _ = told
    if field.role == Role.TIME:
        reading.at_ms = whole
    elif field.role == Role.ID:
        head.id_at, head.id_len = at, whole
    elif field.role == Role.SOURCE:
        reading.source_at, reading.source_len = at, whole
    elif field.role == Role.SUBJECT and whole > 0:
        reading.subject_at, reading.subject_len = at, whole


@inlined
def _fits_type(tables: Tables, buffer: U8, records: Record) -> bool:
    head, reading = records
    kind = tables.types[head.type]
    reading.kind = kind.kind
    if (kind.has_subject != 0) != (reading.subject_len > 0):
        return False
    # Data that came before the type is read now that it is known as what.
    if head.data_at == 0:
        return True
    return bool(read_data(tables, buffer, head.data_at, (kind, reading)) == head.data_end)
