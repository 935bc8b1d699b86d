"""The `data` of an event: its fields into their columns."""

import numpy as np

from detectors.arrays import U8
from detectors.compiled import inlined
from streams.reading.dictionaries import UNKNOWN, meaning_of
from streams.reading.fields import Form, Role
from streams.reading.loads import Record, byte_at
from streams.reading.tables import Tables
from streams.reading.texts import (
    CLOSING,
    DECLINED,
    QUOTE,
    first_member,
    next_member,
    text_end,
    value_place,
)
from streams.reading.values import Value, line_bit, value
from streams.reading.xxh64 import xxh64

_NO_RANK, _SMALL_N = 255, ord("n")


@inlined
def read_data(tables: Tables, buffer: U8, place: int, records: tuple[Record, Record]) -> int:
    """Read the object at `place` into a reading, and give the place behind it, or `DECLINED`.

    `records` are the type, a record of `TYPE`, and the reading. Declines what the type does not
    name, what comes twice, and what is missing.
    """
    kind, reading = records
    names, begins = tables.dictionaries[kind.names], place
    seen, code_at, best, noted = np.uint64(0), int(kind.code_at), _NO_RANK, False
    place = first_member(buffer, place)
    while place != DECLINED and byte_at(buffer, place) == QUOTE:
        end = text_end(buffer, place + 1)
        found = meaning_of(tables.slots, names, (buffer, place + 1, end - place - 1))
        place = value_place(buffer, end + 1)
        if found == UNKNOWN or place == DECLINED:
            return DECLINED
        field = tables.fields[found]
        told = value(tables, buffer, place, field)
        if told[0] == DECLINED or seen & field.bit:
            return DECLINED
        seen |= field.bit
        null = told[0] == place + 4 and byte_at(buffer, place) == _SMALL_N
        noted |= bool(field.null_noted if null else field.noted)
        if field.role == Role.CODE:
            code_at += field.stride * (told[2] - field.default_means)
        elif field.role == Role.REFERENCE:
            best = _refer(buffer, (field, reading), told, best)
        elif not null:
            _fill(buffer, (field, reading), told)
        place = next_member(buffer, told[0])
    if place == DECLINED or seen & kind.required != kind.required:
        return DECLINED
    if byte_at(buffer, place) != CLOSING:
        return DECLINED
    reading.code = tables.codes[code_at]
    if noted:
        reading.data_at, reading.data_len = begins, place + 1 - begins
    return place + 1


@inlined
def _fill(buffer: U8, records: tuple[Record, Record], told: Value) -> None:
    field, reading = records
    _, at, whole, number = told
    if field.role == Role.AMOUNT:
        reading.amount = number
    elif field.role == Role.QUANTITY:
        reading.quantity = np.float32(number)
    elif field.role == Role.LINES:
        bits = whole if field.form == Form.TEXTS else line_bit(buffer, at, whole)
        reading.lines = np.uint64(bits)


@inlined
def _refer(buffer: U8, records: tuple[Record, Record], told: Value, best: int) -> int:
    field, reading = records
    _, at, length, _ = told
    if length == 0 or field.rank >= best:
        return best
    reading.reference = xxh64(buffer, at, length)
    return int(field.rank)
