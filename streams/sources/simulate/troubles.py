"""Troubles that come by themselves: a rival's offer, a need that changes, a service that cools.

Where a trouble begins its push begins; the other parts show it in what they do (late
deliveries, slow answers, quotes), for those who stay as for those who go.
"""

from functools import partial

import numpy as np

from detectors.arrays import I64
from streams.sources.simulate.causes import CAUSES, cause_of, kept_a_day
from streams.sources.simulate.world import World

OFTEN = [number for number, cause in enumerate(CAUSES) if cause.yearly > 0]
BEFORE_DAYS = 180  # older troubles have faded
LULLS_YEARLY = 1.1  # pauses that mean nothing: stock-taking, a holiday, a project between two
PLANTED_PUSH, PLANTED_WEEKS = 6.0, 20
# Causes that need more than a push to be what they are: planted by their own parts.
ELSEWHERE = ("need.ended", "payment.failed", "network.neighbour")
COHORTS = ("competition.entered", "change.repositioned", "change.line_ended", "change.policy",
           "change.threshold", "relation.manager_left", "relation.poached")  # fmt: skip


def begin(world: World) -> None:
    """Let troubles have come before the first day, as they will later."""
    kept = kept_a_day()
    for days_ago in range(1, BEFORE_DAYS):
        u = world.chance.uniform("troubles before", days_ago, 2 * len(OFTEN))
        for place, cause in enumerate(OFTEN):
            begins = u[2 * place] < CAUSES[cause].yearly / 365
            strength = CAUSES[cause].strength * (0.5 + u[2 * place + 1])
            world.push[cause] += begins * strength * kept[cause] ** days_ago


def step(world: World) -> None:
    """Let today's troubles and lulls begin."""
    u = world.chance.uniform("troubles", world.day, 2 * len(OFTEN))
    for place, cause in enumerate(OFTEN):
        begins = world.present & (u[2 * place] < CAUSES[cause].yearly / 365)
        world.push[cause] += begins * CAUSES[cause].strength * (0.5 + u[2 * place + 1])
    _lulls(world)


def _lulls(world: World) -> None:
    u = world.chance.uniform("lulls", world.day, 3)
    for who in np.flatnonzero(u[0] < LULLS_YEARLY / 365).tolist():
        world.lull[who] = 0.15 + 0.5 * u[1, who]
        ends = world.day + 10 + int(30 * u[2, who])
        world.diary.later(ends, partial(world.lull.__setitem__, who, 1.0))


def plant(world: World, reason: str, who: I64, first_day: int) -> None:
    """Push these customers so hard and so long for one reason that nearly all of them leave.

    They are pushed anew each week, at most to `PLANTED_PUSH`, as somebody is who hears of the
    same trouble again and again.
    """
    world.truth.planted.setdefault(reason, []).extend(world.customers.ids[one] for one in who)
    cause = cause_of(reason)

    def again() -> None:
        world.push[cause, who] = np.maximum(world.push[cause, who], PLANTED_PUSH)

    for week in range(PLANTED_WEEKS):
        world.diary.later(first_day + 7 * week, again)


def plant_all(world: World) -> None:
    """Choose for every cause some customers who will be pushed to leave for it."""
    draw, n = world.chance.of("planted"), world.shape.n_planted
    old = np.flatnonzero(world.customers.joined == 0)
    for cause in CAUSES:
        if cause.reason not in ELSEWHERE and cause.reason not in COHORTS:
            who = draw.choice(old, n, replace=False)
            plant(world, cause.reason, who, world.shape.day_at(draw.uniform(0.0, 0.65)))
