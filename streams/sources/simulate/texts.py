"""What customers write when they complain: put together from many parts, in two languages."""

from dataclasses import dataclass

from streams.events.vocabulary import ComplaintKind, Severity
from streams.sources.simulate import text_en, text_zh
from streams.sources.simulate.chance import Sampled

MOODS = ("calm", "annoyed", "angry", "hurt")
_BY_SEVERITY = {"minor": (0.6, 0.9, 0.95), "major": (0.3, 0.7, 0.9), "critical": (0.1, 0.35, 0.85)}


@dataclass(frozen=True)
class Words:
    """A language's parts. Figures and names are put in where braces stand."""

    openers: tuple[str, ...]
    matters: dict[ComplaintKind, tuple[str, ...]]
    effects: dict[Severity, tuple[str, ...]]
    moods: dict[str, tuple[str, ...]]
    joint: str


ENGLISH = Words(text_en.OPENERS, text_en.MATTERS, text_en.EFFECTS, text_en.MOODS, joint=" ")
CHINESE = Words(text_zh.OPENERS, text_zh.MATTERS, text_zh.EFFECTS, text_zh.MOODS, joint="")


def written(draw: Sampled, about: tuple[ComplaintKind, Severity], *, chinese: bool) -> str:
    """Write one complaint.

    Parameters
    ----------
    draw : Generator
        The complaint's own chance.
    about : kind and severity
        What is wrong and how badly; critical says that the customer's own work stands still.
    chinese : bool
        Simplified Chinese instead of English.

    Examples
    --------
    >>> import numpy as np
    >>> told = written(np.random.default_rng(1), ("delivery", "minor"), chinese=False)
    >>> told.isascii() and len(told) > 40
    True
    """
    kind, severity = about
    words = CHINESE if chinese else ENGLISH
    parts = [_one(draw, words.openers)] if draw.random() < 0.75 else []
    matter = _one(draw, words.matters[kind])
    goes_on = bool(parts) and parts[0].endswith((",", "，"))
    parts.append(matter if goes_on else matter[0].upper() + matter[1:])
    parts.append(_one(draw, words.effects[severity]))
    u = draw.random()
    mood = MOODS[sum(u > edge for edge in _BY_SEVERITY[severity])]
    parts.append(_one(draw, words.moods[mood]))
    return words.joint.join(parts).format(
        n=int(draw.integers(2, 9)),
        days=int(draw.integers(2, 21)),
        number=int(draw.integers(10_000, 99_999)),
    )


def _one(draw: Sampled, among: tuple[str, ...]) -> str:
    return among[int(draw.integers(len(among)))]
