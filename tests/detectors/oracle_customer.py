"""The oracle's customer: what the ledger keeps of one, and how an instant is judged."""

from dataclasses import dataclass

import msgspec

from detectors.families import FAMILIES
from detectors.kinds import Kind
from detectors.settings import CoreSettings
from detectors.slices import Model
from tests.detectors.logs import One
from tests.detectors.oracle_causes import ENDS, Causes
from tests.detectors.oracle_complaints import Complaints
from tests.detectors.oracle_consents import Consents
from tests.detectors.oracle_contact import CHANNELS, Contact
from tests.detectors.oracle_exposure import Exposure, hits
from tests.detectors.oracle_families import (
    Rhythm,
    Signs,
    Silence,
    Value,
    Volume,
)
from tests.detectors.oracle_loyalty import Loyalty, could
from tests.detectors.oracle_maths import DAY_MS, WEEK_MS, exp, float32, six_places, weight
from tests.detectors.oracle_maths import days as days_between
from tests.detectors.oracle_network import Network
from tests.detectors.oracle_promises import LEVELS, Broken
from tests.detectors.oracle_service import Payments, Service
from tests.detectors.oracle_signs import Contract, Market, Survey
from tests.detectors.oracle_sources import Sources

CALM, WATCH, AT_RISK, CRITICAL = range(4)
MONDAY_MS = 4 * DAY_MS


