"""Stories of loyalty: lines that are lost, orders that go elsewhere, barriers that fall."""

from typing import Any

import pytest

from detectors.assessment import Reason
from detectors.kinds import Kind
from tests.detectors.runs import Run
from tests.scenarios.timeline import Timeline, said, weekly

PUMPS, VALVES, SEALS = 1, 2, 4


def because(done: Run) -> Reason | None:
    """Give the last reason that is about loyalty."""
    found = [one for told in said(done) for one in told.reasons if one.family == "loyalty"]
    return found[-1] if found else None


def stage(done: Run) -> int:
    return int(done.ledger.table["stages.stage"][0])


def two_lines(until: float, **more: Any) -> Timeline:
    story = Timeline()
    story.buys(weekly(until), lines=PUMPS, **more)
    story.buys(weekly(70, since=3.0), lines=VALVES)
    return story


def test_a_line_bought_no_more_while_others_are_is_lost_until_it_is_bought_again() -> None:
    story = two_lines(120)
    assert stage(story.told(80)) == 0
    lost = story.told(120)
    assert stage(lost) == 2
    assert (why := because(lost)) is not None
    assert why.id == "decline.line_lost"
    story.buys([119.5], lines=VALVES)
    assert stage(story.told(120)) == 0


def test_silence_alone_loses_no_line() -> None:
    story = Timeline()
    for since, line in ((1.0, PUMPS), (3.0, VALVES)):
        story.buys(weekly(70, since), lines=line)
    why = because(story.told(110))
    assert why is None or why.id != "decline.line_lost"


def test_another_line_instead_is_another_need() -> None:
    story = two_lines(120)
    story.buys([105.0, 112.0], lines=SEALS)
    assert (why := because(story.told(120))) is not None
    assert why.id == "need.changed"


def test_a_line_taken_out_of_the_contract_is_lost_at_once() -> None:
    story = Timeline()
    story.buys(weekly(60), lines=PUMPS)
    story.happens(58.5, Kind.CONTRACT_LINE_DROPPED, lines=VALVES)
    assert stage(story.told(60)) == 2


def test_smaller_orders_at_steady_need_go_elsewhere() -> None:
    story = Timeline()
    story.buys(weekly(150), lines=PUMPS)
    story.buys(weekly(230, since=155.0), lines=PUMPS, amount=20.0)
    assert (why := because(story.told(230))) is not None
    assert (why.id, why.feature) in {
        ("decline.spread", "orders_smaller"),
        ("decline.spread", "below_peak"),
    }


def test_all_points_cashed_at_once_are_a_sign_for_a_month() -> None:
    story = Timeline()
    story.buys(weekly(120))
    story.happens(60, Kind.PROGRAMME_USED, points_spent=900.0, balance=0.0)
    assert [stage(story.told(day)) for day in (59, 61, 89, 95, 110, 120)] == [0, 2, 2, 1, 0, 0]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"region": "east"}, {"region": "west"}, "need.moved"),
        ({"membership_level": "enterprise"}, {"membership_level": "basic"}, "decline.spread"),
    ],
)
def test_a_profile_that_changes_for_the_worse(
    before: dict[str, str], after: dict[str, str], told: str
) -> None:
    story = Timeline()
    story.buys(weekly(120))
    story.happens(1, Kind.PROFILE_UPDATED, **before)
    story.happens(100, Kind.PROFILE_UPDATED, **after)
    loyal = story.told(115).ledger.table
    assert loyal["loyalty.moved_day"][0] + loyal["loyalty.lowered_day"][0] > 0
    story.settings = story.settings.model_copy(
        update={"churn": story.settings.churn.model_copy(update={"prior_rate": 0.6})}
    )
    assert (why := because(story.told(115))) is not None
    assert why.id == told


def test_orders_that_go_after_a_manager_while_the_need_goes_on_are_a_decision() -> None:
    story = Timeline()
    story.happens(0, Kind.PROFILE_UPDATED, owner="Ada")
    story.buys([day / 2 for day in range(4, 240)], lines=PUMPS)  # every twelve hours till day 120
    for day in range(2, 170):
        story.happens(day + 0.3, Kind.USAGE_RECORDED, amount=1.0)
    story.company(118.0, Kind.MANAGER_LEFT, owner="Ada", joined_competitor=True)
    assert stage(story.told(118)) == 0
    assert stage(story.told(160)) == 3
    as_ever = Timeline(events=[e for e in story.events if e[1].kind is not Kind.MANAGER_LEFT])
    assert stage(as_ever.told(160)) < 3
