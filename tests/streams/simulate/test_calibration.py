"""How hard the simulated industry is: as hard as it says, whatever the seed."""

import numpy as np
import pytest

from streams.sources.simulate.oracle import Ceiling, asked, ceiling, left
from streams.sources.simulate.shape import Shape
from streams.sources.simulate.source import Simulated


@pytest.fixture(scope="module", params=[1, 2], ids="seed {}".format)
def run(request: pytest.FixtureRequest, year: Simulated) -> Simulated:
    return year if request.param == 1 else Simulated(Shape(seed=request.param))


@pytest.fixture(scope="module")
def scored(run: Simulated) -> Ceiling:
    return ceiling(run.truth, run.events())


def test_an_oracle_ranks_well_and_not_perfectly(scored: Ceiling) -> None:
    assert scored.hazard_auc < scored.stage_auc < scored.risk_auc
    assert 0.82 < scored.risk_auc < 0.88
    assert scored.risk_precision > 5 * scored.base_rate


def test_recency_says_something_and_clearly_less(scored: Ceiling) -> None:
    assert 0.53 < scored.recency_auc < scored.risk_auc - 0.2
    assert 0.53 < scored.own_recency_auc < scored.risk_auc - 0.2


def test_the_true_risk_is_calibrated(run: Simulated) -> None:
    rows = asked(run.truth)
    risk = run.truth.risk_30d[rows.week, rows.customer]
    # A little more leaves than the oracle expects: it does not foresee new troubles.
    assert 0.9 < rows.left.mean() / risk.mean() < 1.2
    for low, high in ((0.0, 0.01), (0.01, 0.05), (0.05, 0.3), (0.3, 1.0)):
        among = (risk >= low) & (risk < high)
        assert 0.75 < rows.left[among].mean() / risk[among].mean() < 1.6


def test_hazard_and_departures_agree(run: Simulated) -> None:
    """The chance of each day, summed, is how many left, but for payments and company ends."""
    expected = float(np.nansum(run.truth.hazard))
    apart = {"payment.failed", "need.ended"}
    n_left = sum(one.reason not in apart for one in run.truth.departures)
    assert abs(n_left - expected) < 4 * expected**0.5


def test_about_a_fifth_leave_in_a_year_and_most_choose_to(run: Simulated) -> None:
    counts = left(run.truth)
    n_left = sum(counts.values())
    assert 0.17 < n_left / run.shape.n_customers < 0.23
    assert 0.6 < counts["voluntary"] / n_left < 0.8
    assert 0.2 < counts["involuntary"] / n_left < 0.38
    assert 0.005 < counts["natural"] / n_left < 0.05
