"""What a backtest keeps of its run: predictions with what became of them, alerts, tasks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alerts.alert import Alert
from alerts.minutes import Outcome as Minutes
from alerts.task import Task
from detectors.arrays import I64, NEVER
from detectors.bands import Band
from detectors.churn import ChurnSettings
from detectors.families import FAMILIES
from detectors.outcome import Labels, Outcome, Snapshot
from detectors.slices import Model
from streams.backtest.output import Predictions

if TYPE_CHECKING:
    from streams.backtest.pipeline import Partition

UNKNOWN = np.int8(-1)
BANDS = [band.name.lower() for band in Band]
FAMILY_NAMES = [*FAMILIES, ""]  # the last for -1, no family


@dataclass
class _Asked:
    """A snapshot of one partition, under the model that spoke, until its labels are known."""

    partition: "Partition"
    snapshot: Snapshot
    model: Model
    label: np.ndarray[tuple[int], np.dtype[np.int8]]
    churned_ms: I64


class Collected:
    """Gathers while a pipeline runs."""

    def __init__(self, settings: ChurnSettings) -> None:
        self._settings = settings
        self._asked: list[_Asked] = []
        self._open: dict[tuple[int, int], _Asked] = {}
        self.alerts: list[Alert] = []
        self.models: list[Model] = []
        self.tasks: dict[str, Task] = {}
        self.n_events = self.n_assessments = self.n_refused = 0

    def scored(self, partition: "Partition", outcome: Outcome) -> None:
        """Take what a scorer's step said."""
        self.n_events += outcome.n_events
        self.n_assessments += outcome.n_told
        if outcome.labels is not None:
            self._answer(partition.number, outcome.labels)
        if outcome.snapshot is not None:
            snapshot, n_rows = outcome.snapshot, len(outcome.snapshot.rows)
            asked = _Asked(
                partition,
                snapshot,
                partition.engine.judge.model,
                np.full(n_rows, UNKNOWN),
                np.full(n_rows, NEVER, np.int64),
            )
            self._asked.append(asked)
            self._open[partition.number, snapshot.as_of_ms] = asked

    def decided(self, minutes: Minutes) -> None:
        """Take what a desk's step said; the last of a task stands."""
        for changed in minutes.tasks:
            self.tasks[changed.task.id] = changed.task

    def predictions(self) -> Predictions:
        """Give all predictions in order of time, partition and customer's number."""
        found = sorted(self._asked, key=lambda one: (one.snapshot.as_of_ms, one.partition.number))
        names = [one.partition.names[row] for one in found for row in one.snapshot.rows]
        sizes = [len(one.snapshot.rows) for one in found]
        bands = np.concatenate([one.snapshot.band for one in found])
        tops = np.concatenate([one.snapshot.top_family for one in found])
        return Predictions(
            customer_id=names,
            as_of_ms=np.repeat([one.snapshot.as_of_ms for one in found], sizes),
            risk=np.concatenate([one.snapshot.risk for one in found]),
            label=np.concatenate([one.label for one in found]),
            outcome_at_ms=np.concatenate([one.churned_ms for one in found]),
            band=[BANDS[band] for band in bands],
            basis=np.repeat([one.model.basis for one in found], sizes).tolist(),
            model_version=np.repeat(
                np.array([one.model.version for one in found], np.int32), sizes
            ),
            top_reason=[FAMILY_NAMES[top] for top in tops],
        )

    def _answer(self, partition: int, labels: Labels) -> None:
        asked = self._open.pop((partition, labels.as_of_ms), None)
        if asked is None:
            return
        rows = asked.snapshot.rows
        asked.label = labels.y[rows].astype(np.int8)
        asked.churned_ms = np.where(asked.label == 1, labels.churned_ms[rows], NEVER)
