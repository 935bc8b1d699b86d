"""Events of the company: of no customer, and felt by all whom they are about."""

from typing import Any

import msgspec
import numpy as np
import pytest

from detectors.company import Change
from detectors.kinds import Kind
from detectors.settings import AssessmentSettings, CoreSettings
from detectors.slices import Tick
from tests.detectors.logs import BEGIN_MS, SOURCES, One, at, cut
from tests.detectors.runs import Run, run

PUMPS, VALVES = 1, 2  # product lines, as bits


def bought(row: int, day: float, amount: float = 100.0, lines: int = PUMPS, **more: Any) -> One:
    offset = round(day * 24) * 10 + row
    return One(row, Kind.PURCHASE_MADE, at(day), offset, amount=amount, lines=lines, **more)


def is_of(row: int, **said: str) -> One:
    note = msgspec.msgpack.encode(said)
    return One(row, Kind.PROFILE_UPDATED, at(0), row, topic=2, note=note)


def changed(kind: Kind, day: float = 3, lines: int = 0, **said: Any) -> One:
    note = msgspec.msgpack.encode(said) if said else None
    return One(-1, kind, at(day), round(day), topic=4, lines=lines, note=note, id_hash=77)


CROWD = [
    is_of(0, segment="food", region="east", owner="Ada"),
    is_of(1, segment="food", region="west", owner="Ben"),
    is_of(2, segment="cars", region="east", owner="Ada"),
    bought(0, 1, 100.0),
    bought(1, 1, 400.0, source=SOURCES.index("erp")),
    bought(2, 1, 1000.0, lines=VALVES),
]


def told(change: One, *before: One) -> tuple[Run, Change]:
    done = run(cut([*CROWD, *before, change], 1), CoreSettings())
    (heard,) = done.outcomes[-1].changes
    return done, heard


def exposed(done: Run) -> list[int]:
    table = done.ledger.table[: done.ledger.n_rows]
    return np.flatnonzero(table["exposure.strength"].any(axis=1)).tolist()


@pytest.mark.parametrize(
    ("change", "hit"),
    [
        (changed(Kind.PRICE_CHANGED), [0, 1, 2]),
        (changed(Kind.POLICY_CHANGED, segment="food"), [0, 1]),
        (changed(Kind.POLICY_CHANGED, segment="food", region="east"), [0]),
        (changed(Kind.COMPETITOR_ENTERED, region="east"), [0, 2]),
        (changed(Kind.OFFER_REPOSITIONED, lines=VALVES, detail="line_ended"), [2]),
        (changed(Kind.MANAGER_LEFT, owner="Ada"), [0, 2]),
        (changed(Kind.PRICE_CHANGED, source="erp"), [1]),
        (changed(Kind.MINIMUM_ORDER_RAISED, detail="minimum_order", threshold=500.0), [0, 1]),
        (changed(Kind.MINIMUM_ORDER_RAISED, detail="payment_terms", threshold=500.0), [0, 1, 2]),
        (changed(Kind.POLICY_CHANGED, segment="nobody's"), []),
    ],
)
def test_a_change_hits_those_who_fit_all_its_limits(change: One, hit: list[int]) -> None:
    done, heard = told(change)
    assert exposed(done) == hit
    assert heard.n_exposed == len(hit)


@pytest.mark.parametrize("by_share", [-0.1, 0.0])
def test_what_gets_cheaper_hits_nobody(by_share: float) -> None:
    done = run(cut([*CROWD, changed(Kind.PRICE_CHANGED, by_share=by_share)], 1), CoreSettings())
    assert exposed(done) == []
    assert done.outcomes[-1].changes == ()


def test_who_has_left_is_not_hit() -> None:
    gone = One(1, Kind.CUSTOMER_CHURNED, at(2), 0, topic=3)
    assert exposed(told(changed(Kind.PRICE_CHANGED), gone)[0]) == [0, 2]


def test_a_new_minimum_is_felt_most_by_those_just_below_it() -> None:
    done, _ = told(changed(Kind.MINIMUM_ORDER_RAISED, detail="minimum_order", threshold=500.0))
    small, nearly = done.ledger.table["exposure.strength"][:2, 0].tolist()
    assert small == pytest.approx(1.5 * 0.6)
    assert nearly == pytest.approx(1.5 * 0.9)


def test_a_higher_price_is_felt_by_how_much_higher_it_is() -> None:
    felt = [
        told(changed(Kind.PRICE_CHANGED, by_share=share))[0].ledger.table["exposure.strength"][0, 0]
        for share in (0.04, 0.08, 0.5)
    ]
    assert felt == [0.5, 1.0, 2.0]


def test_what_a_partition_says_of_a_departure() -> None:
    said: dict[str, Any] = {"owner": "Ada", "successor": "Cyd", "has_plan": True}
    said["joined_competitor"] = True
    worth = One(
        2, Kind.PROFILE_UPDATED, at(2), 3, 2, note=msgspec.msgpack.encode({"yearly_revenue": 5e4})
    )
    _, heard = told(changed(Kind.MANAGER_LEFT, **said), worth)
    assert (heard.id, heard.reason, heard.at_ms) == ("000000000000004d", "relation.poached", at(3))
    assert (heard.owner, heard.successor, heard.has_plan) == ("Ada", "Cyd", True)
    assert heard.value_exposed > 3 * 5e4
    assert type(heard.value_exposed) is float  # a number of numpy's cannot be written as JSON


def test_those_hit_are_judged_at_the_next_tick() -> None:
    left = changed(Kind.MANAGER_LEFT, owner="Ada")
    steps: list[One | Tick] = [*CROWD, Tick(at(2)), left, Tick(at(4))]
    told_soon = CoreSettings(assessment=AssessmentSettings(report_change=0.05))
    *_, quiet, tick = run(cut(steps, 1), told_soon).outcomes
    assert quiet.assessments == ()
    assert {told.number for told in tick.assessments} == {0, 2}
    assert {told.stage for told in tick.assessments} == {"awareness"}


def test_an_outage_hits_nobody() -> None:
    change = changed(Kind.OUTAGE_BEGAN, source="erp")
    done = run(cut([*CROWD, change], 1), CoreSettings())
    assert exposed(done) == []
    assert done.outcomes[-1].changes == ()
    assert done.outcomes[-1].n_events == 1


def test_a_change_before_any_customer_hits_nobody() -> None:
    early = One(-1, Kind.PRICE_CHANGED, BEGIN_MS, 0, topic=4, id_hash=5)
    done = run(cut([early, *CROWD], 6), CoreSettings())
    assert exposed(done) == []
    assert done.outcomes[0].changes[0].n_exposed == 0
