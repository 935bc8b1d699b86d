"""One day after another: every part of the world does its share of a day, then events go out."""

from collections.abc import Iterator, Sequence

import numpy as np

from streams.events.envelope import AnyEvent, at_ms
from streams.sources.late import Late
from streams.sources.simulate import activity, market, orders, troubles
from streams.sources.simulate.causes import Stage
from streams.sources.simulate.chance import Chance
from streams.sources.simulate.changes import Changes
from streams.sources.simulate.closing import DAILY, Closing
from streams.sources.simulate.complaint_events import Record
from streams.sources.simulate.complaints import Complaints
from streams.sources.simulate.contacts import Contacts
from streams.sources.simulate.contracts import Contracts
from streams.sources.simulate.deliveries import Deliveries
from streams.sources.simulate.diary import OURS
from streams.sources.simulate.identity import Identities
from streams.sources.simulate.joining import Joining
from streams.sources.simulate.leaving import LEAVES_AT_MS, Leaving
from streams.sources.simulate.network import Network
from streams.sources.simulate.outage import Outages
from streams.sources.simulate.payments import Payments
from streams.sources.simulate.population import customers
from streams.sources.simulate.risk import HORIZON_DAYS, risk_30d
from streams.sources.simulate.shape import Shape, day_ms
from streams.sources.simulate.signs import Signs
from streams.sources.simulate.surveys import Surveys
from streams.sources.simulate.treatment import Treatment, apply
from streams.sources.simulate.truth import Truth
from streams.sources.simulate.usage import Digital
from streams.sources.simulate.world import World


class Course:
    """A run of the world, once. `truth` is whole when the last day has been taken."""

    def __init__(self, shape: Shape, treatments: Sequence[Treatment] = ()) -> None:
        chance = Chance(shape.seed, shape.n_customers)
        people = customers(shape, chance)
        self.truth = Truth(shape, people.ids)
        self._world = world = World(shape, people, chance, self.truth)
        self._record = Record()
        self._leaving = leaving = Leaving(world)
        self._identities, self._outages = Identities(world), Outages(shape, chance, self.truth)
        self._joining = Joining(world, self._identities)
        self._complaints = Complaints(world, leaving)
        self._deliveries = Deliveries(world, self._complaints)
        self._payments, self._closing = Payments(world, leaving), Closing(world, leaving)
        self._digital, self._contacts = Digital(world), Contacts(world)
        self._contracts, self._surveys = Contracts(world), Surveys(world)
        self._signs, self._network = Signs(world, self._contracts, self._digital), Network(world)
        Changes(world)
        troubles.begin(world)
        troubles.plant_all(world)
        leaving.begin()
        self._outages.announce(world.diary)
        apply(world, leaving, treatments)

    def profiles(self) -> Iterator[AnyEvent]:
        """Give what is known of the customers at the beginning."""
        return self._joining.first()

    def events(self) -> Iterator[AnyEvent | Late]:
        """Live all days; give what becomes known, in the order in which it does."""
        world = self._world
        for day in range(world.shape.n_days):
            world.day = day
            if day % 7 == 0:
                self.truth.risk_30d[day // 7] = self._risk()
            self._live()
            yield from self._outages.passed(day, self._happened())
        self.truth.broken = self._record.broken(day_ms(world.shape.n_days))
        self.truth.silences = self._outages.known

    def _live(self) -> None:
        """Let today happen. What follows from somebody's step comes after the step."""
        world = self._world
        world.fade()
        world.diary.begin(world.day)
        self._joining.step()
        troubles.step(world)
        busy = activity.factor(world)
        ordered = orders.step(world, busy, self._identities)
        self._deliveries.step(ordered)
        self._payments.step(ordered)
        self._digital.step(busy, ordered)
        self._contacts.step()
        self._complaints.step()
        market.step(world)
        self._identities.step()
        self._leaving.step()
        self._closing.step()
        self._signs.step()
        self._contracts.step()
        self._surveys.step()
        self._network.step()
        world.entered.clear()

    def _happened(self) -> Iterator[AnyEvent]:
        """Give today's events; acts of those who have left are no more."""
        world = self._world
        for event, whose in world.diary.take(world.day):
            if whose == OURS or not self._gone(whose, at_ms(event.time)):
                self._record.see(event)
                yield event

    def _gone(self, who: int, ms: int) -> bool:
        world = self._world
        left_ms = day_ms(int(world.left_day[who])) + LEAVES_AT_MS
        return bool(world.stage[who] == Stage.GONE) and ms >= left_ms

    def _risk(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        natural = 1 - (1 - DAILY) ** HORIZON_DAYS
        stays = (1 - risk_30d(self._world)) * (1 - self._payments.risk_30d) * (1 - natural)
        return 1 - stays
