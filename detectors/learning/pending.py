"""Pending: snapshots as they were, waiting for their labels."""

from dataclasses import dataclass

import numpy as np

from detectors.arrays import F32, F64, I32, U8, U64, Rows
from detectors.churn import NONE
from detectors.learning.lessons import Lesson


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Snapshots whose labels are known: arrays of n rows, and how many were left without."""

    x: F32
    risk: F64
    y: U8
    n_censored: int


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    position: int
    rows: I32
    x: F32
    risk: F64


class Pending:
    """Snapshots of all partitions by the Monday they are of.

    Holds about ``4 * n_features + 12`` bytes for each customer and week of the horizon.
    """

    def __init__(self, n_features: int) -> None:
        self._n_features = n_features
        self._kept: dict[int, dict[int, _Kept]] = {}  # by Monday and partition

    def keep(self, position: int, lesson: Lesson) -> None:
        """Keep a lesson's snapshots, if it has any, and where in the log they stand."""
        if len(lesson.rows):
            kept = _Kept(position, lesson.rows, lesson.x, lesson.risk)
            self._kept.setdefault(lesson.at_ms, {})[lesson.partition] = kept

    def examples(self, as_of_ms: int, told: tuple[Lesson, ...]) -> Examples:
        """Join the snapshots of a Monday with the labels that lessons tell of it.

        The order is drawn by a hash of Monday, partition and row: customers are numbered as
        they first appear, the most frequent ones first, and learned in that order every week
        would end on the rare ones and leave the intercept with them. A snapshot that no label
        speaks of, or that has none, is left out and counted.
        """
        found = [_labelled(self._kept.get(as_of_ms, {}).get(one.partition), one) for one in told]
        parts = [part for part in found if part is not None]
        if not parts:
            nothing = np.empty((0, self._n_features), np.float32)
            return Examples(nothing, np.empty(0), np.empty(0, np.uint8), 0)
        order = np.argsort(_drawn(as_of_ms, np.concatenate([part.key for part in parts])))
        return Examples(
            x=np.concatenate([part.x for part in parts])[order],
            risk=np.concatenate([part.risk for part in parts])[order],
            y=np.concatenate([part.y for part in parts])[order],
            n_censored=sum(part.n_censored for part in parts),
        )

    def drop(self, until_ms: int) -> None:
        """Let go of the snapshots up to that Monday: their labels have come, or never will."""
        for as_of_ms in [monday for monday in self._kept if monday <= until_ms]:
            del self._kept[as_of_ms]

    def oldest_position(self) -> int | None:
        """Give the position in the log of the oldest snapshot kept; None if none is."""
        positions = (kept.position for monday in self._kept.values() for kept in monday.values())
        return min(positions, default=None)


@dataclass(frozen=True, slots=True, eq=False)
class _Labelled:
    key: U64
    x: F32
    risk: F64
    y: U8
    n_censored: int


def _labelled(kept: _Kept | None, told: Lesson) -> _Labelled | None:
    if kept is None:
        return None
    at = _places(kept.rows, told.label_rows)
    has = at >= 0
    has[has] = told.y[at[has]] != NONE
    key = kept.rows[has].astype(np.uint64) | np.uint64(told.partition << 32)
    y = told.y[at[has]]
    return _Labelled(key, kept.x[has], kept.risk[has], y, int(len(has) - has.sum()))


def _places(wanted: I32, rows: I32) -> Rows:
    """Find where each wanted row stands among `rows`, -1 where it does not."""
    if not len(rows):
        return np.full(len(wanted), -1, np.intp)
    by_row = np.argsort(rows, kind="stable")
    at = np.minimum(np.searchsorted(rows, wanted, sorter=by_row), len(rows) - 1)
    place = by_row[at]
    found: Rows = np.where(rows[place] == wanted, place, -1)
    return found


def _drawn(as_of_ms: int, key: U64) -> U64:
    # SplitMix64, which sends different keys to different numbers: no ties to break.
    mixed = key + np.uint64(as_of_ms) * np.full(1, 0x9E3779B97F4A7C15, np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    drawn: U64 = mixed ^ (mixed >> np.uint64(31))
    return drawn
