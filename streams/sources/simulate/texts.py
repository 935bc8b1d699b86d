"""What customers write when they complain: put together from many parts, in two languages."""

from dataclasses import dataclass

from streams.events.vocabulary import ComplaintKind, Mood, Severity
from streams.sources.simulate import text_en, text_zh
from streams.sources.simulate.chance import Sampled

MOODS: tuple[Mood, ...] = ("calm", "annoyed", "angry", "hurt")
_BY_SEVERITY = {"minor": (0.6, 0.9, 0.95), "major": (0.3, 0.7, 0.9), "critical": (0.1, 0.35, 0.85)}


@dataclass(frozen=True)
class Meaning:
    """What a complaint says: what is wrong, how badly, and how its writer feels.

    Critical means that the customer's own work stands still.
    """

    kind: ComplaintKind
    severity: Severity
    mood: Mood


@dataclass(frozen=True)
class Words:
    """A language's parts. Figures and names are put in where braces stand."""

    openers: tuple[str, ...]
    matters: dict[ComplaintKind, tuple[str, ...]]
    effects: dict[Severity, tuple[str, ...]]
    moods: dict[Mood, tuple[str, ...]]
    joint: str


ENGLISH = Words(text_en.OPENERS, text_en.MATTERS, text_en.EFFECTS, text_en.MOODS, joint=" ")
CHINESE = Words(text_zh.OPENERS, text_zh.MATTERS, text_zh.EFFECTS, text_zh.MOODS, joint="")


def meaning(draw: Sampled, kind: ComplaintKind, severity: Severity) -> Meaning:
    """Give what a complaint will say; the worse it is, the worse the mood."""
    u = draw.random()
    return Meaning(kind, severity, MOODS[sum(u > edge for edge in _BY_SEVERITY[severity])])


def written(draw: Sampled, about: Meaning, *, chinese: bool) -> str:
    """Write one complaint.

    Parameters
    ----------
    draw : Generator
        The complaint's own chance.
    about : Meaning
        What it says.
    chinese : bool
        Simplified Chinese instead of English.

    Examples
    --------
    >>> import numpy as np
    >>> about = Meaning("delivery", "minor", "calm")
    >>> told = written(np.random.default_rng(1), about, chinese=False)
    >>> told.isascii() and len(told) > 40
    True
    """
    words = CHINESE if chinese else ENGLISH
    parts = [_one(draw, words.openers)] if draw.random() < 0.75 else []
    matter = _one(draw, words.matters[about.kind])
    goes_on = bool(parts) and parts[0].endswith((",", "，"))
    parts.append(matter if goes_on else matter[0].upper() + matter[1:])
    parts.append(_one(draw, words.effects[about.severity]))
    parts.append(_one(draw, words.moods[about.mood]))
    return words.joint.join(parts).format(
        n=int(draw.integers(2, 9)),
        days=int(draw.integers(2, 21)),
        number=int(draw.integers(10_000, 99_999)),
    )


def _one(draw: Sampled, among: tuple[str, ...]) -> str:
    return among[int(draw.integers(len(among)))]
