"""The oracle's network: neighbours that left."""

import msgspec

from detectors.kinds import Kind
from tests.detectors.logs import One
from tests.detectors.oracle_families import Signs, faded_stage
from tests.detectors.oracle_maths import DAY_MS, faded, float32, weight, within


class Network(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.lost_ms = self.returned_ms = self.n_links = 0
        self.lost_28d = 0.0

    def apply(self, event: One) -> None:
        if event.kind is Kind.NEIGHBOUR_CHURNED:
            gain = 0.8 if event.code == 2 else 1.6
            self.lost_28d = float32(faded(self.lost_28d, self.lost_ms, event.at_ms, 28, gain))
            self.lost_ms = max(self.lost_ms, event.at_ms)
            self.remember(event)
        elif event.kind is Kind.PROFILE_UPDATED:
            said = msgspec.msgpack.decode(event.note or b"\x80")
            self.n_links = said.get("n_links") or self.n_links
        elif event.kind is Kind.CUSTOMER_RETURNED:
            self.returned_ms = max(self.returned_ms, event.at_ms)

    def features(self, now_ms: int) -> list[float]:
        if self.lost_ms <= self.returned_ms:
            return [0.0]
        lost = self.lost_28d * weight(max(now_ms - self.lost_ms, 0), 28)
        return [within(0.0, (lost / (self.n_links or 3.0) - 0.02) / 0.10, 1.0)]

    def stage(self, now_ms: int) -> int:
        if self.lost_ms <= self.returned_ms:
            return 0
        return faded_stage(1, self.lost_ms + 56 * DAY_MS, now_ms)
