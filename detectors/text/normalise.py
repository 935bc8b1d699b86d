"""Damaged text made readable: the eight rules, in their order, until nothing changes any more.

The original is the caller's and is not touched. What comes out is for matching and reading
only. Normalising it once more changes nothing.
"""

import msgspec

from detectors.text.codes import Language, Repair
from detectors.text.doubling import is_doubtful, undoubled
from detectors.text.encodings import marked, reread
from detectors.text.folding import folded
from detectors.text.gaps import has_gaps
from detectors.text.languages import legible
from detectors.text.letters import LOST
from detectors.text.pinyin import without_pinyin
from detectors.text.stripping import stripped
from detectors.text.tails import RAW_MAX, shortened, without_tail

READABLE_FROM = 0.6
USABLE_FROM = 4  # characters
# Real damage takes two rounds. What has not settled after these was made to keep us busy
# (`&amp;amp;amp;...`), and is not read.
ROUNDS = 8


class Normalised(msgspec.Struct, frozen=True):
    """A text made readable, and what it took. `readable` is a share, 0 to 1."""

    text: str
    language: Language
    readable: float
    n_usable: int
    repairs: Repair

    @property
    def is_readable(self) -> bool:
        """Whether it may be read at all: else it is missing, neither neutral nor negative."""
        return self.readable >= READABLE_FROM and self.n_usable >= USABLE_FROM


def normalise(text: str, language_hint: str | None = None) -> Normalised:
    """Make a text readable.

    Fails for damage that looks like text: a number replaced by another one, a sentence lost.

    Parameters
    ----------
    text : the original
    language_hint : BCP 47, as stated with the text; believed only where the text does not say

    Examples
    --------
    >>> normalise("客戶(hù)服務(wù)太差").text
    '客户服务太差'
    >>> normalise("ãäå").is_readable
    False
    """
    now = shortened(text, RAW_MAX)
    repairs = int(now != text) * int(Repair.CUT)
    for _ in range(ROUNDS):
        before = now
        now, done = _once(before)
        repairs |= done
        if now == before:
            return _judged(now, repairs, language_hint)
    return _judged("", repairs, None)


def _once(text: str) -> tuple[str, int]:
    # Its bytes can be had back only while nothing of the text has been touched, so rule 5
    # looks first, and what it gives goes through all the rules.
    again = reread(text)
    if again != text:
        return again, int(Repair.REDECODED)
    done = 0
    for repair, rule in _RULES:
        after = rule(text)
        if after != text:
            text, done = after, done | repair
    return text, done


def _judged(text: str, repairs: int, hint: str | None) -> Normalised:
    found = legible(text, hint)
    share = found.share
    if has_gaps(text):
        repairs |= Repair.LOST
    if LOST in text:
        repairs |= Repair.MARKED
    if hint and found.language not in {"und", hint[:2].lower()}:
        repairs |= Repair.LANGUAGE
    if is_doubtful(text):
        repairs, share = repairs | Repair.DOUBTFUL, 0.0
    return Normalised(text, found.language, share, found.n_usable, Repair(repairs))


_RULES = (
    (int(Repair.STRIPPED), stripped),
    (int(Repair.PINYIN), without_pinyin),
    (int(Repair.FOLDED), folded),
    (int(Repair.UNDOUBLED), undoubled),
    (int(Repair.MARKED), marked),
    (int(Repair.CUT), without_tail),
)
