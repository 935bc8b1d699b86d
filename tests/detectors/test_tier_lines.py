"""Tier lines: quantiles of what customers bring, by segment, and what settings may say."""

import numpy as np
import pytest
from pydantic import ValidationError

from detectors.settings import CoreSettings
from detectors.tier_lines import TierLines, TierSettings, Worths, in_force, lines_of, table
from detectors.worth import ValueSettings

CUTS = (0.1, 0.4)


def worths(**money: list[float]) -> Worths:
    """Give customers by segment; `all` are in none."""
    names = tuple("" if name == "all" else name for name in money)
    segment = np.repeat(np.arange(len(money)), [len(one) for one in money.values()])
    revenue = np.array([one for of_one in money.values() for one in of_one], np.float32)
    return Worths(revenue, segment.astype(np.uint16), names)


def test_the_first_tenth_is_top_the_next_three_are_middle_and_the_rest_is_base() -> None:
    rng = np.random.default_rng(5)
    money = rng.permutation(np.arange(1.0, 101.0)).tolist()
    (top, middle) = lines_of([worths(all=money)], TierSettings().cuts, 1)["*"]
    counts = [sum(one >= top for one in money), sum(top > one >= middle for one in money)]
    assert (top, middle) == (91.0, 61.0)
    assert counts == [10, 30]


def test_it_is_of_no_account_which_partition_says_whose_value() -> None:
    money = np.arange(1.0, 101.0)
    whole = lines_of([worths(all=money.tolist())], CUTS, 1)
    parts = [worths(all=money[money % 3 == rest].tolist()) for rest in (2, 0, 1)]
    assert lines_of(parts, CUTS, 1) == whole


def test_a_segment_has_lines_of_its_own_if_it_has_customers_enough() -> None:
    told = worths(pumps=[10.0 * n for n in range(1, 51)], valves=[1.0] * 49)
    assert list(lines_of([told], CUTS, 50)) == ["*", "pumps"]
    assert lines_of([told], CUTS, 50)["pumps"] == (460.0, 310.0)


def test_whose_value_nobody_knows_is_in_no_quantile() -> None:
    assert lines_of([worths(all=[-1.0] * 90 + [float(n) for n in range(1, 11)])], CUTS, 1) == {
        "*": (10.0, 7.0)
    }
    assert lines_of([worths(all=[-1.0])], CUTS, 1) == {}


def test_lines_of_the_settings_go_before_those_learned() -> None:
    learned = TierLines(7, {"*": (5.0, 3.0)})
    own = TierSettings(lines={"*": (9.0, 4.0), "pumps": (20.0, 10.0)})
    assert in_force(own, learned) == {"*": (9.0, 4.0), "pumps": (20.0, 10.0)}
    assert in_force(TierSettings(), learned) == {"*": (5.0, 3.0)}
    assert in_force(TierSettings(shares={}), learned) == {}
    assert in_force(TierSettings(shares={"top": 0.5, "base": 0.5}), learned) == {}
    assert in_force(TierSettings(), None) == {}
    assert table(in_force(own, None)).tolist() == [[9.0, 4.0], [20.0, 10.0]]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"shares": dict.fromkeys("abcde", 0.2)}, "at most 4"),
        ({"shares": {"top": 0.1, "base": 0.6}}, "not 1"),
        ({"lines": {"pumps": (2.0, 1.0)}}, "not named"),
        ({"lines": {"*": (1.0,)}}, "not 2"),
        ({"lines": {"*": (1.0, 2.0)}}, "falling"),
    ],
)
def test_wrong_tiers_are_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        TierSettings.model_validate(wrong)


def test_the_core_takes_no_lines_before_any_are_known() -> None:
    assert CoreSettings(value=ValueSettings()).value.tiers.cuts == CUTS
    assert table({}).shape == (0, 0)
    assert table({"*": ()}).shape == (1, 0)  # one tier for all
