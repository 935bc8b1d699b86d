"""The engine: one step of the log in, what follows from it out. Live, replay, audit, backtest.

`step(position, Slice | Tick | Model) -> Outcome` is the only way in. The result depends on
the records and their order alone, and not on where slices were cut: every event is applied
and scored by itself, in its order (`kernels.py`).
"""

import msgspec
import numpy as np

from detectors import bands, moving
from detectors.arrays import MONDAY_MS
from detectors.assessment import Assessment
from detectors.changes import changes_of
from detectors.clocks import CLOCKS, Book, book_for
from detectors.customers import Rare
from detectors.events import events_of, read_notes
from detectors.happening import MAY_ENTER, Step
from detectors.judge import Judge
from detectors.judging import TOLD
from detectors.kernels import (
    GONE,
    NO_LABELS,
    Answers,
    Batch,
    Findings,
    Sweep,
    sweep,
    switch,
    take,
)
from detectors.layout import LAYOUT
from detectors.learning import schedule
from detectors.ledger import Ledger
from detectors.outages import beat, paused, watch
from detectors.outcome import Breach, Departure, Labels, Outcome, Snapshot, Switch, joined
from detectors.score import FEATURES, rules
from detectors.settings import CoreSettings
from detectors.slices import LOGGED, Marks, Model, Slice, Tick, columns_of
from detectors.terms import Terms
from detectors.tiers import worths
from detectors.tree import named
from detectors.words import ChurnKind

SWEEP_ROWS = 8192  # rows swept at a time: what they may have to tell stays small


class Engine:
    """The detector of one partition: its ledger, and the judge with the model in force.

    With `only_lines` it writes only the assessments of those who crossed a line, fell below it
    (with no reasons then) or are due a contact, for whoever is after alerts: one in four.
    """

    def __init__(
        self,
        partition: int,
        settings: CoreSettings,
        ledger: Ledger | None = None,
        *,
        only_lines: bool = False,
    ) -> None:
        self.partition, self.settings, self.only_lines = partition, settings, only_lines
        self.ledger = ledger or Ledger(LAYOUT)
        model = self.ledger.model or rules(settings.churn.cold_start_rate)
        self.judge = Judge(partition, settings, model)
        self._findings = findings_for(0, only_lines=only_lines)

    @property
    def terms(self) -> Terms:
        """The terms in force: those of settings and model, and what is known of the sources."""
        ledger = self.ledger
        return self.judge.terms._replace(
            feeds=ledger.feeds,
            tier_segments=self.judge.tier_segments(ledger.known),
            top=ledger.known("top"),
            middle=ledger.known("middle"),
        )

    def step(self, position: int, record: Slice | Tick | Model) -> Outcome:
        """Take the log's record at `position`; a record taken before changes nothing.

        Raises
        ------
        FormatError
            If a model belongs to another feature list.
        """
        if position <= self.ledger.position:
            return Outcome()
        match record:
            case Slice():
                outcome = self._slice(position, record)
            case Tick():
                outcome = self._tick(position, record.at_ms)
            case Model():
                outcome = self._model(position, record)
        self.ledger.position = position
        return outcome

    def _slice(self, position: int, record: Slice) -> Outcome:
        ledger = self.ledger
        events = events_of(record, ledger.source)
        brought = read_notes(events, record, ledger.taken, ledger.code, ledger.source)
        gone = np.zeros(len(events), GONE)
        came = np.zeros(2, np.int64)
        ledger.grow(int(events["row"].max(initial=-1)) + 1)
        ledger.rare.room(int(np.count_nonzero(MAY_ENTER[events["kind"]])))
        hit = np.zeros(ledger.n_rows if len(brought.scopes) else 0, np.bool_)
        batch = Batch(events, brought.profiles, brought.scopes, gone, hit, came)
        findings, moves = self._room(len(record)), moving.due(ledger, position, record)
        step = Step(position, ledger.tick_ms, np.array(ledger.taken))
        found = take(ledger.customers(), batch, step, self.terms, findings)
        n_told, n_kept, n_taken, n_gone = found
        ledger.taken = tuple(map(max, ledger.taken, record.marks.taken))
        return Outcome(
            n_events=n_taken,
            n_repeated=len(record) - n_taken,
            n_told=n_told,
            assessments=self._written(findings, n_kept, "event"),
            breaches=broken(findings.book),
            moved=moving.move(ledger, record, moves, by_silence=bool(self.judge.terms.by_silence)),
            changes=tuple(changes_of(events, brought, self.settings.value)),
            n_new=int(came[0]),
            n_returned=int(came[1]),
            churned=tuple(_departure(*left) for left in gone[:n_gone].tolist()),
        )

    def _tick(self, position: int, at_ms: int) -> Outcome:
        if at_ms <= self.ledger.tick_ms:
            return Outcome()
        watch(self.ledger.feeds, beat(self.ledger.tick_ms, at_ms, self.settings.sources))
        self.ledger.tick_ms = at_ms
        as_of_ms = schedule.matures(at_ms, self.settings.churn.horizon_days)
        tick = Sweep(
            position,
            at_ms,
            first=0,
            snapshot=schedule.snapshots(at_ms),
            labels_as_of_ms=NO_LABELS if as_of_ms is None else as_of_ms,
        )
        starts = range(0, self.ledger.n_rows, SWEEP_ROWS)
        terms = self.terms
        swept = [self._sweep(tick._replace(first=start), terms) for start in starts]
        snapshot = joined([part.snapshot for part in swept if part.snapshot])
        return Outcome(
            n_told=sum(part.n_told for part in swept),
            assessments=tuple(found for part in swept for found in part.assessments),
            breaches=tuple(found for part in swept for found in part.breaches),
            tick_ms=at_ms,
            bands=tuple(sum(part.bands[band] for part in swept) for band in bands.Band),
            snapshot=snapshot,
            worths=None if snapshot is None else worths(self.ledger, snapshot.rows),
            labels=joined([part.labels for part in swept if part.labels]),
            paused=tuple(self.ledger.sources[place] for place in paused(self.ledger.feeds)),
        )

    def _sweep(self, tick: Sweep, terms: Terms) -> Outcome:
        customers = self.ledger.customers(tick.first, tick.first + SWEEP_ROWS)
        n_rows = len(customers.rows)
        findings = self._room(n_rows)
        answers = answers_for(n_rows)
        swept = sweep(customers, tick, terms, findings, answers)
        labels = None
        if tick.labels_as_of_ms != NO_LABELS:
            n = swept.n_labelled
            columns = answers.labelled[:n], answers.label[:n], answers.churned_ms[:n]
            labels = Labels(tick.labels_as_of_ms, *columns)
        return Outcome(
            n_told=swept.n_told,
            assessments=self._written(findings, swept.n_kept, "time"),
            breaches=broken(findings.book),
            bands=tuple(answers.bands.tolist()),
            snapshot=self._snapshot(tick.tick_ms, answers, swept.n_asked)
            if tick.snapshot
            else None,
            labels=labels,
        )

    def _room(self, n: int) -> Findings:
        """Give room for findings, used again and again: new memory comes a page at a time."""
        if n > len(self._findings.told):
            self._findings = findings_for(n, only_lines=self.only_lines)
        self._findings.book.n[0] = 0
        return self._findings

    def _written(self, findings: Findings, n_kept: int, by: str) -> tuple[Assessment, ...]:
        return tuple(self.judge.write(findings, n_kept, by, self.ledger.names))

    def _snapshot(self, at_ms: int, answers: Answers, n_asked: int) -> Snapshot:
        x = answers.x[:n_asked]
        return Snapshot(
            as_of_ms=at_ms,
            rows=answers.asked[:n_asked],
            x=x,
            risk=answers.risk[:n_asked],
            band=answers.band[:n_asked],
            top_family=self.judge.loudest(x),
        )

    def _model(self, position: int, model: Model) -> Outcome:
        """Let another model speak; bands that it would lift rise without an alert."""
        if self.ledger.model is not None and model.version <= self.ledger.model.version:
            return Outcome()
        old, self.judge = self.terms, Judge(self.partition, self.settings, model)
        self.ledger.model = model
        step = Step(position, self.ledger.tick_ms, np.array(self.ledger.taken))
        x = np.zeros(len(FEATURES), np.float32)
        n_lifted, shift = switch(self.ledger.customers(), step, old, self.terms, x)
        n_customers = self.ledger.n_rows
        mean_shift = round(shift / max(n_customers, 1), 6)
        return Outcome(switch=Switch(model.version, n_customers, n_lifted, mean_shift))


