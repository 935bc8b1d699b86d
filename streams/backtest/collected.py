"""What a backtest keeps of its run: predictions with what became of them, alerts, tasks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from alerts.alert import Alert
from alerts.minutes import Outcome as Minutes
from alerts.task import Task
from detectors.arrays import F64, I8, I32, I64, NEVER, U8
from detectors.bands import Band
from detectors.churn import NONE, ChurnSettings
from detectors.company import Change
from detectors.families import FAMILIES
from detectors.outcome import Breach, Departure, Labels, Outcome, Snapshot
from detectors.slices import Model, Slice
from detectors.text.model import TextModel
from streams.backtest.measures import UNKNOWN
from streams.backtest.predictions import Predictions
from streams.effects import Said, broken_promise
from streams.report.heard import Heard
from streams.report.history import History
from streams.tail import LogRecord

if TYPE_CHECKING:
    from streams.backtest.pipeline import Partition

BANDS = tuple(band.name.lower() for band in Band)
BASES = ("rules", "blended", "learned")
REASONS = (*FAMILIES, "")  # the last where no family raises the risk


@dataclass
class _Asked:
    """What was said in a snapshot of one partition, and what became of it once that is known.

    The features are not kept: the trainer has them, and lets go of them.
    """

    partition: "Partition"
    as_of_ms: int
    model: Model
    rows: I32
    risk: F64
    band: U8
    top: I8
    label: I8
    churned_ms: I64


class Broken(NamedTuple):
    """A promise to a customer that was broken."""

    customer: str
    breach: Breach


class Collected:
    """Gathers while a pipeline runs."""

    def __init__(self, settings: ChurnSettings) -> None:
        self._settings = settings
        self._asked: list[_Asked] = []
        self._open: dict[tuple[int, int], _Asked] = {}
        self.alerts: list[Alert] = []
        self.models: list[Model] = []
        self.text_models: list[TextModel] = []
        self.tasks: dict[str, Task] = {}
        self.history = History()
        self.heard: Heard | None = None  # what an outsider would, if anybody asks
        # By customer, complaint and clock.
        self._breaches: dict[tuple[str, int, str], list[Breach]] = {}
        self.departures: list[Departure] = []
        self.changes: dict[str, Change] = {}  # by id, of all partitions together
        self.paused: Counter[str] = Counter()  # ticks at which a source was silent
        self.n_events = self.n_assessments = self.n_refused = 0

    def logged(self, partition: "Partition", record: LogRecord) -> None:
        """Take a record of a partition's log."""
        if isinstance(record, Slice):
            self.history.take(partition.number, record)

    def scored(self, partition: "Partition", outcome: Outcome) -> None:
        """Take what a scorer's step said."""
        self.n_events += outcome.n_events
        self.n_assessments += outcome.n_told
        for breach in outcome.breaches:
            if not breach.unverified:  # what is sure follows
                self._notice(partition, breach)
            if self.heard is not None:
                self.heard.promise(broken_promise(breach, partition.names[breach.number]))
        self.departures += outcome.churned
        self.paused.update(outcome.paused)
        for change in outcome.changes:
            known = self.changes.get(change.id)
            self.changes[change.id] = change if known is None else _together(known, change)
        if outcome.labels is not None:
            self._answer(partition.number, outcome.labels)
        if outcome.snapshot is not None:
            self._ask(partition, outcome.snapshot)

    def told(self, record: Said) -> None:
        """Take what a scorer said to a desk."""
        if isinstance(record, Alert):
            self.alerts.append(record)
        if self.heard is not None:
            self.heard.alert(record)

    def decided(self, minutes: Minutes) -> None:
        """Take what a desk's step said; the last of a task stands."""
        for changed in minutes.tasks:
            self.tasks[changed.task.id] = changed.task
        if self.heard is not None:
            for made in minutes.decisions:
                self.heard.record(made)
            for changed in minutes.tasks:
                self.heard.record(changed)

    @property
    def breaches(self) -> list[Broken]:
        """Give the promises broken, those withdrawn left out, in order of their deadlines."""
        found = [
            Broken(customer, breach)
            for (customer, _, _), breaches in self._breaches.items()
            for breach in breaches
        ]
        return sorted(found, key=lambda one: (one.breach.deadline_ms, one.customer, one.breach))

    def predictions(self) -> Predictions:
        """Give all predictions in order of time, partition and customer's number."""
        found = sorted(self._asked, key=lambda one: (one.as_of_ms, one.partition.number))
        partitions = {one.partition.number: one.partition for one in found}
        names, begins = list[str](), dict[int, int]()
        for number, partition in sorted(partitions.items()):
            begins[number] = len(names)
            names += partition.names
        sizes = [len(one.rows) for one in found]

        def each(values: Sequence[int], dtype: DTypeLike) -> NDArray[Any]:
            return np.repeat(np.array(values, dtype), sizes)

        def joined(parts: Sequence[NDArray[Any]], dtype: DTypeLike) -> NDArray[Any]:
            return np.concatenate(parts) if parts else np.empty(0, dtype)

        return Predictions(
            names=names,
            customer=joined([one.rows + begins[one.partition.number] for one in found], np.int32),
            as_of_ms=each([one.as_of_ms for one in found], np.int64),
            risk=joined([one.risk for one in found], np.float64),
            label=joined([one.label for one in found], np.int8),
            outcome_at_ms=joined([one.churned_ms for one in found], np.int64),
            band_names=BANDS,
            band=joined([one.band for one in found], np.uint8),
            basis_names=BASES,
            basis=each([BASES.index(one.model.basis) for one in found], np.uint8),
            model_version=each([one.model.version for one in found], np.int32),
            reason_names=REASONS,
            reason=joined([one.top for one in found], np.int8) % np.int8(len(REASONS)),
        )

    def _notice(self, partition: "Partition", breach: Breach) -> None:
        customer = partition.names[breach.number]
        known = self._breaches.setdefault((customer, breach.reference, breach.clock), [])
        if breach.withdrawn:
            known.pop()
        else:
            known.append(breach)

    def _ask(self, partition: "Partition", snapshot: Snapshot) -> None:
        n = len(snapshot.rows)
        asked = _Asked(
            partition=partition,
            as_of_ms=snapshot.as_of_ms,
            model=partition.engine.judge.model,
            rows=snapshot.rows.astype(np.int32),
            risk=snapshot.risk,
            band=snapshot.band,
            top=snapshot.top_family,
            label=np.full(n, UNKNOWN, np.int8),
            churned_ms=np.full(n, NEVER, np.int64),
        )
        self._asked.append(asked)
        self._open[partition.number, snapshot.as_of_ms] = asked

    def _answer(self, partition: int, labels: Labels) -> None:
        asked = self._open.pop((partition, labels.as_of_ms), None)
        if asked is None:
            return
        # Who was absorbed by another customer in the meantime gets no label.
        n_rows = int(max(asked.rows.max(initial=-1), labels.rows.max(initial=-1))) + 1
        label, churned_ms = np.full(n_rows, UNKNOWN, np.int8), np.full(n_rows, NEVER, np.int64)
        label[labels.rows] = np.where(labels.y == NONE, UNKNOWN, labels.y)
        churned_ms[labels.rows] = labels.churned_ms
        asked.label = label[asked.rows]
        asked.churned_ms = np.where(asked.label == 1, churned_ms[asked.rows], NEVER)


def _together(one: Change, other: Change) -> Change:
    """Give a change as two partitions heard it, each with its own customers."""
    return replace(
        one,
        n_exposed=one.n_exposed + other.n_exposed,
        value_exposed=round(one.value_exposed + other.value_exposed, 2),
    )
