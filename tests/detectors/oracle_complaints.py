"""The oracle's complaints: five places, filled and given up one event at a time."""

from dataclasses import dataclass, field
from functools import partial

from detectors.kinds import Kind, Severity
from detectors.settings import CoreSettings
from tests.detectors.logs import One
from tests.detectors.oracle_families import ACTIVE, Signs, faded_stage
from tests.detectors.oracle_maths import DAY_MS, faded, log1p, weight, within
from tests.detectors.oracle_maths import days as days_between
from tests.detectors.oracle_promises import Broken, Promises
from tests.detectors.oracle_round import MOST, Round
from tests.detectors.oracle_sources import Sources

MOODS = ["", "calm", "annoyed", "angry", "hurt"]
KINDS = ["", "product", "delivery", "service", "billing", "contract", "privacy", "other"]
SCOPES = ["", "item", "site", "account", "customers"]
OPENING = {Kind.COMPLAINT_OPENED, Kind.COMPLAINT_REOPENED}
CHECKS = {Kind.CONTACT_MADE, Kind.COMPLAINT_CHECKED}
STEP_KINDS = {kind for kind in Kind if kind.name.startswith("COMPLAINT_")} - CHECKS
BITS = {"answer": 1, "analysis": 2, "inform": 4, "check": 8, "management": 16}
MARKS = ["live", "unreadable", "satisfied", "asked", "round", "dissatisfied", "reopened", "again"]
GIVEN = ["about", "severity", "scope", "mood"]


@dataclass
class Place(Round):
    """A round, and what is known of the complaint beside it; reference 0 is never used."""

    opened_s: int = 0
    triaged_s: int = 0
    words: dict[str, int] = field(default_factory=lambda: dict.fromkeys(GIVEN, 0))
    given: set[str] = field(default_factory=set)

    def ends_ms(self) -> int:
        """Give when it is closed if nothing more happens."""
        told = self.told_ms()
        if told is None:
            return self.latest_s * 1000 + 180 * DAY_MS
        if "satisfied" in self.marks:
            return max(told, self.at["rated"])
        if "asked" in self.marks:
            return max(told, self.at["checked"])
        return told + 30 * DAY_MS

    def is_open(self, now_ms: int) -> bool:
        return self.opened_s > 0 and now_ms < self.ends_ms()

    def is_waiting(self, now_ms: int) -> bool:
        return self.is_open(now_ms) and "resolved" not in self.at and self.told_ms() is None

    def came_back(self) -> int:
        return len(self.marks & {"dissatisfied", "reopened", "again"})

    def is_hard(self) -> bool:
        return self.broke or bool(self.told & {"analysis", "management"})

    def column(self, name: str) -> int:
        if name in {
            "escalated_ms",
            "managed_ms",
            "resolved_ms",
            "informed_ms",
            "rated_ms",
            "checked_ms",
        }:
            return self.at.get(name.removesuffix("_ms"), 0)
        if name.endswith("_after"):
            return self.after.get(name.removesuffix("_after"), MOST + 1)
        if name == "clocks":
            unsure = 64 * ("analysis" in self.unsure) + 128 * ("management" in self.unsure)
            return sum(BITS[one] for one in self.told) + 32 * self.broke + unsure
        if name == "marks":
            marks = sum(1 << MARKS.index(one) for one in self.marks)
            given = sum(256 << GIVEN.index(one) for one in self.given)
            return marks + given + sum(BITS[one] << 12 for one in self.waived)
        if name in self.words:
            return self.words[name]
        value: int = getattr(self, name)
        return value


