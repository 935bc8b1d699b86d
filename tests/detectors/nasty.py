"""Nasty logs for tests: all that sources get wrong, and all that customers get up to.

Repeats, ties in time, events at a tick's own instant, hours ahead of it, days and months late;
nothing spent and a fortune; many complaints at once, resolved before they were opened;
customers who only complain, who leave and come back; profiles in the wrong order; new models.
"""

from itertools import count
from typing import Any

import msgspec
import numpy as np

from detectors.arrays import DAY_MS
from detectors.kinds import Kind
from detectors.score import FEATURES, FEATURES_HASH, rules
from detectors.slices import Model, Tick
from detectors.tier_lines import TierLines
from tests.detectors.logs import BEGIN_MS, One, at
from tests.detectors.notes import a_note

HOUR_MS = DAY_MS // 24
LIFE = (Kind.PURCHASE_MADE, Kind.PURCHASE_MADE, Kind.USAGE_RECORDED, Kind.LOGIN_MADE)
TROUBLE = (
    Kind.COMPLAINT_OPENED,
    Kind.COMPLAINT_OPENED,
    Kind.COMPLAINT_ANSWERED,
    Kind.COMPLAINT_ESCALATED,
    Kind.COMPLAINT_RESOLVED,
    Kind.COMPLAINT_INFORMED,
    Kind.COMPLAINT_REOPENED,
    Kind.COMPLAINT_RATED,
    Kind.COMPLAINT_TRIAGED,
    Kind.CONTACT_MADE,
)
OTHER = (
    Kind.CONTACT_MADE,
    Kind.CUSTOMER_CONTACTED,
    Kind.PROGRAMME_USED,
    Kind.PAYMENT_FAILED,
    Kind.PROFILE_UPDATED,
    Kind.COMPETITOR_QUOTED,
    Kind.CUSTOMER_RETURNED,
    Kind.COMPLAINT_ANSWERED,
    Kind.COMPLAINT_RATED,
    Kind.SURVEY_ANSWERED,
    Kind.COMPETITOR_NAMED,
    Kind.PAYMENT_RECOVERED,
    Kind.NEIGHBOUR_CHURNED,
    Kind.CONTRACT_LINE_DROPPED,
)
SERVED = (
    Kind.DELIVERY_MADE,
    Kind.DELIVERY_MADE,
    Kind.GOODS_RETURNED,
    Kind.CONTACT_MADE,
    Kind.CONTACT_OPTED_OUT,
    Kind.COMPLAINT_ANSWERED,
    Kind.COMPLAINT_INFORMED,
)
PAYING = (
    Kind.PAYMENT_DUE,
    Kind.PAYMENT_PAID,
    Kind.PAYMENT_PAID,
    Kind.PAYMENT_FAILED,
    Kind.PAYMENT_RECOVERED,
    Kind.INVOICE_DISPUTED,
)
BOUND = (
    Kind.CONTRACT_SIGNED,
    Kind.CONTRACT_RENEWED,
    Kind.CONTRACT_SHORTENED,
    Kind.CONTRACT_DOWNGRADED,
    Kind.CONTRACT_LINE_DROPPED,
    Kind.CONTRACT_AUTO_RENEW_OFF,
    Kind.CONTRACT_CANCELLATION_ASKED,
    Kind.CONTRACT_CANCELLATION_WITHDRAWN,
    Kind.CONTRACT_ENDED,
)
COMPARING = (
    Kind.COMPETITOR_QUOTED,
    Kind.DISCOUNT_ASKED,
    Kind.DISCOUNT_ASKED,
    Kind.PORT_OUT_ASKED,
    Kind.PORT_OUT_WITHDRAWN,
    Kind.COMPETITOR_NAMED,
    Kind.SUBSTITUTE_NAMED,
    Kind.DATA_EXPORTED,
)
ASKED = (Kind.SURVEY_ASKED, Kind.SURVEY_ASKED, Kind.SURVEY_ANSWERED)
PEOPLE: tuple[tuple[Kind, ...], ...] = (
    (*LIFE, *LIFE, *TROUBLE, *OTHER),
    TROUBLE,
    (Kind.PURCHASE_MADE, Kind.CUSTOMER_CHURNED, Kind.CUSTOMER_RETURNED, *OTHER),
    (*LIFE, Kind.PROFILE_UPDATED, Kind.CONSENT_CHANGED),
    (Kind.PROGRAMME_USED, Kind.LOGIN_MADE),
    OTHER,
    (*LIFE, *SERVED, *PAYING, *ASKED, Kind.CUSTOMER_RETURNED),
    (*LIFE, *BOUND, *COMPARING, *ASKED, Kind.PROFILE_UPDATED),
    (*LIFE, *LIFE, *SERVED, *BOUND, *COMPARING, Kind.CUSTOMER_CHURNED, Kind.CUSTOMER_RETURNED),
)
CONSENTS: tuple[int, ...] = (
    0,
    *range(2, 10),
    *range(2, 10),
    64 + 4,
    64 + 5,
)  # as `kinds.Consent` has them
TOPIC_FROM = ((60, 1), (80, 2), (90, 3), (100, 4))
COMPANY = tuple(kind for kind in Kind if kind >= Kind.PRICE_CHANGED)


def topic_of(kind: Kind) -> int:
    """Give the topic on which events of a kind come."""
    return max((topic for first, topic in TOPIC_FROM if kind >= first), default=0)


