"""What reading a text gives, as small numbers: they stand in logs, so append, never renumber.

0 is always "not known": a text that cannot be read says nothing, neither calm nor minor.
"""

from enum import IntEnum, IntFlag
from typing import Literal

Language = Literal["en", "zh", "und"]


class ComplaintKind(IntEnum):
    """What a complaint is about."""

    UNKNOWN = 0
    PRODUCT = 1
    DELIVERY = 2
    SERVICE = 3
    BILLING = 4
    CONTRACT = 5
    PRIVACY = 6
    OTHER = 7


class Mood(IntEnum):
    """How the customer feels. Angry or hurt: a person answers, never a machine."""

    UNKNOWN = 0
    CALM = 1
    ANNOYED = 2
    ANGRY = 3
    HURT = 4


class Repair(IntFlag):
    """What was done to a text, or found missing in it. 0: it came clean."""

    STRIPPED = 1  # control and zero-width characters, mark-up, widths
    PINYIN = 2  # pinyin behind characters taken out
    FOLDED = 4  # Traditional characters folded to Simplified
    UNDOUBLED = 8  # characters doubled in scanning made single
    REDECODED = 16  # bytes that had been read in the wrong encoding read again
    MARKED = 32  # a stretch cannot be repaired and stands as U+FFFD
    LOST = 64  # a number or a word is missing; never guessed
    CUT = 128  # a foreign tail, or what lies beyond the limit
    LANGUAGE = 256  # the stated language is not that of the text
    DOUBTFUL = 512  # looks doubled, but is too short to be sure: not read
