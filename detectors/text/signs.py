"""What words say without any learning: kind, severity and mood from two lists of words.

It is where a company without a single corrected complaint begins, and what learning builds
on. Fails for irony, for "I was never disappointed", and for whatever is said in other words.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from detectors.arrays import U8
from detectors.text import signs_en, signs_zh
from detectors.text.lexicon import Entry, Lexicon, lexicon, spoken_for
from detectors.text.tokens import Tokens

MOST = 40  # tenths of a logit; the tenth angry word adds nothing


def signs(said: Tokens) -> U8:
    """Give what the words of a text speak for, uint8, shape (14,), in tenths of a logit.

    Each word counts once, however often it is said. A word of calm with "not" before it is one
    of annoyance, and the other way round.

    Examples
    --------
    >>> from detectors.text.columns import Column
    >>> from detectors.text.tokens import tokens
    >>> found = signs(tokens("快递三天没收到，客服态度恶劣"))
    >>> [column.name for column in Column if found[column] > 10]
    ['DELIVERY', 'SERVICE', 'ANGRY']
    """
    return np.minimum(spoken_for(said, _lexicon()), MOST)


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return lexicon((*_english(), *_chinese()), (*signs_en.NEGATORS, *signs_zh.NEGATORS))


def _chinese() -> Iterator[Entry]:
    for column, weight, words in signs_zh.GROUPS:
        yield from ((column, weight, word) for word in words.split())


def _english() -> Iterator[Entry]:
    for column, weight, words in signs_en.GROUPS:
        listed = dict.fromkeys(" ".join(word.split()) for word in words.split(","))
        for word in listed:
            yield column, weight, word
        # Endings last: what is listed itself keeps the weight it was given.
        for word in listed:
            for form in () if " " in word else _forms(word):
                if form not in listed:
                    yield column, weight, form


def _forms(word: str) -> tuple[str, ...]:
    """Give a word with its endings; a form that nobody uses does no harm.

    >>> _forms("charge")
    ('charges', 'charged', 'charging')
    """
    stem = word.removesuffix("e")
    return f"{word}s", f"{stem}ed", f"{stem}ing"
