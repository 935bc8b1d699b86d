"""The oracle: the whole core for one partition, one customer and one event at a time.

It is the meaning that `detectors.engine` has to keep: no arrays, no slices, no rounds, and no
code of the core (kinds, settings, models and the feature table are data). It stays slow.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from detectors.families.family import Feature
from detectors.kinds import ADVERSE
from detectors.outcome import Breach
from detectors.settings import CoreSettings
from detectors.slices import Model, Tick
from tests.detectors.logs import One
from tests.detectors.oracle_customer import AT_RISK, WATCH, Customer
from tests.detectors.oracle_exposure import strength, why
from tests.detectors.oracle_maths import DAY_MS, float32
from tests.detectors.oracle_sources import Sources

STAGES = (None, "awareness", "consideration", "decision")
BANDS = ("calm", "watch", "at_risk", "critical")


class Because(NamedTuple):
    """A reason without its words."""

    family: str
    feature: str
    value: float
    usual: float
    contribution: float
    offset: int | None


class Said(NamedTuple):
    """An assessment in plain values."""

    number: int
    as_of_ms: int
    risk: float
    bands: tuple[str, str]
    stage: str | None
    model_version: int
    account: tuple[str, ...]
    value: float
    value_basis: str
    value_at_risk: float
    cause: str
    flags: tuple[str, ...]
    reasons: tuple[Because, ...]
    breach: str | None = None
    cohort: str | None = None
    # May we, is less known, where they are; by which channel, and which they do not want.
    approach: tuple[bool, bool, str] = (True, False, "")
    channels: tuple[str, str, tuple[str, ...]] = ("", "", ())


@dataclass
class Monday:
    """A snapshot: those asked about, as they looked."""

    as_of_ms: int
    rows: list[int] = field(default_factory=list)
    x: list[list[float]] = field(default_factory=list)
    risk: list[float] = field(default_factory=list)
    band: list[int] = field(default_factory=list)
    top_family: list[int] = field(default_factory=list)


@dataclass
class Told:
    """What came of a whole log."""

    said: list[Said] = field(default_factory=list)
    counts: list[tuple[int, list[int]]] = field(default_factory=list)  # tick, in each band
    mondays: list[Monday] = field(default_factory=list)
    labels: list[tuple[int, list[int]]] = field(default_factory=list)  # Monday, by number
    gone_ms: list[list[int]] = field(default_factory=list)  # beside the labels
    switches: list[tuple[int, int, float]] = field(default_factory=list)  # version, lifted, shift
    breaches: list[Breach] = field(default_factory=list)
    left: list[tuple[int, int, str, str]] = field(default_factory=list)
    changes: list[tuple[str, str, list[float]]] = field(default_factory=list)  # revenue at stake


class Oracle:
    """One partition. `rules` is the model that speaks before any other came."""

    def __init__(
        self, settings: CoreSettings, rules: Model, features: dict[str, tuple[Feature, ...]]
    ) -> None:
        self.settings, self.model, self.features = settings, rules, features
        self.customers: list[Customer] = []  # by number; numbers are dense
        self.tick_ms, self.has_model, self.told = 0, False, Told()
        self.sources = Sources(settings.sources)

    def step(self, record: One | Tick | Model) -> None:
        if isinstance(record, One):
            self._event(record)
        elif isinstance(record, Tick):
            self._tick(record.at_ms)
        else:
            self._model(record)

    def _event(self, event: One) -> None:
        self.sources.take(event)
        if event.row < 0:
            heard = [customer.hear(event, self.tick_ms) for customer in self.customers]
            if strength(event) > 0:
                at_stake = [revenue for revenue in heard if revenue is not None]
                self.told.changes.append((f"{event.id_hash:016x}", why(event), at_stake))
            return
        while event.row >= len(self.customers):
            self.customers.append(Customer(len(self.customers), self.settings, self.sources))
        customer = self.customers[event.row]
        owed = customer.contact.owed
        late = customer.apply(event, self.tick_ms)
        customer.move_tier(event, self.model.tiers.lines if self.model.tiers else {})
        if customer.left is not None:
            self.told.left.append((event.row, event.at_ms, *customer.left))
        given = owed and not customer.contact.owed and customer.churn.watched(customer.seen_ms)
        flags = {"late": late, "adverse": event.kind in ADVERSE, "care": given}
        self._judge(customer, customer.seen_ms, "event", flags)
        self._book(customer, customer.seen_ms)

    def _book(self, customer: Customer, now_ms: int) -> None:
        for one in customer.broken:
            known = customer.number, one.reference, one.clock, one.due_ms, now_ms
            self.told.breaches.append(Breach(*known, one.withdrawn, one.unverified))

    def _tick(self, at_ms: int) -> None:
        if at_ms <= self.tick_ms:
            return
        self.sources.tick(self.tick_ms, at_ms)
        self.tick_ms = at_ms
        monday, counts = Monday(at_ms), [0, 0, 0, 0]
        for customer in self.customers:
            now_ms = max(customer.seen_ms, at_ms)
            customer.broken = customer.complaints.notice(now_ms)
            self._book(customer, now_ms)
            risk = self._judge(customer, now_ms, "time", {})
            if customer.churn.watched(now_ms):
                counts[customer.bands.band] += 1
                if customer.seen_ms <= at_ms:  # else they are not as they were then
                    self._snapshot(monday, customer, now_ms, risk)
        self.told.counts.append((at_ms, counts))
        if is_monday(at_ms) and self.customers:
            self.told.mondays.append(monday)
        as_of_ms = at_ms - (self.customers[0].churn.horizon_ms if self.customers else 0)
        if is_monday(as_of_ms) and self.customers:
            y = [customer.churn.y(as_of_ms) for customer in self.customers]
            self.told.labels.append((as_of_ms, y))
            self.told.gone_ms.append([customer.churn.gone_ms() for customer in self.customers])

    def _model(self, model: Model) -> None:
        if self.has_model and model.version <= self.model.version:
            return
        old, self.model, self.has_model = self.model, model, True
        n_lifted, shift = 0, 0.0
        for customer in self.customers:
            now_ms = max(customer.seen_ms, self.tick_ms)
            risk = customer.risk(now_ms, model)
            shift += abs(risk - customer.risk(now_ms, old))
            n_lifted += customer.bands.lift(risk)
        mean_shift = shift / max(len(self.customers), 1)
        self.told.switches.append((model.version, n_lifted, mean_shift))

    def _judge(self, customer: Customer, now_ms: int, cause: str, flags: dict[str, bool]) -> float:
        risk = customer.risk(now_ms, self.model)
        floor = customer.floor(now_ms)
        move, shown = customer.bands.move(risk, floor, now_ms), customer.stages.stage
        stage = customer.move_stage(now_ms)
        again = flags.get("adverse", False) and move.after >= AT_RISK
        was, now = alarming(move.before, shown), alarming(move.after, stage)
        rose = now and stage > max(shown, 1)
        flags["hard"] = floor >= AT_RISK
        moved, took_over = move.crossed or again or rose, customer.level(now_ms) > 0
        doubted = customer.doubted_level(now_ms) > 0
        flags["unverified"] = doubted and not took_over and not moved
        flags["crossed"] = moved or took_over or doubted
        flags["cleared"] = was and not now
        change = abs(risk - customer.reported_risk)
        known = customer.churn.watched(now_ms) or customer.reported_risk >= 0
        far = known and change >= self.settings.assessment.report_change
        account = customer.account
        further = max(stage, 1) != max(shown, 1) or (known and account.rank != account.told_rank)
        if flags.get("care"):
            flags["care"] = not flags["crossed"] and not flags["cleared"]
            flags["cleared"] = flags["cleared"] or flags["care"]
        elif cause == "time" and not flags["cleared"]:
            flags["care"] = customer.asks_for_care(now_ms)
        tells = move.after != move.before or flags["crossed"] or far or further
        kept, was_held = customer.kept_level(now_ms)
        if kept and not flags["crossed"] and not flags["cleared"]:
            tells = flags["cleared"] = flags["kept"] = True
            flags["unverified"] = was_held
        if tells or flags.get("care"):
            customer.reported_risk = float32(risk)
            bands = BANDS[move.before], BANDS[move.after]
            self.told.said.append(self._said(customer, now_ms, (risk, bands, cause), flags))
            account.told_rank = account.rank
        return risk

    def _said(
        self,
        customer: Customer,
        now_ms: int,
        what: tuple[float, tuple[str, str], str],
        flags: dict[str, bool],
    ) -> Said:
        risk, bands, cause = what
        worth, basis = customer.worth(now_ms)
        level = customer.level(now_ms)
        if flags.pop("kept", False):
            level, _ = customer.kept_level(now_ms)
        elif flags["unverified"]:
            level = customer.doubted_level(now_ms)
        due = flags.get("care", False) and not flags["cleared"]
        account = customer.account
        at_risk = bands[1] != "calm" or flags["crossed"]
        reasons = self._why(customer, now_ms, (at_risk, due))
        exposed = "exposure" in [reason.family for reason in reasons]
        return Said(
            customer.number,
            now_ms,
            risk,
            bands,
            STAGES[customer.stages.stage],
            self.model.version,
            (account.owner, account.language, *customer.tier()),
            worth,
            basis,
            round(risk * worth, 2),
            cause,
            tuple(sorted(name for name, is_so in flags.items() if is_so)),
            reasons,
            (None, None, "analysis", "management")[level],
            f"{customer.exposure.strongest(now_ms):016x}" if exposed else None,
            (customer.may_be_called, account.reduced, account.region),
            customer.channels,
        )

    def _why(
        self, customer: Customer, now_ms: int, asked: tuple[bool, bool]
    ) -> tuple[Because, ...]:
        at_risk, care = asked
        found = self._reasons(customer, now_ms) if at_risk else ()
        if not care or any(one.family == "contact" for one in found):
            return found
        x, start = customer.contact.measured(now_ms)[1], self._start("contact") + 1
        usual, weight = self.model.usual[start], self.model.weights[start]
        offset = customer.contact.evidence_offset
        evidence = None if offset == -1 else offset
        adds, named = round((x - usual) * weight, 3), "contact_silence_log"
        return (Because("contact", named, round(x, 3), round(usual, 3), adds, evidence), *found)

    def _start(self, family: str) -> int:
        names = list(self.features)
        return sum(len(self.features[name]) for name in names[: names.index(family)])

    def _reasons(self, customer: Customer, now_ms: int) -> tuple[Because, ...]:
        logits = customer.family_logits(now_ms, self.model)
        found = []
        for name in sorted(logits, key=lambda name: -logits[name]):
            speaker = self._speaker(customer, name, now_ms)
            if speaker is not None and logits[name] >= 0.15:
                offset = customer.families[name].evidence_offset
                evidence = None if offset == -1 else offset
                contribution = round(logits[name], 3)
                found.append(Because(name, *speaker, contribution, evidence))
        return tuple(found[:4])

    def _speaker(
        self, customer: Customer, family: str, now_ms: int
    ) -> tuple[str, float, float] | None:
        """Find the feature that raises the risk most, among those whose sign is as meant."""
        start = self._start(family)
        best, most = None, 0.0
        measured = customer.measured(customer.families[family], now_ms)
        for place, (feature, x) in enumerate(
            zip(self.features[family], measured, strict=True), start
        ):
            usual = self.model.usual[place]
            adds = (x - usual) * self.model.weights[place]
            if adds > most and (x - usual) * feature.sign > 0:
                best, most = (feature.name, round(x, 3), round(usual, 3)), adds
        return best

    def _snapshot(self, monday: Monday, customer: Customer, now_ms: int, risk: float) -> None:
        logits = customer.family_logits(now_ms, self.model)
        loudest = max(logits, key=lambda name: logits[name])
        monday.rows.append(customer.number)
        monday.x.append(customer.features(now_ms))
        monday.risk.append(risk)
        monday.band.append(customer.bands.band)
        monday.top_family.append(list(logits).index(loudest) if logits[loudest] > 0 else -1)


def alarming(band: int, stage: int) -> bool:
    return band >= AT_RISK or stage == 3 or (stage == 2 and band >= WATCH)


def is_monday(at_ms: int) -> bool:
    return at_ms % DAY_MS == 0 and datetime.fromtimestamp(at_ms / 1000, UTC).weekday() == 0