def _departure(number: int, at_ms: int, kind: int, cause: int) -> Departure:
    return Departure(number, at_ms, ChurnKind(kind).name.lower(), named(cause))


def warm_up() -> None:
    """Get the kernels' machine code ready, so that no event waits for it.

    Takes up to a minute the first time and after a change of the sources, else half a second.
    """
    engine, event = Engine(0, CoreSettings()), np.zeros(1, LOGGED)
    engine.step(0, Slice(0, Marks(), (), columns_of(event)))
    engine.step(1, Tick(MONDAY_MS))
    engine.step(2, msgspec.structs.replace(engine.judge.model, version=1))


def findings_for(n: int, *, only_lines: bool) -> Findings:
    """Make room for as many findings, all that a kernel can make of `n` events or rows."""
    n = max(n, 1)  # the place of the next finding is always there
    rows, x = np.empty(n, LAYOUT.common), np.empty((n, len(FEATURES)), np.float32)
    rare = Rare(np.empty(n + 1, LAYOUT.tail), np.empty(n, np.int32))
    rare.entries[:1] = LAYOUT.blank_tail()
    return Findings(np.empty(n, TOLD), rows, rare, x, book_for(n), only_lines)


def broken(book: Book) -> tuple[Breach, ...]:
    """Give the breaches of a book."""
    found = book.breaches[: int(book.n[0])].tolist()  # in the order of BREACH
    return tuple(
        Breach(number, reference, CLOCKS[clock], deadline_ms, noticed_ms, withdrawn, unverified)
        for number, reference, deadline_ms, noticed_ms, clock, withdrawn, unverified in found
    )


def answers_for(n_rows: int) -> Answers:
    """Make room for a snapshot and labels of as many customers."""
    return Answers(
        asked=np.empty(n_rows, np.int64),
        x=np.empty((n_rows, len(FEATURES)), np.float32),
        risk=np.empty(n_rows),
        band=np.empty(n_rows, np.uint8),
        labelled=np.empty(n_rows, np.int64),
        label=np.empty(n_rows, np.uint8),
        churned_ms=np.empty(n_rows, np.int64),
        bands=np.zeros(4, np.int64),
    )
