"""Bytes of a buffer as the machine loads them: one, eight, or thirty-two compared at once.

Numba's own indexing asks for every byte whether the index counts from the end. Nothing is
checked here: whoever makes a buffer leaves `PADDING` bytes behind its last value, so that a
load which begins within the buffer stays in it. Words are little-endian, as our machines are.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # has no types
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from detectors.arrays import U8
from detectors.compiled import inlined

LANES = 32  # most ids, names and keys are shorter, so one comparison finds their end
PADDING = LANES + 8

# A record of a structured array, or such an array: numba knows its fields, and mypy cannot.
Record = Any
Records = Any

_BYTE, _WORD = ir.IntType(8), ir.IntType(64)
_VECTOR = ir.VectorType(_BYTE, LANES)


def _place(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    point: Any = cgutils.pointer_add
    return point(builder, array.data, arguments[1])


def _load(context: Any, builder: Any, place: Any, kind: Any) -> Any:
    return builder.load(builder.bitcast(place, kind.as_pointer()), align=1)


def _byte_at(typing: Any, buffer: Any, place: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = _place(context, builder, signature, arguments)
        return builder.zext(_load(context, builder, at, _BYTE), _WORD)

    return types.int64(buffer, types.int64), generate


def _word_at(typing: Any, buffer: Any, place: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _load(context, builder, _place(context, builder, signature, arguments), _WORD)

    return types.uint64(buffer, types.int64), generate


def _put_word(typing: Any, buffer: Any, place: Any, word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = builder.bitcast(_place(context, builder, signature, arguments[:2]), _WORD.as_pointer())
        builder.store(arguments[2], at, align=1)
        return context.get_dummy_value()

    return types.void(buffer, types.int64, types.uint64), generate


def _stops_at(typing: Any, buffer: Any, place: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = _place(context, builder, signature, arguments)
        text = _load(context, builder, at, _VECTOR)

        def each(byte: int) -> Any:
            return ir.Constant(_VECTOR, [byte] * LANES)

        # Signed, so that bytes of 0x80 and above are below the space as well.
        stops = builder.icmp_signed("<", text, each(0x20))
        for sign in b'"\\':
            stops = builder.or_(stops, builder.icmp_unsigned("==", text, each(sign)))
        return builder.zext(builder.bitcast(stops, ir.IntType(LANES)), _WORD)

    return types.uint64(buffer, types.int64), generate


def _first_bit(typing: Any, mask: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], cgutils.true_bit)

    return types.int64(types.uint64), generate


def _machine(code: Callable[..., Any]) -> Any:
    return intrinsic(code)


# The byte at a place.
byte_at: Callable[[U8, int], int] = _machine(_byte_at)
# The eight bytes that begin at a place.
word_at: Callable[[U8, int], np.uint64] = _machine(_word_at)
# Writes eight bytes.
put_word: Callable[[U8, int, np.uint64], None] = _machine(_put_word)
# Of the `LANES` bytes that begin at a place, one bit for each that is no plain character of a
# JSON string: its closing quote, a backslash, a control character, a part of another letter.
stops_at: Callable[[U8, int], np.uint64] = _machine(_stops_at)
# The place of the lowest bit set; there must be one.
first_bit: Callable[[np.uint64], int] = _machine(_first_bit)


@inlined
def signed(word: np.uint64) -> int:
    """Give a word as a signed number: one of each kind together would be a float."""
    return np.int64(word)  # type: ignore[return-value]  # in compiled code they are the same
