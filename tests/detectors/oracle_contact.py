"""The oracle's contact: what we told them, once each, and whether they answered."""

from detectors.kinds import Kind
from tests.detectors.logs import One
from tests.detectors.oracle_families import Signs, faded_stage
from tests.detectors.oracle_maths import DAY_MS, faded, float32, log1p, weight
from tests.detectors.oracle_maths import days as days_between

CHANNELS = (
    "", "phone", "email", "chat", "message", "visit", "app", "portal", "letter", "public", "other",
)  # fmt: skip


class Contact(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.outbound_90d = self.valued_90d = 0.0
        self.outbound_ms = self.valued_ms = self.heard_ms = self.away_ms = self.care_ms = 0
        self.reference = self.unanswered = self.opted_out = 0
        self.answers_by = self.by = self.latest = self.shared_day = 0
        self.unwanted = set[str]()

    def apply(self, event: One) -> None:
        if event.kind in {Kind.CONTACT_MADE, Kind.CUSTOMER_CONTACTED}:
            if event.said.get("reason") in {"pilot", "reference"} and event.code != 2:
                self.shared_day = max(self.shared_day, event.at_ms // DAY_MS)
                self.valued_ms = max(self.valued_ms, event.at_ms)
            if event.code in {3, 4}:
                self._hear(event)
            else:
                self._reach(event)
        if event.kind is Kind.CONTACT_OPTED_OUT:
            self.away_ms = max(self.away_ms, event.at_ms)
            self.opted_out = int(self.opted_out or "channel" not in event.said)
            self._refuse(event)
            self.remember(event)
        if event.kind is Kind.CUSTOMER_RETURNED and self.away_ms <= event.at_ms:
            self.away_ms = 0

        if event.kind is Kind.CONSENT_CHANGED and event.code == 64 + 4:
            self._refuse(event)
        if event.kind is Kind.CONSENT_CHANGED and event.code == 64 + 5:
            self.unwanted.discard(event.said.get("channel", ""))

    def _refuse(self, event: One) -> None:
        if "channel" in event.said:
            self.unwanted.add(event.said["channel"])

    @property
    def refused(self) -> int:
        return sum(1 << CHANNELS.index(channel) for channel in self.unwanted)

    def _reach(self, event: One) -> None:
        at_ms, before_ms = event.at_ms, self.outbound_ms
        valued, unanswered = "value_item" in event.said, event.code == 2
        again = self._is_latest(event)
        was_valued, was_unanswered = bool(self.latest & 1), bool(self.latest & 2)
        worth = valued and not (again and was_valued)
        self.outbound_90d = float32(faded(self.outbound_90d, before_ms, at_ms, 90, not again))
        self.valued_90d = float32(faded(self.valued_90d, before_ms, at_ms, 90, worth))
        if valued:
            self.valued_ms = max(self.valued_ms, at_ms)
        if event.code == 1:
            self._hear(event)
        if unanswered and not (again and was_unanswered) and at_ms > self.heard_ms:
            self.unanswered = min(self.unanswered + 1, 9)
            if self.unanswered >= 3:
                self.away_ms = max(self.away_ms, at_ms)
        if again:
            self.latest |= valued + 2 * unanswered
        elif at_ms >= before_ms:
            self.latest = valued + 2 * unanswered
            self.reference, self.by = event.reference, self._channel(event)
        self.outbound_ms = max(before_ms, at_ms)
        self.remember(event)

    def _is_latest(self, event: One) -> bool:
        if not self.outbound_ms or abs(event.at_ms - self.outbound_ms) > 2 * DAY_MS:
            return False
        if event.reference and self.reference:
            return event.reference == self.reference
        by = {self.by, self._channel(event)} - {0}
        hour_ms = DAY_MS // 24
        return event.at_ms // hour_ms == self.outbound_ms // hour_ms and len(by) < 2

    def _channel(self, event: One) -> int:
        return CHANNELS.index(event.said.get("channel", ""))

    def _hear(self, event: One) -> None:
        if event.at_ms >= self.outbound_ms:
            self.unanswered = 0
        if event.at_ms >= self.heard_ms:
            self.heard_ms = event.at_ms
            self.answers_by = self._channel(event) or self.answers_by

    @property
    def owed(self) -> bool:
        return self.care_ms > self.valued_ms

    def care_due(self, first_ms: int, floor_ms: int, now_ms: int) -> bool:
        return now_ms - max(self.valued_ms, self.care_ms, first_ms) > floor_ms

    def stage(self, now_ms: int) -> int:
        if not self.away_ms:
            return 0
        end_ms = self.away_ms + 60 * DAY_MS
        if self.heard_ms >= self.away_ms:
            end_ms = min(end_ms, self.heard_ms)
        return faded_stage(1, end_ms, now_ms)

    def features(self, now_ms: int) -> list[float]:
        kept = weight(max(now_ms - self.outbound_ms, 0), 90)
        worthless = self.outbound_90d * kept - self.valued_90d * kept
        silent = min(days_between(self.valued_ms, now_ms), 180.0) if self.valued_ms else 180.0
        return [
            log1p(self.outbound_90d * kept),
            log1p(silent),
            log1p(max(worthless - 3.0, 0.0)),
            self.unanswered * kept,
        ]
