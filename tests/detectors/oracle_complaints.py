"""The oracle's complaints: four places, filled and given up one event at a time."""

from dataclasses import dataclass

from detectors.kinds import Kind, Severity
from tests.detectors.logs import One
from tests.detectors.oracle_families import Signs
from tests.detectors.oracle_maths import DAY_MS, faded, log1p, weight
from tests.detectors.oracle_maths import days as days_between


@dataclass
class Place:
    """What is known of one complaint; reference 0 is a place never used."""

    reference: int = 0
    opened_ms: int = 0
    resolved_ms: int = 0
    severity: int = 0

    @property
    def is_open(self) -> bool:
        return self.opened_ms > self.resolved_ms


class Complaints(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.opened_90d, self.counted_ms = 0.0, 0
        self.places = [Place(), Place(), Place(), Place()]

    def apply(self, event: One) -> None:
        if event.kind in {Kind.COMPLAINT_OPENED, Kind.COMPLAINT_REOPENED}:
            self._open(event)
        if event.kind is Kind.COMPLAINT_RESOLVED:
            self._resolve(event)

    def _open(self, event: One) -> None:
        self.remember(event)
        self.opened_90d = faded(self.opened_90d, self.counted_ms, event.at_ms, 90, 1.0)
        self.counted_ms = max(self.counted_ms, event.at_ms)
        place = self._own_or_free(event.reference) or self._given_up()
        if place.reference != event.reference:
            place.opened_ms = place.resolved_ms = place.severity = 0
        place.reference = event.reference
        place.opened_ms = max(place.opened_ms, event.at_ms)
        # Not stated: as the text was read, else major, for nobody complains about nothing.
        read = Severity[event.said.get("severity", "major").upper()]
        place.severity = max(place.severity, event.code or int(read))

    def _resolve(self, event: One) -> None:
        place = self._own_or_free(event.reference)
        if place is not None:
            place.reference = event.reference
            place.resolved_ms = max(place.resolved_ms, event.at_ms)

    def _own_or_free(self, reference: int) -> Place | None:
        for wanted in (reference, 0):
            for place in self.places:
                if place.reference == wanted:
                    return place
        return None

    def _given_up(self) -> Place:
        closed = [place for place in self.places if not place.is_open]
        if closed:
            return min(closed, key=lambda place: place.resolved_ms)
        return min(self.places, key=lambda place: (place.severity, place.opened_ms))

    def features(self, now_ms: int) -> list[float]:
        still = [place for place in self.places if place.is_open]
        oldest = max((days_between(place.opened_ms, now_ms) for place in still), default=0.0)
        age_ms = max(now_ms - self.counted_ms, 0)
        return [
            float(len(still)),
            log1p(min(oldest, 180.0)),
            float(max((place.severity for place in still), default=0)),
            log1p(self.opened_90d * weight(age_ms, 90)),
        ]

    def floor(self, now_ms: int) -> int:
        holds = any(
            place.is_open
            and place.severity == Severity.CRITICAL
            and now_ms - place.opened_ms <= 14 * DAY_MS
            for place in self.places
        )
        return 2 if holds else 0

    def column(self, name: str) -> float | str | list[int]:
        """Give a column by its name in the ledger: a list if it has a place for each complaint."""
        if hasattr(Place, name):
            return [int(getattr(place, name)) for place in self.places]
        return super().column(name)
