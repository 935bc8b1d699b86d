"""The oracle's customer: what the ledger keeps of one, and how an instant is judged."""

from dataclasses import dataclass

import msgspec

from detectors.kinds import Kind
from detectors.settings import CoreSettings
from detectors.slices import Model
from tests.detectors.logs import One
from tests.detectors.oracle_complaints import Complaints
from tests.detectors.oracle_contact import CHANNELS, Contact
from tests.detectors.oracle_families import (
    Loyalty,
    Rhythm,
    Signs,
    Silence,
    Value,
    Volume,
)
from tests.detectors.oracle_maths import DAY_MS, WEEK_MS, exp, float32, six_places
from tests.detectors.oracle_promises import LEVELS, Broken
from tests.detectors.oracle_service import Payments, Service
from tests.detectors.oracle_signs import Contract, Market, Survey

CALM, WATCH, AT_RISK, CRITICAL = range(4)
MONDAY_MS = 4 * DAY_MS


class Churn:
    """Signs of life and departures; every one is kept, and labels look back at them all."""

    def __init__(self, settings: CoreSettings) -> None:
        churn = settings.churn
        self.label, self.active_ms, self.churned_ms, self.returned_ms = churn.label, 0, 0, 0
        by_silence = churn.label == "silence"
        horizon_days = churn.silence_days if by_silence else churn.churned_within_days
        self.horizon_ms = horizon_days * DAY_MS
        self.limit_ms = churn.silence_days * DAY_MS if by_silence else None
        if churn.active_days is not None:
            self.limit_ms = churn.active_days * DAY_MS
        self.told_ms: list[int] = []

    def apply(self, event: One) -> None:
        alive = event.kind in {Kind.PURCHASE_MADE, Kind.USAGE_RECORDED}
        if alive:
            self.active_ms = max(self.active_ms, event.at_ms)
        if event.kind is Kind.CUSTOMER_CHURNED:
            self.churned_ms = max(self.churned_ms, event.at_ms)
        if event.kind is Kind.CUSTOMER_RETURNED:
            self.returned_ms = max(self.returned_ms, event.at_ms)
        if alive if self.label == "silence" else event.kind is Kind.CUSTOMER_CHURNED:
            self.told_ms.append(event.at_ms)

    def watched(self, now_ms: int) -> bool:
        if self.churned_ms > max(self.active_ms, self.returned_ms):
            return False
        if self.limit_ms is None:
            return True
        return self.active_ms > 0 and now_ms - self.active_ms <= self.limit_ms

    def told_within(self, monday_ms: int) -> bool:
        """Say whether the horizon after a Monday holds what the label asks for."""
        return any(monday_ms < at_ms <= monday_ms + self.horizon_ms for at_ms in self.told_ms)

    def y(self, monday_ms: int) -> int:
        return int(self.told_within(monday_ms) == (self.label == "churned"))

    def gone_ms(self) -> int:
        """Give when this customer churned, if it came to that."""
        told = self.label == "churned"
        return self.churned_ms if told else self.active_ms + self.horizon_ms

    def open_weeks(self, tick_ms: int) -> set[int]:
        """Give the Mondays, by number, not asked yet whose horizon holds what the label asks."""
        first = max((tick_ms - self.horizon_ms - MONDAY_MS) // WEEK_MS + 1, 0)
        newest = max(self.told_ms, default=0)
        weeks = range(first, (newest - MONDAY_MS) // WEEK_MS + 1)
        return {week for week in weeks if self.told_within(MONDAY_MS + week * WEEK_MS)}


class Account:
    """Names, as they are."""

    def __init__(self) -> None:
        self.owner = self.tier = self.language = self.segment = self.region = ""
        self.yearly_revenue, self.profile_ms, self.channel = -1.0, 0, 0

    def apply(self, event: One) -> None:
        if event.kind is not Kind.PROFILE_UPDATED or event.at_ms < self.profile_ms:
            return
        self.profile_ms = event.at_ms
        said = msgspec.msgpack.decode(event.note or b"\x80")
        for name in {"owner", "tier", "language", "segment", "region"} & said.keys():
            setattr(self, name, said[name] or "")
        if "preferred_channel" in said:
            self.channel = CHANNELS.index(said["preferred_channel"] or "")
        if "yearly_revenue" in said:
            self.yearly_revenue = -1.0 if said["yearly_revenue"] is None else said["yearly_revenue"]


@dataclass
class Move:
    before: int
    after: int
    crossed: bool
    cleared: bool


class Bands:
    """One customer's band."""

    def __init__(self, settings: CoreSettings) -> None:
        self.band, self.rising_since_ms, self.falling_since_ms, self.lifted_risk = CALM, 0, 0, 0.0
        self.settings = settings.bands

    def entered(self, risk: float) -> int:
        lines = (self.settings.watch, self.settings.at_risk, self.settings.critical)
        return sum(risk >= line for line in lines)

    def move(self, risk: float, floor: int, now_ms: int) -> Move:
        before, entered = self.band, self.entered(risk)
        held = self.entered(risk + self.settings.margin)
        self.rising_since_ms = (self.rising_since_ms or now_ms) if entered > before else 0
        self.falling_since_ms = (self.falling_since_ms or now_ms) if held < before else 0
        up_ms, down_ms = now_ms - self.rising_since_ms, now_ms - self.falling_since_ms
        moved = before
        if entered > before and up_ms >= self.settings.rise_days * DAY_MS:
            moved = entered
        elif held < before and down_ms >= self.settings.fall_days * DAY_MS:
            moved = held
        self.band = max(moved, floor)
        if moved != before != self.band:  # the next line asks for days of its own
            self.rising_since_ms = self.falling_since_ms = 0
        on = self.lifted_risk > 0 and risk >= self.lifted_risk + self.settings.margin
        crossed = self.band >= AT_RISK and (self.band > before or on)
        cleared = before >= AT_RISK > self.band
        if crossed or cleared:
            self.lifted_risk = 0.0
        return Move(before, self.band, crossed, cleared)

    def lift(self, risk: float) -> bool:
        if self.entered(risk) <= self.band:
            return False
        self.band, self.rising_since_ms = self.entered(risk), 0
        if self.band >= AT_RISK:
            self.lifted_risk = float32(risk)
        return True


class Stages:
    """How far one customer has gone."""

    def __init__(self) -> None:
        self.stage, self.together_since_ms = 0, 0

    def move(self, highest: int, n_families: int, now_ms: int) -> None:
        if n_families < 2:
            self.together_since_ms = 0
        elif not self.together_since_ms:
            self.together_since_ms = now_ms
        elif now_ms - self.together_since_ms >= 28 * DAY_MS:
            highest = max(highest, 2)
        self.stage = highest


class Customer:
    """Everything the ledger keeps of one customer."""

    def __init__(self, number: int, settings: CoreSettings) -> None:
        self.number, self.settings = number, settings
        self.seen_ms, self.first_ms, self.reported_risk = 0, 0, -1.0
        self.absorbed_ms = self.joined_ms = 0  # no merges here: see test_moving.py
        self.churn, self.account, self.bands = Churn(settings), Account(), Bands(settings)
        self.stages = Stages()
        self.value, self.rhythm = Value(), Rhythm()
        self.contact, self.contract = Contact(), Contract()
        self.complaints = Complaints(settings)
        self.families: dict[str, Signs] = {
            "silence": Silence(),
            "rhythm": self.rhythm,
            "volume": Volume(),
            "value": self.value,
            "loyalty": Loyalty(),
            "contact": self.contact,
            "complaints": self.complaints,
            "service": Service(),
            "payments": Payments(),
            "contract": self.contract,
            "market": Market(),
            "survey": Survey(),
        }
        self.broken: list[Broken] = []  # noticed just now

    def apply(self, event: One, tick_ms: int) -> bool:
        """Take an event; say whether it came late."""
        late = event.at_ms < self.seen_ms
        self.broken = self.complaints.settle(event, self.seen_ms)
        self.first_ms = min(self.first_ms or event.at_ms, event.at_ms)
        self.account.apply(event)
        self.churn.apply(event)
        for family in self.families.values():
            family.apply(event)
        self.seen_ms = max(self.seen_ms, event.at_ms, tick_ms)
        self.broken += self.complaints.notice(self.seen_ms)
        return late

    def level(self, now_ms: int) -> int:
        """Give who takes over a complaint from now on, 0 for nobody."""
        told = [LEVELS.get(one.clock, 0) for one in self.broken if not one.withdrawn]
        return max(told, default=0) if self.churn.watched(now_ms) else 0

    def floor(self, now_ms: int) -> int:
        if not self.churn.watched(now_ms):
            return 0
        return max(family.floor(now_ms) for family in self.families.values())

    def move_stage(self, now_ms: int) -> int:
        """Bring the stage to what the evidence shows, and give it."""
        shown = [0]
        if self.churn.watched(now_ms):
            shown = [family.stage(now_ms) for family in self.families.values()]
        self.stages.move(
            self._together(max(shown), now_ms), sum(stage > 0 for stage in shown), now_ms
        )
        return self.stages.stage

    def _together(self, stage: int, now_ms: int) -> int:
        """Give the stage with what takes more than one family to see."""
        if not self.churn.watched(now_ms):
            return 0
        if self.rhythm.vanished(now_ms) and not self.contract.runs(now_ms):
            return 3
        return max(stage, 2) if stage > 0 and self.contract.soon(now_ms) else stage

    def asks_for_care(self, now_ms: int) -> bool:
        """Say whether a valued customer is due a contact, and note that it was said."""
        care, tier = self.settings.care, self.account.tier
        floor_days = {"top": care.top_days, "middle": care.middle_days}.get(tier)
        if floor_days is None or not self.churn.watched(now_ms):
            return False
        if not self.contact.care_due(self.first_ms, round(floor_days * DAY_MS), now_ms):
            return False
        self.contact.care_ms = now_ms
        return True

    def features(self, now_ms: int) -> list[float]:
        return [x for family in self.families.values() for x in family.measured(now_ms)]

    def risk(self, now_ms: int, model: Model) -> float:
        if not self.churn.watched(now_ms):
            return 0.0
        logit = 0.0
        for x, weight in zip(self.features(now_ms), model.weights, strict=True):
            logit += x * weight
        return six_places(1.0 / (1.0 + exp(-(logit + model.intercept))))

    def family_logits(self, now_ms: int, model: Model) -> dict[str, float]:
        """Give what each family adds to the logit."""
        known = iter(zip(model.weights, model.usual, strict=True))
        logits = {}
        for name, family in self.families.items():
            parts = [(x, *next(known)) for x in family.measured(now_ms)]
            logits[name] = sum((x - usual) * weight for x, weight, usual in parts)
        return logits

    def worth(self, now_ms: int) -> tuple[float, str]:
        s, spend = self.settings.value, self.value.yearly_spend(now_ms)
        revenue, basis = s.usual_revenue, "unknown"
        if self.account.yearly_revenue >= 0:
            revenue, basis = self.account.yearly_revenue, "revenue"
        elif spend > 0:
            revenue, basis = spend, "spend"
        years = s.years_kept
        if s.discount:
            years = (1 - (1 + s.discount) ** -s.years_kept) / s.discount
        return round(revenue * (s.margin * s.loyalty * years), 2), basis
