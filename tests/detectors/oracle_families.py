"""The oracle's families: one customer, one event at a time, no arrays.

Attributes are named as the columns they stand for.
"""

import math

from detectors.kinds import Kind
from tests.detectors.logs import One
from tests.detectors.oracle_maths import (
    DAY_MS,
    exp,
    exp2,
    expm1,
    faded,
    float32,
    log,
    log1p,
    power,
    weight,
    within,
)
from tests.detectors.oracle_maths import days as days_between

ACTIVE = {Kind.PURCHASE_MADE, Kind.USAGE_RECORDED, Kind.LOGIN_MADE}


class Signs:
    """What all families keep: the place of the latest event that speaks for them."""

    living = False  # whether it is measured on the living clock

    def __init__(self) -> None:
        self.evidence_ms, self.evidence_offset, self.evidence_topic = 0, -1, 0

    def remember(self, event: One) -> None:
        if event.at_ms >= self.evidence_ms:
            self.evidence_ms = event.at_ms
            self.evidence_offset, self.evidence_topic = event.offset, event.topic

    def apply(self, event: One) -> None:
        raise NotImplementedError

    def features(self, now_ms: int) -> list[float]:
        raise NotImplementedError

    def floor(self, now_ms: int) -> int:
        """Give the band that hard evidence holds up."""
        return 0

    def stage(self, now_ms: int) -> int:
        """Give the stage that the evidence shows."""
        return 0

    def column(self, name: str) -> float | str | list[int]:
        """Give a column by its name in the ledger: a list if it has several places."""
        value: float | str = getattr(self, name)
        return value

    def measured(self, now_ms: int) -> list[float]:
        return [float32(value) for value in self.features(now_ms)]


class Silence(Signs):
    living = True

    def __init__(self) -> None:
        super().__init__()
        self.active_ms = 0

    def apply(self, event: One) -> None:
        if event.kind in ACTIVE:
            self.active_ms = max(self.active_ms, event.at_ms)
            self.remember(event)

    def features(self, now_ms: int) -> list[float]:
        silent = log1p(days_between(self.active_ms, now_ms)) if self.active_ms else 0.0
        return [silent, max(silent - log(8), 0.0), max(silent - log(15), 0.0)]


