"""How alike two companies are: by name, and by address where both have one. For proposals only.

Words are compared with words: a misspelt one still counts, but one that only the other has tells
two companies apart (Acme Pumps, Acme Valves), however long the rest is. In Chinese, where words
run together, one character may differ, and none that counts or points (第一, 东).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from streams.identity.company_names import CompanyName, address_words

APART = 0.75  # ours: at most so alike where a word has no counterpart
OTHER_FORM = 0.78  # ours: at most so alike with legal forms of two kinds, as sisters abroad have
JOINED = 0.97  # ours: written in one word or in two
HAN_WEIGHT = 3  # ours: a Chinese character says about as much as three letters
LIKELY = 0.8  # ours: names less alike gain nothing by a shared address: sisters share it too
SAME_PLACE = 0.9  # ours: an address so alike is the same
ELSEWHERE = 0.12  # ours: what an address that is quite another takes away
OTHER_NUMBER = 0.6  # ours: at most so alike are addresses with other numbers
LETTERS_ONE, LETTERS_TWO, CHARACTERS_ONE = 5, 10, 5  # so long is a word with one or two slips
_DIGIT = re.compile(r"\d")
APART_BY = frozenset("一二三四五六七八九十百东南西北中上下左右内外新老大小甲乙丙丁")


class Likeness(NamedTuple):
    """How alike, 0 to 1: as a whole, by name, and by address (None: not known of both)."""

    similarity: float
    name: float
    address: float | None


def likeness(
    one: CompanyName,
    other: CompanyName,
    addresses: tuple[str, str] = ("", ""),
    *,
    least: float = 0.0,
) -> Likeness:
    """Compare two companies; the same whichever comes first.

    Parameters
    ----------
    addresses : of both, empty where not known
    least : where no address can bring the likeness up to it, none is looked at

    Examples
    --------
    >>> from streams.identity.company_names import company_name
    >>> acme = company_name("Acme Pumps Ltd")
    >>> round(likeness(acme, company_name("ACME PUMPES LIMITED")).similarity, 3)
    0.904
    >>> likeness(acme, company_name("Acme Valves Ltd")).similarity
    0.421
    """
    name = name_likeness(one, other)
    hopeless = name < least and name < LIKELY
    if hopeless or not all(address.strip() for address in addresses):
        return Likeness(name, name, None)
    address = address_likeness(*addresses)
    if address >= SAME_PLACE and name >= LIKELY:
        return Likeness(round((1 + name) / 2, 3), name, address)
    return Likeness(round(name * (1 - ELSEWHERE * (1 - address)), 3), name, address)


def name_likeness(one: CompanyName, other: CompanyName) -> float:
    """Compare two names, 0 to 1, rounded to 3 places."""
    one, other = sorted((one, other), key=lambda name: (name.words, name.form))
    if one.words == other.words:
        found = 1.0
    elif one.compact == other.compact:
        found = JOINED
    else:
        found = _by_words(one.words, other.words)
    if one.form and other.form and one.form != other.form:
        found = min(found, OTHER_FORM)
    return round(found, 3)


def address_likeness(one: str, other: str) -> float:
    """Compare two addresses, 0 to 1, rounded to 3 places."""
    words, others = sorted((address_words(one), address_words(other)))
    found = fuzz.ratio(" ".join(sorted(words)), " ".join(sorted(others))) / 100
    numbers, other_numbers = (
        {word for word in each if _DIGIT.search(word)} for each in (words, others)
    )
    if numbers and other_numbers and not numbers & other_numbers:
        found = min(found, OTHER_NUMBER)
    return round(found, 3)


def _by_words(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    alike = sorted(_pairs(one, other), key=lambda pair: (-pair[0], pair[1], pair[2]))
    mine, theirs, shared = set(range(len(one))), set(range(len(other))), 0.0
    for share, at, there in alike:
        if at in mine and there in theirs:
            mine.discard(at)
            theirs.discard(there)
            shared += share * (_weight(one[at]) + _weight(other[there]))
    found = shared / (sum(map(_weight, one)) + sum(map(_weight, other)))
    return min(found, APART) if mine or theirs else found


def _pairs(one: tuple[str, ...], other: tuple[str, ...]) -> Iterator[tuple[float, int, int]]:
    for at, word in enumerate(one):
        for there, counterpart in enumerate(other):
            share = _word_likeness(word, counterpart)
            if share > 0:
                yield share, at, there


def _word_likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    longest = max(len(word), len(other))
    slips = OSA.distance(word, other, score_cutoff=2)
    if slips > 2:
        return 0.0
    if _is_han(word) or _is_han(other):
        allowed = 1 if longest >= CHARACTERS_ONE and not _told_apart(word, other) else 0
    elif _DIGIT.search(word) or _DIGIT.search(other):
        allowed = 0
    else:
        allowed = 2 if longest >= LETTERS_TWO else 1 if longest >= LETTERS_ONE else 0
    return 1 - slips / longest if slips <= allowed else 0.0


def _told_apart(word: str, other: str) -> bool:
    # By what counts or points: another number, another side of town.
    different = set(word).symmetric_difference(other)
    return bool(different) and different <= APART_BY


def _weight(word: str) -> int:
    return len(word) * (HAN_WEIGHT if _is_han(word) else 1)


def _is_han(word: str) -> bool:
    return word[:1] >= "\u3400"
