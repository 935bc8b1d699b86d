"""Ids: some customers are known under two, until somebody notices; some withdraw consent."""

from functools import partial

import numpy as np

from streams.events.event_type import Purpose
from streams.events.profiles import (
    Alias,
    Consent,
    ConsentChanged,
    CustomerMerged,
    CustomerUnmerged,
    Identity,
    Profile,
    ProfileUpdated,
)
from streams.sources.simulate.diary import Stamp
from streams.sources.simulate.industry import CRM, ERP
from streams.sources.simulate.shape import HOUR_MS
from streams.sources.simulate.world import World

PROFILE, CONSENT = Stamp(ProfileUpdated, CRM), Stamp(ConsentChanged, CRM)
MERGED, UNMERGED = Stamp(CustomerMerged, CRM), Stamp(CustomerUnmerged, CRM)
DOUBLED = 0.008  # share of customers with a second id, after a misspelt name
UNDER_IT = 0.45  # share of their orders that come under it
WITHDRAWS = 0.006  # share of customers a year who withdraw consent for one purpose
UNMERGED_AFTER_DAYS = 40


class Identities:
    """Which id an order comes under, and when ids are merged."""

    def __init__(self, world: World) -> None:
        self._world = world
        draw = world.chance.of("identity")
        people = world.customers
        n_doubled = max(2, int(len(people) * DOUBLED))
        chosen = draw.choice(np.flatnonzero(people.joined == 0), n_doubled, replace=False)
        self._second = {int(who): f"{people.ids[who]}B" for who in chosen}
        for who, second in self._second.items():
            world.truth.alias_of[second] = people.ids[who]
            day = world.shape.day_at(draw.uniform(0.1, 0.9))
            world.diary.later(day, partial(self._merge, who))
        # One merge was wrong for a while, or somebody thought so.
        wrong = int(chosen[0])
        again = world.shape.day_at(0.9) + UNMERGED_AFTER_DAYS
        world.diary.later(min(again, world.shape.n_days - 1), partial(self._unmerge, wrong))
        self._merged: dict[int, str] = {}

    @property
    def seconds(self) -> dict[int, str]:
        """Give the second ids that have not been merged, by customer's number."""
        return self._second

    def ordering(self, who: int, u: float) -> str:
        """Give the id that an order of today comes under, by the draw `u`."""
        second = self._second.get(who)
        return second if second and u < UNDER_IT else self._world.customers.ids[who]

    def step(self) -> None:
        """Let a few withdraw their consent today."""
        world = self._world
        u = world.chance.uniform("consent", world.day, 3)
        asks = world.present & (u[0] < WITHDRAWS / 365)
        for who in np.flatnonzero(asks).tolist():
            purpose = Purpose.OUTREACH if u[1, who] < 0.6 else Purpose.EARLY_WARNING
            at_ms = world.working_ms(who, float(u[2, who]))
            data = Consent(purpose=purpose, granted=False)
            world.diary.note(at_ms, CONSENT.on(world.customers.ids[who], at_ms, data))

    def _merge(self, who: int) -> None:
        world, second = self._world, self._second.pop(who)
        self._merged[who] = second
        first, at_ms = world.customers.ids[who], world.now_ms + 11 * HOUR_MS
        survivor = Identity(role="survivor", other=second, decided_by="tax-id")
        absorbed = Identity(role="absorbed", other=first, decided_by="tax-id")
        world.diary.note(at_ms, MERGED.on(first, at_ms, survivor))
        world.diary.note(at_ms, MERGED.on(second, at_ms, absorbed))
        known = Profile(aliases=(Alias(source=ERP, id=second),))
        world.diary.note(at_ms + 1, PROFILE.on(first, at_ms + 1, known))

    def _unmerge(self, who: int) -> None:
        second = self._merged.pop(who, None)
        if second is None:
            return
        world, at_ms = self._world, self._world.now_ms + 12 * HOUR_MS
        first = world.customers.ids[who]
        survivor = Identity(role="survivor", other=second, decided_by="data office")
        absorbed = Identity(role="absorbed", other=first, decided_by="data office")
        world.diary.note(at_ms, UNMERGED.on(first, at_ms, survivor))
        world.diary.note(at_ms, UNMERGED.on(second, at_ms, absorbed))
        known = Profile(aliases=())
        world.diary.note(at_ms + 1, PROFILE.on(first, at_ms + 1, known))
