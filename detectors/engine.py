"""The engine: one step of the log in, what follows from it out. Live, replay, audit, backtest.

`step(position, Slice | Tick | Model) -> Outcome` is the only way in. The result depends on
the records and their order alone, and not on where slices were cut: every event is applied
and scored by itself, in rounds of one event per customer.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from detectors import account, bands, churn
from detectors.arrays import Rows
from detectors.assessment import Assessment
from detectors.batch import Batch, rounds
from detectors.families import FAMILIES
from detectors.judge import Blocks, Cause, Judge, Scored
from detectors.kinds import ADVERSE
from detectors.learning import schedule
from detectors.ledger import OWN, Layout, Ledger
from detectors.outcome import Labels, Outcome, Snapshot, Switch, joined
from detectors.score import rules
from detectors.settings import CoreSettings
from detectors.slices import Model, Slice, Tick

LAYOUT = Layout(
    (
        ("ledger", OWN),
        ("bands", bands.COLUMNS),
        ("churn", churn.COLUMNS),
        ("account", account.COLUMNS),
        *((name, family.COLUMNS) for name, family in FAMILIES.items()),
    )
)
IS_ADVERSE = np.isin(np.arange(256), ADVERSE)  # by kind
SWEEP_ROWS = 8192  # rows measured at a time in a sweep: their columns stay in the cache


class Engine:
    """The detector of one partition: its ledger, and the judge with the model in force."""

    def __init__(
        self, partition: int, settings: CoreSettings, ledger: Ledger | None = None
    ) -> None:
        self.partition, self.settings = partition, settings
        self.ledger = ledger or Ledger(LAYOUT)
        model = self.ledger.model or rules(settings.churn.prior_rate)
        self.judge = Judge(partition, settings, model)

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

    def _slice(self, position: int, events: Slice) -> Outcome:
        ledger, columns = self.ledger, events.columns
        ledger.grow(int(columns["row"].max(initial=-1)) + 1)
        # Two intakes may overlap for a moment: what the log held before is passed over.
        new = columns["offset"] > np.array(ledger.taken)[columns["topic"]]
        # An event of the company is of no customer, and row -1 would be the last one's.
        nobodys = new & (columns["row"] < 0)
        keep = new & ~nobodys & ledger.fresh(columns["row"], position)
        # Names are the ledger's, not a row's: after a crash a row may know them before it does.
        notes = {at: note for at, note in events.notes if new[at]}
        account.learn_names(notes, columns["kind"], ledger.code)
        told: list[tuple[int, Assessment]] = []
        for rows, batch in rounds(columns, keep):
            table = ledger.gather(rows)
            blocks = LAYOUT.blocks(table)
            cause = self._apply(blocks, batch, notes)
            scored = self.judge.score(blocks, rows, blocks["ledger"]["seen_ms"], cause)
            found = self.judge.tell(scored, ledger.names)
            told += [(int(batch.position[at]), assessment) for at, assessment in found]
            ledger.scatter(rows, table, position)
        ledger.taken = tuple(map(max, ledger.taken, events.marks.taken))
        told.sort(key=lambda item: item[0])
        n_events = int(keep.sum() + nobodys.sum())
        return Outcome(
            n_events=n_events,
            n_repeated=len(events) - n_events,
            assessments=tuple(assessment for _, assessment in told),
        )

    def _apply(self, blocks: Blocks, batch: Batch, notes: Mapping[int, bytes]) -> Cause:
        own = blocks["ledger"]
        late = batch.at_ms < own["seen_ms"]
        first_ms = own["first_ms"]
        first_ms[...] = np.where(first_ms, np.minimum(first_ms, batch.at_ms), batch.at_ms)
        account.apply(blocks["account"], batch, notes, self.ledger.code)
        churn.apply(blocks["churn"], batch, self.settings.churn, self.ledger.tick_ms)
        for name, family in FAMILIES.items():
            family.apply(blocks[name], batch)
        # A late event is scored at the customer's own latest instant: their clock never goes back.
        now_ms = np.maximum(np.maximum(own["seen_ms"], batch.at_ms), self.ledger.tick_ms)
        own["seen_ms"][...] = now_ms
        return Cause("event", IS_ADVERSE[batch.kind], late)

    def _tick(self, position: int, at_ms: int) -> Outcome:
        if at_ms <= self.ledger.tick_ms:
            return Outcome()
        self.ledger.tick_ms = at_ms
        takes = schedule.snapshots(at_ms)
        as_of_ms = schedule.matures(at_ms, self.settings.churn.horizon_days)
        swept = [self._sweep(position, rows, at_ms, takes, as_of_ms) for rows in self._chunks()]
        return Outcome(
            assessments=tuple(found for part in swept for found in part.assessments),
            tick_ms=at_ms,
            bands=tuple(sum(part.bands[band] for part in swept) for band in bands.Band),
            snapshot=joined([part.snapshot for part in swept if part.snapshot]),
            labels=joined([part.labels for part in swept if part.labels]),
        )

    def _sweep(
        self, position: int, rows: Rows, at_ms: int, takes: bool, as_of_ms: int | None
    ) -> Outcome:
        ledger = self.ledger
        rows = rows[ledger.fresh(rows, position)]
        table = ledger.gather(rows)
        blocks = LAYOUT.blocks(table)
        nothing = np.zeros(len(rows), bool)
        now_ms = np.maximum(blocks["ledger"]["seen_ms"], at_ms)
        scored = self.judge.score(blocks, rows, now_ms, Cause("time", nothing, nothing))
        told = list(self.judge.tell(scored, ledger.names))
        snapshot = self._snapshot(scored, at_ms) if takes else None
        changed = scored.moves.changed
        changed[[at for at, _ in told]] = True
        labels = None
        if as_of_ms is not None:
            label, freed = churn.take_label(blocks["churn"], as_of_ms, self.settings.churn)
            churned_ms = churn.churned_ms(blocks["churn"], self.settings.churn)
            labels, changed = Labels(as_of_ms, rows, label, churned_ms), changed | freed
        ledger.scatter(rows[changed], table[changed], position)
        return Outcome(
            assessments=tuple(assessment for _, assessment in told),
            bands=counted(scored),
            snapshot=snapshot,
            labels=labels,
        )

    def _snapshot(self, scored: Scored, at_ms: int) -> Snapshot:
        # By the wall clock a tick comes late: who has done something since is not as they were.
        at = scored.watched & (scored.blocks["ledger"]["seen_ms"] <= at_ms)
        return Snapshot(
            as_of_ms=at_ms,
            rows=scored.rows[at],
            x=scored.x[at].astype(np.float32),
            risk=scored.risk[at],
            band=scored.blocks["bands"]["band"][at],
            top_family=self.judge.loudest(scored.x[at]),
        )

    def _model(self, position: int, model: Model) -> Outcome:
        """Let another model speak; bands that it would lift rise without an alert."""
        if self.ledger.model is not None and model.version <= self.ledger.model.version:
            return Outcome()
        old, self.judge = self.judge, Judge(self.partition, self.settings, model)
        self.ledger.model = model
        n_lifted, shift = 0, 0.0
        for rows in self._chunks():
            table = self.ledger.gather(rows)
            blocks = LAYOUT.blocks(table)
            now_ms = np.maximum(blocks["ledger"]["seen_ms"], self.ledger.tick_ms)
            was, now = old.risk(blocks, now_ms)[1], self.judge.risk(blocks, now_ms)[1]
            lifts = bands.lift(blocks["bands"], now, self.settings.bands)
            lifts &= self.ledger.fresh(rows, position)
            n_lifted, shift = n_lifted + int(lifts.sum()), shift + float(np.abs(now - was).sum())
            self.ledger.scatter(rows[lifts], table[lifts], position)
        n_customers = self.ledger.n_rows
        mean_shift = round(shift / max(n_customers, 1), 6)
        return Outcome(switch=Switch(model.version, n_customers, n_lifted, mean_shift))

    def _chunks(self) -> Iterator[Rows]:
        for start in range(0, self.ledger.n_rows, SWEEP_ROWS):
            yield np.arange(start, min(start + SWEEP_ROWS, self.ledger.n_rows))


def counted(scored: Scored) -> tuple[int, ...]:
    """Count the customers in each band, those who have gone left out."""
    band = scored.blocks["bands"]["band"][scored.watched]
    return tuple(np.bincount(band, minlength=len(bands.Band)).tolist())
