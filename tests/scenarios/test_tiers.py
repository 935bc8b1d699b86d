"""Tiers by value: who is in which, when they change, and what it changes downstream."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from detectors.assessment import Assessment
from detectors.engine import Engine
from detectors.kinds import Kind
from detectors.score import rules
from detectors.slices import Model
from detectors.tier_lines import TierLines, TierSettings
from detectors.worth import ValueSettings
from tests.detectors.logs import One, a_slice, at
from tests.scenarios.telling import LONG, Tale

OWN_LINES = TierSettings(lines={"*": (5000.0, 1000.0), "pumps": (500.0, 100.0)})
BY_VALUE = LONG.model_copy(update={"value": ValueSettings(tiers=OWN_LINES)})
LEARNED = TierLines(at(7), {"*": (5000.0, 1000.0)})


def a_tale(**profile: object) -> Tale:
    """Give somebody who buys each week for 20, which is 1,044 a year."""
    tale = Tale(BY_VALUE).weekly(300)
    return tale.so(0.1, Kind.PROFILE_UPDATED, **profile) if profile else tale


def last(tale: Tale, until: int = 200) -> Assessment:
    return tale.told(until).said[-1]


def spending(*yearly: float) -> Tale:
    """Give somebody of whom a profile tells another revenue every ten days."""
    tale = Tale(BY_VALUE).weekly(300)
    for turn, revenue in enumerate(yearly, start=1):
        tale.so(10.0 * turn, Kind.PROFILE_UPDATED, yearly_revenue=revenue)
    return tale


def test_a_tier_is_that_of_value_where_no_profile_names_one() -> None:
    for revenue, tier in ((9000.0, "top"), (2000.0, "middle"), (10.0, "base"), (0.0, "base")):
        told = last(a_tale(yearly_revenue=revenue))
        assert (told.tier, told.tier_basis) == (tier, "value")


def test_the_profile_wins() -> None:
    told = last(a_tale(yearly_revenue=9000.0, tier="base"))
    assert (told.tier, told.tier_basis, told.tier_as_of) == ("base", "profile", None)
    emptied = a_tale(yearly_revenue=9000.0, tier="base").so(20, Kind.PROFILE_UPDATED, tier=None)
    assert last(emptied).tier == "top"


def test_lines_are_those_of_the_segment() -> None:
    assert last(a_tale(yearly_revenue=700.0)).tier == "base"
    assert last(a_tale(yearly_revenue=700.0, segment="pumps")).tier == "top"
    assert last(a_tale(yearly_revenue=700.0, segment="valves")).tier == "base"


def test_what_is_bought_says_it_where_no_profile_does_and_silence_takes_it_from_nobody() -> None:
    steady = Tale(BY_VALUE)
    for when in range(1, 150, 3):
        steady.so(when, Kind.PURCHASE_MADE, lines=1)  # 20 each: 2,435 a year
    told = [one for one in steady.told(330).said if one.tier]
    # A first order is no habit yet: they begin at the base.
    assert [one.tier for one in told if one.previous_tier != one.tier] == ["base", "middle"]
    assert told[-1].tier == "middle"
    assert told[-1].as_of > datetime.fromtimestamp(at(300) / 1000, UTC)


def test_a_line_is_passed_by_a_margin_and_not_to_and_fro() -> None:
    def ranks(*yearly: float) -> str:
        return last(spending(*yearly)).tier

    assert ranks(4900.0) == "middle"
    assert ranks(4900.0, 5400.0) == "middle"
    assert ranks(4900.0, 5600.0) == "top"
    assert ranks(4900.0, 5600.0, 4600.0) == "top"
    assert ranks(4900.0, 5600.0, 4600.0, 4400.0) == "middle"
    assert ranks(9000.0, 10.0) == "base"


def test_every_change_is_told_with_what_was_before() -> None:
    told = spending(4900.0, 5400.0, 5600.0, 10.0).told(60).said
    changes = [(one.previous_tier, one.tier) for one in told if one.previous_tier != one.tier]
    assert changes == [("", "base"), ("base", "middle"), ("middle", "top"), ("top", "base")]


def learned(events: Iterable[One], model: Model) -> list[Assessment]:
    """Give what is said by an engine that is given tier lines with its model."""
    engine = Engine(0, LONG)
    engine.step(0, model)
    return list(engine.step(1, a_slice(list(events))).assessments)


def a_customer(revenue: float, **more: object) -> list[One]:
    note = msgspec.msgpack.encode({"yearly_revenue": revenue} | more)
    first = One(0, Kind.PURCHASE_MADE, at(8), 0, amount=20.0)
    return [first, One(0, Kind.PROFILE_UPDATED, at(9), 0, topic=2, note=note)]


def test_lines_that_were_learned_come_with_the_model_and_name_their_monday() -> None:
    model = msgspec.structs.replace(rules(0.03), version=1, tiers=LEARNED)
    told = learned(a_customer(9000.0), model)[-1]
    assert (told.tier, told.tier_basis) == ("top", "value")
    assert told.tier_as_of == datetime.fromtimestamp(at(7) / 1000, UTC)
    none = msgspec.structs.replace(rules(0.03), version=1)
    assert {one.tier for one in learned(a_customer(9000.0), none)} == {""}


def test_learned_lines_are_those_of_the_segment_whenever_it_was_first_heard_of() -> None:
    lines = TierLines(at(7), {"*": (5000.0, 1000.0), "a": (9.0, 8.0), "pumps": (500.0, 100.0)})
    model = msgspec.structs.replace(rules(0.03), version=1, tiers=lines)
    assert learned(a_customer(700.0), model)[-1].tier == "base"
    # The segment is news to the engine in the very slice: names are known as it is taken.
    assert learned(a_customer(700.0, segment="pumps"), model)[-1].tier == "top"


def test_new_lines_move_nobody_by_themselves() -> None:
    engine = Engine(0, LONG)
    model = msgspec.structs.replace(rules(0.03), version=1, tiers=LEARNED)
    engine.step(0, model)
    engine.step(1, a_slice(a_customer(700.0)))
    lower = TierLines(at(14), {"*": (500.0, 100.0)})
    engine.step(2, msgspec.structs.replace(model, version=2, tiers=lower))
    assert engine.ledger.row(0).account.rank == 3
    again = replace(a_customer(700.0)[0], at_ms=at(15), offset=1)
    told = engine.step(3, a_slice([again], taken=(0, -1, 0, -1, -1))).assessments[-1]
    assert (told.previous_tier, told.tier) == ("base", "top")
    assert told.tier_as_of == datetime.fromtimestamp(at(14) / 1000, UTC)


def test_who_is_top_by_value_is_cared_for_as_the_top_is() -> None:
    def n_cared(revenue: float) -> int:
        return sum(one.care for one in a_tale(yearly_revenue=revenue).told(100).said)

    assert [n_cared(revenue) for revenue in (9000.0, 2000.0, 10.0)] == [3, 1, 0]
