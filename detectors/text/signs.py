"""What words say without any learning: kind, severity and mood from two lists of words.

It is where a company without a single corrected complaint begins, and what learning builds
on. Fails for irony, for "I was never disappointed", and for whatever is said in other words.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from detectors.arrays import U8
from detectors.text import signs_en, signs_zh
from detectors.text.columns import N_COLUMNS, Column
from detectors.text.languages import english_words

MOST = 40  # tenths of a logit; the tenth angry word adds nothing

Weights = tuple[tuple[int, int], ...]  # column, tenths
Said = dict[tuple[str, bool], None]  # word, negated


def signs(text: str) -> U8:
    """Give what the words of a normalised text speak for, uint8, shape (14,), in tenths of a logit.

    Each word counts once, however often it is said. A word of calm with "not" before it is one
    of annoyance, and the other way round.

    Examples
    --------
    >>> found = signs("快递三天没收到，客服态度恶劣")
    >>> [column.name for column in Column if found[column] > 10]
    ['DELIVERY', 'SERVICE', 'ANGRY']
    """
    found = [0] * N_COLUMNS
    if not text.isascii():
        _add(found, _chinese(text), _ZH_WEIGHTS)
    words = english_words(text)
    if words:
        _add(found, _english(words), _EN_WEIGHTS)
    return np.minimum(found, MOST).astype(np.uint8)


def _add(found: list[int], said: Said, weights: Mapping[str, Weights]) -> None:
    for word, negated in said:  # in the order of the text: sums keep their last bits
        for column, weight in weights[word]:
            found[_TURNED.get(column, column) if negated else column] += weight


def _chinese(text: str) -> Said:
    said: Said = {}
    at = 0
    for start, letter in enumerate(text):
        words = _ZH.get(letter)
        if words is None or start < at:
            continue
        for word in words:
            if text.startswith(word, start):
                before = text[max(at, start - 2) : start]
                said[word, any(no in before for no in signs_zh.NEGATORS)] = None
                at = start + len(word)
                break
    return said


def _english(words: list[str]) -> Said:
    said: Said = {}
    at = 0
    for start, word in enumerate(words):
        if start < at:
            continue
        for n, phrase in _EN.get(word) or _EN.get(_stem(word)) or ():
            if n == 1 or words[start : start + n] == phrase:
                before = words[max(at, start - 3) : start]
                said[" ".join(phrase), not signs_en.NEGATORS.isdisjoint(before)] = None
                at = start + n
                break
    return said


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)]
    return word


def _weights(
    groups: Iterable[tuple[Column, float, str]], separator: str | None
) -> dict[str, Weights]:
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for column, weight, words in groups:
        for word in dict.fromkeys(words.split(separator)):
            found[" ".join(word.split())].append((int(column), round(10 * weight)))
    return {word: tuple(weights) for word, weights in found.items()}


_TURNED = {
    int(Column.CALM): int(Column.ANNOYED),
    int(Column.ANNOYED): int(Column.CALM),
    int(Column.ANGRY): int(Column.CALM),
}
_EN_WEIGHTS = _weights(signs_en.GROUPS, ",")
_EN: dict[str, list[tuple[int, list[str]]]] = {}
for _phrase in sorted(_EN_WEIGHTS, key=lambda phrase: -phrase.count(" ")):
    _EN.setdefault(_phrase.split()[0], []).append((len(_phrase.split()), _phrase.split()))
_ZH_WEIGHTS = _weights(signs_zh.GROUPS, None)
_ZH: dict[str, list[str]] = {}  # by first character, the longest first
for _word in sorted(_ZH_WEIGHTS, key=lambda word: -len(word)):
    _ZH.setdefault(_word[0], []).append(_word)
