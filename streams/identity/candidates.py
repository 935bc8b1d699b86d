"""Which pairs of a large table are worth a comparison: those that share a key.

Each row has a few keys: its tax id; its name as one word, and that with any one letter left out
(so two names one slip apart share one); the beginnings of its words; its address. Rows of a key
are compared with each other. Where a key has more rows than `BLOCK_MAX` (a word that everybody
uses) each is compared only with the next few by name, and that is counted.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from xxhash import xxh64_intdigest

from detectors.arrays import I64
from streams.identity.company_names import CompanyName, address_words

BLOCK_MAX = 100  # 4,950 comparisons; beyond it they grow faster than what they find
NEXT = 10  # rows by name that each is compared with there
BEGINNING = 3  # letters of a word
LEFT_OUT_OF = 40  # letters of a name; slips behind them are found by its words


class Row(NamedTuple):
    """What is compared of a row."""

    name: CompanyName
    address: str
    tax_id: str


class Candidates(NamedTuple):
    """Pairs of places, int64 of shape (n, 2), rising, the lower first; keys not taken whole."""

    pairs: I64
    n_cut: int


def candidates(rows: Sequence[Row]) -> Candidates:
    """Find the pairs to compare, among rows in a fixed order."""
    keys, places = array("Q"), array("i")
    for place, row in enumerate(rows):
        for key in set(_keys(row)):
            keys.append(xxh64_intdigest(key.encode()))
            places.append(place)
    key_of, place_of = np.frombuffer(keys, np.uint64), np.frombuffer(places, np.int32)
    order = np.argsort(key_of, kind="stable")  # places rise already
    key_of, place_of = key_of[order], place_of[order]
    starts = np.flatnonzero(np.diff(key_of, prepend=key_of[:1] - np.uint64(1)))
    sizes = np.diff(starts, append=len(key_of))
    found, n_cut = [np.zeros((0, 2), np.int64)], 0
    twos = starts[sizes == 2]  # nearly all, so they are not gone through one by one
    found.append(np.column_stack((place_of[twos], place_of[twos + 1])).astype(np.int64))
    for start, size in zip(starts[sizes > 2].tolist(), sizes[sizes > 2].tolist(), strict=True):
        block = place_of[start : start + size].tolist()
        n_cut += size > BLOCK_MAX
        chosen = combinations(block, 2) if size <= BLOCK_MAX else _near(block, rows)
        found.append(np.array(list(chosen), np.int64).reshape(-1, 2))
    return Candidates(np.unique(np.concatenate(found), axis=0), n_cut)


def _keys(row: Row) -> Iterator[str]:
    name = row.name.compact[:LEFT_OUT_OF]
    yield f"n{row.name.compact}"
    if len(name) > BEGINNING:
        yield f"l{name}"
        for at in range(len(name)):
            yield f"l{name[:at]}{name[at + 1 :]}"
    if len(row.name.words) > 1:
        yield "b" + " ".join(sorted(word[:BEGINNING] for word in row.name.words))
    if row.tax_id:
        yield f"t{row.tax_id}"
    if row.address:
        yield f"a{name[:1]} {' '.join(address_words(row.address))}"


def _near(block: list[int], rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    by_name = sorted(block, key=lambda place: (rows[place].name.words, place))
    for at, place in enumerate(by_name):
        for other in by_name[at + 1 : at + 1 + NEXT]:
            yield min(place, other), max(place, other)
