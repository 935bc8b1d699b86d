"""Rule 8: the language of a text, and how much of it can be read."""

import re
from typing import NamedTuple

from detectors.text.codes import Language
from detectors.text.english import FUNCTION, known
from detectors.text.letters import Counted, counted

_ASIDE = re.compile(r"[@]\w+|(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_WORD = re.compile(r"[a-z\u00c0-\u024f]+(?:'[a-z]+)?")
_LATIN = re.compile("[a-z\u00c0-\u024f]")
HAN_FROM = 0.3  # of characters and words; a product's name is often English
FUNCTION_FROM = 0.15  # of the words
SURE_FROM, SURE_ALONE_FROM = 0.5, 0.7  # of the words, with and without words like "the"


class Legible(NamedTuple):
    """How much of a text can be read: `share` 0 to 1, `n_usable` characters; its language."""

    language: Language
    share: float
    n_usable: int


def legible(text: str, hint: str | None = None) -> Legible:
    """Tell what can be read of a text, and in what language it is.

    A Chinese character weighs as much as an English word. Names of people (`@someone`),
    addresses and digits count neither way. A well-formed word we do not know counts half, but
    nothing where the language is not one we read: Spanish would pass for noisy English.

    Parameters
    ----------
    text : after all repairs
    hint : the stated language; believed only where the text does not say

    Examples
    --------
    >>> legible("The parcel never came and nobody answers.")
    Legible(language='en', share=0.9285714285714286, n_usable=34)
    >>> legible("Nadie contesta el teléfono, estoy muy molesto.").language
    'und'
    """
    count = counted(text)
    words = english_words(text)
    sure = [known(word) for word in words]
    n_sure = sure.count(1.0)
    language = _language(count, words, n_sure, hint)
    n_units = count.han + len(words) + count.unreadable
    if language == "und":
        sure = [float(weight == 1.0) for weight in sure]
    share = (count.usual_han + sum(sure)) / n_units if n_units else 0.0
    usable = sum(len(word) for word, weight in zip(words, sure, strict=True) if weight)
    return Legible(language, share, count.usual_han + usable)


def english_words(text: str) -> list[str]:
    """Give the Latin words of a text in small letters, without names of people and addresses.

    Examples
    --------
    >>> english_words("@acme Didn’t work, see www.example.org")
    ["didn't", 'work', 'see']
    """
    text = text.lower()
    if _LATIN.search(text) is None:
        return []
    if "@" in text or "//" in text or "www." in text:
        text = _ASIDE.sub(" ", text)
    return _WORD.findall(text.replace("’", "'"))


def _language(count: Counted, words: list[str], n_sure: int, hint: str | None) -> Language:
    n_words = len(words)
    if count.unreadable > count.han + n_words:
        return "und"
    if count.han and count.han >= HAN_FROM * (count.han + n_words):
        return "zh"
    if not n_words:
        return "und"
    n_function = sum(word in FUNCTION for word in words)
    needed = SURE_FROM if n_function >= FUNCTION_FROM * n_words else SURE_ALONE_FROM
    if (hint or "")[:2].lower() == "en":
        needed = SURE_FROM
    return "en" if n_sure >= needed * n_words else "und"
