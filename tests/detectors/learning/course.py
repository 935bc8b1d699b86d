"""A small course for tests: partitions that snapshot and label simple customers each week."""

from collections.abc import Iterator, Mapping

import numpy as np

from detectors.arrays import DAY_MS, MONDAY_MS, WEEK_MS
from detectors.learning import schedule
from detectors.learning.lessons import Lesson, cut, lesson
from detectors.learning.settings import BlendSettings, LearningSettings
from detectors.learning.trainer import Course
from detectors.outcome import Labels, Snapshot
from detectors.slices import Model

BEGIN_MS = MONDAY_MS + 2400 * WEEK_MS  # a Monday in 2015
NAMES = ("silence", "rhythm", "complaints")
HASH = "features-of-tests"
RULES = Model(0, 0, "rules", 0, 0, HASH, (1.0, 0.0, 2.0), -2.0, (0.5, 0.0, 0.0))
QUICK = LearningSettings(
    blend=BlendSettings(
        positives_from=2,
        positives_full=20,
        weeks_from=1,
        weeks_full=3,
        changes_from=2,
        changes_full=20,
    )
)


def a_course(n_partitions: int = 2, horizon_days: int = 14) -> Course:
    """Give a course of three features."""
    return Course(n_partitions, horizon_days, NAMES, RULES)


def monday(week: int) -> int:
    """Give a Monday by its number."""
    return BEGIN_MS + week * WEEK_MS


def a_lesson(
    at_ms: int,
    partition: int = 0,
    snapshots: Mapping[int, tuple[float, ...]] | None = None,
    labels: Mapping[int, int] | None = None,
    horizon_days: int = 14,
) -> Lesson:
    """Give a lesson from plain values: row -> features, and row -> label."""
    snapshot = told = None
    if snapshots is not None:
        rows = np.array(list(snapshots), np.intp)
        x = np.array(list(snapshots.values()), np.float32).reshape(len(rows), len(NAMES))
        n = len(rows)
        snapshot = Snapshot(
            at_ms, rows, x, np.full(n, 0.25), np.zeros(n, np.uint8), np.zeros(n, np.int8)
        )
    if labels is not None:
        told = Labels(
            at_ms - horizon_days * DAY_MS,
            np.array(list(labels), np.intp),
            np.array(list(labels.values()), np.uint8),
            np.zeros(len(labels), np.int64),
        )
    return lesson(partition, at_ms, HASH, snapshot, told)


def some_lessons(
    partition: int, n_weeks: int, horizon_days: int, seed: int, bytes_max: int = 120
) -> Iterator[Lesson]:
    """Give all parts of one partition's lessons, in order: customers who churn by silence."""
    chance = np.random.default_rng((seed, partition))
    n_customers = 12 + partition
    for day in range(7 * n_weeks):
        at_ms = BEGIN_MS + day * DAY_MS
        if not schedule.teaches(at_ms, horizon_days):
            continue
        snapshot = labels = None
        if schedule.snapshots(at_ms):
            rows = np.flatnonzero(chance.random(n_customers) < 0.8)
            x = chance.normal(size=(len(rows), len(NAMES))).astype(np.float32)
            x[:, 2] = chance.random(len(rows)) < 0.3
            risk = np.round(1 / (1 + np.exp(2 - x[:, 0].astype(np.float64))), 6)
            nothing = np.zeros(len(rows), np.uint8)
            snapshot = Snapshot(at_ms, rows, x, risk, nothing, nothing.astype(np.int8))
        as_of_ms = schedule.matures(at_ms, horizon_days)
        if as_of_ms is not None and as_of_ms >= BEGIN_MS:
            told = np.flatnonzero(chance.random(n_customers) < 0.95)
            y = (chance.random(len(told)) < 0.3).astype(np.uint8)
            labels = Labels(as_of_ms, told, y, np.zeros(len(told), np.int64))
        yield from cut(lesson(partition, at_ms, HASH, snapshot, labels), bytes_max)
