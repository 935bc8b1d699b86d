"""What a change did, on small histories in which one knows."""

import math

import pytest

from detectors.kinds import Kind
from streams.report import change_effect
from streams.report.change_effect import Effect, Rate, Sides, difference
from streams.report.exposed import exposed
from streams.report.history import History
from tests.detectors.logs import One
from tests.streams.report.past import bought, history, one

DAY = 120.0  # of the announcement, in May
PUMPS, VALVES = 1, 2


def a_customer(row: int, left: float | None = None, **said: str) -> list[One]:
    """Give a customer with a profile who buys in January and, unless they left, in October."""
    last = [] if left is not None else [280.0]
    gone = [] if left is None else [one(row, Kind.CUSTOMER_CHURNED, left)]
    return [one(row, Kind.PROFILE_UPDATED, 0, said=said), *bought(row, 5, *last), *gone]


def a_price(**limits: str) -> One:
    return one(-1, Kind.PRICE_CHANGED, DAY, said={"by_share": 0.1, **limits})


def two_hundred(field: str, **same: str) -> list[One]:
    """Of a hundred in the north ten leave before, and thirty after; of a hundred others ten each.

    `field` is what tells them apart.
    """
    events: list[One] = []
    for row in range(200):
        after, before = row < 30 or 100 <= row < 110, row % 100 >= 90
        place = "north" if row < 100 else "south"
        events += a_customer(
            row, 130.0 if after else 100.0 if before else None, **{field: place, **same}
        )
    return events


def of(found: History) -> Effect:
    (effect,) = change_effect.effects(found)
    return effect


def test_a_change_of_one_region_is_measured_against_the_others() -> None:
    found = history(*two_hundred("region", segment="b2b", tier="top"), a_price(region="north"))
    effect = of(found)
    assert (effect.change, effect.announced) == ("price_changed", "2024-04-30")
    assert (effect.weeks, effect.compared) == (12, "control")
    assert (effect.exposed, effect.others) == (90, 90)
    assert effect.exposed_before == effect.others_before == pytest.approx(0.1 / 12)
    assert effect.exposed_after == pytest.approx(30 / 90 / 12)
    assert effect.effect == pytest.approx((30 / 90 - 10 / 90) / 12)
    assert 0 < effect.low < effect.effect < effect.high


def test_where_everybody_is_hit_there_is_no_control() -> None:
    effect = of(history(*two_hundred("region"), a_price()))
    assert (effect.compared, effect.others, effect.others_after) == ("no control", 0, None)
    assert effect.exposed == 180
    assert effect.effect == pytest.approx(effect.exposed_after - effect.exposed_before)


def test_only_segments_with_somebody_on_both_sides_are_compared() -> None:
    effect = of(history(*two_hundred("segment"), a_price(segment="north")))
    assert (effect.compared, effect.exposed) == ("no control", 90)
    half = [one(row, Kind.PROFILE_UPDATED, 1, said={"region": "east"}) for row in range(50)]
    effect = of(history(*two_hundred("segment"), *half, a_price(region="east")))
    assert (effect.compared, effect.exposed, effect.others) == ("control", 50, 40)


def test_strata_count_by_those_who_were_hit() -> None:
    worse = Sides((Rate(0, 100), Rate(30, 100)), (Rate(0, 100), Rate(0, 100)))
    same = Sides((Rate(0, 300), Rate(0, 300)), (Rate(0, 10), Rate(0, 10)))
    effect, error = difference([worse, same])
    assert effect == pytest.approx(0.3 / 4)
    assert error > difference([worse])[1] / 4


def test_an_interval_of_few_customers_is_wide_though_nobody_left() -> None:
    few = Sides((Rate(0, 5), Rate(0, 5)), (Rate(0, 5), Rate(0, 5)))
    effect, error = difference([few])
    assert effect == 0
    assert error > 0.2
    many = Sides((Rate(0, 5000), Rate(0, 5000)), (Rate(0, 5000), Rate(0, 5000)))
    assert difference([many])[1] < error / 100


def test_who_had_left_before_is_not_there_and_who_came_back_is() -> None:
    away = a_customer(0, 20.0) + a_customer(1, 20.0) + a_customer(2) + bought(2, 280)
    back = one(1, Kind.CUSTOMER_RETURNED, 60)
    again = one(1, Kind.CUSTOMER_CHURNED, 125)
    effect = of(history(*away, back, again, a_price()))
    assert effect.exposed == 2
    assert effect.exposed_after == pytest.approx(1 / 2 / effect.weeks)


def test_a_change_without_a_week_on_both_sides_has_no_effect_yet() -> None:
    early = one(-1, Kind.PRICE_CHANGED, 33, said={})
    late = one(-1, Kind.PRICE_CHANGED, 279, said={})
    assert change_effect.effects(history(*two_hundred("region"), early, late)) == []


def test_where_no_departure_is_told_nothing_is_measured() -> None:
    assert change_effect.effects(history(*a_customer(0), *a_customer(1), a_price())) == []


def test_a_limit_by_line_or_order_goes_by_the_months_before() -> None:
    events = [
        *bought(0, 5, lines=PUMPS, amount=50.0),
        *bought(1, 5, lines=VALVES, amount=50.0),
        *bought(2, 5, lines=PUMPS | VALVES, amount=500.0),
        *bought(3, 5, 130, lines=VALVES),
        *bought(3, 130, lines=PUMPS),
    ]
    found = history(*events)
    ended = one(-1, Kind.OFFER_REPOSITIONED, DAY, lines=PUMPS, said={"detail": "line_ended"})
    raised = one(
        -1, Kind.MINIMUM_ORDER_RAISED, DAY, said={"detail": "minimum_order", "threshold": 100.0}
    )
    farther = one(-1, Kind.MINIMUM_ORDER_RAISED, DAY, said={"detail": "service_radius"})
    for change, hit in ((ended, {0, 2}), (raised, {0, 1, 3}), (farther, {0, 1, 2, 3})):
        (happened,) = history(change).happened
        assert {row for _, row in exposed(found, happened)} == hit
    assert math.isclose(found.bought(found.months()[0])[0, 2][1], 500.0)


def test_profiles_of_later_do_not_count_and_sources_are_left_out() -> None:
    moved = one(0, Kind.PROFILE_UPDATED, DAY + 1, said={"region": "north"})
    found = history(*a_customer(0, region="south"), *a_customer(1, region="north"), moved)
    (north,) = history(a_price(region="north")).happened
    (crm,) = history(a_price(source="crm")).happened
    assert exposed(found, north) == {(0, 1)}
    assert exposed(found, crm) == set()
