"""The oracle's contract, market and survey: what customers sign, say and answer."""

from detectors.kinds import Kind
from detectors.tree import NUMBERS
from tests.detectors.logs import One
from tests.detectors.oracle_families import Signs, faded_stage
from tests.detectors.oracle_maths import DAY_MS, faded, float32, log1p, weight, within
from tests.detectors.oracle_service import instant_ms

FOREVER_MS = 2**60
ADVANTAGES = ("", "price", "product", "service", "recommended", "technology", "other")


def end_of(began_ms: int, until_ms: int, countered_ms: int) -> int:
    """Give when evidence ends: of itself, or countered before."""
    return min(until_ms, countered_ms) if countered_ms >= began_ms else until_ms


class Contract(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.signed_ms = self.smaller_ms = self.notice_ms = self.kept_ms = 0
        self.changes_180d = 0.0
        self.renewal_day = self.goes_on = self.change = self.cause = 0

    def apply(self, event: One) -> None:
        said, name = event.said, event.kind.name
        renews: bool | None = said.get("auto_renew")
        ends_ms = instant_ms(said.get("ends_at") or said.get("contract_renewal"))
        if event.kind is Kind.CUSTOMER_RETURNED:
            if self.notice_ms <= event.at_ms:
                self.notice_ms = 0
            if self.smaller_ms <= event.at_ms:
                self.smaller_ms, self.changes_180d = 0, 0.0
        told = event.kind is Kind.PROFILE_UPDATED and (ends_ms > 0 or renews is not None)
        if not name.startswith("CONTRACT_") and not told:
            return
        self._change(event, name.removeprefix("CONTRACT_"))
        if event.at_ms >= self.evidence_ms:
            ended_ms = event.at_ms if name == "CONTRACT_ENDED" else 0
            self.renewal_day = (ends_ms or ended_ms) // DAY_MS or self.renewal_day
            if name == "CONTRACT_AUTO_RENEW_OFF":
                renews = False
            if renews is not None:
                self.goes_on = 4 if renews else 8
        self.remember(event)

    def _change(self, event: One, what: str) -> None:
        at_ms = event.at_ms
        if what in {"SHORTENED", "DOWNGRADED", "LINE_DROPPED", "AUTO_RENEW_OFF"}:
            if at_ms >= self.smaller_ms:
                self.change = int(event.kind)
            self.changes_180d = float32(faded(self.changes_180d, self.smaller_ms, at_ms, 180, 1.0))
            self.smaller_ms = max(self.smaller_ms, at_ms)
        elif what == "CANCELLATION_ASKED":
            reason = event.said.get("reason")
            if reason in NUMBERS and at_ms >= self.notice_ms:
                self.cause = NUMBERS[reason]
            self.notice_ms = max(self.notice_ms, at_ms)
        elif what == "CANCELLATION_WITHDRAWN":
            self.kept_ms = max(self.kept_ms, at_ms)
        elif what in {"SIGNED", "RENEWED"}:
            self.signed_ms = max(self.signed_ms, at_ms)
            if self.kept_ms <= self.notice_ms:
                self.kept_ms = max(self.kept_ms, at_ms)

    def smaller_until_ms(self) -> int:
        until_ms = self.renewal_day * DAY_MS
        if until_ms <= self.smaller_ms:
            until_ms = self.smaller_ms + 60 * DAY_MS
        return end_of(self.smaller_ms, until_ms, self.signed_ms)

    def runs(self, now_ms: int) -> bool:
        if self.renewal_day:
            return now_ms <= self.renewal_day * DAY_MS
        return self.signed_ms > self.notice_ms

    def soon(self, now_ms: int) -> bool:
        return 0 < self.renewal_day * DAY_MS - now_ms <= 60 * DAY_MS

    def features(self, now_ms: int) -> list[float]:
        changes = self.changes_180d * weight(max(now_ms - self.smaller_ms, 0), 180)
        days = self.renewal_day - now_ms / DAY_MS
        near = self.renewal_day > 0 and self.goes_on != 4 and days >= -14
        return [
            float(self.notice_ms > self.kept_ms),
            float(self.smaller_ms > 0 and now_ms < self.smaller_until_ms()),
            within(0.0, 1.0 - days / 60.0, 1.0) if near else 0.0,
            log1p(changes),
        ]

    def floor(self, now_ms: int) -> int:
        return 3 if self.notice_ms > self.kept_ms else 0

    def stage(self, now_ms: int) -> int:
        shown = 0
        if self.notice_ms:
            end_ms = end_of(self.notice_ms, FOREVER_MS, self.kept_ms)
            shown = faded_stage(3, end_ms, now_ms)
        if self.smaller_ms:
            shown = max(shown, faded_stage(2, self.smaller_until_ms(), now_ms))
        return shown


class Market(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.named_ms = self.compared_ms = self.exported_ms = self.ported_ms = 0
        self.kept_ms = self.settled_ms = self.asked_ms = 0
        self.signs_90d = self.asked_gap_days = 0.0
        self.said = self.because = self.since = 0
        self.rival = ""

    def apply(self, event: One) -> None:
        at_ms = event.at_ms
        latest_ms = max(self.compared_ms, self.exported_ms, self.ported_ms)
        if event.kind is Kind.PURCHASE_MADE and 0 < latest_ms < at_ms and self.since < 3:
            self.since += 1
            if self.since == 3:
                self._settle(at_ms)
        if event.kind is Kind.CONTRACT_RENEWED:
            self._settle(at_ms)
        if event.kind is Kind.PORT_OUT_WITHDRAWN:
            self.kept_ms = max(self.kept_ms, at_ms)
        if event.kind is Kind.CUSTOMER_RETURNED:
            for name in ("named_ms", "compared_ms", "exported_ms", "ported_ms"):
                if getattr(self, name) <= at_ms:
                    setattr(self, name, 0)
        if event.kind.name in {
            "COMPETITOR_NAMED", "SUBSTITUTE_NAMED", "COMPETITOR_QUOTED",
            "DISCOUNT_ASKED", "PORT_OUT_ASKED", "DATA_EXPORTED",
        }:  # fmt: skip
            self._say(event, latest_ms)

    def _settle(self, at_ms: int) -> None:
        self.settled_ms = max(self.settled_ms, at_ms)
        if self.kept_ms < self.ported_ms:
            self.kept_ms = max(self.kept_ms, at_ms)

    def _say(self, event: One, latest_ms: int) -> None:
        at_ms, kind = event.at_ms, event.kind
        column = {
            Kind.COMPETITOR_NAMED: "named_ms",
            Kind.SUBSTITUTE_NAMED: "named_ms",
            Kind.DATA_EXPORTED: "exported_ms",
            Kind.PORT_OUT_ASKED: "ported_ms",
        }.get(kind, "compared_ms")
        if kind is not Kind.DISCOUNT_ASKED or self._unusual(at_ms):
            setattr(self, column, max(getattr(self, column), at_ms))
            if column != "named_ms" and at_ms >= latest_ms:
                self.since = 0
        if kind is Kind.DISCOUNT_ASKED:
            if 0 < self.asked_ms < at_ms:
                gap, usual = (at_ms - self.asked_ms) / DAY_MS, self.asked_gap_days
                self.asked_gap_days = float32(usual + 0.3 * (gap - usual) if usual else gap)
            self.asked_ms = max(self.asked_ms, at_ms)
        if at_ms >= self.evidence_ms:
            self.said = int(kind)
            if kind is Kind.COMPETITOR_NAMED:
                self.because = ADVANTAGES.index(event.said.get("because", ""))
            self.rival = event.said.get("name") or event.said.get("competitor") or self.rival
        self.signs_90d = float32(faded(self.signs_90d, self.evidence_ms, at_ms, 90, 1.0))
        self.remember(event)

    def _unusual(self, at_ms: int) -> bool:
        gap = (at_ms - self.asked_ms) / DAY_MS
        return not self.asked_gap_days or gap < 0.5 * self.asked_gap_days

    def ends_ms(self, began_ms: int, days: int) -> int:
        return end_of(began_ms, began_ms + days * DAY_MS, self.settled_ms) if began_ms else 0

    def features(self, now_ms: int) -> list[float]:
        return [
            log1p(self.signs_90d * weight(max(now_ms - self.evidence_ms, 0), 90)),
            float(now_ms < self.ends_ms(self.compared_ms, 60)),
            float(now_ms < self.ends_ms(self.exported_ms, 30)),
            float(self.ported_ms > self.kept_ms),
        ]

    def floor(self, now_ms: int) -> int:
        return 3 if self.ported_ms > self.kept_ms else 0

    def stage(self, now_ms: int) -> int:
        shown = [0]
        if self.named_ms:
            shown.append(faded_stage(1, self.named_ms + 90 * DAY_MS, now_ms))
        for began_ms, days in ((self.compared_ms, 60), (self.exported_ms, 30)):
            shown.append(faded_stage(2, self.ends_ms(began_ms, days), now_ms))
        if self.ported_ms:
            end_ms = end_of(self.ported_ms, FOREVER_MS, self.kept_ms)
            shown.append(faded_stage(3, end_ms, now_ms))
        return max(shown)


class Survey(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.asked_ms = self.fell_ms = self.leaves_ms = self.content_ms = 0
        self.level = self.usual = self.levels = self.missed = self.cause = self.recommends = 0
        self.matters = ""

    def apply(self, event: One) -> None:
        if event.kind is Kind.SURVEY_ASKED:
            self.missed = min(self.missed + (event.at_ms > self.evidence_ms), 9)
            self.asked_ms = max(self.asked_ms, event.at_ms)
        if event.kind is Kind.SURVEY_ANSWERED:
            self._answer(event)
            self.remember(event)
        if event.kind is Kind.CUSTOMER_RETURNED:
            self.fell_ms = 0 if self.fell_ms <= event.at_ms else self.fell_ms
            self.leaves_ms = 0 if self.leaves_ms <= event.at_ms else self.leaves_ms

    def _answer(self, event: One) -> None:
        at_ms, said, latest = event.at_ms, event.said, event.at_ms >= self.evidence_ms
        intent, content, low = said.get("intent"), said.get("intent") == "stay", False
        if latest:
            self.missed = int(at_ms < self.asked_ms)
            self.cause = NUMBERS.get(said.get("exit_reason", ""), self.cause)
            self.matters = next(iter(said.get("matters") or ()), self.matters)
            if "recommends" in said:
                self.recommends = 1 if said["recommends"] else 2
        if "satisfaction" in said:
            level = round(100 * within(0.0, said["satisfaction"], 1.0))
            content = content or level >= 70
            low = level <= 40 or (self.levels > 0 and level <= self.usual - 15)
            self.levels = min(self.levels + 1, 4)
            self.usual = round(self.usual + (level - self.usual) / self.levels)
            self.level = level if latest else self.level
        if intent == "leave":
            self.leaves_ms = max(self.leaves_ms, at_ms)
        elif content:
            self.content_ms = max(self.content_ms, at_ms)
        if low:
            self.fell_ms = max(self.fell_ms, at_ms)

    def unanswered(self, now_ms: int) -> int:
        pending = now_ms < self.asked_ms + 14 * DAY_MS
        return max(self.missed - pending, 0)

    def leaves_until_ms(self) -> int:
        return end_of(self.leaves_ms, self.leaves_ms + 60 * DAY_MS, self.content_ms)

    def features(self, now_ms: int) -> list[float]:
        if not self.evidence_ms:
            return [0.0, 0.0, 0.0, 0.0]
        kept = weight(max(now_ms - self.evidence_ms, 0), 180) if self.levels else 0.0
        return [
            max(70 - self.level, 0) / 100 * kept,
            max(self.usual - self.level, 0) / 100 * kept,
            float(self.leaves_ms > 0 and now_ms < self.leaves_until_ms()),
            log1p(self.unanswered(now_ms)),
        ]

    def stage(self, now_ms: int) -> int:
        shown = [0]
        if self.leaves_ms:
            shown.append(faded_stage(3, self.leaves_until_ms(), now_ms))
        if self.fell_ms:
            until_ms = end_of(self.fell_ms, self.fell_ms + 90 * DAY_MS, self.content_ms)
            shown.append(faded_stage(1, until_ms, now_ms))
        if self.evidence_ms and self.unanswered(now_ms) >= 2:
            shown.append(faded_stage(1, self.asked_ms + 90 * DAY_MS, now_ms))
        return max(shown)
