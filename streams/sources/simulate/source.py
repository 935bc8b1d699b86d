"""The simulated industry as a source of events."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from streams.events.envelope import AnyEvent
from streams.sources.late import Late
from streams.sources.simulate.course import Course
from streams.sources.simulate.shape import Shape
from streams.sources.simulate.treatment import Treatment
from streams.sources.simulate.truth import Truth
from streams.sources.truth import Known
from streams.topics import CHANGES, COMPLAINTS, INTERACTIONS, OUTCOMES, PROFILES


class Simulated:
    """An invented supplier's year, with the truth beside it.

    Parameters
    ----------
    shape : Shape
        Size, length and seed.
    treatments : sequence of Treatment
        Whom we treated when; off by default. Those customers' hazard falls.
    """

    name = "simulated"
    notes = ("All of it is invented: customers, events, and why they leave.",)
    n_refused = 0
    refused = ()

    def __init__(self, shape: Shape | None = None, treatments: Sequence[Treatment] = ()) -> None:
        self.shape, self._treatments = shape or Shape(), treatments

    @property
    def preset(self) -> dict[str, object]:
        """Take who leaves from what is told; who is silent for 120 days is not watched."""
        return {
            "churn.label": "churned",
            "churn.churned_within_days": 30,
            "churn.active_days": 120,
            # The rules' level is that of groceries, where gaps are shorter: the mean risk that
            # this gives is near the share that leaves in a month, one in seventy.
            "churn.prior_rate": 0.003,
            "bands.watch": 0.02,
            "bands.at_risk": 0.03,  # twice the usual: managers have room for one in ten
            "bands.critical": 0.10,
            "bands.margin": 0.004,
            # Some 25 churns for each feature: before, most of what was learned is chance.
            "learning.blend.positives_full": 2000,
            "learning.blend.weeks_full": 52,
        }

    @property
    def topics(self) -> tuple[str, ...]:
        """Everything that a company may send is sent."""
        return (INTERACTIONS, COMPLAINTS, PROFILES, OUTCOMES, CHANGES)

    @property
    def n_events(self) -> int:
        """Count all events; the whole run is made for it, once."""
        first, later, _ = self._made
        return len(first) + len(later)

    @property
    def truth(self) -> Truth:
        """Give what is true of the run; the whole run is made for it, once."""
        return self._made[2]

    @property
    def ground_truth(self) -> Known:
        """Give what of the truth a system can be held to."""
        truth = self.truth
        return Known(broken=truth.broken, changes=truth.changes, silences=truth.silences)

    def profiles(self) -> Iterator[AnyEvent]:
        """Give what is known of the customers at the beginning."""
        return iter(self._made[0])

    def events(self) -> Iterator[AnyEvent | Late]:
        """Give what happened, in the order in which it became known."""
        return iter(self._made[1])

    @cached_property
    def _made(self) -> tuple[list[AnyEvent], list[AnyEvent | Late], Truth]:
        course = Course(self.shape, self._treatments)
        return list(course.profiles()), list(course.events()), course.truth
