"""Tests that a dictionary finds its own words and no others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.arrays import U8
from detectors.compiled import compiled
from streams.reading.dictionaries import LONGEST, UNKNOWN, Dictionaries, meaning_of
from streams.reading.loads import PADDING, Records

WORDS = st.text("abAB_.", min_size=1, max_size=LONGEST)


@compiled
def _meaning(arrays: tuple[Records, Records], number: int, buffer: U8, place: int) -> int:
    heads, slots = arrays
    return meaning_of(slots, heads[number], (buffer, place, len(buffer) - place - PADDING))


def meaning(dictionaries: Dictionaries, number: int, word: str) -> int:
    # Other letters stand before and behind the word, as in an event.
    buffer = np.frombuffer(b"abab" + word.encode() + b"ab" * (PADDING // 2), np.uint8)
    return _meaning(dictionaries.arrays(), number, buffer, 4)


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.sets(WORDS, min_size=1, max_size=20), min_size=1, max_size=3), WORDS)
def test_each_word_means_what_it_was_given(lists: list[set[str]], other: str) -> None:
    dictionaries = Dictionaries()
    meant = [{word: at for at, word in enumerate(sorted(words))} for words in lists]
    numbers = [dictionaries.add(one) for one in meant]
    for number, one in zip(numbers, meant, strict=True):
        for word, expected in one.items():
            assert meaning(dictionaries, number, word) == expected
        for word in (other, *(w[:-1] for w in one), *(w + "a" for w in one)):
            assert meaning(dictionaries, number, word) == one.get(word, UNKNOWN)


@pytest.mark.parametrize("at", range(LONGEST))
def test_one_other_byte_makes_it_another_word(at: int) -> None:
    word = "x" * LONGEST
    dictionaries = Dictionaries()
    number = dictionaries.add({word: 7})
    assert meaning(dictionaries, number, word) == 7
    assert meaning(dictionaries, number, word[:at] + "y" + word[at + 1 :]) == UNKNOWN


@pytest.mark.parametrize("word", ["", "x" * (LONGEST + 1)])
def test_words_too_short_or_long_are_refused(word: str) -> None:
    with pytest.raises(ValueError, match="word of"):
        Dictionaries().add({word: 0})
