"""Natural ends: companies that close down. Nobody could have kept them."""

from functools import partial

import numpy as np

from streams.sources.simulate.causes import cause_of
from streams.sources.simulate.leaving import Leaving
from streams.sources.simulate.world import World

DAILY = 0.004 / 365
FADES_DAYS = 45  # how long before the end some of them already do less
_CAUSE = cause_of("need.ended")


class Closing:
    """Lets companies close, by chance and as planted."""

    def __init__(self, world: World, leaving: Leaving) -> None:
        self._world, self._leaving = world, leaving
        draw, people = world.chance.of("planted ends"), world.customers
        among = np.flatnonzero(people.joined == 0)
        chosen = draw.choice(among, world.shape.n_planted, replace=False)
        world.truth.planted["need.ended"] = [people.ids[who] for who in chosen]
        for who in chosen.tolist():
            day = world.shape.day_at(draw.uniform(0.15, 0.95))
            world.diary.later(day, partial(self._close, who))
            world.diary.later(day - FADES_DAYS, partial(world.lull.__setitem__, who, 0.5))

    def step(self) -> None:
        """Roll today's dice."""
        world = self._world
        u = world.chance.uniform("closing", world.day, 1)
        for who in np.flatnonzero(world.present & (u[0] < DAILY)).tolist():
            self._close(who)

    def _close(self, who: int) -> None:
        if self._world.present[who]:
            self._leaving.leave(who, _CAUSE)
