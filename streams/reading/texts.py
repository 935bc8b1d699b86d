"""The signs of JSON: white space, plain strings, and what stands between values.

A place is a position in the buffer; `DECLINED` as a place says that something unusual or wrong
stands there. The byte behind a value's end is 0, which is nowhere allowed, so no scan runs on.
"""

import numpy as np

from detectors.arrays import U8
from detectors.compiled import inlined
from streams.reading.loads import LANES, byte_at, first_bit, stops_at

DECLINED = -1

QUOTE, COMMA, COLON = ord('"'), ord(","), ord(":")
OPENING, CLOSING = ord("{"), ord("}")
_SPACE, _TAB, _LINE_FEED, _RETURN = ord(" "), ord("\t"), ord("\n"), ord("\r")


@inlined
def after_space(buffer: U8, place: int) -> int:
    """Give the place of the first byte that is no white space."""
    byte = byte_at(buffer, place)
    while byte <= _SPACE and byte in (_SPACE, _TAB, _LINE_FEED, _RETURN):
        place += 1
        byte = byte_at(buffer, place)
    return place


@inlined
def text_end(buffer: U8, place: int) -> int:
    """Give the place of the quote that ends a string, from the place behind its first quote.

    Declines a string with an escape, a control character, or a letter beyond ASCII.
    """
    stops = stops_at(buffer, place)
    while stops == np.uint64(0):
        place += LANES
        stops = stops_at(buffer, place)
    place += first_bit(stops)
    return place if byte_at(buffer, place) == QUOTE else DECLINED


@inlined
def value_place(buffer: U8, place: int) -> int:
    """Give the place of a member's value, from the place behind its name."""
    place = after_space(buffer, place)
    return after_space(buffer, place + 1) if byte_at(buffer, place) == COLON else DECLINED


@inlined
def first_member(buffer: U8, place: int) -> int:
    """Give the place of the first member of the object that begins at `place`, or of its end."""
    return after_space(buffer, place + 1) if byte_at(buffer, place) == OPENING else DECLINED


@inlined
def next_member(buffer: U8, place: int) -> int:
    """Give the place of the next member or of the object's end, from the end of a value."""
    place = after_space(buffer, place)
    byte = byte_at(buffer, place)
    if byte == COMMA:
        place = after_space(buffer, place + 1)
        return place if byte_at(buffer, place) == QUOTE else DECLINED
    return place if byte == CLOSING else DECLINED


@inlined
def object_end(buffer: U8, place: int) -> int:
    """Give the place behind the first closing brace outside a string, from an object's start.

    The end of a flat object; whoever reads it as one finds out whether it is.
    """
    byte = byte_at(buffer, place)
    while byte != CLOSING:
        if byte == QUOTE:
            place = text_end(buffer, place + 1)
        if place == DECLINED or byte == 0:
            return DECLINED
        place += 1
        byte = byte_at(buffer, place)
    return place + 1