def nasty_steps(
    n: int, n_customers: int, seed: int, days: int = 100, tick_days: int = 1
) -> list[One | Tick | Model]:
    """Give a log of n events with a tick every so many days and, now and then, another model."""
    rng = np.random.default_rng(seed)
    clocks = np.sort(rng.integers(HOUR_MS, days * DAY_MS, n)).tolist()
    steps: list[One | Tick | Model] = [Tick(at(0))]
    offsets = [count() for _ in range(5)]
    numbers: dict[int, int] = {}
    due = tick_days
    for clock in clocks:
        while clock > due * DAY_MS:
            steps.append(Tick(at(due)))
            if due % 14 == 0:
                steps.append(a_model(rng, version=due))
            if due % 35 == 0:
                steps.append(a_model(rng, version=due - 10))  # an old one, sent again
            due += tick_days
        if rng.random() < 0.04:
            steps.append(a_change(rng, BEGIN_MS + clock, next(offsets[4])))
        person = int(rng.integers(0, n_customers) * rng.random() ** 0.5)  # some far oftener
        number = numbers.setdefault(person, len(numbers))
        steps.append(_event(rng, BEGIN_MS + clock, number, offsets))
    return steps


def a_model(rng: np.random.Generator, version: int, noise: float = 0.3) -> Model:
    """Give a model somewhere near the expert rules."""
    expert, n = rules(0.1), len(FEATURES)
    return Model(
        version=version,
        at_ms=at(version),
        basis="learned",
        n_labels=1000,
        n_positives=100,
        features_hash=FEATURES_HASH,
        weights=tuple((np.array(expert.weights) + rng.normal(0, noise, n) * 0.5).tolist()),
        intercept=expert.intercept + float(rng.normal(0, 2 * noise)),
        usual=tuple((np.array(expert.usual) + rng.normal(0, noise, n)).tolist()),
        tiers=TierLines(at(version), {"*": (900.0, 200.0), "pumps": (1e6, 150.0)}),
    )


def _event(
    rng: np.random.Generator, clock_ms: int, number: int, offsets: list["count[int]"]
) -> One:
    kinds = PEOPLE[number % len(PEOPLE)]
    kind = kinds[rng.integers(0, len(kinds))]
    topic = topic_of(kind)
    amount = (0.0, 0.01, 1e12, 19.99, float(rng.lognormal(3, 1)))[rng.integers(0, 5)]
    if kind is Kind.COMPLAINT_RATED:
        amount = (0.0, 0.4, 0.55, 0.7, 1.0)[rng.integers(0, 5)]
    return One(
        row=number,
        kind=kind,
        at_ms=_when(rng, clock_ms),
        offset=next(offsets[topic]),
        topic=topic,
        amount=amount,
        code=_code(rng, kind),
        reference=int(rng.integers(1, 8)) * 1000 + number,
        lines=(0, 1, 2**63, int(rng.integers(0, 2**62)))[rng.integers(0, 4)],
        source=number % 3 if rng.random() < 0.7 else 0,
        note=_profile(rng) if kind is Kind.PROFILE_UPDATED else a_note(rng, kind),
    )


def _code(rng: np.random.Generator, kind: Kind) -> int:
    if kind is Kind.CONSENT_CHANGED:
        return CONSENTS[int(rng.integers(0, len(CONSENTS)))]
    return int(rng.integers(0, 4 if topic_of(kind) == 1 else 5))


def a_change(rng: np.random.Generator, at_ms: int, offset: int, kind: Kind | None = None) -> One:
    """Give something that the company does, to some of its customers or to all."""
    kind = kind or COMPANY[rng.integers(0, len(COMPANY))]
    said: dict[str, Any] = msgspec.msgpack.decode(a_note(rng, kind) or b"\x80")
    if rng.random() < 0.3:
        said["segment"] = "pumps"
    if rng.random() < 0.2:
        said["region"] = "east"
    if rng.random() < 0.4 or kind is Kind.MANAGER_LEFT:
        said["owner"] = f"manager {rng.integers(0, 9)}"
    if rng.random() < 0.2 or kind in {Kind.OUTAGE_BEGAN, Kind.OUTAGE_ENDED}:
        said["source"] = str(rng.choice(["test", "web", "fax"]))
    lines = (0, 0, 1)[rng.integers(0, 3)]
    note = msgspec.msgpack.encode(said) if said else None
    return One(-1, kind, at_ms, offset, 4, lines=lines, note=note, id_hash=offset * 7919 + 1)


def _when(rng: np.random.Generator, clock_ms: int) -> int:
    draw = rng.random()
    if draw < 0.15:
        return clock_ms // DAY_MS * DAY_MS  # at a tick's own instant
    if draw < 0.30:
        return clock_ms // HOUR_MS * HOUR_MS  # not alone
    if draw < 0.35:
        return clock_ms + int(rng.integers(0, HOUR_MS))
    if draw < 0.45:
        clock_ms -= int(rng.exponential(3 * DAY_MS))
    elif draw < 0.48:
        clock_ms -= int(rng.exponential(60 * DAY_MS))
    return max(clock_ms, BEGIN_MS - 30 * DAY_MS)


def _profile(rng: np.random.Generator) -> bytes | None:
    said: dict[str, Any] = msgspec.msgpack.decode(a_note(rng, Kind.PROFILE_UPDATED) or b"\x80")
    if rng.random() < 0.8:
        said["owner"] = f"manager {rng.integers(0, 9)}"
    elif rng.random() < 0.3:
        said["owner"] = said["yearly_revenue"] = None  # nobody's any more
    if rng.random() < 0.5:
        said["tier"] = str(rng.choice(["top", "middle", "base"]))
    if rng.random() < 0.3:
        said["segment"] = str(rng.choice(["pumps", "valves"]))
        said["region"] = str(rng.choice(["east", "west"]))
    if rng.random() < 0.3:
        said["language"] = str(rng.choice(["en", "zh"]))
    if rng.random() < 0.5:
        said["yearly_revenue"] = float(rng.choice([0.0, 1200.0, 1e9]))
    return msgspec.msgpack.encode(said) if said else None