class Churn:
    """Signs of life and departures; every one is kept, and labels look back at them all."""

    def __init__(self, settings: CoreSettings, sources: Sources) -> None:
        churn, self.sources = settings.churn, sources
        self.label, self.active_ms, self.churned_ms, self.returned_ms = churn.label, 0, 0, 0
        by_silence = churn.label == "silence"
        horizon_days = churn.silence_days if by_silence else churn.churned_within_days
        self.horizon_ms = horizon_days * DAY_MS
        self.limit_ms = churn.silence_days * DAY_MS if by_silence else None
        if churn.active_days is not None:
            self.limit_ms = churn.active_days * DAY_MS
        self.source = -1
        self.came: list[str] = []  # as what they were when they became customers, or again
        self.told_ms: list[int] = []
        self.ended_ms: list[int] = []  # departures that nobody chose, and merges

    def stands(self) -> str:
        if self.churned_ms > max(self.active_ms, self.returned_ms):
            return "gone"
        return "here" if self.active_ms or self.returned_ms else "stranger"

    def apply(self, event: One, *, ends: bool) -> None:
        stood = self.stands()
        self._take(event, ends=ends)
        if stood != "here" == self.stands():
            self.came.append(stood)

    def _take(self, event: One, *, ends: bool) -> None:
        alive = event.kind in {Kind.PURCHASE_MADE, Kind.USAGE_RECORDED}
        if alive and event.at_ms >= self.active_ms:
            self.source = event.source
        if alive:
            self.active_ms = max(self.active_ms, event.at_ms)
        if event.kind is Kind.CUSTOMER_CHURNED:
            self.churned_ms = max(self.churned_ms, event.at_ms)
        if event.kind is Kind.CUSTOMER_RETURNED:
            self.returned_ms = max(self.returned_ms, event.at_ms)
        if ends:
            self.ended_ms.append(event.at_ms)
        elif alive if self.label == "silence" else event.kind is Kind.CUSTOMER_CHURNED:
            self.told_ms.append(event.at_ms)

    def idle_ms(self, until_ms: int) -> int:
        """Give for how long the source was silent since the last sign of life."""
        return self.sources.idle_ms(self.source, self.active_ms, until_ms)

    def watched(self, now_ms: int) -> bool:
        if self.churned_ms > max(self.active_ms, self.returned_ms):
            return False
        if self.limit_ms is None:
            return True
        silent_ms = now_ms - self.active_ms - self.idle_ms(now_ms)
        return self.active_ms > 0 and silent_ms <= self.limit_ms

    def within(self, told_ms: list[int], monday_ms: int) -> bool:
        """Say whether the horizon after a Monday holds one of some instants."""
        return any(monday_ms < at_ms <= monday_ms + self.horizon_ms for at_ms in told_ms)

    def y(self, monday_ms: int) -> int:
        """Give the label of a Monday: churned, stayed, or 2 for none."""
        seen, ended = self.within(self.told_ms, monday_ms), self.within(self.ended_ms, monday_ms)
        if self.label == "churned":
            return 1 if seen else 2 if ended else 0
        if ended or seen:
            return 2 if ended else 0
        until_ms = monday_ms + self.horizon_ms
        idle_ms = self.idle_ms(until_ms)
        unsure = idle_ms > 0 and until_ms - self.active_ms - idle_ms < self.horizon_ms
        return 2 if unsure else 1

    def gone_ms(self) -> int:
        """Give when this customer churned, if it came to that."""
        if self.label == "churned":
            return self.churned_ms
        until_ms = self.active_ms + self.horizon_ms
        return until_ms + self.idle_ms(until_ms)

    def open_weeks(self, told_ms: list[int], tick_ms: int) -> set[int]:
        """Give the Mondays, by number, not asked yet whose horizon holds one of some instants."""
        first = max((tick_ms - self.horizon_ms - MONDAY_MS) // WEEK_MS + 1, 0)
        newest = max(told_ms, default=0)
        weeks = range(first, (newest - MONDAY_MS) // WEEK_MS + 1)
        return {week for week in weeks if self.within(told_ms, MONDAY_MS + week * WEEK_MS)}


class Account(Consents):
    """Names, as they are, and what is allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.owner = self.tier = self.language = self.segment = self.region = ""
        self.yearly_revenue, self.profile_ms, self.channel = -1.0, 0, 0
        self.rank = self.told_rank = 0

    def apply(self, event: One) -> None:
        super().apply(event)
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

    def move(self, highest: int, n_families: int, now_ms: int, *, held: bool) -> None:
        if n_families < 2:
            self.together_since_ms = 0
        elif not self.together_since_ms:
            self.together_since_ms = now_ms
        elif now_ms - self.together_since_ms >= 28 * DAY_MS and (not held or self.stage >= 2):
            highest = max(highest, 2)
        self.stage = highest


class Customer:
    """Everything the ledger keeps of one customer."""

    def __init__(self, number: int, settings: CoreSettings, sources: Sources) -> None:
        self.number, self.settings, self.sources = number, settings, sources
        self.seen_ms, self.first_ms, self.reported_risk = 0, 0, -1.0
        self.known: set[str] = set()  # families that have heard of something to measure
        self.absorbed_ms = self.joined_ms = 0  # no merges here: see test_moving.py
        self.churn, self.account = Churn(settings, sources), Account()
        self.bands, self.stages, self.causes = Bands(settings), Stages(), Causes()
        self.left: tuple[str, str] | None = None  # kind and cause of the event at hand
        self.value, self.exposure, self.silence = Value(), Exposure(), Silence()
        self.volume, self.loyalty, self.rhythm = Volume(), Loyalty(), Rhythm()
        self.contact, self.contract = Contact(), Contract()
        self.complaints = Complaints(settings, sources)
        self.families: dict[str, Signs] = {
            "silence": self.silence,
            "rhythm": self.rhythm,
            "volume": self.volume,
            "value": self.value,
            "loyalty": self.loyalty,
            "contact": self.contact,
            "complaints": self.complaints,
            "service": Service(),
            "payments": Payments(),
            "contract": self.contract,
            "market": Market(),
            "survey": Survey(),
            "exposure": self.exposure,
            "network": Network(),
        }
        self.broken: list[Broken] = []  # noticed just now

    def apply(self, event: One, tick_ms: int) -> bool:
        """Take an event; say whether it came late."""
        late = event.at_ms < self.seen_ms
        self.broken = self.complaints.settle(event, self.seen_ms)
        self.first_ms = min(self.first_ms or event.at_ms, event.at_ms)
        self.account.apply(event)
        self.left = None
        if event.kind is Kind.CUSTOMER_CHURNED:
            self.left = self.causes.departure(event, self.exposure, self.complaints.places)
        natural = self.left is not None and self.left[0] == "natural"
        self.churn.apply(event, ends=natural or (self.left is not None and self.left[1] in ENDS))
        self.causes.apply(event)
        for name, family in self.families.items():
            family.apply(event)
            if event.kind in set(FAMILIES[name].KINDS) - set(
                getattr(FAMILIES[name], "BACKGROUND", ())
            ):
                self.known.add(name)
        self.seen_ms = max(self.seen_ms, event.at_ms, tick_ms)
        self.broken += self.complaints.notice(self.seen_ms)
        return late

    def level(self, now_ms: int) -> int:
        """Give who takes over a complaint from now on, 0 for nobody."""
        return self._level(now_ms, unverified=False)

    def doubted_level(self, now_ms: int) -> int:
        """Give who would have to take one over if an outage hides nothing, 0 for nobody."""
        return self._level(now_ms, unverified=True)

    def _level(self, now_ms: int, *, unverified: bool) -> int:
        new = [one for one in self.broken if not one.withdrawn and one.unverified is unverified]
        told = [LEVELS.get(one.clock, 0) for one in new]
        return max(told, default=0) if self.churn.watched(now_ms) else 0

    @property
    def may_be_called(self) -> bool:
        return not (self.contact.opted_out or self.account.forbids(1))

    @property
    def channels(self) -> tuple[str, str, tuple[str, ...]]:
        """Where to reach them, how that is known, and where they do not want to be."""
        unwanted = self.contact.unwanted
        known = ((self.account.channel, "preferred"), (self.contact.answers_by, "answered"))
        told = ((CHANNELS[at], how) for at, how in known if at and CHANNELS[at] not in unwanted)
        refused = tuple(name for name in CHANNELS if name in unwanted)
        return *next(told, ("", "")), refused

    def kept_level(self, now_ms: int) -> tuple[int, bool]:
        """Give who took over a complaint and does not have to after all, 0 for nobody.

        And whether that was only held as broken.
        """
        for unverified in (False, True):
            back = [one for one in self.broken if one.withdrawn and one.unverified is unverified]
            clocks = {one.clock for one in back if one.clock in LEVELS}
            for place in self.complaints.places:
                if place.is_open(now_ms):
                    clocks -= place.told | place.unsure
                    clocks -= {"analysis"} if place.broke else set()
            if clocks and self.churn.watched(now_ms):
                return max(LEVELS[clock] for clock in clocks), unverified
        return 0, False

    def hear(self, event: One, tick_ms: int) -> float | None:
        """Hear of a change of the company; give the yearly revenue at stake if it hits."""
        now_ms = max(self.seen_ms, tick_ms)
        if not self.first_ms or not self.churn.watched(now_ms):
            return None
        felt = hits(event, vars(self.account), self.churn.source, self.value)
        if felt <= 0:
            return None
        self.exposure.expose(event, felt)
        self.known.add("exposure")
        return self.revenue(now_ms)[0]

    @property
    def bits(self) -> int:
        """The families known, as the ledger has them."""
        return sum(1 << list(self.families).index(name) for name in self.known)

    def floor(self, now_ms: int) -> int:
        if not self.churn.watched(now_ms):
            return 0
        return max(family.floor(now_ms) for family in self.families.values())

    def move_stage(self, now_ms: int) -> int:
        """Bring the stage to what the evidence shows, and give it."""
        shown = [0]
        if self.churn.watched(now_ms):
            shown = [family.stage(self.clock(family, now_ms)) for family in self.families.values()]
        n_families = sum(stage > 0 for stage in shown)
        if self.churn.watched(now_ms) and self._follows(now_ms):
            shown.append(3)
        held = self.sources.idle_ms(self.churn.source, now_ms - 12 * 3_600_000, now_ms) > 0
        self.stages.move(max(shown), n_families, now_ms, held=held)
        self.stages.stage = self._beside_contract(self.stages.stage, now_ms)
        return self.stages.stage

    def _beside_contract(self, stage: int, now_ms: int) -> int:
        """Give the stage with what a contract, or none, makes of it."""
        if not self.churn.watched(now_ms):
            return 0
        living_ms = self.clock(self.silence, now_ms)
        if self.rhythm.vanished(living_ms) and not self.contract.runs(now_ms):
            return 3
        return max(stage, 2) if stage > 0 and self.contract.soon(now_ms) else stage

    def asks_for_care(self, now_ms: int) -> bool:
        """Say whether a valued customer is due a contact, and note that it was said."""
        care, tier = self.settings.care, self.tier()[0]
        floor_days = {"top": care.top_days, "middle": care.middle_days}.get(tier)
        if floor_days is None or not self.churn.watched(now_ms):
            return False
        if not self.contact.care_due(self.first_ms, round(floor_days * DAY_MS), now_ms):
            return False
        self.contact.care_ms = now_ms
        return True

    def move_tier(self, event: One, lines: dict[str, tuple[float, ...]]) -> None:
        """Bring the tier by value to where the customer's value puts them."""
        account, own = self.account, self.loyalty
        if account.tier:
            account.rank = 0
        moving = event.kind in {Kind.PURCHASE_MADE, Kind.PROFILE_UPDATED}
        if account.tier or not lines or not moving:
            return
        revenue = account.yearly_revenue
        if revenue < 0 and own.order_ms:
            could_ = could(days_between(own.first_ms, own.order_ms), 90)
            revenue = own.spend_90d / max(could_, 28.0) * 365.25
        if revenue < 0:
            return
        of_segment = lines.get(account.segment, lines["*"])
        plain, better, worse = (
            1 + sum(revenue * 1.0 / by < line for line in of_segment) for by in (1.0, 1.1, 0.9)
        )
        if not account.rank:
            account.rank = plain
        elif better < account.rank or worse > account.rank:
            account.rank = better if better < account.rank else worse

    def tier(self) -> tuple[str, str, str]:
        """Give the customer's tier, by what it is theirs, and that by value as last told."""
        by_value = ("", "top", "middle", "base")
        own, before = self.account, by_value[self.account.told_rank]
        if own.tier:
            return own.tier, "profile", before
        return by_value[own.rank], "value" if own.rank else "", before

    def _follows(self, now_ms: int) -> bool:
        """Say whether orders go after an account manager who left, while the need goes on."""
        gone = {"relation.manager_left", "relation.poached"}
        places = [place for place in self.exposure.places if place.reason in gone]
        living_ms = self.clock(self.silence, now_ms)
        felt = any(self.exposure.felt(place, now_ms) > 0 for place in places)
        if not felt or not self.loyalty.halved(living_ms):
            return False
        age_ms = max(living_ms - self.volume.counted_ms, 0)
        order_ms = max(living_ms - self.loyalty.order_ms, 0)
        month = self.volume.count_28d * weight(age_ms, 28)
        month -= self.loyalty.orders_28d * weight(order_ms, 28)
        quarter = self.volume.count_90d * weight(age_ms, 90)
        quarter -= self.loyalty.orders_90d * weight(order_ms, 90)
        tenure = days_between(self.volume.first_ms, living_ms)
        usual = quarter / could(tenure, 90) * could(tenure, 28)
        return month >= 1.0 and month >= 0.5 * usual

    def clock(self, family: Signs, now_ms: int) -> int:
        """Give an instant on the clock that a family goes by."""
        if not family.living:
            return now_ms
        return now_ms - self.sources.idle_ms(self.churn.source, self.silence.active_ms, now_ms)

    def measured(self, family: Signs, now_ms: int) -> list[float]:
        return family.measured(self.clock(family, now_ms))

    def features(self, now_ms: int) -> list[float]:
        return [x for family in self.families.values() for x in self.measured(family, now_ms)]

    def risk(self, now_ms: int, model: Model) -> float:
        if not self.churn.watched(now_ms):
            return 0.0
        logit = 0.0
        for x, factor in zip(self.features(now_ms), model.weights, strict=True):
            logit += x * factor
        return six_places(1.0 / (1.0 + exp(-(logit + model.intercept))))

    def family_logits(self, now_ms: int, model: Model) -> dict[str, float]:
        """Give what each family adds to the logit."""
        known = iter(zip(model.weights, model.usual, strict=True))
        logits = {}
        for name, family in self.families.items():
            parts = [(x, *next(known)) for x in self.measured(family, now_ms)]
            logits[name] = sum((x - usual) * factor for x, factor, usual in parts)
        return logits

    def revenue(self, now_ms: int) -> tuple[float, str]:
        spend = self.value.yearly_spend(now_ms)
        if self.account.yearly_revenue >= 0:
            return self.account.yearly_revenue, "revenue"
        if spend > 0:
            return spend, "spend"
        return self.settings.value.usual_revenue, "unknown"

    def worth(self, now_ms: int) -> tuple[float, str]:
        s, (revenue, basis) = self.settings.value, self.revenue(now_ms)
        years = s.years_kept
        if s.discount:
            years = (1 - (1 + s.discount) ** -s.years_kept) / s.discount
        return round(revenue * (s.margin * s.loyalty * years), 2), basis
