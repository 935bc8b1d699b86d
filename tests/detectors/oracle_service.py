"""The oracle's service and payments: what we owe the customer, and what they owe us."""

from datetime import UTC, datetime, timedelta

from detectors.kinds import Kind
from tests.detectors.logs import One
from tests.detectors.oracle_families import Signs
from tests.detectors.oracle_maths import DAY_MS, faded, float32, log1p, weight, within
from tests.detectors.oracle_maths import days as days_between

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant_ms(said: str | None) -> int:
    """Give an instant of a note, 0 where it says none."""
    if said is None:
        return 0
    return (datetime.fromisoformat(said) - EPOCH) // timedelta(milliseconds=1)


class Service(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.counted_ms = self.waiting_ms = self.answered_ms = 0
        self.deliveries_90d = self.missed_90d = self.faulty_90d = self.ignored_90d = 0.0
        self.wait_log = self.wait_last_log = self.waits = 0

    def apply(self, event: One) -> None:
        kind, outcome = event.kind, event.said.get("outcome")
        missed, faulty = outcome in {"late", "short"}, outcome == "defect"
        ignored = kind is Kind.CONTACT_MADE and event.code == 4
        if kind is Kind.DELIVERY_MADE:
            self._count(event, {"deliveries": 1, "missed": missed, "faulty": faulty})
        if kind is Kind.GOODS_RETURNED:
            self._count(event, {"faulty": 1})
        if ignored:
            self._count(event, {"ignored": 1})
        bad_delivery = kind is Kind.DELIVERY_MADE and (missed or faulty)
        if bad_delivery or ignored or kind is Kind.GOODS_RETURNED:
            self.remember(event)
        if ignored or kind in {Kind.COMPLAINT_OPENED, Kind.COMPLAINT_REOPENED}:
            self._asked(event.at_ms)
        elif kind.name in {
            "CONTACT_MADE", "CUSTOMER_CONTACTED",
            "COMPLAINT_ANSWERED", "COMPLAINT_RESOLVED", "COMPLAINT_INFORMED",
        }:  # fmt: skip
            self._answered(event.at_ms)

    def _count(self, event: One, more: dict[str, float]) -> None:
        for name in ("deliveries", "missed", "faulty", "ignored"):
            column, then_ms = f"{name}_90d", self.counted_ms
            total = faded(getattr(self, column), then_ms, event.at_ms, 90, more.get(name, 0))
            setattr(self, column, float32(total))
        self.counted_ms = max(self.counted_ms, event.at_ms)

    def _asked(self, at_ms: int) -> None:
        if at_ms <= self.answered_ms:
            return
        if self.waiting_ms > self.answered_ms:
            self.waiting_ms = min(self.waiting_ms, at_ms)
        else:
            self.waiting_ms = at_ms

    def _answered(self, at_ms: int) -> None:
        if self.waiting_ms > self.answered_ms:
            if at_ms >= self.waiting_ms:
                last = 1000 * log1p((at_ms - self.waiting_ms) / 60_000)
                self.waits = min(self.waits + 1, 8)
                self.wait_log = round(self.wait_log + (last - self.wait_log) / self.waits)
                self.wait_last_log = round(last)
        elif at_ms > self.answered_ms:
            self.wait_last_log = 0
        self.answered_ms = max(self.answered_ms, at_ms)

    def features(self, now_ms: int) -> list[float]:
        kept = weight(max(now_ms - self.counted_ms, 0), 90)
        missed = self.missed_90d * kept
        usual = (2 * log1p(240) + self.waits * (self.wait_log / 1000)) / (2 + self.waits)
        if self.waiting_ms > self.answered_ms:
            waits = log1p(max(now_ms - self.waiting_ms, 0) / 60_000)
            slower = within(0.0, waits - usual, 5.0)
        else:
            age = weight(max(now_ms - self.answered_ms, 0), 90)
            slower = within(0.0, self.wait_last_log / 1000 - usual, 5.0) * age
        return [
            log1p(missed),
            missed / (self.deliveries_90d * kept + 2.0),
            log1p(self.faulty_90d * kept),
            log1p(self.ignored_90d * kept),
            slower,
        ]
