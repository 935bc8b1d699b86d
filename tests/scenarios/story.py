"""Stories: a timeline in words, the system that lives through it, and what it said.

Times are days, as floats, after a Monday. What happens is known at once unless `known` says
when its source told of it. Every customer of a story buys daily unless told otherwise, and
every hour is a tick.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from alerts.desk import Desk
from alerts.playbooks import shipped
from alerts.settings import DeskSettings
from alerts.task import Task
from detectors.assessment import Assessment
from detectors.engine import Engine
from detectors.kinds import Direction, Kind, Severity
from detectors.outcome import Breach, Outcome
from detectors.settings import CoreSettings
from detectors.slices import Tick
from streams.effects import desk_records
from tests.detectors.logs import BEGIN_MS, SOURCES, One, at, cut
from tests.detectors.nasty import HOUR_MS, topic_of
from tests.detectors.notes import BEGIN


def moment(day: float) -> datetime:
    """Give the instant of a day of the story."""
    return BEGIN + timedelta(milliseconds=at(day) - BEGIN_MS)


@dataclass
class Told:
    """What the system said by the end of a story."""

    names: list[str]
    outcomes: list[Outcome] = field(default_factory=list)
    tasks: dict[str, Task] = field(default_factory=dict)

    def assessments(self, customer: str) -> list[Assessment]:
        """Give all assessments of a customer, in order."""
        number = self.names.index(customer)
        return [said for one in self.outcomes for said in one.assessments if said.number == number]

    def crossings(self, customer: str, *, since: float = 0.0) -> list[Assessment]:
        """Give the assessments that are alerts, from a day on."""
        found = self.assessments(customer)
        return [said for said in found if said.crossed and said.as_of >= moment(since)]

    def breaches(self, customer: str) -> list[tuple[str, float]]:
        """Give what was broken for sure and not taken back: clock, and deadline in days."""
        standing: list[tuple[str, float]] = []
        for one in self.noticed(customer):
            if one.unverified:
                continue
            known = one.clock, round((one.deadline_ms - BEGIN_MS) / (24 * HOUR_MS), 4)
            if one.withdrawn:
                last = max(at for at, (clock, _) in enumerate(standing) if clock == one.clock)
                standing.pop(last)
            else:
                standing.append(known)
        return standing

    def noticed(self, customer: str) -> list[Breach]:
        """Give what was noticed, and what was taken back, in order."""
        number = self.names.index(customer)
        return [
            one for outcome in self.outcomes for one in outcome.breaches if one.number == number
        ]


class Story:
    """Write what happens in any order, then let it be lived `until` a day."""

    def __init__(self, settings: CoreSettings | None = None) -> None:
        self._settings = settings or CoreSettings()
        self._names: list[str] = []
        self._happened: list[tuple[float, One]] = []  # known at, and what

    def happens(
        self, kind: Kind, customer: str, day: float, known: float | None = None, **said: Any
    ) -> None:
        """Let any event happen; `columns` of the log by name, all else is its note.

        `sent_by` is the place of its source in `SOURCES`.
        """
        if customer not in self._names:
            self._names.append(customer)
        columns: dict[str, Any] = {"source": said.pop("sent_by", 0)}
        columns |= {
            name: said.pop(name) for name in ("amount", "code", "reference") if name in said
        }
        note = msgspec.msgpack.encode(said) if said else None
        number, when = self._names.index(customer), day if known is None else known
        one = One(number, kind, at(day), -1, topic_of(kind), note=note, **columns)
        self._happened.append((when, one))

    def buys(self, customer: str, until: float, first: float = 0.0, sent_by: int = 0) -> None:
        """Let a customer buy every morning."""
        for day in range(int(first), int(until)):
            bought: dict[str, Any] = {"amount": 20.0, "sent_by": sent_by}
            self.happens(Kind.PURCHASE_MADE, customer, day + 0.3, **bought)

    def silent(self, from_day: float, until_day: float | None = None) -> None:
        """Let the source that complaints come by be silent, as people say."""
        note = msgspec.msgpack.encode({"source": SOURCES[0]})
        told = ((from_day, Kind.OUTAGE_BEGAN), (until_day, Kind.OUTAGE_ENDED))
        for number, (day, kind) in enumerate(told):
            if day is not None:
                one = One(-1, kind, at(day), -1, 4, note=note, id_hash=round(day * 24) * 2 + number)
                self._happened.append((day, one))

    def complains(self, customer: str, day: float, complaint: int = 1, **said: Any) -> None:
        """Let a customer open a complaint; what it is about as the public contract spells it."""
        code = int(Severity[said.pop("severity", "unknown").upper()])
        self._step(Kind.COMPLAINT_OPENED, customer, day, complaint, code=code, **said)

    def answers(
        self, customer: str, day: float, level: int, complaint: int = 1, **said: Any
    ) -> None:
        """Answer at a level; `promised` is the day of the next word."""
        if "promised" in said:
            said["promised_at"] = moment(said.pop("promised")).isoformat()
        self._step(Kind.COMPLAINT_ANSWERED, customer, day, complaint, code=level, **said)

    def resolves(self, customer: str, day: float, complaint: int = 1, **said: Any) -> None:
        """Put it right."""
        self._step(Kind.COMPLAINT_RESOLVED, customer, day, complaint, **said)

    def informs(self, customer: str, day: float, complaint: int = 1, **said: Any) -> None:
        """Tell the customer that it is put right."""
        self._step(Kind.COMPLAINT_INFORMED, customer, day, complaint, **said)

    def reopens(self, customer: str, day: float, complaint: int = 1, **said: Any) -> None:
        """Let the customer say that it is still wrong."""
        self._step(Kind.COMPLAINT_REOPENED, customer, day, complaint, **said)

    def rates(self, customer: str, day: float, rating: float, complaint: int = 1) -> None:
        """Let the customer rate how it was handled."""
        self._step(Kind.COMPLAINT_RATED, customer, day, complaint, amount=rating)

    def triages(self, customer: str, day: float, severity: str, complaint: int = 1) -> None:
        """Let a person correct how bad it is."""
        code = int(Severity[severity.upper()])
        self._step(Kind.COMPLAINT_TRIAGED, customer, day, complaint, code=code)

    def checks(self, customer: str, day: float, complaint: int = 0) -> None:
        """Ask the customer whether it is really solved; of no complaint in particular if 0."""
        code, why = int(Direction.OUT_ANSWERED), "complaint_check"
        self.happens(Kind.CONTACT_MADE, customer, day, code=code, reference=complaint, reason=why)

    def until(self, day: float) -> Told:
        """Live through it, hour by hour."""
        engine, desk = Engine(0, self._settings), Desk(DeskSettings(), shipped())
        told = Told(self._names)
        for position, record in enumerate(cut(self._log(day), 64)):
            outcome = engine.step(position, record)
            told.outcomes.append(outcome)
            for _, said in desk_records(outcome, self._names.__getitem__, 0, 1, 1).get(0, []):
                for changed in desk.step(desk.position + 1, said).tasks:
                    told.tasks[changed.task.id] = changed.task
        return told

    def _step(self, kind: Kind, customer: str, day: float, complaint: int, **said: Any) -> None:
        self.happens(kind, customer, day, reference=complaint, **said)

    def _log(self, until: float) -> Iterator[One | Tick]:
        offsets, due_ms = [count() for _ in range(5)], BEGIN_MS
        happened = sorted(self._happened, key=lambda known: known[0])
        for known, one in [one for one in happened if one[0] <= until]:
            while at(known) > due_ms:
                yield Tick(due_ms)
                due_ms += HOUR_MS
            yield replace(one, offset=next(offsets[one.topic]))
        for at_ms in range(due_ms, at(until) + 1, HOUR_MS):
            yield Tick(at_ms)
