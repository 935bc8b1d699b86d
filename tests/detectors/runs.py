"""Runs of the engine over a log, and what came of them as bytes."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import msgspec
import numpy as np

from detectors.engine import Engine
from detectors.layout import LAYOUT
from detectors.ledger import Ledger
from detectors.outcome import Outcome
from detectors.settings import CoreSettings
from detectors.slices import Model, Slice, Tick

Records = Iterable[Slice | Tick | Model]


@dataclass(frozen=True)
class Run:
    """A ledger after a log, and the outcome of each step."""

    ledger: Ledger
    outcomes: list[Outcome]

    def rows(self) -> bytes:
        """Give the bytes of all customers, the log position aside: it depends on cuts."""
        # As whole rows: a copy of columns would leave out what stands between them.
        table = self.ledger.table[: self.ledger.n_rows].view(LAYOUT.whole).copy()
        table.view(LAYOUT.dtype)["ledger.position"] = 0
        return table.tobytes()

    def partition(self) -> bytes:
        """Give the bytes of the partition's own row, again without the log position."""
        return msgspec.json.encode(msgspec.structs.replace(self.ledger.head(), position=0))

    def effects(self) -> list[bytes]:
        """Give everything said, in order; promises broken behind the rest."""
        said = [effect for outcome in self.outcomes for effect in effects(outcome)]
        # Behind the rest: where an outcome ends depends on cuts.
        return said + [one for outcome in self.outcomes for one in breaches(outcome)]

    def changes(self) -> list[bytes]:
        """Give what was said of changes of the company and of departures."""
        return sorted(said for outcome in self.outcomes for said in changes(outcome))


def run(records: Records, settings: CoreSettings, ledger: Ledger | None = None) -> Run:
    """Take a log from its beginning, or from where a ledger stands."""
    engine = Engine(3, settings, ledger)
    outcomes = [engine.step(position, record) for position, record in enumerate(records)]
    return Run(engine.ledger, outcomes)


def breaches(outcome: Outcome) -> list[bytes]:
    """Give the promises that a step found broken."""
    return [repr(breach).encode() for breach in outcome.breaches]


def changes(outcome: Outcome) -> list[bytes]:
    """Give what a step said of changes of the company and of departures, each in its bytes."""
    return [msgspec.json.encode(one) for one in (*outcome.changes, *outcome.churned)]


def effects(outcome: Outcome) -> list[bytes]:
    """Give what a step said: each assessment, then the tick, snapshot, labels and switch."""
    said = [msgspec.json.encode(assessment) for assessment in outcome.assessments]
    if outcome.tick_ms is not None:
        said.append(repr((outcome.tick_ms, outcome.bands, outcome.paused)).encode())
    if outcome.switch is not None:
        said.append(repr(outcome.switch).encode())
    for part in (outcome.snapshot, outcome.labels):
        if part is not None:
            values = [np.asarray(getattr(part, field.name)) for field in fields(part)]
            said.append(b"".join(value.tobytes() for value in values))
    return said
