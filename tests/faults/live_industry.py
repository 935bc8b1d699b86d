"""A small invented industry for the live tests: of its history the truth is known."""

from streams.sources.simulate.shape import Shape
from streams.sources.simulate.source import Simulated

SHAPE = Shape(n_customers=200, days=160, warm_up_days=28, seed=5, n_managers=6)


class SmallIndustry(Simulated):
    """Some 10,000 events of five topics: complaints, company changes, an outage, departures."""

    name = "small-industry"

    def __init__(self) -> None:
        super().__init__(SHAPE)

    @property
    def preset(self) -> dict[str, object]:
        """As the industry has it, with the ticks of a feed."""
        return super().preset | {"intake.ticks": "feed", "intake.tick_hours": 24}