class Rhythm(Signs):
    living = True

    def __init__(self) -> None:
        super().__init__()
        self.first_ms = self.last_ms = self.last_day = self.days = 0
        self.active_days = self.gap_last_days = self.gap_longest_days = 0
        self.gaps = self.gap_log = self.gap_log_sq = 0.0

    def apply(self, event: One) -> None:
        if event.kind not in ACTIVE:
            return
        self.remember(event)
        self.first_ms = min(self.first_ms or event.at_ms, event.at_ms)
        self.last_ms = max(self.last_ms, event.at_ms)
        day = event.at_ms // DAY_MS
        if self.last_day == 0:
            self.last_day, self.days, self.active_days = day, 1, 1
        elif day > self.last_day:
            self._next_day(day)
        elif self.last_day - day < 64 and not self.days >> (self.last_day - day) & 1:
            self.days |= 1 << (self.last_day - day)
            self.active_days += 1

    def _next_day(self, day: int) -> None:
        gap = day - self.last_day
        self.gaps = 0.9 * self.gaps + 1.0
        self.gap_log = 0.9 * self.gap_log + log(gap)
        self.gap_log_sq = 0.9 * self.gap_log_sq + log(gap) * log(gap)
        self.gap_last_days = gap
        self.gap_longest_days = max(self.gap_longest_days, gap)
        self.days = (self.days << gap | 1) % 2**64
        self.active_days += 1
        self.last_day = day

    def stage(self, now_ms: int) -> int:
        typical = exp((self.gap_log + 2.0 * log(7)) / (self.gaps + 2.0))
        silent = days_between(self.last_ms, now_ms)
        return int(self.last_ms > 0 and silent > max(2.0 * typical, 7.0))

    def vanished(self, now_ms: int) -> bool:
        silent = days_between(self.last_ms, now_ms)
        return self.active_days > 5 and silent > max(1.5 * self.gap_longest_days, 28.0)

    def features(self, now_ms: int) -> list[float]:
        tenure = days_between(self.first_ms, now_ms) if self.first_ms else 0.0
        span = days_between(self.first_ms, self.last_ms)
        repeats = max(self.active_days - 1.0, 0.0)
        n = self.gaps + 2.0
        typical = (self.gap_log + 2.0 * log(7)) / n
        square = (self.gap_log_sq + 2.0 * (log(7) ** 2 + 0.5)) / n
        variance = max(square - typical * typical, 0.05)
        late = 0.0
        if self.last_ms:
            open_gap = log(max(days_between(self.last_ms, now_ms), 0.5))
            late = within(-4.0, (open_gap - typical) / math.sqrt(variance), 6.0)
        # At midnight the day that ends is the last one, unless the new one has begun.
        today = max((now_ms - 1) // DAY_MS, self.last_day)
        active = [self.last_day - back for back in range(64) if self.days >> back & 1]
        return [
            log((span + 28.0) / (repeats + 2.0)),
            typical,
            0.5 * log(variance),
            log1p(self.gap_last_days),
            late,
            max(late, 0.0),
            silent_logit(repeats, span, tenure),
            *(log1p(sum(today - day < n for day in active)) for n in (7, 28, 56)),
        ]


def faded_stage(stage: int, ended_ms: int, now_ms: int) -> int:
    """Give what evidence shows that ended, or will end, at an instant."""
    if now_ms < ended_ms:
        return stage
    for weeks in (2, 4):
        stage -= 1
        if now_ms < ended_ms + weeks * 7 * DAY_MS:
            return max(stage, 0)
    return 0


def silent_logit(repeats: float, span: float, tenure: float) -> float:
    gone = 0.0
    if repeats > 0:
        growth = (1.0 + repeats) * log((14.0 + tenure) / (14.0 + span))
        gone = 0.3 / (3.0 + max(repeats, 1.0) - 1.0) * exp(min(growth, 600.0))
    quiet = power((14.0 + tenure) / (14.0 + tenure + 28.0), 1.0 + repeats)
    silent = within(1e-6, 1.0 - (1.0 - quiet) / (1.0 + gone), 1 - 1e-6)
    return log(silent / (1.0 - silent))


class Volume(Signs):
    living = True

    def __init__(self) -> None:
        super().__init__()
        self.first_ms = self.counted_ms = 0
        self.count_7d = self.count_28d = self.count_90d = 0.0

    def apply(self, event: One) -> None:
        if event.kind not in ACTIVE:
            return
        self.remember(event)
        self.first_ms = min(self.first_ms or event.at_ms, event.at_ms)
        self.count_7d = faded(self.count_7d, self.counted_ms, event.at_ms, 7, 1.0)
        self.count_28d = faded(self.count_28d, self.counted_ms, event.at_ms, 28, 1.0)
        self.count_90d = faded(self.count_90d, self.counted_ms, event.at_ms, 90, 1.0)
        self.counted_ms = max(self.counted_ms, event.at_ms)

    def stage(self, now_ms: int) -> int:
        if not self.first_ms or now_ms - self.first_ms < 90 * DAY_MS:
            return 0
        age_ms = max(now_ms - self.counted_ms, 0)
        tenure = days_between(self.first_ms, now_ms)
        could = [days / log(2) * (1.0 - exp2(tenure / -days)) for days in (28, 90)]
        usual = self.count_90d * weight(age_ms, 90) / could[1] * could[0]
        return int(usual >= 2.0 and self.count_28d * weight(age_ms, 28) < 0.6 * usual)

    def features(self, now_ms: int) -> list[float]:
        age_ms = max(now_ms - self.counted_ms, 0)
        tenure = days_between(self.first_ms, now_ms) if self.first_ms else 0.0
        counts, rates, windows = [], [], []
        for total, days in ((self.count_7d, 7), (self.count_28d, 28), (self.count_90d, 90)):
            count = total * weight(age_ms, days)
            window = days / log(2) * (1.0 - exp2(tenure / -days))
            counts.append(count)
            windows.append(window)
            rates.append(log((count + 1.0) / (window + 7.0)))
        month = windows[1] + 5.0
        expected = (counts[1] + 0.5) * log((month + 28.0) / month)
        return [
            *(log1p(count) for count in counts),
            rates[0] - rates[1],
            rates[1] - rates[2],
            -log(expm1(min(expected, 12.0))),
        ]


class Value(Signs):
    def __init__(self) -> None:
        super().__init__()
        self.spend_28d = self.bought_28d = self.lines_28d = 0.0
        self.bought_ms = self.amount_last_ms = self.lines_ever = 0
        self.amount_sum = self.amount_n = self.amount_last = self.wallet = 0.0
        self.wallet_day = 0

    def apply(self, event: One) -> None:
        if event.kind in {Kind.PROFILE_UPDATED, Kind.SURVEY_ANSWERED}:
            told, day = event.said.get("yearly_spend", 0.0), event.at_ms // DAY_MS
            if told > 0 and day >= self.wallet_day:
                self.wallet, self.wallet_day = float32(told), day
        if event.kind is not Kind.PURCHASE_MADE:
            return
        self.remember(event)
        before_ms, n_lines = self.bought_ms, event.lines.bit_count()
        self.spend_28d = faded(self.spend_28d, before_ms, event.at_ms, 28, event.amount)
        self.lines_28d = faded(self.lines_28d, before_ms, event.at_ms, 28, n_lines)
        self.bought_28d = faded(self.bought_28d, before_ms, event.at_ms, 28, n_lines > 0)
        self.bought_ms = max(before_ms, event.at_ms)
        self.lines_ever |= event.lines
        if event.amount > 0:
            self.amount_sum += event.amount
            self.amount_n += 1
            if event.at_ms >= self.amount_last_ms:
                self.amount_last, self.amount_last_ms = event.amount, event.at_ms

    def features(self, now_ms: int) -> list[float]:
        age = weight(max(now_ms - self.bought_ms, 0), 28)
        mean = log1p(self.amount_sum / max(self.amount_n, 1.0))
        n_lines = self.lines_ever.bit_count()
        return [
            log1p(self.spend_28d * age),
            mean,
            within(-3.0, log1p(self.amount_last) - mean, 3.0),
            log1p(n_lines) if n_lines else log(10),
            log((self.lines_28d * age + 3.0) / (self.bought_28d * age + 1.0)),
        ]

    def yearly_spend(self, now_ms: int) -> float:
        age = weight(max(now_ms - self.bought_ms, 0), 28)
        return self.spend_28d * age * (365.25 * log(2) / 28)
