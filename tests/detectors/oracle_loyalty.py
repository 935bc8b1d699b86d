"""The oracle's loyalty: programme, orders and product lines of one customer."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from detectors.kinds import Kind
from tests.detectors.logs import One
from tests.detectors.oracle_families import ACTIVE, Signs, faded_stage
from tests.detectors.oracle_maths import DAY_MS, exp2, faded, float32, log, log1p, weight, within
from tests.detectors.oracle_maths import days as days_between

LEVELS = ("", "basic", "advanced", "enterprise")


@dataclass
class Line:
    """One product line; 0 is a place never used, else its bit counted from 1."""

    line: int = 0
    line_day: int = 0
    line_gap: float = 0.0
    line_n: int = 0

    def buy(self, day: int) -> None:
        ahead = day - self.line_day
        if ahead > 0:
            new = 0.7 * self.line_gap + (1.0 - 0.7) * ahead
            self.line_gap = float32(ahead if self.line_n == 1 else new)
            self.line_n = min(self.line_n + 1, 250)
            self.line_day = day


class Loyalty(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.first_ms = self.offer_ms = self.order_ms = self.profile_ms = 0
        self.offers_90d = 0.0
        self.orders_28d = self.orders_90d = self.spend_28d = self.spend_90d = self.best_90d = 0.0
        self.cashed_day = self.expires_day = self.lowered_day = self.moved_day = 0
        self.region, self.level, self.dropped = "", 0, 0
        self.lines = [Line() for _ in range(6)]

    def apply(self, event: One) -> None:
        if event.kind in ACTIVE:
            self.first_ms = min(self.first_ms or event.at_ms, event.at_ms)
        if event.kind is Kind.PURCHASE_MADE:
            self._order(event)
            self._lines(event)
        if event.kind is Kind.PROGRAMME_USED:
            self._use(event)
        if event.kind is Kind.CONTRACT_LINE_DROPPED:
            self.remember(event)
            self.dropped |= event.lines
        if event.kind is Kind.PROFILE_UPDATED and event.at_ms >= self.profile_ms:
            self._profile(event)

    def _order(self, event: One) -> None:
        for days in (28, 90):
            for name, more in (("orders", 1.0), ("spend", event.amount)):
                before = getattr(self, f"{name}_{days}d")
                total = float32(faded(before, self.order_ms, event.at_ms, days, more))
                setattr(self, f"{name}_{days}d", total)
        self.order_ms = max(self.order_ms, event.at_ms)
        self.best_90d = max(self.best_90d, self.spend_90d)

    def _lines(self, event: One) -> None:
        self.dropped &= ~event.lines
        if event.lines.bit_count() > 6:
            return
        day = event.at_ms // DAY_MS
        for bit in (bit for bit in range(64) if event.lines >> bit & 1):
            own = [line for line in self.lines if line.line == bit + 1]
            if own:
                own[0].buy(day)
            else:
                least = min(self.lines, key=lambda line: (line.line_n, line.line_day))
                self.lines[self.lines.index(least)] = Line(bit + 1, day, 0.0, 1)

    def _use(self, event: One) -> None:
        self.remember(event)
        self.offers_90d = faded(self.offers_90d, self.offer_ms, event.at_ms, 90, 1.0)
        said = event.said
        if "expires_at" in said and event.at_ms >= self.offer_ms:
            self.expires_day = until_day(said["expires_at"])
        self.offer_ms = max(self.offer_ms, event.at_ms)
        if said.get("points_spent", 0.0) > 0 and said.get("balance", 1.0) == 0:
            self.cashed_day = max(self.cashed_day, event.at_ms // DAY_MS)

    def _profile(self, event: One) -> None:
        self.profile_ms = event.at_ms
        said = msgspec.msgpack.decode(event.note or b"\x80")
        level, region = LEVELS.index(said.get("membership_level") or ""), said.get("region")
        if level and level < self.level:
            self.lowered_day = event.at_ms // DAY_MS
        self.level = level or self.level
        if region and self.region not in {"", region}:
            self.moved_day = event.at_ms // DAY_MS
        self.region = region or self.region

    def lost(self) -> int:
        latest = max(line.line_day for line in self.lines)
        silent = [
            line
            for line in self.lines
            if line.line_n >= 4
            and latest - line.line_day > max(3.0 * line.line_gap, 28)
            and not self.dropped >> (line.line - 1) & 1
        ]
        return self.dropped.bit_count() + len(silent)

    def features(self, now_ms: int) -> list[float]:
        tenure = days_between(self.first_ms, now_ms) if self.first_ms else 0.0
        used = self.offers_90d * weight(max(now_ms - self.offer_ms, 0), 90)
        silent = min(days_between(self.offer_ms, now_ms), 180.0) if self.offer_ms else 180.0
        newness = max(1.0 - tenure / 60.0, 0.0) if self.first_ms else 0.0
        today = now_ms // DAY_MS
        ends = self.expires_day - today
        return [
            log1p(tenure),
            newness,
            log1p(used),
            log1p(silent),
            min(float(self.lost()), 3.0),
            self._smaller(),
            self._below_peak(),
            left(self.cashed_day, today, 30),
            left(self.lowered_day, today, 90),
            1.0 - ends / 30 if 0 <= ends <= 30 else 0.0,
            left(self.moved_day, today, 90),
        ]

    def _smaller(self) -> float:
        steady = self.orders_28d / 28.0 >= 0.8 * self.orders_90d / 90.0
        if self.orders_90d < 4 or not steady or self.spend_28d <= 0 or self.spend_90d <= 0:
            return 0.0
        usual, now = self.spend_90d / self.orders_90d, self.spend_28d / self.orders_28d
        return within(0.0, log(usual / now), 1.5)

    def _below_peak(self) -> float:
        if self.best_90d <= 0 or self.orders_90d < 4:
            return 0.0
        return within(0.0, 1.0 - self.spend_90d / self.best_90d / 0.5, 1.0)

    def stage(self, now_ms: int) -> int:
        if self.lost():
            return 2
        if not self.cashed_day:
            return 0
        return faded_stage(2, (self.cashed_day + 30) * DAY_MS, now_ms)

    def halved(self, now_ms: int) -> bool:
        age_ms = max(now_ms - self.order_ms, 0)
        tenure = days_between(self.first_ms, now_ms)
        month = self.orders_28d * weight(age_ms, 28) / could(tenure, 28)
        quarter = self.orders_90d * weight(age_ms, 90) / could(tenure, 90)
        none = age_ms > 28 * DAY_MS and quarter * 28 >= 2
        return self.orders_90d >= 4 and (none or month < 0.5 * quarter)

    def column(self, name: str) -> float | str | list[int]:
        """Give a column by its name in the ledger: a list if it has a place for each line."""
        if hasattr(Line, name):
            return [getattr(line, name) for line in self.lines]
        return super().column(name)


def could(tenure: float, half_life: float) -> float:
    """Give the decayed days on which orders could have come."""
    return half_life / log(2) * (1.0 - exp2(tenure / -half_life))


def left(day: int, today: int, days: int) -> float:
    return max(1.0 - max(today - day, 0) / days, 0.0) if day else 0.0


def until_day(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000) // DAY_MS
