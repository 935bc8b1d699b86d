"""The oracle's causes: why a customer went."""

from detectors.kinds import Kind
from tests.detectors.logs import One
from tests.detectors.oracle_complaints import Place
from tests.detectors.oracle_exposure import Exposure
from tests.detectors.oracle_maths import DAY_MS

REASON_OF = {
    Kind.PORT_OUT_ASKED: "technology.migration",
    Kind.COMPETITOR_QUOTED: "competition.price",
}
ENDS = {"change.line_ended", "payment.failed", "need.ended"}


class Causes:
    def __init__(self) -> None:
        self.words_ms = self.failed_ms = self.paid_ms = 0
        self.words = ""

    def apply(self, event: One) -> None:
        said, at_ms = words_of(event), event.at_ms
        if said and at_ms >= self.words_ms:
            self.words, self.words_ms = said, at_ms
        if event.kind is Kind.PAYMENT_FAILED:
            self.failed_ms = max(self.failed_ms, at_ms)
        if event.kind in {Kind.PAYMENT_PAID, Kind.PAYMENT_RECOVERED}:
            self.paid_ms = max(self.paid_ms, at_ms)

    def departure(self, event: One, exposure: Exposure, complaints: list[Place]) -> tuple[str, str]:
        """Give kind and cause of a departure."""
        wronged = any(left_wrong(place, event.at_ms) for place in complaints)
        cause, kind = self._cause(event, exposure, wronged=wronged), event.said.get("kind", "")
        forced = cause.startswith("change.") or cause in {"complaint.unresolved", "payment.failed"}
        if not kind and cause == "need.ended":
            kind = "natural"
        return kind or ("involuntary" if forced else "voluntary"), cause

    def _cause(self, event: One, exposure: Exposure, *, wronged: bool) -> str:
        def lately(at_ms: int, days: int) -> bool:
            return 0 < at_ms <= event.at_ms <= at_ms + days * DAY_MS

        stated = event.said.get("cause", "unknown")
        if stated != "unknown":
            return str(stated)
        if event.said.get("kind") == "natural":
            return "need.ended"
        if lately(self.words_ms, 180):
            return self.words
        if wronged:
            return "complaint.unresolved"
        places = [place for place in exposure.places if lately(place.told_ms, 90)]
        felt = [exposure.felt(place, event.at_ms) for place in places]
        if max(felt, default=0.0) > 0:
            return places[felt.index(max(felt))].reason
        failed = self.failed_ms > self.paid_ms and lately(self.failed_ms, 90)
        return "payment.failed" if failed else "unknown"


def left_wrong(place: Place, at_ms: int) -> bool:
    """Say whether a complaint was not put right, in the quarter before."""
    insisted = place.came_back() > 0 or "escalated" in place.at
    known = place.opened_s * 1000 <= at_ms and place.is_open(at_ms - 90 * DAY_MS)
    return known and (insisted or place.is_hard()) and "satisfied" not in place.marks


def words_of(event: One) -> str:
    """Give the reason that the customer themselves gave, empty for none."""
    if event.kind is Kind.SURVEY_ANSWERED:
        return str(event.said.get("exit_reason", ""))
    if event.kind is Kind.COMPETITOR_NAMED:
        reasons = {"price": "competition.price", "recommended": "competition.recommended"}
        return reasons.get(event.said.get("because", ""), "competition.better")
    return REASON_OF.get(event.kind, "")