class Complaints(Signs):
    def __init__(self, settings: CoreSettings, sources: Sources) -> None:
        super().__init__()
        self.sources, self.source = sources, -1
        self.promises = Promises(settings.complaints)
        self.opened_90d = self.folded_90d = self.acted_90d = 0.0
        self.counted_ms = self.acted_ms = self.praised_ms = self.asked_ms = self.returned_ms = 0
        self.odd = 0
        self.places = [Place(), Place(), Place(), Place(), Place()]

    def settle(self, event: One, seen_ms: int) -> list[Broken]:
        """Say what an event would hide: what broke until it began another round."""
        if not begins_round(event):
            return []
        broken = self.notice(max(seen_ms, event.at_ms))
        place = self._named(event.reference)
        if place is not None and place.opened_s and event.at_ms > place.began_ms:
            broken += self.promises.end_round(place, event.at_ms)
        return broken

    def notice(self, now_ms: int) -> list[Broken]:
        opened = [place for place in self.places if place.opened_s]
        hidden = partial(self.sources.hides, self.source)
        compare = self.promises.compare
        return [broken for place in opened for broken in compare(place, now_ms, hidden)]

    def apply(self, event: One) -> None:
        if event.kind in ACTIVE:
            self.acted_90d = faded(self.acted_90d, self.acted_ms, event.at_ms, 90, 1.0)
            self.acted_ms = max(self.acted_ms, event.at_ms)
        if event.kind in STEP_KINDS:
            self._note(event)
            place = self._place(event) if event.reference else None
            if place is not None:
                self._take(place, event)
        check = event.said.get("reason") == "complaint_check" and event.code <= 2
        if event.kind in CHECKS and check:
            self._check(event)
        if event.kind is Kind.CUSTOMER_RETURNED:
            self.returned_ms = max(self.returned_ms, event.at_ms)

    def _note(self, event: One) -> None:
        if event.kind in OPENING:
            if event.at_ms >= self.counted_ms:
                self.source = event.source
            self._count(event.at_ms, 1.0, 0.0)
        if begins_round(event) or event.kind is Kind.COMPLAINT_ESCALATED:
            self.remember(event)
        if event.kind is Kind.COMPLAINT_RATED and event.amount >= 0.7:
            self.praised_ms = max(self.praised_ms, event.at_ms)

    def _count(self, at_ms: int, opened: float, folded: float) -> None:
        self.opened_90d = faded(self.opened_90d, self.counted_ms, at_ms, 90, opened)
        self.folded_90d = faded(self.folded_90d, self.counted_ms, at_ms, 90, folded)
        self.counted_ms = max(self.counted_ms, at_ms)

    def _named(self, reference: int) -> Place | None:
        return next((place for place in self.places if place.reference == reference), None)

    def _place(self, event: One) -> Place | None:
        place = self._named(event.reference) or self._named(0)
        if place is None:
            if event.kind not in OPENING:
                self.odd += 1
                return None
            place = min(self.places, key=lambda one: how_urgent(one, event.at_ms))
            waited = place.is_waiting(event.at_ms)
            self._count(event.at_ms, 0.0, float(waited))
            self.odd += waited or not place.opened_s
        if place.reference != event.reference:
            fresh = Place(reference=event.reference)
            self.places[self.places.index(place)] = place = fresh
        return place

    def _take(self, place: Place, event: One) -> None:
        if event.kind is Kind.COMPLAINT_TRIAGED:
            correct(place, event)
        elif begins_round(event):
            if event.kind in OPENING:
                at_s = event.at_ms // 1000
                place.opened_s = min(place.opened_s or at_s, at_s)
            if event.kind is Kind.COMPLAINT_OPENED:
                describe(place, event)
            self.odd += place.begin(event)
        elif event.kind is Kind.COMPLAINT_ESCALATED:
            place.escalate(event.at_ms)
        else:
            place.meet(event, self.asked_ms)
        place.latest_s = max(place.latest_s, -(-event.at_ms // 1000))

    def _check(self, event: One) -> None:
        named = self._named(event.reference) if event.reference else None
        asked = [named] if named else [one for one in self.places if one.is_told(event.at_ms)]
        if named is None:
            self.asked_ms = max(self.asked_ms, event.at_ms)
        for place in asked:
            if event.at_ms >= place.began_ms:
                place.first("checked", event.at_ms)
                if event.code == 1:
                    place.marks.add("asked")
            place.latest_s = max(place.latest_s, -(-event.at_ms // 1000))

    def features(self, now_ms: int) -> list[float]:
        if not self.places[0].reference:
            return [0.0] * 9
        still = [place for place in self.places if place.is_open(now_ms)]
        waiting = [place for place in still if place.is_waiting(now_ms)]
        age = weight(max(now_ms - self.counted_ms, 0), 90)
        acts = self.acted_90d * weight(max(now_ms - self.acted_ms, 0), 90)
        weighs = self.folded_90d * age
        for place in still:
            weighs += weighs_still(place)
        lately = self.opened_90d * age * 20.0 / (20.0 + acts)
        praised = self.praised_ms and not waiting
        slips = {"answer", "inform", "check"}
        return [
            weighs,
            log1p(max((waited(place, now_ms) for place in waiting), default=0.0)),
            float(max((place.words["severity"] or 2 for place in waiting), default=0)),
            max((levels(place) for place in still), default=0.0),
            float(sum(len(place.told & slips) for place in still)),
            float(max((place.came_back() for place in still), default=0)),
            float(max((max(place.words["mood"], 1) - 1 for place in waiting), default=0)),
            log1p(lately),
            weight(max(now_ms - self.praised_ms, 0), 60) if praised else 0.0,
        ]

    def floor(self, now_ms: int) -> int:
        for place in self.places:
            recent = now_ms - place.opened_s * 1000 <= 14 * DAY_MS
            critical = recent and place.words["severity"] == Severity.CRITICAL
            if place.is_waiting(now_ms) and (critical or place.is_hard()):
                return 2
        return 0

    def stage(self, now_ms: int) -> int:
        shown = [0]
        for place in self.places:
            if place.opened_s and place.began_ms >= self.returned_ms:
                bad = place.is_hard() or place.came_back() > 0
                reached = 3 if "management" in place.told else 1 + bad
                shown.append(faded_stage(reached, place.ends_ms(), now_ms))
        return max(shown)

    def column(self, name: str) -> float | str | list[int]:
        """Give a column by its name in the ledger: a list if it has a place for each complaint."""
        if hasattr(self, name):
            return super().column(name)
        return [place.column(name) for place in self.places]


def begins_round(event: One) -> bool:
    bad = event.kind is Kind.COMPLAINT_RATED and event.amount <= 0.4
    return bad or event.kind in OPENING


def how_urgent(place: Place, now_ms: int) -> tuple[int, int]:
    told = place.told_ms() is not None
    if not place.opened_s:
        return 1, place.latest_s
    if place.ends_ms() <= now_ms:
        return 0, place.latest_s
    if runs(place):
        return 4 if told else 5 + place.words["severity"], place.latest_s
    return 2 if told else 3, place.latest_s


def runs(place: Place) -> bool:
    """Say whether a clock may still be met or broken."""
    at, since = place.at, place.managed_since()
    due = {
        "answer": "answered" not in place.after,
        "analysis": "analysed" not in place.after,
        "inform": "resolved" in at and place.told_ms() is None,
        "check": "informed" in at and "rated" not in at and "checked" not in at,
        "management": since is not None and at.get("managed", 0) < since,
    }
    return any(is_due for clock, is_due in due.items() if clock not in place.told)


def weighs_still(place: Place) -> float:
    if place.told_ms() is not None:
        return 0.2
    if "resolved" in place.at:
        return 0.4
    return 0.8 if "analysed" in place.after else 1.0


def levels(place: Place) -> float:
    if not place.is_hard():
        return 0.0
    reached = 2.0 if "management" in place.told else 1.0
    since = place.managed_since()
    managed = since is not None and place.at.get("managed", 0) >= since
    return reached / 2 if managed or "resolved" in place.at else reached


def waited(place: Place, now_ms: int) -> float:
    days = days_between(place.began_ms, now_ms)
    if "answered" in place.after:
        days -= within(0.0, days - place.after["answered"] / DAY_MS, 1.0)
    return days


def meaning(event: One) -> dict[str, int]:
    """Give what an event says a complaint is about, as numbers."""
    said = event.said
    return {
        "about": KINDS.index(said.get("kind", "")),
        "severity": event.code or int(Severity[said.get("severity", "unknown").upper()]),
        "scope": SCOPES.index(said.get("scope", "")),
        "mood": MOODS.index(said.get("mood", "")),
    }


def describe(place: Place, event: One) -> None:
    for name, value in meaning(event).items():
        if name not in place.given:
            place.words[name] = max(place.words[name], value)
    if event.said.get("channel") in {"phone", "chat", "visit"}:
        place.marks.add("live")
    if event.said.get("unreadable"):
        place.marks.add("unreadable")


def correct(place: Place, event: One) -> None:
    at_s = event.at_ms // 1000
    for name, value in meaning(event).items():
        if value and (at_s >= place.triaged_s or name not in place.given):
            place.words[name] = value
            place.given.add(name)
    if place.given:
        place.triaged_s = max(place.triaged_s, at_s)
