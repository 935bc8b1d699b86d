"""Timelines for stories: events in words, days as numbers, ticks in between, and what was said."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from detectors.assessment import Assessment
from detectors.churn import ChurnSettings
from detectors.kinds import Kind
from detectors.settings import AssessmentSettings, CoreSettings
from detectors.slices import Tick
from tests.detectors.logs import SOURCES, One, at, cut
from tests.detectors.nasty import topic_of
from tests.detectors.runs import Run, run

# Stories look at single customers: much of what is news here would be none in a crowd.
TALKATIVE = CoreSettings(
    assessment=AssessmentSettings(report_change=0.02), churn=ChurnSettings(prior_rate=0.4)
)


@dataclass
class Timeline:
    """A story of one partition: say what happens when, then look at what came of it."""

    settings: CoreSettings = TALKATIVE
    events: list[tuple[float, One]] = field(default_factory=list)

    def happens(self, day: float, what: Kind, row: int = 0, /, **more: Any) -> None:
        """Let something happen on a day; what no column has goes into the note."""
        names = ("amount", "code", "reference", "lines", "id_hash")
        columns = {name: more.pop(name) for name in names if name in more}
        source = SOURCES.index(more.pop("sent_by", "test"))
        note = msgspec.msgpack.encode(more) if more else None
        one = One(row, what, at(day), -1, topic_of(what), source=source, note=note, **columns)
        self.events.append((day, one))

    def arrives(self, arrival: float, day: float, what: Kind, row: int = 0, /, **more: Any) -> None:
        """Let something of a day become known on a later one."""
        self.happens(day, what, row, **more)
        self.events[-1] = (arrival, self.events[-1][1])

    def company(self, day: float, what: Kind, /, **more: Any) -> None:
        """Let the company do something."""
        self.happens(day, what, -1, id_hash=round(day * 1000) + what, **more)

    def buys(self, days: Iterable[float], row: int = 0, **more: Any) -> None:
        """Let a customer buy on some days."""
        for day in days:
            self.happens(day, Kind.PURCHASE_MADE, row, **({"amount": 100.0} | more))

    def told(self, until: float, tick_days: float = 1.0) -> Run:
        """Run it, with ticks, up to a day."""
        steps: list[One | Tick] = []
        due, offset = 0.0, 0
        for day, one in sorted(self.events, key=lambda entry: entry[0]):
            while due <= min(day, until):
                steps.append(Tick(at(due)))
                due += tick_days
            if day <= until:
                columns = {name: getattr(one, name) for name in one.__dataclass_fields__}
                steps.append(One(**(columns | {"offset": offset})))
                offset += 1
        while due <= until:
            steps.append(Tick(at(due)))
            due += tick_days
        return run(cut(steps, 50), self.settings)


def said(done: Run, row: int = 0) -> list[Assessment]:
    """Give what was said of a customer."""
    return [one for outcome in done.outcomes for one in outcome.assessments if one.number == row]


def weekly(until: float, since: float = 1.0) -> list[float]:
    """Give a day of each week."""
    return [since + 7 * week for week in range(round((until - since) // 7) + 1)]
