"""One value of JSON, read as its field says, or declined."""

import numpy as np

from detectors.arrays import U8
from detectors.compiled import inlined
from streams.reading.dictionaries import UNKNOWN, meaning_of
from streams.reading.fields import Form, Role
from streams.reading.loads import Record, byte_at, signed, word_at
from streams.reading.moments import UNTOLD, moment
from streams.reading.numbers import integer, number
from streams.reading.tables import Tables
from streams.reading.texts import COMMA, DECLINED, QUOTE, after_space, text_end
from streams.reading.xxh64 import xxh64

# A place behind the value, or `DECLINED`; where its text begins; its meaning as a whole number
# (length of a text, place in a list of words, ms of a time, bits of texts); its number.
Value = tuple[int, int, int, float]

_OPENING, _CLOSING, _SMALL_N = ord("["), ord("]"), ord("n")
_FOUR_BYTES = np.uint64(0xFFFF_FFFF)
_NULL = np.uint64(int.from_bytes(b"null", "little"))
_TRUE = np.uint64(int.from_bytes(b"true", "little"))
_FALSE = np.uint64(int.from_bytes(b"alse", "little"))
_SMALL_F = ord("f")


@inlined
def value(tables: Tables, buffer: U8, place: int, field: Record) -> Value:
    """Read the value at `place` as a record of `FIELD` says."""
    first = byte_at(buffer, place)
    if first == QUOTE:
        return _quoted(tables, buffer, place + 1, field)
    if first == _SMALL_N:
        null = field.null != 0 and word_at(buffer, place) & _FOUR_BYTES == _NULL
        return (place + 4 if null else DECLINED), place, int(field.null_means), 0.0
    form = field.form
    if form == Form.NUMBER:
        end, told = number(buffer, place)
        return (end if field.low <= told <= field.high else DECLINED), place, 0, told
    if form == Form.TEXTS:
        end, bits = _texts(buffer, place, field)
        return end, place, bits, 0.0
    if form == Form.FLAG:
        end, flag = _flag(buffer, place)
        return end, place, flag, 0.0
    return _integer(tables, buffer, place, field)


@inlined
def line_bit(buffer: U8, place: int, length: int) -> int:
    """Give a product line as one of 64 bits, as `streams.log_rows.line_bits` does."""
    return signed(np.uint64(1) << (xxh64(buffer, place, length) & np.uint64(63)))


@inlined
def simple_end(buffer: U8, place: int) -> int:
    """Give the place behind a string, number, truth value or null, whatever it says."""
    first = byte_at(buffer, place)
    if first == QUOTE:
        end = text_end(buffer, place + 1)
        return DECLINED if end == DECLINED else end + 1
    if word_at(buffer, place) & _FOUR_BYTES == _NULL:
        return place + 4
    end, _ = _flag(buffer, place)
    if end == DECLINED:
        end, _ = number(buffer, place)
    return end


@inlined
def _quoted(tables: Tables, buffer: U8, place: int, field: Record) -> Value:
    end = text_end(buffer, place)
    length = end - place
    form = field.form
    if end == DECLINED:
        return DECLINED, place, 0, 0.0
    if form == Form.TEXT:
        fits = field.shortest <= length <= field.longest
        return (end + 1 if fits else DECLINED), place, length, 0.0
    if form == Form.WORD:
        dictionary = tables.dictionaries[field.words]
        meaning = meaning_of(tables.slots, dictionary, (buffer, place, length))
        return (DECLINED if meaning == UNKNOWN else end + 1), place, meaning, 0.0
    if form == Form.MOMENT:
        at_ms = moment(buffer, place, length)
        return (DECLINED if at_ms == UNTOLD else end + 1), place, at_ms, 0.0
    return DECLINED, place, 0, 0.0


@inlined
def _integer(tables: Tables, buffer: U8, place: int, field: Record) -> Value:
    end, told = integer(buffer, place)
    if field.form == Form.INTEGER:
        return (end if field.low <= told <= field.high else DECLINED), place, 0, told
    if field.form == Form.NUMERAL and end != DECLINED:
        dictionary = tables.dictionaries[field.words]
        meaning = meaning_of(tables.slots, dictionary, (buffer, place, end - place))
        return (DECLINED if meaning == UNKNOWN else end), place, meaning, 0.0
    return DECLINED, place, 0, 0.0


@inlined
def _flag(buffer: U8, place: int) -> tuple[int, int]:
    if word_at(buffer, place) & _FOUR_BYTES == _TRUE:
        return place + 4, 1
    if byte_at(buffer, place) == _SMALL_F and word_at(buffer, place + 1) & _FOUR_BYTES == _FALSE:
        return place + 5, 0
    return DECLINED, 0


@inlined
def _texts(buffer: U8, place: int, field: Record) -> tuple[int, int]:
    # The place behind an array of strings, and their bits as product lines.
    bits, n_texts = 0, 0
    if byte_at(buffer, place) != _OPENING:
        return DECLINED, 0
    place = after_space(buffer, place + 1)
    more = byte_at(buffer, place) != _CLOSING
    while more:
        if byte_at(buffer, place) != QUOTE:
            return DECLINED, 0
        end = text_end(buffer, place + 1)
        length = end - place - 1
        if end == DECLINED or length < field.shortest or length > field.longest:
            return DECLINED, 0
        if field.role == Role.LINES:
            bits |= line_bit(buffer, place + 1, length)
        n_texts += 1
        place = after_space(buffer, end + 1)
        more = byte_at(buffer, place) == COMMA
        if more:
            place = after_space(buffer, place + 1)
        elif byte_at(buffer, place) != _CLOSING:
            return DECLINED, 0
    return (place + 1 if field.fewest <= n_texts <= field.most else DECLINED), bits
