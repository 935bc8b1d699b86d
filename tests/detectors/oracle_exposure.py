"""The oracle's exposures: what the company changes, and what a customer feels of it."""

from dataclasses import dataclass
from typing import Any

from detectors.kinds import Kind
from detectors.tree import REASONS
from tests.detectors.logs import SOURCES, One
from tests.detectors.oracle_families import Signs, Value
from tests.detectors.oracle_maths import DAY_MS, float32, within

FELT = {
    "change.policy": (90, 1.0),
    "change.repositioned": (180, 1.5),
    "change.line_ended": (180, 1.5),
    "change.threshold": (120, 1.5),
    "relation.manager_left": (120, 1.0),
    "relation.poached": (180, 1.5),
    "competition.entered": (365, 0.8),
}


def why(event: One) -> str:
    """Give the reason that an event of the company gives customers, empty for none."""
    kind, said = event.kind, event.said
    if kind in {Kind.PRICE_CHANGED, Kind.POLICY_CHANGED}:
        return "change.policy"
    if kind is Kind.OFFER_REPOSITIONED:
        moved = said.get("detail", "moved") == "moved"
        return "change.repositioned" if moved else "change.line_ended"
    if kind is Kind.MINIMUM_ORDER_RAISED:
        return "change.threshold"
    if kind is Kind.MANAGER_LEFT:
        return "relation.poached" if said.get("joined_competitor") else "relation.manager_left"
    return "competition.entered" if kind is Kind.COMPETITOR_ENTERED else ""


def strength(event: One) -> float:
    if not why(event):
        return 0.0
    felt = FELT[why(event)][1]
    share = event.said.get("by_share")
    if event.kind is Kind.PRICE_CHANGED and share is not None:
        felt *= within(0.0, share / 0.08, 2.0)
    return felt


def by_order(event: One) -> bool:
    said = event.said
    kinds = {"", "minimum_order", "minimum_delivery"}
    limits = event.kind is Kind.MINIMUM_ORDER_RAISED and said.get("detail", "") in kinds
    return limits and said.get("threshold", 0.0) > 0


def hits(event: One, names: dict[str, str], source: int, value: Value) -> float:
    """Give how strongly an event of the company is felt by a customer, 0 if it does not hit."""
    said: dict[str, Any] = event.said
    for limit in ("segment", "region", "owner"):
        if said.get(limit) and said[limit] != names[limit]:
            return 0.0
    if said.get("source") and (source < 0 or SOURCES[source] != said["source"]):
        return 0.0
    if event.lines and not event.lines & value.lines_ever:
        return 0.0
    felt = strength(event)
    if by_order(event):
        mean = value.amount_sum / max(value.amount_n, 1.0)
        if not 0 < mean < said["threshold"]:
            return 0.0
        felt *= 0.5 + 0.5 * mean / said["threshold"]
    return felt


@dataclass
class Place:
    """One change that is felt; reason empty is a place never used."""

    change: int = 0
    told_ms: int = 0
    strength: float = 0.0
    reason: str = ""

    @property
    def ends_ms(self) -> int:
        return self.told_ms + FELT[self.reason][0] * DAY_MS if self.reason else 0


class Exposure(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.places = [Place(), Place(), Place()]
        self.returned_ms = 0

    def apply(self, event: One) -> None:
        if event.kind is Kind.CUSTOMER_RETURNED:
            self.returned_ms = max(self.returned_ms, event.at_ms)

    def expose(self, event: One, felt: float) -> None:
        self.remember(event)
        if any(place.reason and place.change == event.id_hash for place in self.places):
            return
        new = Place(event.id_hash, event.at_ms, float32(felt), why(event))
        first = min(self.places, key=lambda place: (place.ends_ms, place.change))
        if (first.ends_ms, first.change) < (new.ends_ms, new.change):
            self.places[self.places.index(first)] = new

    def felt(self, place: Place, now_ms: int) -> float:
        if not place.reason or place.told_ms <= self.returned_ms:
            return 0.0
        age_ms = max(now_ms - place.told_ms, 0)
        return place.strength * max(1.0 - age_ms / (FELT[place.reason][0] * DAY_MS), 0.0)

    def features(self, now_ms: int) -> list[float]:
        sums = {"change": 0.0, "relation": 0.0, "competition": 0.0}
        for place in self.places:
            if place.reason:
                sums[place.reason.partition(".")[0]] += self.felt(place, now_ms)
        return [min(total, 3.0) for total in sums.values()]

    def stage(self, now_ms: int) -> int:
        return int(any(self.felt(place, now_ms) > 0 for place in self.places))

    def strongest(self, now_ms: int) -> int:
        """Give the change that is felt most, 0 if none is."""
        felt = [(self.felt(place, now_ms), -place.change) for place in self.places]
        most, change = max(felt)
        return -change if most > 0 else 0

    def column(self, name: str) -> float | str | list[int]:
        """Give a column by its name in the ledger: a list if it has several places."""
        if name == "why":
            reasons = ["", *REASONS]
            return [reasons.index(place.reason) for place in self.places]
        if hasattr(Place, name):
            return [getattr(place, name) for place in self.places]
        return super().column(name)
