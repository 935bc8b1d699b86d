"""The oracle's clocks: which promises of a complaint are broken, told once each."""

from collections.abc import Callable
from typing import NamedTuple

from detectors.complaint_settings import ComplaintSettings
from tests.detectors.oracle_maths import DAY_MS
from tests.detectors.oracle_round import Round

HOUR_MS = DAY_MS // 24
OF_ROUND = ("answer", "analysis", "inform", "check")
LEVELS = {"analysis": 2, "management": 3}


class Broken(NamedTuple):
    """What was noticed of a clock; `due_ms` 0: it does not run at all."""

    reference: int
    clock: str
    due_ms: int
    withdrawn: bool
    unverified: bool = False


Hidden = Callable[[int, int], bool]  # whether what was done by one instant is unheard of at another


def nothing_hidden(due_ms: int, now_ms: int) -> bool:
    """An outage hides nothing, or is of no account."""
    return False


class Promises:
    """How long each clock runs."""

    def __init__(self, settings: ComplaintSettings) -> None:
        self.live_ms = round(settings.live_answer_s * 1000)
        self.answer_ms = round(settings.answer_hours * HOUR_MS)
        self.analysis_ms = round(settings.analysis_hours * HOUR_MS)
        self.management_ms = round(settings.management_hours * HOUR_MS)
        self.inform_ms = round(settings.inform_hours * HOUR_MS)
        self.check_ms = round(settings.check_days * DAY_MS)

    def compare(
        self,
        place: Round,
        now_ms: int,
        hidden: Hidden = nothing_hidden,
        clocks: tuple[str, ...] = (),
    ) -> list[Broken]:
        """Tell what is broken now and was not told, and what was told and is not."""
        found = []
        for clock in clocks or (*OF_ROUND, "management"):
            due_ms = 0 if clock in place.waived else self._due_ms(place, clock)
            met = self._met_ms(place, clock)
            in_time = met is not None and met <= due_ms
            broken, told = 0 < due_ms < now_ms and not in_time, clock in place.told
            if broken and not told and hidden(due_ms, now_ms):
                if clock in LEVELS and clock not in place.unsure:
                    found.append(Broken(place.reference, clock, due_ms, False, True))
                    place.unsure.add(clock)
            elif broken != told:
                place.told ^= {clock}
                place.unsure.discard(clock)
                found.append(Broken(place.reference, clock, due_ms, told))
            elif clock in place.unsure:
                place.unsure.discard(clock)
                found.append(Broken(place.reference, clock, due_ms, True, True))
        return found

    def end_round(self, place: Round, at_ms: int) -> list[Broken]:
        found = self.compare(place, at_ms, clocks=OF_ROUND)
        if "analysis" in place.told:
            place.broke = True
            place.escalate(self._due_ms(place, "analysis"))
        return found

    def _due_ms(self, place: Round, clock: str) -> int:
        began = place.began_ms
        match clock:
            case "answer":
                return began + (self.live_ms if "live" in place.marks else self.answer_ms)
            case "analysis":
                return began + min(self.analysis_ms, place.after.get("promised", self.analysis_ms))
            case "inform":
                return place.at["resolved"] + self.inform_ms if "resolved" in place.at else 0
            case "check":
                return place.at["informed"] + self.check_ms if "informed" in place.at else 0
        causes = [place.at["escalated"]] if "escalated" in place.at else []
        causes += [self._due_ms(place, "analysis")] if "analysis" in place.told else []
        return min(causes) + self.management_ms if causes else 0

    def _met_ms(self, place: Round, clock: str) -> int | None:
        match clock:
            case "answer" | "analysis":
                name = {"answer": "answered", "analysis": "analysed"}[clock]
                return place.began_ms + place.after[name] if name in place.after else None
            case "inform":
                return place.told_ms()
            case "check":
                known = [place.at[name] for name in ("rated", "checked") if name in place.at]
                return min(known, default=None)
        managed, since = place.at.get("managed"), place.managed_since()
        return managed if managed is not None and managed >= (since or 0) else None
