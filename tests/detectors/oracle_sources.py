"""The oracle's sources of events: when each could be heard."""

from dataclasses import dataclass, field

from detectors.kinds import Kind
from detectors.outages import SourceSettings
from tests.detectors.logs import SOURCES, One
from tests.detectors.oracle_maths import DAY_MS

HOUR_MS = DAY_MS // 24
QUARTER_MS = DAY_MS // 4


@dataclass
class Pause:
    """A silence of a source; `ended_ms` is None while it lasts."""

    began_ms: int
    ended_ms: int | None = None


@dataclass
class Source:
    """One source of events."""

    pauses: list[Pause] = field(default_factory=list)
    declared: bool = False
    n_came: int = 0
    latest_ms: int = 0
    since_ms: int = 0
    expected: float = 0.0
    came: float = 0.0
    others_expected: float = 0.0
    others_came: float = 0.0
    hours: dict[int, float] = field(default_factory=dict)  # by quarter of the week
    rate: dict[int, float] = field(default_factory=dict)

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].ended_ms is None

    def pause(self, at_ms: int, *, declared: bool) -> None:
        if self.paused:
            self.pauses[-1].began_ms = min(self.pauses[-1].began_ms, at_ms)
            self.declared |= declared
        else:
            self.pauses.append(Pause(at_ms))
            self.declared = declared

    def resume(self, at_ms: int) -> None:
        if self.paused:
            self.pauses[-1].ended_ms = max(at_ms, self.pauses[-1].began_ms + 1)
            self.declared = False
            self.begin_anew(at_ms)

    def begin_anew(self, at_ms: int) -> None:
        self.since_ms = at_ms
        self.expected = self.came = self.others_expected = self.others_came = 0.0

    def usual(self, from_ms: int, to_ms: int) -> float:
        """Give how many events it usually brings, 0 where there is no usual yet."""
        pieces = parts(from_ms, to_ms)
        if any(self.hours.get(quarter, 0.0) < 12.0 for quarter, _ in pieces):
            return 0.0
        return sum(self.rate[quarter] * hours for quarter, hours in pieces)

    def learn(self, from_ms: int, to_ms: int) -> None:
        rate = self.n_came * HOUR_MS / (to_ms - from_ms)
        for quarter, hours in parts(from_ms, to_ms):
            seen = min(self.hours.get(quarter, 0.0) + hours, 24.0)
            before = self.rate.get(quarter, 0.0)
            self.hours[quarter] = seen
            self.rate[quarter] = before + hours / seen * (rate - before)


class Sources:
    """All sources that anybody has named, in that order."""

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings
        self.known: dict[str, Source] = {}

    def take(self, event: One) -> None:
        """Hear an event, or what the company says of a source."""
        source = self.known.setdefault(SOURCES[event.source], Source())
        named = event.said.get("source") if event.row < 0 else None
        if event.row >= 0:
            source.n_came += 1
            source.latest_ms = max(source.latest_ms, event.at_ms)
        if named:
            about = self.known.setdefault(named, Source())
            if event.kind is Kind.OUTAGE_BEGAN:
                heard_ms = max(about.latest_ms, event.at_ms - DAY_MS)
                about.pause(min(event.at_ms, heard_ms), declared=True)
            elif event.kind is Kind.OUTAGE_ENDED:
                about.resume(event.at_ms)

    def idle_ms(self, place: int, from_ms: int, now_ms: int) -> int:
        """Give for how long, between two instants, a source was silent."""
        if place < 0 or not from_ms:
            return 0
        total = 0
        for pause in self.known[SOURCES[place]].pauses[-8:]:
            until_ms = now_ms if pause.ended_ms is None else min(now_ms, pause.ended_ms)
            total += max(until_ms - max(from_ms, pause.began_ms), 0)
        return total

    def hides(self, place: int, due_ms: int, now_ms: int) -> bool:
        """Say whether what was done by an instant may not have been heard of yet."""
        pauses = self.known[SOURCES[place]].pauses[-8:] if place >= 0 else []
        return any(
            one.began_ms <= due_ms and (one.ended_ms is None or now_ms - one.ended_ms < DAY_MS // 2)
            for one in pauses
        )

    def tick(self, before_ms: int, at_ms: int) -> None:
        if not before_ms or at_ms - before_ms > 7 * DAY_MS:
            for source in self.known.values():
                source.n_came, source.since_ms = 0, at_ms
            return
        usual = {name: source.usual(before_ms, at_ms) for name, source in self.known.items()}
        counts = [name for name, one in self.known.items() if usual[name] > 0 and not one.paused]
        came = {name: self.known[name].n_came for name in counts}
        for name, source in self.known.items():
            others = [other for other in counts if other != name]
            source.expected += usual[name]
            source.came += source.n_came
            source.others_expected += sum(usual[other] for other in others)
            source.others_came += sum(came[other] for other in others)
            if source.paused:
                self._still(source, usual[name], at_ms)
            else:
                self._as_usual(source, before_ms, at_ms)
            source.n_came = 0

    def _as_usual(self, source: Source, before_ms: int, at_ms: int) -> None:
        known = self.settings
        others = source.others_expected * known.others_share
        if source.came >= known.dead_share * source.expected:
            source.begin_anew(at_ms)
        elif source.expected >= known.expected_min and 0 < others <= source.others_came:
            source.pause(source.since_ms, declared=False)
            return
        source.learn(before_ms, at_ms)

    def _still(self, source: Source, usual: float, at_ms: int) -> None:
        known, began_ms = self.settings, source.pauses[-1].began_ms
        longest_ms = known.seen_days_max * DAY_MS
        if source.declared:
            enough = source.came >= known.others_share * source.expected
            if source.expected >= known.expected_min and enough:
                source.resume(at_ms)
        elif source.n_came and source.n_came >= known.dead_share * usual:
            source.resume(at_ms)
        elif at_ms - began_ms >= longest_ms:
            source.resume(began_ms + longest_ms)
            source.hours.clear()
            source.rate.clear()


def parts(from_ms: int, to_ms: int) -> list[tuple[int, float]]:
    """Give the quarters of weekdays between two instants, with how many hours of each."""
    found = []
    while from_ms < to_ms:
        end_ms = min((from_ms // QUARTER_MS + 1) * QUARTER_MS, to_ms)
        quarter = (from_ms - 4 * DAY_MS) // QUARTER_MS % 28
        found.append((quarter, (end_ms - from_ms) / HOUR_MS))
        from_ms = end_ms
    return found
