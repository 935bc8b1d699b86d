"""The oracle's rounds: which steps of a complaint belong to the present one."""

from dataclasses import dataclass, field
from datetime import datetime

from detectors.kinds import Kind
from tests.detectors.logs import One

MOST = 2**31 - 2  # ms after the round began: what is later is only known to be


def instant_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@dataclass
class Round:
    """The earliest step of each sort since the round began; what never came is not in it."""

    reference: int = 0
    began_ms: int = 0
    latest_s: int = 0
    at: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  # clocks told as broken
    unsure: set[str] = field(default_factory=set)  # clocks told as broken if nothing is unheard of
    broke: bool = False
    marks: set[str] = field(default_factory=set)
    waived: set[str] = field(default_factory=set)

    def first(self, name: str, at_ms: int) -> None:
        self.at[name] = min(self.at.get(name, at_ms), at_ms)

    def told_ms(self) -> int | None:
        known = [self.at[name] for name in ("informed", "rated") if name in self.at]
        return min(known, default=None)

    def is_told(self, by_ms: int) -> bool:
        return "informed" in self.at and self.at["informed"] <= by_ms

    def escalate(self, at_ms: int) -> None:
        self.first("escalated", at_ms)

    def managed_since(self) -> int | None:
        causes = [self.at["escalated"]] if "escalated" in self.at else []
        causes += [self.began_ms] if "analysis" in self.told else []
        return min(causes, default=None)

    def begin(self, event: One) -> bool:
        """Begin another round, if it does; say whether that leaves a clock in doubt."""
        at_ms = event.at_ms
        if event.kind is Kind.COMPLAINT_REOPENED:
            if "reopened" in self.marks:
                self.marks.add("again")
                self.escalate(max(at_ms, self.began_ms))
            self.marks.add("reopened")
        if event.kind is Kind.COMPLAINT_RATED:
            self.marks.add("dissatisfied")
            self.escalate(at_ms)
        if "round" in self.marks and at_ms <= self.began_ms:
            return False
        self.marks.add("round")
        if not self.began_ms:
            self.began_ms = at_ms
            return False
        return self._move_on(at_ms)

    def _move_on(self, at_ms: int) -> bool:
        late, by, gone = at_ms < self.latest_s * 1000, self.began_ms - at_ms, set[str]()
        self.began_ms = at_ms
        self.told &= {"management"}
        self.unsure &= {"management"}
        for name, after in list(self.after.items()):
            moved = min(after + by, MOST)
            if name != "promised" and moved < 0:
                gone.add(name)
            self.after[name] = max(moved, 0)
        for name in gone:
            del self.after[name]
        if "answered" in gone:
            self.after.pop("promised", None)
        for name in ("resolved", "informed", "rated", "checked"):
            if name in self.at and self.at[name] < at_ms:
                gone.add(name)
                del self.at[name]
        for mark, step in (("satisfied", "rated"), ("asked", "checked")):
            if step not in self.at:
                self.marks.discard(mark)
        by_clock = {
            "answer": {"answered"},
            "analysis": {"analysed"},
            "inform": {"informed", "rated"},
            "check": {"rated", "checked"},
        }
        self.waived = {clock for clock, steps in by_clock.items() if late and steps & gone}
        return bool(self.waived)

    def meet(self, event: One, asked_ms: int) -> None:
        """Take a step that may meet a clock."""
        at_ms, kind = event.at_ms, event.kind
        answered, resolved = kind is Kind.COMPLAINT_ANSWERED, kind is Kind.COMPLAINT_RESOLVED
        if resolved or (answered and event.code == 3):
            self._manage(at_ms)
        if not self.began_ms:
            self.began_ms = at_ms
        if at_ms < self.began_ms:
            if "round" in self.marks:
                return
            by, self.began_ms = self.began_ms - at_ms, at_ms
            self.after = {name: min(after + by, MOST) for name, after in self.after.items()}
        if answered or resolved:
            self._answer(event)
        if resolved:
            self.first("resolved", at_ms)
        if kind is Kind.COMPLAINT_INFORMED:
            self.first("informed", at_ms)
            if asked_ms >= self.at["informed"]:
                self.first("checked", asked_ms)
        if kind is Kind.COMPLAINT_RATED:
            self.first("rated", at_ms)
            self.marks |= {"satisfied"} if event.amount >= 0.7 else set()

    def _answer(self, event: One) -> None:
        resolved = event.kind is Kind.COMPLAINT_RESOLVED
        self._span("answered", event.at_ms)
        if resolved or event.code >= 2:
            self._span("analysed", event.at_ms)
        if not resolved and "promised_at" in event.said:
            self._span("promised", instant_ms(event.said["promised_at"]))

    def _span(self, name: str, at_ms: int) -> None:
        after = min(max(at_ms - self.began_ms, 0), MOST)
        self.after[name] = min(self.after.get(name, after), after)

    def _manage(self, at_ms: int) -> None:
        """Keep the first since management was asked, before that the last."""
        since, known = self.managed_since(), self.at.get("managed")
        if known is None or since is None or known < since:
            self.at["managed"] = max(known or 0, at_ms)
        elif at_ms >= since:
            self.at["managed"] = min(known, at_ms)
