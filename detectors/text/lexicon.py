"""A list of words and phrases as a table that compiled code can look things up in."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from detectors.arrays import U8, U64, Mask
from detectors.compiled import array_kernel, compiled, kernel
from detectors.text.columns import N_COLUMNS, Column
from detectors.text.tokens import HAN, START, Tokens, mixed, tokens

N_SLOTS = 1 << 14  # a quarter is taken
REACH_HAN, REACH_WORDS = 2, 3  # how far before a word a "not" is looked for
_LONGEST = 6  # tokens in a phrase

Entry = tuple[Column, float, str]  # speaks for it, by so much (logit), one word or phrase


class Lexicon(NamedTuple):
    """Slots by hash (uint64, 0 is free), what a slot speaks for in tenths, and what negates.

    `tenths` and `turned` uint8 (n slots, 14): as it stands, and with a "not" before it.
    """

    slots: U64
    is_entry: Mask
    negates: Mask
    tenths: U8
    turned: U8


def lexicon(entries: Iterable[Entry], negators: Iterable[str]) -> Lexicon:
    """Give the table of the entries; a phrase may speak for several columns."""
    said: defaultdict[str, list[tuple[Column, int]]] = defaultdict(list)
    for column, weight, phrase in entries:
        if (column, round(10 * weight)) not in said[phrase]:
            said[phrase].append((column, round(10 * weight)))
    found = Lexicon(
        np.zeros(N_SLOTS, np.uint64),
        np.zeros(N_SLOTS, np.bool_),
        np.zeros(N_SLOTS, np.bool_),
        np.zeros((N_SLOTS, N_COLUMNS), np.uint8),
        np.zeros((N_SLOTS, N_COLUMNS), np.uint8),
    )
    for phrase, columns in said.items():
        slot = _placed(found.slots, phrase)
        found.is_entry[slot] = True
        for column, tenths in columns:
            found.tenths[slot, column] += tenths
            found.turned[slot, _TURNED.get(column, column)] += tenths
    for word in negators:
        found.negates[_placed(found.slots, word)] = True
    return found


def spoken_for(said: Tokens, table: Lexicon) -> U8:
    """Give what the words of a text speak for, uint8, shape (14,), in tenths, at most 255.

    The longest phrase wins over those in it; each counts once, and once more if negated.
    """
    found: U8 = _spoken_for(said, table)
    return found


_TURNED = {
    Column.CALM: Column.ANNOYED,
    Column.ANNOYED: Column.CALM,
    Column.ANGRY: Column.CALM,
}


def _placed(slots: U64, phrase: str) -> int:
    state = _state(tokens(phrase).hashes)
    slot = int(state) % N_SLOTS
    while slots[slot] not in (0, state):
        slot = (slot + 1) % N_SLOTS
    slots[slot] = state
    return slot


@kernel
def _state(hashes: U64) -> np.uint64:
    state = START
    for value in hashes:
        state = mixed(state, value)
    return state


@compiled
def _slot(state: np.uint64, slots: U64) -> np.int64:
    """Give the slot of a phrase's hash; a free one if it is not there."""
    slot = np.int64(state % np.uint64(len(slots)))
    while slots[slot] != 0 and slots[slot] != state:
        slot = np.int64((slot + 1) % len(slots))
    return slot


@compiled
def _negated(start: int, since: int, said: Tokens, table: Lexicon) -> bool:
    reach = REACH_HAN if said.kinds[start] == HAN else REACH_WORDS
    for at in range(start - 1, max(since, start - reach) - 1, -1):
        if said.kinds[at] != said.kinds[start]:
            return False
        if table.negates[_slot(mixed(START, said.hashes[at]), table.slots)]:
            return True
    return False


@array_kernel
def _spoken_for(said: Tokens, table: Lexicon) -> U8:
    found, seen = np.zeros(table.tenths.shape[1], np.int64), np.zeros((2, N_SLOTS), np.bool_)
    start, since = 0, 0  # since: behind the last phrase, whose own "not" is used up
    while start < len(said.hashes):
        best, stop, state = np.int64(-1), start + 1, START
        for at in range(start, min(start + _LONGEST, len(said.hashes))):
            if said.kinds[at] != said.kinds[start]:
                break
            state = mixed(state, said.hashes[at])
            slot = _slot(state, table.slots)
            if table.is_entry[slot]:
                best, stop = slot, at + 1
        if best >= 0:
            no = int(_negated(start, since, said, table))
            if not seen[no, best]:
                found += table.turned[best] if no else table.tenths[best]
            seen[no, best] = True
            since = stop
        start = stop
    return np.minimum(found, 255).astype(np.uint8)
