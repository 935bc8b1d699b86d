"""Tales for tests: what one customer does, day by day, and what the engine says of it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any, Self

import msgspec
import numpy as np

from detectors.arrays import F32
from detectors.assessment import Assessment, Reason
from detectors.churn import ChurnSettings
from detectors.engine import Engine
from detectors.evidence import STAGES
from detectors.judge import BAND_NAMES
from detectors.kernels import picture
from detectors.kinds import Kind
from detectors.plain import Rows
from detectors.score import FEATURES
from detectors.settings import CoreSettings
from detectors.slices import Slice, Tick
from tests.detectors.logs import One, at, cut
from tests.detectors.nasty import topic_of
from tests.detectors.notes import BEGIN

# Nobody is gone while a tale lasts, and who does nothing odd is calm.
LONG = CoreSettings(churn=ChurnSettings(silence_days=365, prior_rate=0.03))


def day(number: float) -> str:
    """Give the instant of a day as events say it."""
    return (BEGIN + timedelta(days=number)).isoformat()


@dataclass
class Told:
    """What was said up to a day, and how the customer stands then."""

    engine: Engine
    said: list[Assessment]

    @property
    def stage(self) -> str | None:
        stage: str | None = STAGES[self.engine.ledger.row(0).stages.stage]
        return stage

    @property
    def band(self) -> str:
        band: str = BAND_NAMES[self.engine.ledger.row(0).bands.band]
        return band

    @property
    def risk(self) -> float:
        return self._look()[0]

    def feature(self, name: str) -> float:
        """Give one number of what the model sees."""
        return float(self._look()[1][[one.name for one in FEATURES].index(name)])

    @property
    def reasons(self) -> dict[str, Reason]:
        """Give the reasons by family, whatever the band."""
        ledger, judge = self.engine.ledger, self.engine.judge
        row, x = (
            Rows(ledger.table[:1].view(ledger.layout.nested), ledger.names)[0],
            self._look()[1],
        )
        return {one.family: one for one in judge.reasons(row, x, ledger.tick_ms, ledger.tick_ms)}

    def _look(self) -> tuple[float, F32]:
        ledger, x = self.engine.ledger, np.zeros(len(FEATURES), np.float32)
        _, risk = picture(ledger.customers(), 0, ledger.tick_ms, self.engine.judge.terms, x)
        return risk, x


@dataclass
class Tale:
    """One customer's events, by the day on which they became known: that of the event, or later."""

    settings: CoreSettings = LONG
    events: list[tuple[float, One]] = field(default_factory=list)

    def so(self, when: float, kind: Kind, /, **said: Any) -> Self:
        """Let something happen on a day; `code`, `reference` ... are columns, the rest is said."""
        own = {name: said.pop(name) for name in ("code", "reference", "lines") if name in said}
        known = said.pop("known", when)
        note = msgspec.msgpack.encode(said) if said else None
        event = One(0, kind, at(when), 0, topic=topic_of(kind), amount=20.0, note=note, **own)
        self.events.append((known, event))
        return self

    def buys(self, *days: float) -> Self:
        """Let the customer buy something, each time the same."""
        for when in days:
            self.so(when, Kind.PURCHASE_MADE, lines=1)
        return self

    def weekly(self, until: float) -> Self:
        """Let the customer buy every week from the first day on."""
        return self.buys(*np.arange(0.5, until, 7.0).tolist())

    def told(self, until: int) -> Told:
        """Give what is said until the tick at the end of a day."""
        steps: list[One | Tick] = []
        waiting = sorted(self.events, key=lambda known: known[0])
        for end in range(1, until + 1):
            while waiting and waiting[0][0] <= end:
                steps.append(waiting.pop(0)[1])
            steps.append(Tick(at(end)))
        engine, said = Engine(0, self.settings), list[Assessment]()
        for position, record in enumerate(cut(_renumbered(steps), 50)):
            assert isinstance(record, Slice | Tick)
            said += engine.step(position, record).assessments
        return Told(engine, said)


def _renumbered(steps: list[One | Tick]) -> list[One | Tick]:
    # Offsets go up as events become known.
    counts = [count() for _ in range(5)]
    return [
        replace(step, offset=next(counts[step.topic])) if isinstance(step, One) else step
        for step in steps
    ]
