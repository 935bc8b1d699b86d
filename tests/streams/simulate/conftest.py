"""Two runs that many tests look at: a small one, and the default year."""

import pytest

from streams.sources.simulate.shape import Shape
from streams.sources.simulate.source import Simulated

SMALL = Shape(n_customers=240, days=240, warm_up_days=63, seed=7)


@pytest.fixture(scope="session")
def small() -> Simulated:
    """A few hundred customers for eight months."""
    return Simulated(SMALL)


@pytest.fixture(scope="session")
def year() -> Simulated:
    """The default: three thousand customers, a warm-up and a year."""
    return Simulated()
