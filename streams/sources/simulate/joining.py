"""Profiles: what is known of a customer at the beginning, or on the day they join."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from streams.events.envelope import AnyEvent
from streams.events.event_type import Purpose
from streams.events.profiles import Consent, Link, Profile
from streams.events.vocabulary import Channel
from streams.sources.simulate.diary import moment
from streams.sources.simulate.identity import PROFILE, Identities
from streams.sources.simulate.industry import CURRENCY, MANAGERS, REGIONS, SEGMENTS, TIERS
from streams.sources.simulate.shape import BEGIN_MS, DAY_MS, HOUR_MS, day_ms
from streams.sources.simulate.world import World

SINCE_YEARS = 12  # the oldest customers; tenure means nothing for who leaves
PREFERRED: tuple[Channel, ...] = ("phone", "email", "visit", "message")
AGREES = 0.9  # share of customers who agreed to be asked and listened to
COST_SHARE = 0.15  # of a year's revenue, for winning a customer


class Joining:
    """Makes profiles of those who are there from the beginning and of those who come."""

    def __init__(self, world: World, identities: Identities) -> None:
        self._world, self._identities = world, identities
        self._links: dict[int, list[Link]] = defaultdict(list)
        ids = world.customers.ids
        for supplier, buyer in world.customers.links.tolist():
            self._links[supplier].append(Link(customer=ids[buyer], direction="customer"))
            self._links[buyer].append(Link(customer=ids[supplier], direction="supplier"))

    def first(self) -> Iterator[AnyEvent]:
        """Give the profiles of the beginning, those of second ids among them."""
        people = self._world.customers
        for who in np.flatnonzero(people.joined == 0).tolist():
            yield PROFILE.on(people.ids[who], BEGIN_MS, self._profile(who))
            second = self._identities.seconds.get(who)
            if second is not None:
                owner = MANAGERS[people.owner[who]]
                data = Profile(owner=owner, language=_language(bool(people.chinese[who])))
                yield PROFILE.on(second, BEGIN_MS, data)

    def step(self) -> None:
        """Note the profiles of those who join today."""
        world = self._world
        joins = (world.customers.joined == world.day) & (world.day > 0)
        for who in np.flatnonzero(joins).tolist():
            at_ms = world.now_ms + HOUR_MS // 2  # before anything else that they do
            event = PROFILE.on(world.customers.ids[who], at_ms, self._profile(who))
            world.diary.note(at_ms, event)

    def _profile(self, who: int) -> Profile:
        world, people = self._world, self._world.customers
        draw = world.chance.of("profile", who)
        joined_ms = day_ms(int(people.joined[who]))
        before_days = 0 if people.joined[who] else int(draw.integers(90, 365 * SINCE_YEARS))
        contract = bool(people.contract[who])
        revenue = round(float(people.revenue[who]), 2)
        spend = round(revenue * draw.uniform(1.1, 2.5), -2)
        return Profile(
            owner=MANAGERS[world.owner[who]],
            tier=TIERS[people.tier[who]],
            segment=SEGMENTS[people.segment[who]],
            region=REGIONS[world.region[who]],
            yearly_revenue=revenue,
            yearly_spend=spend if draw.random() < 0.4 else None,
            currency=CURRENCY,
            acquisition_cost=round(revenue * COST_SHARE, 2),
            customer_since=moment(joined_ms - before_days * DAY_MS),
            contract_renewal=moment(day_ms(int(people.renewal[who]))) if contract else None,
            auto_renew=bool(people.auto_renew[who]) if contract else None,
            membership_level=_level(int(people.tier[who])) if people.member[who] else None,
            language=_language(bool(people.chinese[who])),
            preferred_channel=PREFERRED[int(draw.integers(len(PREFERRED)))],
            links=tuple(self._links.get(who, ())),
            consent=self._consent(who),
        )

    def _consent(self, who: int) -> tuple[Consent, ...]:
        # Surveys are answered with consent only. Most signed for it when they became customers.
        agrees = self._world.chance.of("agrees", who).random() < AGREES
        return (Consent(purpose=Purpose.EARLY_WARNING, granted=True),) if agrees else ()


def _level(tier: int) -> str:
    return "advanced" if tier == 0 else "basic"


def _language(chinese: bool) -> str:
    return "zh" if chinese else "en"
