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


class Payments(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.counted_ms = self.failed_ms = self.due_ms = self.settled_ms = 0
        self.failed_90d = self.disputed_90d = 0.0
        self.late_lately = self.late_usually = self.payments = self.failure = self.early = 0

    def apply(self, event: One) -> None:
        due_ms = instant_ms(event.said.get("due_at"))
        if event.kind is Kind.PAYMENT_FAILED:
            self._count(event, failed=1.0, disputed=0.0)
            self.remember(event)
            how = {"hard": 2}.get(event.said.get("failure", ""), 1)
            how = 3 if event.said.get("final") else how
            if event.at_ms >= self.failed_ms:
                self.failure = max(how, self.failure if event.at_ms == self.failed_ms else 0)
                self.failed_ms = event.at_ms
        if event.kind is Kind.INVOICE_DISPUTED:
            self._count(event, failed=0.0, disputed=1.0)
            self.remember(event)
        if event.kind is Kind.PAYMENT_DUE:
            self.due_ms = max(self.due_ms, due_ms or event.at_ms)
        if event.kind in {Kind.PAYMENT_PAID, Kind.PAYMENT_RECOVERED}:
            self.settled_ms = max(self.settled_ms, event.at_ms, due_ms)
            if due_ms:
                self._paid(min(days_between(due_ms, event.at_ms), 300.0))
                early = 100 * (due_ms - event.at_ms >= DAY_MS)
                self.early = round(self.early + (early - self.early) / self.payments)
                if event.at_ms >= due_ms + DAY_MS:
                    self.remember(event)

    def _count(self, event: One, failed: float, disputed: float) -> None:
        then_ms = self.counted_ms
        self.failed_90d = float32(faded(self.failed_90d, then_ms, event.at_ms, 90, failed))
        self.disputed_90d = float32(faded(self.disputed_90d, then_ms, event.at_ms, 90, disputed))
        self.counted_ms = max(then_ms, event.at_ms)

    def _paid(self, days_late: float) -> None:
        late = 100 * days_late
        self.payments = min(self.payments + 1, 8)
        of_late = min(self.payments, 2)
        self.late_usually = round(self.late_usually + (late - self.late_usually) / self.payments)
        self.late_lately = round(self.late_lately + (late - self.late_lately) / of_late)

    def features(self, now_ms: int) -> list[float]:
        kept = weight(max(now_ms - self.counted_ms, 0), 90)
        usual, overdue, failure = self.late_usually / 100, 0.0, 0.0
        if self.due_ms > self.settled_ms:
            overdue = within(0.0, days_between(self.due_ms, now_ms) - usual, 90.0)
        if self.failed_ms > self.settled_ms and days_between(self.failed_ms, now_ms) <= 90:
            failure = float(self.failure)
        return [
            log1p(self.failed_90d * kept),
            failure,
            log1p(overdue),
            log1p(max(self.late_lately / 100 - usual, 0.0)),
            log1p(self.disputed_90d * kept),
        ]
