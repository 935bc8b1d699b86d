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
REASON = "network.neighbour"


class Network:
    """Carries losses along the links."""

    def __init__(self, world: World) -> None:
        self._world = world

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
        """Let the first who lose a neighbour in the watched time be among those who follow."""
        world = self._world
        n_more = world.shape.n_planted - len(world.truth.planted.get(REASON, ()))
        here = hit[world.present[hit]][: max(0, n_more)]
        if world.day >= world.shape.warm_up_days and len(here):
            plant(world, REASON, np.unique(here), day + 1)
