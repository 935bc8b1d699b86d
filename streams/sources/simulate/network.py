"""The chain of suppliers and customers: who loses a neighbour is pushed, and some go after them.

Only a loss that has happened travels, one link far. A lost supplier hurts more than a lost
customer: the domain has a gain of 1.6 downstream and half of that upstream.
"""

from functools import partial

import numpy as np

from detectors.arrays import I64
from streams.sources.simulate.causes import Stage
from streams.sources.simulate.troubles import plant
from streams.sources.simulate.world import World

DOWNSTREAM, UPSTREAM = 1.6, 0.8
WAIT_DAYS = (2, 15)
DEPENDENT = 6  # times as many customers live on a neighbour as should follow one
REASON = "network.neighbour"


class Network:
    """Carries losses along the links."""

    def __init__(self, world: World) -> None:
        self._world = world
        ends = np.unique(world.customers.links)
        old = ends[world.customers.joined[ends] == 0]
        n_chosen = min(len(old), DEPENDENT * world.shape.n_planted)
        draw = world.chance.of("dependent")
        self._dependent = np.isin(
            np.arange(len(world.customers)), draw.choice(old, n_chosen, replace=False)
        )

    def step(self) -> None:
        """Let the neighbours of those who left today feel it in some days."""
        world = self._world
        suppliers, buyers = world.customers.links.T
        for who, stage in world.entered:
            if stage is not Stage.GONE:
                continue
            wait = world.chance.of("neighbour", world.day, who).integers(*WAIT_DAYS)
            day = world.day + int(wait)
            for ends, others, push in (
                (suppliers, buyers, DOWNSTREAM),
                (buyers, suppliers, UPSTREAM),
            ):
                hit: I64 = others[ends == who]
                if len(hit):
                    world.diary.later(day, partial(world.press, REASON, hit, push))
                    self._plant(hit, day)

    def _plant(self, hit: I64, day: int) -> None:
        """Let those who live on a neighbour follow it, in the watched time."""
        world = self._world
        follow = hit[self._dependent[hit] & world.present[hit]]
        if world.day >= world.shape.warm_up_days and len(follow):
            self._dependent[follow] = False
            plant(world, REASON, np.unique(follow), day + 1)
