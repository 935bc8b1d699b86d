"""How busy a customer is today against their usual: seasons, pauses, lulls and the way out."""

import math

import numpy as np

from detectors.arrays import F64
from streams.sources.simulate.causes import cause_of
from streams.sources.simulate.world import World

# What is left of the usual by stage, for a customer in whom all of it shows (`depth` 1).
_LEFT = np.array([1.0, 0.65, 0.25, 0.08, 0.0])
# First and last day of the year, and what is left: Spring Festival, Christmas.
_SPRING_FESTIVAL, _CHRISTMAS = (24, 36, 0.15), (356, 366, 0.25)
_FIRST_DAY_OF_YEAR = 245  # day of the year on which the run begins, 2 September
_FAILING = 0.15  # activity lost for each unit of push of a need that fades
_FADING = tuple(cause_of(f"decline.{name}") for name in ("quiet", "spread", "line_lost"))


def day_of_year(day: int) -> int:
    """Give the day of the year, 0 to 364; leap days are left out.

    Examples
    --------
    >>> day_of_year(0), day_of_year(120)
    (245, 0)
    """
    return (_FIRST_DAY_OF_YEAR + day) % 365


def factor(world: World) -> F64:
    """Give today's activity of every customer as a share of the usual, shape (n,), 0 to 1.5."""
    people, today = world.customers, day_of_year(world.day)
    since_pause = (today - people.pause_from) % 365
    paused = (people.pause_from >= 0) & (since_pause < people.pause_days)
    wave = 1 + people.season * math.sin(2 * math.pi * (today / 365 + 0.1))
    shown = 1 - people.depth * (1 - _LEFT[world.stage])
    fading = np.maximum(1 - _FAILING * world.push[_FADING, :].sum(axis=0), 0.4)
    busy: F64 = wave * shown * world.lull * fading * ~paused * world.present
    return busy * _holiday(people.chinese, today)


def _holiday(chinese: np.ndarray[tuple[int], np.dtype[np.bool_]], today: int) -> F64:
    first, last, left = _SPRING_FESTIVAL
    if first <= today < last:
        return np.where(chinese, left, 1.0)
    first, last, left = _CHRISTMAS
    if first <= today < last:
        return np.where(chinese, 1.0, left)
    return np.ones(len(chinese))
