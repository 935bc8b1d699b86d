"""Reasons: few, only what raises the risk, and nothing that the model has upside down."""

from collections.abc import Mapping

import numpy as np
import pytest

from detectors.assessment import Reason
from detectors.customers import Customer
from detectors.families import FAMILIES
from detectors.kinds import Kind
from detectors.layout import LAYOUT
from detectors.ledger import Ledger
from detectors.plain import Row, Rows
from detectors.reasons import Pictures, reasons
from detectors.score import FAMILY_OF, FEATURES, measure, rules
from tests.detectors.any_log import A_WEEK
from tests.detectors.logs import One, at, cut
from tests.detectors.runs import run

NAMES = [feature.name for feature in FEATURES]
USUAL = np.array([feature.usual for feature in FEATURES])
SIGNS = np.array([feature.sign for feature in FEATURES])


def row_of(events: list[One]) -> tuple[Customer, Row]:
    ledger = run(cut(events, 9), A_WEEK).ledger if events else Ledger(LAYOUT)
    return ledger.customer(0), Rows(ledger.whole(np.array([0])).view(LAYOUT.nested))[0]


def reasons_for(
    adds: Mapping[str, float], differ: Mapping[str, float] | None = None
) -> list[Reason]:
    """Give the reasons of a customer, where features add so much and differ from usual by that.

    A feature of which nothing is said adds nothing; one that adds differs by 1 the way it means.
    """
    parts, x = np.zeros(len(NAMES)), USUAL.copy()
    for name, part in adds.items():
        place = NAMES.index(name)
        parts[place] = part
        x[place] += (differ or {}).get(name, SIGNS[place])
    pictures = Pictures(x[np.newaxis], parts[np.newaxis], USUAL, [at(1)], [at(1)], partition=3)
    return list(next(reasons([row_of([])[1]], pictures)))


def loudest_of_each_family(adds: float) -> dict[str, float]:
    """Let the first feature of every family add a bit more than that of the one before."""
    firsts = {family: NAMES[FAMILY_OF.index(family)] for family in FAMILIES}
    return {name: adds + n / 100 for n, name in enumerate(firsts.values())}


def test_the_strongest_four_are_said_strongest_first() -> None:
    found = reasons_for(loudest_of_each_family(1.0))
    assert [reason.family for reason in found] == list(reversed(FAMILIES))[:4]
    last = len(FAMILIES) - 1
    assert [reason.contribution for reason in found] == [1 + (last - n) / 100 for n in range(4)]


def test_what_lowers_the_risk_is_no_reason() -> None:
    assert reasons_for(loudest_of_each_family(-1.0)) == []


def test_what_adds_next_to_nothing_is_no_reason() -> None:
    assert reasons_for({"silence_days_log": 0.149}) == []
    assert [reason.family for reason in reasons_for({"silence_days_log": 0.15})] == ["silence"]


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_with_a_weight_of_the_wrong_sign_is_never_shown(name: str) -> None:
    wrong = -float(SIGNS[NAMES.index(name)])
    assert reasons_for({name: 3.0}, differ={name: wrong}) == []


def test_a_family_may_speak_by_another_feature_than_one_learned_upside_down() -> None:
    (reason,) = reasons_for({"count_7d_log": 2.0, "trend_28_90": 0.5}, differ={"count_7d_log": 1.0})
    assert (reason.feature, reason.contribution) == ("trend_28_90", 2.5)


def test_what_a_family_adds_is_what_its_features_add_together() -> None:
    (reason,) = reasons_for({"silence_days_log": 0.5, "silence_beyond_7d": -0.2})
    assert (reason.feature, reason.contribution) == ("silence_days_log", 0.3)


def test_a_family_that_lowers_the_risk_as_a_whole_is_silent() -> None:
    assert reasons_for({"silence_days_log": 0.5, "silence_beyond_7d": -0.6}) == []


def of_rules(events: list[One], now_ms: int) -> dict[str, Reason]:
    """Give the reasons that the expert rules have at an instant, by family."""
    (record, row), (weights, usual) = row_of(events), rules(0.1).arrays()
    measured = np.zeros((1, len(FEATURES)), np.float32)
    measure(record, now_ms, now_ms, measured[0])
    x = measured.astype(np.float64)
    pictures = Pictures(x, (x - usual) * weights, usual, [now_ms], [now_ms], partition=3)
    return {reason.family: reason for reason in next(reasons([row], pictures))}


BOUGHT = [One(0, Kind.PURCHASE_MADE, at(day), day, amount=20.0, lines=255) for day in range(60)]
OPENED = One(0, Kind.COMPLAINT_OPENED, at(59.5), 4, topic=1, code=3, reference=8)
RESOLVED = One(0, Kind.COMPLAINT_RESOLVED, at(60), 5, topic=1, reference=8)


def test_a_reason_says_since_when_and_where_it_can_be_seen() -> None:
    complaint = of_rules([*BOUGHT, OPENED], at(63))["complaints"]
    assert (complaint.id, complaint.feature) == ("complaint.open", "complaint_severity")
    assert (complaint.value, complaint.usual) == (3.0, 0.0)
    assert complaint.since is not None
    assert complaint.since.timestamp() * 1000 == at(59.5)
    assert complaint.evidence is not None
    where = complaint.evidence
    assert (where.topic, where.partition, where.offset) == ("customer.complaints", 3, 4)
    assert complaint.en == "Complaints open: 1, the oldest for 3.5 days."
    assert complaint.zh == "有 1 件投诉未解决，最早的一件已 3.5 天。"


def test_without_its_evidence_a_reason_is_gone() -> None:
    assert "complaints" not in of_rules(BOUGHT, at(63))
    quiet = of_rules(BOUGHT, at(90))
    assert "rhythm" in quiet
    came_back = One(0, Kind.PURCHASE_MADE, at(89.9), 99, amount=20.0, lines=255)
    assert "rhythm" not in of_rules([*BOUGHT, came_back], at(90))


def test_a_resolved_complaint_is_a_smaller_reason_than_an_open_one() -> None:
    still_open = of_rules([*BOUGHT, OPENED], at(63))["complaints"]
    resolved = of_rules([*BOUGHT, OPENED, RESOLVED], at(63))["complaints"]
    assert resolved.contribution < 0.5 * still_open.contribution
    assert resolved.en == "A complaint was resolved, and the customer has not been told."


def test_a_calm_customer_needs_no_reasons() -> None:
    said = [
        told for outcome in run(cut(BOUGHT, 9), A_WEEK).outcomes for told in outcome.assessments
    ]
    assert [told.reasons for told in said if told.band == "calm"] == [
        () for told in said if told.band == "calm"
    ]
    assert any(told.band == "calm" for told in said)
