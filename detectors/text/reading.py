"""A complaint's text read once: language, kind, severity and mood, as small codes."""

from functools import lru_cache

import msgspec

from detectors.kinds import Severity
from detectors.text.codes import ComplaintKind, Language, Mood, Repair
from detectors.text.columns import KIND, MOOD, SEVERITY
from detectors.text.model import Features, TextModel, features, probabilities, word_lists
from detectors.text.normalise import normalise

Shares = tuple[float, ...]


class TextReading(msgspec.Struct, frozen=True):
    """What was read. Of a text that cannot be read: codes `UNKNOWN`, no shares, no features.

    `kind_shares`, `severity_shares`, `mood_shares` are the probabilities of codes 1, 2, ...,
    to six places, and add up to 1. `features` is what a person's correction teaches.
    """

    language: Language
    readable: float
    repairs: Repair
    kind: ComplaintKind = ComplaintKind.UNKNOWN
    severity: Severity = Severity.UNKNOWN
    mood: Mood = Mood.UNKNOWN
    kind_shares: Shares = ()
    severity_shares: Shares = ()
    mood_shares: Shares = ()
    features: Features | None = None

    @property
    def is_read(self) -> bool:
        """Whether the text could be read: else only the event's fields count."""
        return self.features is not None


def read_text(
    text: str, language_hint: str | None = None, model: TextModel | None = None
) -> TextReading:
    """Read a complaint's text.

    Parameters
    ----------
    text : the original, however damaged
    language_hint : BCP 47, as stated with the text
    model : what was learned so far; the word lists alone if left out

    Examples
    --------
    >>> reading = read_text("I was charged twice and nobody answers. Disgraceful!")
    >>> reading.kind.name, reading.mood.name, reading.language
    ('BILLING', 'ANGRY', 'en')
    >>> read_text("���ķ���̫����").mood.name
    'UNKNOWN'
    """
    clean = normalise(text, language_hint)
    readable = round(clean.readable, 6)
    if not clean.is_readable:
        return TextReading(clean.language, readable, clean.repairs)
    said = features(clean.text)
    shares = probabilities(model or _word_lists(), said)
    found = tuple(shares.round(6).tolist())
    kinds, severities, moods = found[KIND], found[SEVERITY], found[MOOD]
    return TextReading(
        clean.language,
        readable,
        clean.repairs,
        ComplaintKind(_likeliest(kinds)),
        Severity(_likeliest(severities)),
        Mood(_likeliest(moods)),
        kinds,
        severities,
        moods,
        said,
    )


def _likeliest(shares: Shares) -> int:
    return 1 + shares.index(max(shares))


@lru_cache(maxsize=1)
def _word_lists() -> TextModel:
    return word_lists()
