"""Bands: up on evidence, down in time, and never to and fro."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pytest
from pydantic import ValidationError

from detectors import bands
from detectors.bands import COLUMNS, Band, BandSettings
from detectors.families.family import Own
from detectors.score import rules
from detectors.settings import CoreSettings
from tests.detectors.logs import at
from tests.detectors.records import columns_of

# 0.15, 0.30, 0.55; 0.05 down; a day up, three days down
TERMS = CoreSettings(bands=BandSettings()).terms(rules(0.1))
HOURS = 1 / 24


@dataclass
class Watched:
    """One customer's band through time."""

    own: Own = field(default_factory=lambda: columns_of(COLUMNS))
    crossed: list[float] = field(default_factory=list)
    cleared: list[float] = field(default_factory=list)

    def see(self, day: float, risk: float, floor: Band = Band.CALM) -> Band:
        move = bands.move(self.own, risk, int(floor), at(day), TERMS)
        if move.crossed:
            self.crossed.append(day)
        if move.cleared:
            self.cleared.append(day)
        return Band(int(self.own.band))

    def see_all(self, days: Iterable[float], risks: Iterable[float]) -> list[Band]:
        return [self.see(day, risk) for day, risk in zip(days, risks, strict=True)]

    def switch(self, risk: float) -> bool:
        return bands.lift(self.own, risk, TERMS)


def in_alarm() -> Watched:
    """Give a customer at risk since day 1."""
    watched = Watched()
    watched.see_all([0, 1], [0.4, 0.4])
    return watched


def test_a_band_is_entered_after_a_whole_day_above_its_line() -> None:
    watched = Watched()
    risks = [0.30, 0.30, 0.30]
    assert watched.see_all([0, 23 * HOURS, 1], risks) == [Band.CALM, Band.CALM, Band.AT_RISK]
    assert watched.crossed == [1]


def test_one_odd_hour_raises_nobody() -> None:
    watched = Watched()
    seen = watched.see_all([0, 0.5, 0.6, 1.2, 1.5], [0.1, 0.9, 0.1, 0.9, 0.1])
    assert set(seen) == {Band.CALM}


def test_a_band_is_left_after_three_days_a_margin_below_its_line() -> None:
    watched = in_alarm()
    days, risks = [2, 3, 5, 6], [0.26, 0.24, 0.24, 0.24]
    assert watched.see_all(days, risks) == [Band.AT_RISK] * 3 + [Band.WATCH]
    assert watched.cleared == [6]


def test_a_risk_within_the_margin_leaves_no_band() -> None:
    watched = in_alarm()
    assert set(watched.see_all(range(2, 60), [0.2501] * 58)) == {Band.AT_RISK}


def test_a_risk_that_swings_round_a_line_for_a_week_is_one_alert() -> None:
    watched = in_alarm()
    days = [2 + hour * 6 * HOURS for hour in range(28)]
    watched.see_all(days, [0.28, 0.33] * 14)
    assert watched.crossed == [1]
    assert watched.cleared == []


def test_a_deep_dip_of_two_days_clears_nothing() -> None:
    watched = in_alarm()
    watched.see_all([2, 3, 4, 4.5], [0.05, 0.05, 0.05, 0.4])
    watched.see_all([5, 6, 7], [0.05, 0.4, 0.4])
    assert (watched.crossed, watched.cleared) == ([1], [])


def test_the_next_line_is_another_alert_after_a_day_of_its_own() -> None:
    watched = in_alarm()
    assert watched.see_all([2, 3], [0.6, 0.6]) == [Band.AT_RISK, Band.CRITICAL]
    assert watched.crossed == [1, 3]


def test_the_next_line_down_takes_three_days_of_its_own() -> None:
    watched = Watched()
    watched.see_all([0, 1], [0.6, 0.6])
    assert watched.see_all([2, 5], [0.4, 0.4]) == [Band.CRITICAL, Band.AT_RISK]
    assert watched.see_all([6, 8, 9], [0.05] * 3) == [Band.AT_RISK, Band.AT_RISK, Band.CALM]


def test_a_fall_to_the_alert_line_is_no_all_clear() -> None:
    watched = in_alarm()
    watched.see_all([2, 3, 4, 5, 6, 7], [0.6, 0.6, 0.35, 0.35, 0.35, 0.35])
    assert watched.own.band == Band.AT_RISK
    assert watched.cleared == []


def test_hard_evidence_lifts_at_once() -> None:
    watched = Watched()
    assert watched.see(0, 0.01, floor=Band.AT_RISK) == Band.AT_RISK
    assert watched.crossed == [0]


def test_a_band_does_not_fall_while_hard_evidence_lasts_and_falls_in_time_after_it() -> None:
    watched = Watched()
    held = [watched.see(day, 0.01, floor=Band.AT_RISK) for day in range(10)]
    assert set(held) == {Band.AT_RISK}
    # It stood below its line for long; only the evidence held it.
    assert watched.see(10, 0.01) == Band.CALM
    assert (watched.crossed, watched.cleared) == ([0], [10])


def test_another_model_lifts_a_band_without_an_alert() -> None:
    watched = Watched()
    assert watched.switch(0.4)
    assert watched.see_all([1, 2, 30], [0.4, 0.4, 0.44]) == [Band.AT_RISK] * 3
    assert watched.crossed == []


def test_after_another_model_an_alert_waits_until_the_risk_itself_moved_on() -> None:
    watched = Watched()
    watched.switch(0.4)
    watched.see_all([1, 2, 3, 4], [0.4, 0.449, 0.451, 0.452])
    assert watched.crossed == [3]


def test_after_another_model_the_next_line_is_an_alert() -> None:
    watched = Watched()
    watched.switch(0.54)
    watched.see_all([1, 2], [0.56, 0.56])
    assert watched.crossed == [2]


def test_after_another_model_who_is_cleared_may_cross_again() -> None:
    watched = Watched()
    watched.switch(0.5)
    watched.see_all([1, 4, 5, 6], [0.05, 0.05, 0.4, 0.4])
    assert (watched.cleared, watched.crossed) == ([4], [6])


def test_another_model_lowers_no_band_at_once() -> None:
    watched = in_alarm()
    assert not watched.switch(0.01)
    assert watched.own.band == Band.AT_RISK
    assert watched.see_all([2, 5], [0.01, 0.01]) == [Band.AT_RISK, Band.CALM]


def test_another_model_that_lifts_to_watch_only_leaves_the_alert_to_come() -> None:
    watched = Watched()
    watched.switch(0.2)
    watched.see_all([1, 2], [0.31, 0.31])
    assert watched.crossed == [2]


@pytest.mark.parametrize("lifted", [0.0, 0.2, 0.35])
def test_a_move_says_whether_any_column_changed(lifted: float) -> None:
    rng, own, told = np.random.default_rng(3), columns_of(COLUMNS), set()
    for day in range(400):
        if day % 40 == 0:
            bands.lift(own, lifted, TERMS)
        before, risk = own.tobytes(), (day // 7 % 5) * 0.15 + 0.01 * float(rng.normal())
        move = bands.move(own, risk, int(day % 50 == 0) * 2, at(day), TERMS)
        assert move.changed == (own.tobytes() != before)
        told.add(move.changed)
    assert told == {True, False}


def test_thresholds_out_of_order_are_refused() -> None:
    with pytest.raises(ValidationError, match="must rise"):
        BandSettings(watch=0.4, at_risk=0.3)
