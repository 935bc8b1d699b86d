"""What signs speak for, as columns of one row: kinds, then severities, then moods."""

from enum import IntEnum


class Column(IntEnum):
    """A column; within its target its code is one more than its place there."""

    PRODUCT = 0
    DELIVERY = 1
    SERVICE = 2
    BILLING = 3
    CONTRACT = 4
    PRIVACY = 5
    OTHER = 6
    MINOR = 7
    MAJOR = 8
    CRITICAL = 9
    CALM = 10
    ANNOYED = 11
    ANGRY = 12
    HURT = 13


# Of each target: first column, and one behind the last. Together they are all columns.
KIND = slice(0, 7)
SEVERITY = slice(7, 10)
MOOD = slice(10, 14)
N_COLUMNS = len(Column)
