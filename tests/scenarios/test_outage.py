"""Stories of silence against outage: what nobody could have told us is no silence of theirs."""

from collections.abc import Iterator

import numpy as np
import pytest

from detectors.arrays import DAY_MS, MONDAY_MS, WEEK_MS
from detectors.churn import ChurnSettings
from detectors.kinds import Kind
from detectors.settings import CoreSettings
from tests.detectors.logs import BEGIN_MS, at
from tests.detectors.runs import Run
from tests.scenarios.timeline import Timeline, said, weekly

MONTH = CoreSettings(churn=ChurnSettings(silence_days=28))


def risk_on(done: Run, day: float, row: int = 0) -> float:
    """Give the risk last said by a day."""
    until_ms = at(day)
    known = [one for one in said(done, row) if one.as_of.timestamp() * 1000 <= until_ms]
    return known[-1].risk


def a_weekly_buyer(*, announced: bool) -> Timeline:
    """Tell of someone who buys weekly, and of a feed that is silent from day 60.5 to 74.5."""
    story = Timeline()
    story.buys([day for day in weekly(100) if not 60.5 < day < 74.5], sent_by="erp")
    story.buys([day + 0.1 for day in range(100)], row=1, sent_by="web")
    if announced:
        story.company(60.5, Kind.OUTAGE_BEGAN, source="erp")
        story.company(74.5, Kind.OUTAGE_ENDED, source="erp")
    return story


def test_a_declared_outage_raises_nobody() -> None:
    announced, unsaid = (a_weekly_buyer(announced=one).told(90) for one in (True, False))
    assert risk_on(announced, 74) < risk_on(announced, 60) + 0.03
    assert risk_on(unsaid, 74) > risk_on(announced, 74) + 0.1
    rises = [one for one in said(announced) if at(60.5) < one.as_of.timestamp() * 1000 < at(74.5)]
    assert all(one.stage is None for one in rises)


def test_a_tick_names_the_sources_that_are_silent_and_an_assessment_how_fresh_it_is() -> None:
    done = a_weekly_buyer(announced=True).told(90)
    silent = {o.tick_ms: o.paused for o in done.outcomes if o.tick_ms is not None}
    assert [silent[at(day)] for day in (60, 61, 74, 75)] == [(), ("erp",), ("erp",), ()]
    late = next(one for one in said(done) if one.as_of.timestamp() * 1000 > at(78))
    assert late.fresh_as_of is not None
    assert late.fresh_as_of.timestamp() * 1000 == at(78)


def a_town(silent: tuple[float, float] | None, *, weekends: bool = True) -> Timeline:
    """Tell of 60 customers who order on weekdays by `erp`, and use the web every day."""
    story, draw = Timeline(), np.random.default_rng(5)
    for day in range(56):
        for row in range(60):
            hour = draw.uniform(0.3, 0.8)
            story.happens(day + hour, Kind.USAGE_RECORDED, row, amount=1.0, sent_by="web")
            works = weekends or day % 7 < 5
            if works and draw.random() < 0.5 and not (silent and silent[0] <= day < silent[1]):
                story.happens(day + hour, Kind.PURCHASE_MADE, row, amount=9.0, sent_by="erp")
    return story


def pauses(done: Run, source: str) -> Iterator[tuple[float, float]]:
    """Give a source's pauses, in days since the beginning."""
    feed = done.ledger.feeds[done.ledger.sources.index(source)]
    for place in range(int(feed["n_pauses"])):
        began_ms, ended_ms = int(feed["began_ms"][place]), int(feed["ended_ms"][place])
        yield (began_ms - BEGIN_MS) / DAY_MS, (ended_ms - BEGIN_MS) / DAY_MS


@pytest.mark.parametrize("tick_days", [1 / 24, 1.0])
def test_an_outage_that_nobody_declared_is_seen(tick_days: float) -> None:
    done = a_town((43.0, 46.0)).told(56, tick_days)
    ((began, ended),) = pauses(done, "erp")
    assert 42.5 < began <= 43.4
    assert 46.2 < ended < 46.2 + max(tick_days, 0.5) + 0.5
    assert list(pauses(done, "web")) == []


@pytest.mark.parametrize("tick_days", [1 / 24, 1.0])
def test_a_weekend_is_no_outage(tick_days: float) -> None:
    done = a_town(None, weekends=False).told(56, tick_days)
    assert list(pauses(done, "erp")) == list(pauses(done, "web")) == []


def test_a_holiday_of_all_is_no_outage() -> None:
    story = a_town(None)
    story.events = [(day, one) for day, one in story.events if not 43 <= day < 46]
    assert list(pauses(story.told(56), "erp")) == []


def test_who_may_have_bought_in_an_outage_gets_no_label() -> None:
    def labels(*, silent: bool) -> dict[int, int]:
        story = Timeline(MONTH)
        story.buys([1, 8, 15], sent_by="erp")
        if silent:
            story.company(20, Kind.OUTAGE_BEGAN, source="erp")
            story.company(27, Kind.OUTAGE_ENDED, source="erp")
        found = [one.labels for one in story.told(63).outcomes if one.labels]
        days = {(one.as_of_ms - BEGIN_MS) // DAY_MS: int(one.y[0]) for one in found}
        return {day: label for day, label in days.items() if day >= 0}

    assert labels(silent=False) == {0: 0, 7: 0, 14: 0, 21: 1, 28: 1, 35: 1}
    assert labels(silent=True) == {0: 0, 7: 0, 14: 0, 21: 2, 28: 1, 35: 1}
    assert (BEGIN_MS - MONDAY_MS) % WEEK_MS == 0


def test_held_back_orders_are_taken_when_they_come() -> None:
    story = Timeline()
    story.buys(weekly(60), sent_by="erp")
    story.company(60.5, Kind.OUTAGE_BEGAN, source="erp")
    story.company(74.5, Kind.OUTAGE_ENDED, source="erp")
    for day in (64, 71):
        story.arrives(74.6, day, Kind.PURCHASE_MADE, amount=100.0, sent_by="erp")
    done = story.told(76)
    assert done.ledger.table["silence.active_ms"][0] == at(71)
    assert risk_on(done, 76) < 0.2
